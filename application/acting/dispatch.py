"""The calls to whoever carries out an account's actions: to do one, to take it back, and to tell what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from application.acting.halt import HaltSwitch
from application.acting.leftovers import note_draft
from application.ports.executor import Executor, Look, Outcome
from application.ports.providers import Connections
from application.ports.store import Store
from domain.action_events import ActionEvent, Prepared
from domain.actions import Action, Status
from domain.errors import AlfredError, CannotBe, NotFound, OutcomeUnknown, SignInAgain, TryLater
from domain.kinds import OUTGOING, OutgoingMail

Record = Callable[[Action, ActionEvent], Action]


class Dispatch:
    """Asks the executor of an action's account; the halt is asked before each call that may write.

    `record` logs what was made ready, ahead of the call that finishes it.
    """

    def __init__(self, store: Store, connections: Connections, halt: HaltSwitch, record: Record) -> None:
        self._store = store
        self._connections = connections
        self._halt = halt
        self._record = record

    def perform(self, action: Action) -> Mapping[str, str]:
        """Do it, or take back what it undoes; return the receipt.

        Raises what the executor raises, `SignInAgain` where the account or its permission is missing, and `Refused`
        while halted.
        """
        executor = self._executor(action)
        self._halt.check()
        if action.undoes is not None:
            return self._undo(executor, action.undoes)
        token = action.token or self._prepare(executor, action)
        self._halt.check()
        return executor.execute(action, token)

    def can_begin(self, action: Action) -> bool:
        """Whether the account is connected and permits this."""
        try:
            self._executor(action)
        except AlfredError:
            return False
        return True

    def look(self, action: Action) -> Look:
        """Return what the provider shows; what it shows late, and not yet, may have happened all the same."""
        executor = self._connections.executor(action.account, action.kind)
        is_late = action.kind in executor.shows_late
        if action.undoes is None:
            look = executor.look(action, action.token)
            may_have_begun = action.token is not None
        else:
            look = self._look_undone(executor, action, action.undoes) if is_late else Look(Outcome.NOT_YET)
            may_have_begun = True
        is_doubtful = look.outcome is Outcome.NOT_YET and is_late and may_have_begun
        return Look(Outcome.UNKNOWN) if is_doubtful else look

    def _executor(self, action: Action) -> Executor:
        """Return what may carry this out; raise `SignInAgain` where the account, or its permission, is missing."""
        try:
            executor = self._connections.executor(action.account, action.kind)
        except NotFound as error:
            raise SignInAgain(f"{action.account} is not connected; sign in to go on", account=action.account) from error
        missing = executor.missing_permission(action.kind)
        if missing:
            raise SignInAgain(
                f"{action.account} needs a wider permission for this; sign in once more to grant it",
                account=action.account,
                scopes=missing,
            )
        return executor

    def _undo(self, executor: Executor, undone: str) -> Mapping[str, str]:
        original = self._store.actions.get(undone)
        if original.status is not Status.EXECUTED:
            raise CannotBe(f"it is {original.status.in_words}, so there is nothing to take back", code="cannot_undo")
        return executor.undo(original, original.receipt or {})

    def _prepare(self, executor: Executor, action: Action) -> str | None:
        if action.kind in OUTGOING:
            note_draft(self._store.preferences, action)
        try:
            token = executor.prepare(action, self._content(action))
        except OutcomeUnknown as error:
            raise TryLater(str(error)) from error
        if token is not None:
            self._record(action, Prepared(token))
        return token

    def _content(self, action: Action) -> bytes | None:
        """Return the very bytes that were approved."""
        payload = action.payload
        if not isinstance(payload, OutgoingMail):
            return None
        content = self._store.outbox.get(payload.mime)
        if hashlib.sha256(content).hexdigest() != payload.mime:
            raise CannotBe("the mail that is kept is not the mail that was shown", code="not_what_was_shown")
        return content

    def _look_undone(self, executor: Executor, undoing: Action, undone: str) -> Look:
        original = self._store.actions.get(undone)
        return executor.look_undone(original, original.receipt or {}, undoing.changed_at)
