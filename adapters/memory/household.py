"""Outgoing mail, rules, sources, tasks, facts and preferences, in memory."""

from __future__ import annotations

import copy
import hashlib
import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from operator import mul

from adapters.memory.journal import Journal
from application.ports.action_log import Outbox
from application.ports.store import Memory, Preferences, Rules, Sources, Tasks
from domain.codec import Json
from domain.errors import NotFound
from domain.rules import Rule
from domain.sources import Covered, SourceState, merge
from domain.tasks import Fact, FollowUp, Snooze, Task


class MemoryOutbox(Outbox):
    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._kept: dict[str, bytes] = {}

    def keep(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        with self._journal.write():
            self._kept[sha256] = bytes(content)
        return sha256

    def get(self, sha256: str) -> bytes:
        if sha256 not in self._kept:
            raise NotFound(f"there is no outgoing mail {sha256}")
        return self._kept[sha256]


class MemoryRules(Rules):
    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._rules: dict[str, Rule] = {}

    def all(self) -> tuple[Rule, ...]:
        with self._journal.lock:
            return tuple(sorted(self._rules.values(), key=lambda rule: (rule.order, rule.name)))

    def get(self, name: str) -> Rule:
        if name not in self._rules:
            raise NotFound(f"there is no rule {name!r}")
        return self._rules[name]

    def put(self, rule: Rule) -> None:
        with self._journal.write() as journal:
            self._rules[rule.name] = rule
            journal.note("status", (f"rules/{rule.name}",))

    def delete(self, name: str) -> None:
        with self._journal.write() as journal:
            if self._rules.pop(name, None) is None:
                raise NotFound(f"there is no rule {name!r}")
            journal.note("status", (f"rules/{name}",))


class MemorySources(Sources):
    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._cursors: dict[str, str] = {}
        self._covered: dict[str, list[Covered]] = {}
        self._states: dict[str, SourceState] = {}

    def cursor(self, source: str) -> str | None:
        return self._cursors.get(source)

    def set_cursor(self, source: str, cursor: str | None) -> None:
        with self._journal.write():
            if cursor is None:
                self._cursors.pop(source, None)
            else:
                self._cursors[source] = cursor

    def cover(self, stretch: Covered) -> None:
        if stretch.end < stretch.start:
            return
        with self._journal.write():
            self._covered[stretch.source] = merge([*self._covered.get(stretch.source, []), stretch])

    def covered(self, source: str, since: datetime) -> tuple[Covered, ...]:
        with self._journal.lock:
            return tuple(stretch for stretch in self._covered.get(source, []) if stretch.end > since)

    def state(self, source: str) -> SourceState:
        return self._states.get(source, SourceState(source))

    def names(self) -> tuple[str, ...]:
        with self._journal.lock:
            return tuple(sorted(self._states))

    def set_state(self, state: SourceState) -> None:
        with self._journal.write() as journal:
            if self._states.get(state.source) != state:
                self._states[state.source] = state
                journal.note("status", (f"sources/{state.source}",))


class MemoryTasks(Tasks):
    def __init__(self, journal: Journal, snoozes: dict[str, Snooze]) -> None:
        self._journal = journal
        self._tasks: dict[str, Task] = {}
        self._follow_ups: dict[str, FollowUp] = {}
        self._snoozes = snoozes

    def put_task(self, task: Task) -> None:
        with self._journal.write() as journal:
            self._tasks[task.id] = task
            journal.note("status", (f"tasks/{task.id}",))

    def task(self, id: str) -> Task:
        if id not in self._tasks:
            raise NotFound(f"there is no task {id}")
        return self._tasks[id]

    def tasks(self, *, open_only: bool = True) -> tuple[Task, ...]:
        with self._journal.lock:
            found = [task for task in self._tasks.values() if task.is_open or not open_only]
            return tuple(sorted(found, key=lambda task: task.due or date.max))

    def delete_task(self, id: str) -> None:
        with self._journal.write() as journal:
            if self._tasks.pop(id, None) is not None:
                journal.note("status", (f"tasks/{id}",))

    def put_follow_up(self, follow_up: FollowUp) -> None:
        with self._journal.write() as journal:
            self._follow_ups[follow_up.id] = follow_up
            journal.note("status", (f"follow_ups/{follow_up.id}",))

    def follow_up(self, id: str) -> FollowUp:
        if id not in self._follow_ups:
            raise NotFound(f"there is no follow-up {id}")
        return self._follow_ups[id]

    def follow_ups(self, *, open_only: bool = True) -> tuple[FollowUp, ...]:
        with self._journal.lock:
            found = [each for each in self._follow_ups.values() if each.is_open or not open_only]
            return tuple(sorted(found, key=lambda follow_up: follow_up.by or date.max))

    def delete_follow_up(self, id: str) -> None:
        with self._journal.write() as journal:
            if self._follow_ups.pop(id, None) is not None:
                journal.note("status", (f"follow_ups/{id}",))

    def put_snooze(self, snooze: Snooze) -> None:
        with self._journal.write() as journal:
            self._snoozes[snooze.message_id] = snooze
            journal.note("message", (snooze.message_id,))

    def delete_snooze(self, message_id: str) -> None:
        with self._journal.write() as journal:
            if self._snoozes.pop(message_id, None) is not None:
                journal.note("message", (message_id,))

    def snoozes(self) -> tuple[Snooze, ...]:
        with self._journal.lock:
            return tuple(sorted(self._snoozes.values(), key=lambda snooze: (snooze.until, snooze.message_id)))


class MemoryFacts(Memory):
    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._facts: dict[str, tuple[Fact, list[float]]] = {}

    def put(self, fact: Fact, vector: Sequence[float]) -> None:
        with self._journal.write() as journal:
            self._facts[fact.id] = (fact, _of_length_one(vector))
            journal.note("status", (f"memory/{fact.id}",))

    def forget(self, id: str) -> None:
        with self._journal.write() as journal:
            if self._facts.pop(id, None) is None:
                raise NotFound(f"there is no fact {id}")
            journal.note("status", (f"memory/{id}",))

    def all(self) -> tuple[Fact, ...]:
        with self._journal.lock:
            return tuple(fact for fact, _ in self._facts.values())

    def nearest(self, vector: Sequence[float], limit: int) -> tuple[tuple[Fact, float], ...]:
        wanted = _of_length_one(vector)
        with self._journal.lock:
            likeness = [
                (fact, sum(map(mul, wanted, kept))) for fact, kept in self._facts.values() if len(kept) == len(wanted)
            ]
        return tuple(sorted(likeness, key=lambda each: each[1], reverse=True)[:limit])


def _of_length_one(vector: Sequence[float]) -> list[float]:
    length = math.hypot(*vector)
    return [each / length for each in vector] if length else list(vector)


class MemoryPreferences(Preferences):
    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._values: dict[str, Json] = {}

    def get(self, name: str) -> Json:
        return copy.deepcopy(self._values.get(name))

    def get_many(self, names: Iterable[str]) -> dict[str, Json]:
        with self._journal.lock:
            return {name: copy.deepcopy(self._values[name]) for name in names if name in self._values}

    def put(self, name: str, value: Json) -> None:
        with self._journal.write() as journal:
            self._put(journal, name, value)

    def announce(self, name: str, value: Json, at: datetime) -> None:
        with self._journal.write() as journal:
            self._put(journal, name, value)
            journal.note("notification", (name,), at)

    def _put(self, journal: Journal, name: str, value: Json) -> None:
        if name not in self._values or self._values[name] != value:
            self._values[name] = copy.deepcopy(value)
            journal.note("status", (f"preferences/{name}",))

    def delete(self, name: str) -> None:
        with self._journal.write() as journal:
            if name in self._values:
                del self._values[name]
                journal.note("status", (f"preferences/{name}",))

    def names(self, prefix: str = "") -> tuple[str, ...]:
        with self._journal.lock:
            return tuple(sorted(name for name in self._values if name.startswith(prefix)))
