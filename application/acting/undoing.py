"""Taking back what was done, by actions that name what they take back."""

from __future__ import annotations

import threading
import uuid
from datetime import datetime
from functools import partial

from application.acting.batches import BatchResult, every_action, try_one
from application.acting.execution import Execution
from application.acting.halt import HaltSwitch
from application.ports.action_log import ActionQuery
from application.ports.clock import Clock
from application.ports.providers import Connections
from application.ports.store import Store
from domain.action_events import Approved, Origin, Proposed
from domain.actions import Action, Status
from domain.effects import nothing_to_put_back
from domain.errors import Conflict, NotFound, SignInAgain
from domain.kinds import About, Risk, arguments_of, facts


class Undoing:
    """Takes back executed actions, each once: a second order while the first is under way is the same order."""

    def __init__(
        self, store: Store, connections: Connections, execution: Execution, halt: HaltSwitch, clock: Clock
    ) -> None:
        self._store = store
        self._connections = connections
        self._execution = execution
        self._halt = halt
        self._clock = clock
        self._lock = threading.Lock()

    def undo(self, action_id: str, actor: str) -> Action:
        """Take back an executed action; return the action that does so.

        One that does more than put back is only proposed: it waits for an approval of what it does. Raises `Conflict`
        where that cannot be, and `SignInAgain` where its account is not connected.
        """
        self._halt.check()
        with self._lock:
            undoing = self._ordered_undo(action_id, actor)
        return undoing if undoing.status is Status.PROPOSED else self._execution.run(undoing)

    def undo_rule(self, rule: str, since: datetime, actor: str) -> list[BatchResult]:
        """Take back all that one rule did since `since`, newest first; raise `NotFound` for a name that no rule had."""
        if not self._is_a_rules(rule):
            raise NotFound(f"there is no rule called {rule!r}, and none of that name did anything")
        known = every_action(self._store.actions, ActionQuery(rule=rule, status=Status.EXECUTED))
        done = [action for action in known if action.can_be_undone and action.changed_at >= since]
        newest_first = sorted(done, key=lambda action: action.changed_at, reverse=True)
        return [try_one(action.id, partial(self.undo, action.id, actor)) for action in newest_first]

    def _is_a_rules(self, name: str) -> bool:
        is_kept = any(rule.name == name for rule in self._store.rules.all())
        return is_kept or bool(self._store.actions.list(ActionQuery(rule=name), limit=1).items)

    def _ordered_undo(self, action_id: str, actor: str) -> Action:
        original = self._store.actions.get(action_id)
        if not original.can_be_undone:
            raise Conflict(_why_not(original), code="cannot_undo")
        under_way = self._under_way(original)
        if under_way is not None and under_way.status is not Status.PROPOSED:
            return under_way
        if out_of_reach := why_out_of_reach(original, self._store):
            raise Conflict(out_of_reach, code="cannot_undo")
        now, caveat = self._clock.now(), self._caveat(original)
        undoing = under_way or self._store.actions.append(
            str(uuid.uuid4()), [_taking_back(original, caveat)], actor=actor, at=now
        )
        if caveat:
            return undoing
        return self._store.actions.append(undoing.id, [Approved(undoing.digest)], actor=actor, at=now)

    def _caveat(self, original: Action) -> str:
        """Ask whoever did it; raise `SignInAgain` while that account is not connected, for then nobody can tell."""
        try:
            executor = self._connections.executor(original.account, original.kind)
        except NotFound as error:
            account = original.account
            raise SignInAgain(f"{account} is not connected; sign in to take it back", account=account) from error
        return executor.caveat(original, original.receipt or {})

    def _under_way(self, original: Action) -> Action | None:
        """Return the undo of `original` that was begun and has not ended: the provider is away, or nobody knows."""
        begun = [
            action
            for status in (Status.EXECUTING, Status.UNCERTAIN)
            for action in every_action(self._store.actions, ActionQuery(status=status, target=original.target))
        ]
        known = (*self._store.actions.open_for([original.target]), *begun)
        return next((action for action in known if action.undoes == original.id), None)


def why_out_of_reach(original: Action, store: Store) -> str:
    """Say what the owner did to the mail since, so that taking back would put nothing back; else nothing."""
    if not original.can_be_undone or facts(original.kind).about is not About.MESSAGE:
        return ""
    labels = store.messages.labels([original.target]).get(original.target)
    return nothing_to_put_back(original.kind, labels) or ""


def _taking_back(original: Action, caveat: str) -> Proposed:
    return Proposed(
        kind=original.kind,
        target=original.target,
        account=original.account,
        arguments=arguments_of(original.payload),
        risk=Risk.APPROVAL,
        title=f"Undo: {original.title} ({caveat})" if caveat else f"Undo: {original.title}",
        reason="you asked to take it back",
        origin=Origin.OWNER,
        source=original.source,
        rule=original.rule,
        undoes=original.id,
    )


def _why_not(action: Action) -> str:
    if action.status is Status.ROLLED_BACK:
        return "it was taken back already"
    if action.status is not Status.EXECUTED:
        return f"it is {action.status.in_words}, so there is nothing to take back"
    if action.undoes is not None:
        return "it took something back itself; do that once more instead"
    return f"to {action.kind.in_words} cannot be taken back"
