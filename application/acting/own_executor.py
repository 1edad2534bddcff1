"""Carries out what concerns only Alfred's own records: tasks, follow-ups, snoozes, facts, notices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from application.ports.clock import Clock
from application.ports.executor import Executor, Look, Outcome
from application.ports.model import Embedder
from application.ports.store import Store
from domain.actions import Action
from domain.codec import Json
from domain.errors import NotFound
from domain.kinds import FACTS, Kind
from domain.messages import Message
from domain.own_records import NewBudget, NewFact, NewFollowUp, NewTask, SnoozeUntil
from domain.tasks import Fact, FollowUp, Snooze, Task

BUDGET = "budget/"


class OwnExecutor(Executor):
    """The executor of Alfred's own account. Everything is repeatable: what it makes carries the action's id."""

    kinds = frozenset(kind for kind, known in FACTS.items() if known.own)

    def __init__(self, store: Store, clock: Clock, embedder: Embedder) -> None:
        self._store = store
        self._clock = clock
        self._embedder = embedder

    def missing_permission(self, kind: Kind) -> tuple[str, ...]:
        return ()

    def prepare(self, action: Action, content: bytes | None) -> str | None:
        return None

    def discard(self, action: Action, token: str | None) -> None:
        return None

    def look(self, action: Action, token: str | None) -> Look:
        return Look(Outcome.NOT_YET)

    def execute(self, action: Action, token: str | None) -> Mapping[str, str]:
        match action.payload:
            case SnoozeUntil(until=until):
                self._store.tasks.put_snooze(Snooze(action.target, until))
            case NewTask():
                self._store.tasks.put_task(self._task(action, action.payload))
            case NewFollowUp():
                self._store.tasks.put_follow_up(self._follow_up(action, action.payload))
            case NewFact(fact=fact, quote=quote):
                known = Fact(action.id, fact, quote, self._clock.now())
                self._store.memory.put(known, self._embedder.embed([fact])[0])
            case NewBudget():
                return self._set_budget(action.payload)
            case _ if action.kind is Kind.COMPLETE_TASK:
                self._complete(action.target)
            case _ if action.kind is Kind.NOTIFY:
                self._store.feed.note("notification", action.id, self._clock.now())
        return {}

    def undo(self, action: Action, receipt: Mapping[str, str]) -> Mapping[str, str]:
        try:
            self._undo(action, receipt)
        except NotFound:
            return {"already": "gone"}
        return {}

    def _undo(self, action: Action, receipt: Mapping[str, str]) -> None:
        match action.kind:
            case Kind.SNOOZE:
                self._store.tasks.delete_snooze(action.target)
            case Kind.CREATE_TASK:
                self._store.tasks.delete_task(action.id)
            case Kind.CREATE_FOLLOW_UP:
                self._store.tasks.delete_follow_up(action.id)
            case Kind.REMEMBER:
                self._store.memory.forget(action.id)
            case Kind.COMPLETE_TASK:
                self._reopen(action.target)
            case Kind.SET_BUDGET:
                self._restore_budget(action.payload, receipt)

    def _task(self, action: Action, new: NewTask) -> Task:
        about = action.target or None
        return Task(action.id, new.title, self._clock.now(), new.due, new.remind_at, message_id=about)

    def _follow_up(self, action: Action, new: NewFollowUp) -> FollowUp:
        message = self._message(action.target)
        about = new.about or (message.subject if message else "")
        thread = message.thread_id if message else None
        return FollowUp(
            action.id, about, new.owed_by, self._clock.now(), new.by, message_id=action.target or None, thread_id=thread
        )

    def _message(self, id: str) -> Message | None:
        try:
            return self._store.messages.get(id).message
        except NotFound:
            return None

    def _complete(self, task_id: str) -> None:
        self._store.tasks.put_task(replace(self._store.tasks.task(task_id), done_at=self._clock.now()))

    def _reopen(self, task_id: str) -> None:
        self._store.tasks.put_task(replace(self._store.tasks.task(task_id), done_at=None))

    def _set_budget(self, new: NewBudget) -> Mapping[str, str]:
        name = BUDGET + new.category
        before = self._store.preferences.get(name)
        self._store.preferences.put(name, {"limit": new.limit, "currency": new.currency})
        return {"limit": str(before["limit"]), "currency": str(before["currency"])} if isinstance(before, dict) else {}

    def _restore_budget(self, new: NewBudget, receipt: Mapping[str, str]) -> None:
        name = BUDGET + new.category
        if not receipt:
            self._store.preferences.delete(name)
            return
        before: dict[str, Json] = {"limit": receipt["limit"], "currency": receipt["currency"]}
        self._store.preferences.put(name, before)
