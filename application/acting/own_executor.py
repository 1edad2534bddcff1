"""Carries out what concerns only Alfred's own records: tasks, follow-ups, snoozes, facts, notices."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from application.acting.limits import Limits
from application.ports.clock import Clock
from application.ports.executor import Executor, Look, Outcome
from application.ports.model import Embedder
from application.ports.store import Store
from domain.actions import Action
from domain.errors import CannotBe, NotFound
from domain.kinds import FACTS, Kind
from domain.messages import Message
from domain.notifications import ReminderOf
from domain.own_records import NewBudget, NewFact, NewFollowUp, NewTask, SnoozeUntil
from domain.tasks import Fact, FollowUp, Snooze, Task
from domain.titles import heading_of

Standing = Mapping[str, str]
"""When a message is snoozed until, or what a category's limit is; empty where there is none."""


class OwnExecutor(Executor):
    """The executor of Alfred's own account.

    Everything is repeatable: what it makes carries the action's id, and what it replaces is noted ahead, as the token
    that becomes the receipt.
    """

    kinds = frozenset(kind for kind, known in FACTS.items() if known.own)

    def __init__(self, store: Store, clock: Clock, embedder: Embedder) -> None:
        self._store = store
        self._limits = Limits(store.preferences)
        self._clock = clock
        self._embedder = embedder

    def missing_permission(self, kind: Kind) -> tuple[str, ...]:
        return ()

    def prepare(self, action: Action, content: bytes | None) -> str | None:
        return json.dumps(self._standing(action)) if isinstance(action.payload, SnoozeUntil | NewBudget) else None

    def discard(self, action: Action, token: str | None) -> None:
        return None

    def look(self, action: Action, token: str | None) -> Look:
        return Look(Outcome.NOT_YET)

    def execute(self, action: Action, token: str | None) -> Mapping[str, str]:
        match action.payload:
            case SnoozeUntil() | NewBudget():
                self._put(action, _wanted(action.payload))
            case NewTask():
                self._store.tasks.put_task(self._task(action, action.payload))
            case NewFollowUp():
                self._store.tasks.put_follow_up(self._follow_up(action, action.payload))
            case NewFact(fact=fact, quote=quote):
                known = Fact(action.id, fact, quote, self._clock.now())
                self._store.memory.put(known, self._embedder.embed([fact])[0])
            case _ if action.kind is Kind.COMPLETE_TASK:
                self._complete(action.target)
            case _ if action.kind is Kind.NOTIFY:
                self._store.feed.note("notification", ReminderOf.ACTION.ref(action.id), self._clock.now())
        return {} if token is None else json.loads(token)

    def undo(self, action: Action, receipt: Mapping[str, str]) -> Mapping[str, str]:
        try:
            self._undo(action, receipt)
        except NotFound:
            return {"already": "gone"}
        return {}

    def _undo(self, action: Action, receipt: Mapping[str, str]) -> None:
        match action.kind:
            case Kind.CREATE_TASK:
                self._store.tasks.delete_task(action.id)
            case Kind.CREATE_FOLLOW_UP:
                self._store.tasks.delete_follow_up(action.id)
            case Kind.REMEMBER:
                self._store.memory.forget(action.id)
            case Kind.COMPLETE_TASK:
                self._reopen(action.target)
            case Kind.SNOOZE | Kind.SET_BUDGET:
                self._put_back(action, receipt)

    def _task(self, action: Action, new: NewTask) -> Task:
        about = action.target or None
        title = new.title or heading_of(self._message(action.target))
        return Task(action.id, title, self._clock.now(), new.due, new.remind_at, message_id=about)

    def _follow_up(self, action: Action, new: NewFollowUp) -> FollowUp:
        message = self._message(action.target)
        about = new.about or heading_of(message)
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

    def _standing(self, action: Action) -> Standing:
        """Return what stands where a snooze or a limit is put."""
        match action.payload:
            case SnoozeUntil():
                stands = (each for each in self._store.tasks.snoozes() if each.message_id == action.target)
                return next((_wanted(SnoozeUntil(each.until)) for each in stands), {})
            case NewBudget(category=category):
                return _wanted(self._limits.get(category))
        return {}

    def _put(self, action: Action, standing: Standing) -> None:
        match action.payload:
            case SnoozeUntil() if standing:
                self._store.tasks.put_snooze(Snooze(action.target, datetime.fromisoformat(standing["until"])))
            case SnoozeUntil():
                self._store.tasks.delete_snooze(action.target)
            case NewBudget(category=category) if standing:
                self._limits.put(NewBudget(category, **standing))
            case NewBudget(category=category):
                self._limits.delete(category)

    def _put_back(self, action: Action, before: Standing) -> None:
        """Put back what stood before; what was set since stays, and where nothing stands any more there is no need."""
        standing = self._standing(action)
        if standing in ({}, before):
            return
        if standing != _wanted(action.payload):
            raise CannotBe("it was set otherwise since, so it stays as it is", code="changed_since")
        self._put(action, before)


def _wanted(payload: object) -> Standing:
    """Return what a snooze or a limit puts there; empty for none."""
    match payload:
        case SnoozeUntil(until=until):
            return {"until": until.astimezone(UTC).isoformat()}
        case NewBudget(limit=limit, currency=currency):
            return {"limit": limit, "currency": currency}
    return {}
