"""Carries out approved actions exactly once, also across a crash (SECURITY 6)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from application.halt import HaltSwitch
from application.ports.action_log import ActionQuery
from application.ports.clock import Clock
from application.ports.mail import Executor, Outcome
from application.ports.providers import Connections
from application.ports.store import Store
from domain.action_events import Doubted, Event, Executed, Failed, Prepared, RolledBack, Started
from domain.actions import Action, Status
from domain.effects import labels_after, labels_after_undo
from domain.errors import AlfredError, NotFound, OutcomeUnknown, SignInAgain, TryLater
from domain.kinds import OutgoingMail, Repeat, facts

log = logging.getLogger(__name__)

TRIED_AGAIN = frozenset({"try_later", "interrupted", "sign_in_again", "halted"})
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)


class Execution:
    """Runs approved actions through the executor of their account; the log is written before and after each call."""

    def __init__(self, store: Store, connections: Connections, halt: HaltSwitch, clock: Clock) -> None:
        self._store = store
        self._connections = connections
        self._halt = halt
        self._clock = clock
        self._running: set[str] = set()
        self._lock = threading.Lock()

    def run(self, action: Action) -> Action:
        """Make one attempt at an approved action and return the state after it; the outcome is in the log."""
        self._halt.check()
        with self._claimed(action.id) as mine:
            if not mine:
                return self._store.actions.get(action.id)
            return self._attempt(self._record(action, Started()))

    def run_waiting(self) -> int:
        """Try again what was approved and could not be done for a passing reason; return how many were executed."""
        done = 0
        for action in self._all(Status.APPROVED):
            if self._halt.is_halted:
                break
            if self._is_due(action):
                done += self.run(action).status is Status.EXECUTED
        return done

    def recover(self) -> tuple[Action, ...]:
        """Settle what a crash or a lost answer left unfinished; may run any number of times."""
        settled = tuple(self._recover_one(action) for action in self._all(Status.EXECUTING))
        for undoing in self._all(Status.EXECUTED):
            self._link(undoing)
        return settled

    def _attempt(self, action: Action) -> Action:
        try:
            executor = self._connections.executor(action.account, action.kind)
            self._check_permission(executor, action)
            receipt = self._call(executor, action)
        except OutcomeUnknown as error:
            return self._look(action, str(error))
        except AlfredError as error:
            log.info("attempt failed", extra={"action": action.id, "code": error.code})
            return self._record(action, Failed(str(error), error.code))
        return self._succeed(action, receipt)

    def _call(self, executor: Executor, action: Action) -> Mapping[str, str]:
        if action.undoes is not None:
            original = self._store.actions.get(action.undoes)
            return executor.undo(original, original.receipt or {})
        token = action.token or self._prepare(executor, action)
        self._halt.check()
        return executor.execute(action, token)

    def _prepare(self, executor: Executor, action: Action) -> str | None:
        try:
            token = executor.prepare(action, self._content(action))
        except OutcomeUnknown as error:
            raise TryLater(str(error)) from error
        if token is not None:
            self._record(action, Prepared(token))
        return token

    def _content(self, action: Action) -> bytes | None:
        payload = action.payload
        return self._store.outbox.get(payload.mime) if isinstance(payload, OutgoingMail) else None

    def _check_permission(self, executor: Executor, action: Action) -> None:
        missing = executor.missing_permission(action.kind)
        if missing:
            raise SignInAgain(
                f"{action.account} needs a wider permission for this; sign in once more to grant it",
                account=action.account,
                scopes=missing,
            )

    def _look(self, action: Action, error: str) -> Action:
        """Ask the provider whether an attempt whose answer was lost took effect."""
        action = self._store.actions.get(action.id)
        if _is_repeatable(action):
            return self._record(action, Failed(error, "interrupted"))
        executor = self._connections.executor(action.account, action.kind)
        try:
            look = executor.look(action, action.token)
        except AlfredError as trouble:
            log.info("cannot look yet", extra={"action": action.id, "code": trouble.code})
            return action
        if look.outcome is Outcome.HAPPENED:
            return self._succeed(action, look.receipt)
        if look.outcome is Outcome.NOT_YET:
            return self._record(action, Failed(error, "interrupted"))
        return self._record(action, Doubted(error))

    def _recover_one(self, action: Action) -> Action:
        with self._claimed(action.id) as mine:
            if not mine:
                return action
            if _is_repeatable(action) or action.token is None:
                return self._record(action, Failed("Alfred was interrupted while doing this", "interrupted"))
            return self._look(action, "Alfred was interrupted while doing this")

    def _succeed(self, action: Action, receipt: Mapping[str, str]) -> Action:
        after = self._record(action, Executed(dict(receipt)))
        self._link(after)
        self._mirror(after)
        return after

    def _link(self, undoing: Action) -> None:
        """Mark the action that `undoing` took back."""
        if undoing.undoes is None or undoing.status is not Status.EXECUTED:
            return
        if self._store.actions.get(undoing.undoes).status is Status.EXECUTED:
            now = self._clock.now()
            self._store.actions.append(undoing.undoes, [RolledBack(undoing.id)], actor="alfred", at=now)

    def _mirror(self, action: Action) -> None:
        """Show the effect on the stored message at once, ahead of the next poll."""
        try:
            message = self._store.messages.get(action.target).message
        except NotFound:
            return
        if action.undoes is not None:
            after = labels_after_undo(self._store.actions.get(action.undoes), message.labels)
        else:
            after = labels_after(action, message.labels)
        if after != message.labels:
            self._store.messages.relabel({message.id: after})

    def _record(self, action: Action, event: Event) -> Action:
        actor = "alfred" if action.automatic else "owner"
        return self._store.actions.append(action.id, [event], actor=actor, at=self._clock.now())

    def _is_due(self, action: Action) -> bool:
        if action.error_code is None:
            return True
        if action.error_code not in TRIED_AGAIN:
            return False
        return self._clock.now() >= action.changed_at + pause_after(action.attempts)

    def _all(self, status: Status) -> Iterator[Action]:
        cursor: str | None = None
        while True:
            page = self._store.actions.list(ActionQuery(status=status), cursor, 200)
            yield from page.items
            cursor = page.next_cursor
            if cursor is None:
                return

    @contextmanager
    def _claimed(self, action_id: str) -> Iterator[bool]:
        """Hold the action for this thread; False where another thread is at it."""
        with self._lock:
            mine = action_id not in self._running
            self._running.add(action_id)
        try:
            yield mine
        finally:
            if mine:
                with self._lock:
                    self._running.discard(action_id)


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: doubling, at most an hour."""
    doubled: timedelta = FIRST_PAUSE * 2 ** min(max(attempts - 1, 0), 10)
    return min(LONGEST_PAUSE, doubled)


def due_at(action: Action) -> datetime:
    """Return when a failed action is tried again."""
    return action.changed_at + pause_after(action.attempts)


def _is_repeatable(action: Action) -> bool:
    return action.undoes is not None or facts(action.kind).repeat is Repeat.SAFE
