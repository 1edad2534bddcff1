"""The action log in memory, under the same hash chain as on disk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from adapters.memory.journal import Journal
from application.ports.action_log import ActionLog, ActionQuery, ChainReport
from domain.action_events import ActionEvent, LogEntry, Origin, Proposed, Started
from domain.actions import Action, Status, apply, fold
from domain.chain import START, canonical_detail, canonical_time, link
from domain.errors import Conflict, Invalid, NotFound
from domain.pages import Page


class MemoryActionLog(ActionLog):
    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._log: list[LogEntry] = []
        self._actions: dict[str, Action] = {}

    def append(self, action_id: str, events: Sequence[ActionEvent], *, actor: str, at: datetime) -> Action:
        with self._journal.write() as journal:
            return self._append(journal, action_id, events, actor, at)

    def append_many(
        self, steps: Sequence[tuple[str, Sequence[ActionEvent]]], *, actor: str, at: datetime
    ) -> tuple[Action, ...]:
        with self._journal.write() as journal:
            log, actions = list(self._log), dict(self._actions)
            try:
                return tuple(
                    self._append(journal, action_id, events, actor, at)
                    for action_id, events in steps
                    if not any(map(self._was_proposed_before, events))
                )
            except BaseException:
                self._log, self._actions = log, actions
                raise

    def _append(
        self, journal: Journal, action_id: str, events: Sequence[ActionEvent], actor: str, at: datetime
    ) -> Action:
        action = self._actions.get(action_id)
        previous = self._log[-1].hash if self._log else START
        entries: list[LogEntry] = []
        for event in events:
            if self._was_proposed_before(event):
                raise Conflict(f"a rule has proposed this before (action {action_id})", code="proposed_before")
            entry = LogEntry(len(self._log) + len(entries) + 1, action_id, at.astimezone(UTC), actor, event)
            action = apply(action, entry)
            previous = _hash(previous, entry)
            entries.append(replace(entry, hash=previous))
        if action is None:
            raise Conflict(f"action {action_id} was never proposed", code="not_proposed")
        self._log += entries
        self._actions[action_id] = action
        journal.note("action", (action_id,), at)
        return action

    def _was_proposed_before(self, event: ActionEvent) -> bool:
        if not isinstance(event, Proposed) or event.origin is not Origin.RULE:
            return False
        key = (event.kind, event.target, Origin.RULE)
        return any((each.kind, each.target, each.origin) == key for each in self._actions.values())

    def get(self, id: str) -> Action:
        if id not in self._actions:
            raise NotFound(f"there is no action {id}")
        return self._actions[id]

    def entries(self, action_id: str) -> tuple[LogEntry, ...]:
        with self._journal.lock:
            return tuple(entry for entry in self._log if entry.action_id == action_id)

    def after(self, seq: int, limit: int = 500) -> tuple[LogEntry, ...]:
        return tuple(self._log[max(seq, 0) :][:limit])

    def list(self, query: ActionQuery, cursor: str | None = None, limit: int = 50) -> Page[Action]:
        below = None if cursor is None else _read_cursor(cursor)
        with self._journal.lock:
            proposals = [entry for entry in reversed(self._log) if isinstance(entry.event, Proposed)]
            found = [entry for entry in proposals if self._fits(query, entry) and (below is None or entry.seq < below)]
            shown = tuple(self._actions[entry.action_id] for entry in found[:limit])
        return Page(shown, str(found[limit - 1].seq) if len(found) > limit else None)

    def _fits(self, query: ActionQuery, entry: LogEntry) -> bool:
        action = self._actions[entry.action_id]
        return (
            (query.status is None or action.status is query.status)
            and (query.kind is None or action.kind is query.kind)
            and (query.rule is None or action.rule == query.rule)
            and (query.target is None or action.target == query.target)
            and (query.origin is None or action.origin.value == query.origin)
            and (query.actor is None or entry.actor == query.actor)
            and (query.since is None or action.proposed_at >= query.since)
        )

    def open_for(self, targets: Iterable[str]) -> tuple[Action, ...]:
        wanted, waiting = set(targets), {Status.PROPOSED, Status.APPROVED}
        with self._journal.lock:
            return tuple(a for a in self._actions.values() if a.target in wanted and a.status in waiting)

    def count(self, status: Status) -> int:
        with self._journal.lock:
            return sum(action.status is status for action in self._actions.values())

    def automatic_since(self, since: datetime) -> int:
        with self._journal.lock:
            return sum(
                isinstance(entry.event, Started) and entry.at >= since and self._actions[entry.action_id].automatic
                for entry in self._log
            )

    def verify(self) -> ChainReport:
        with self._journal.lock:
            previous = START
            for rows, entry in enumerate(self._log):
                if entry.seq != rows + 1 or _hash(previous, entry) != entry.hash:
                    return ChainReport(rows, previous, rows + 1, f"entry {rows + 1} is not what was written")
                previous = entry.hash
            report = ChainReport(len(self._log), previous)
            return report if self._folded() == self._actions else replace(report, problem="the projection differs")

    def rebuild(self) -> None:
        with self._journal.write():
            self._actions = self._folded()

    def _folded(self) -> dict[str, Action]:
        histories: dict[str, list[LogEntry]] = {}
        for entry in self._log:
            histories.setdefault(entry.action_id, []).append(entry)
        return {action_id: fold(history) for action_id, history in histories.items()}


def _hash(previous: str, entry: LogEntry) -> str:
    detail = canonical_detail(entry.event)
    return link(previous, entry.seq, entry.action_id, canonical_time(entry.at), entry.actor, entry.event.type, detail)


def _read_cursor(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit()):
        raise Invalid(f"{cursor!r} is not a cursor of this list", where="cursor")
    return int(cursor)
