"""The one door to the world: propose, approve, edit, reject, retry, undo."""

from __future__ import annotations

import logging
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import islice

from application.acting.batches import BatchResult, every_action, try_one
from application.acting.drafting import Drafting, Proposal
from application.acting.execution import Execution
from application.acting.grounds import GroundsKeeper
from application.acting.halt import HaltSwitch
from application.acting.leftovers import Leftovers
from application.acting.outgoing import Outgoing
from application.acting.rechecking import Rechecking
from application.acting.undoing import Undoing
from application.ports.action_log import ActionQuery
from application.ports.clock import Clock
from application.ports.providers import Connections
from application.ports.store import Store
from domain.action_events import Approved, Rejected, Settled, was_edited
from domain.actions import Action, Status
from domain.codec import Json
from domain.errors import Conflict, Refused
from domain.kinds import Kind, Risk
from domain.messages import Message

log = logging.getLogger(__name__)

WORDED_ANEW = "it was asked for again in other words"
READ_AGAIN = "it waited here in other words before; read these"


class Actions:
    """Everything that changes the world begins here and is carried out by `Execution`."""

    def __init__(
        self,
        store: Store,
        connections: Connections,
        outgoing: Outgoing,
        execution: Execution,
        grounds: GroundsKeeper,
        halt: HaltSwitch,
        clock: Clock,
    ) -> None:
        self._store = store
        self._execution = execution
        self._halt = halt
        self._clock = clock
        self._grounds = grounds
        self._drafting = Drafting(connections, outgoing, grounds, clock)
        self._leftovers = Leftovers(store, connections, halt, clock)
        self._rechecking = Rechecking(store, self._leftovers, grounds, clock)
        self._undoing = Undoing(store, connections, execution, halt, clock)
        self._capped = False
        self._in_hand: set[str] = set()  # proposed by another thread this moment, which carries them out itself

    def propose(self, proposal: Proposal, actor: str = "owner") -> Action:
        """Log a proposal and, where policy lets Alfred, carry it out at once; return the state after that."""
        action_id, event = self._drafting.draw_up(proposal)
        self._in_hand.add(action_id)
        try:
            action = self._store.actions.append(action_id, [event], actor=actor, at=self._clock.now())
            return self.run_if_automatic(action)
        finally:
            self._in_hand.discard(action_id)

    def propose_once(self, proposal: Proposal, actor: str = "owner", of_this_turn: Container[str] = ()) -> Action:
        """Propose what does not wait yet since just that was asked for before: approved twice it would be done twice.

        Where it waits, it is carried out now if nothing holds it up any more. A letter that waits in other words makes
        room for the new ones, unless the owner wrote them. What outside text had a say in takes the place of nothing
        that it had none in, but for what was proposed `of_this_turn` (ids).
        """
        query = ActionQuery(status=Status.PROPOSED, kind=proposal.kind, target=proposal.target)
        all_waiting = every_action(self._store.actions, query)
        for waiting in all_waiting:
            if self._drafting.is_drawn_up(proposal, waiting):
                return self.run_if_automatic(waiting)
        older = [each for each in all_waiting if self._makes_room(each, proposal, of_this_turn)]
        return self._propose_instead(proposal, older, actor)

    def propose_many(
        self, proposals: Iterable[tuple[Proposal, Message]], most: int | None = None
    ) -> tuple[Action, ...]:
        """Log in one step what rules propose on messages, at most `most` of it; nothing is carried out yet.

        What cannot be proposed is passed over, and does not count.
        """
        drawn = [(action_id, [event]) for action_id, event in islice(self._drafting.what_can_be(proposals), most)]
        return self._store.actions.append_many(drawn, actor="alfred", at=self._clock.now()) if drawn else ()

    def can(self, kind: Kind) -> bool:
        """Whether any account that is connected can carry out `kind`."""
        return self._drafting.able(kind) is not None

    def approve(self, action_id: str, digest: str, actor: str = "owner") -> Action:
        """Approve what was shown under `digest` (`domain.actions` compares it) and carry it out; return the state then.

        Raises `Conflict` (`stale_digest`, `not_proposed`), or `Refused` while halted.
        """
        self._halt.check()
        action = self._rechecking.refresh(self._store.actions.get(action_id))
        approved = self._store.actions.append(action.id, [Approved(digest)], actor=actor, at=self._clock.now())
        return self._execution.run(approved)

    def approve_many(self, items: Sequence[tuple[str, str]], actor: str = "owner") -> list[BatchResult]:
        """Approve each (id, digest) by itself; one that fails does not hold up the others."""
        return [try_one(action_id, partial(self.approve, action_id, digest, actor)) for action_id, digest in items]

    def edit(self, action_id: str, arguments: Mapping[str, Json], actor: str = "owner") -> Action:
        """Change some arguments of a proposal; the result has a new digest and waits for a new approval."""
        action = self._store.actions.get(action_id)
        event = self._drafting.edited(action, arguments)
        with self._leftovers.replacing(action):
            return self._store.actions.append(action_id, [event], actor=actor, at=self._clock.now())

    def reject(self, action_id: str, reason: str = "", actor: str = "owner") -> Action:
        """Reject; what an attempt left on the provider's side is removed."""
        rejected = self._store.actions.append(action_id, [Rejected(reason)], actor=actor, at=self._clock.now())
        self._leftovers.remove(rejected)
        return rejected

    def clear_away(self) -> None:
        """Remove what attempts of actions that came to nothing left on the provider's side, and could not be yet."""
        self._leftovers.clear()

    def withdraw(self, action_id: str, reason: str) -> Action:
        """Supersede what waits for approval and whose reason is gone; what is further along stays as it is."""
        action = self._store.actions.get(action_id)
        return self._rechecking.close(action, reason) if action.status is Status.PROPOSED else action

    def reopen(self, action_id: str, reason: str) -> Action:
        """Propose again what was withdrawn and has its reason again."""
        return self._rechecking.reopen(self._store.actions.get(action_id), reason)

    def retry(self, action_id: str, actor: str = "owner") -> Action:
        """Try an approved action again now; for an uncertain one this is the owner's word that it did not happen.

        Where the provider can tell by now that it did, that counts for more than the owner's word.
        """
        self._halt.check()
        action = self._store.actions.get(action_id)
        if action.status is Status.UNCERTAIN:
            action = self._execution.look_again(action)
        if action.status is Status.EXECUTED:
            return action
        if action.status is Status.UNCERTAIN:
            action = self._store.actions.append(action_id, [Settled()], actor=actor, at=self._clock.now())
        if action.status is not Status.APPROVED:
            detail = f"the action is {action.status.in_words}; only an approved one is retried"
            raise Conflict(detail, code="not_approved")
        return self._execution.run(action)

    def undo(self, action_id: str, actor: str = "owner") -> Action:
        """Take back an executed action by a new one that names it; return the new one."""
        return self._undoing.undo(action_id, actor)

    def undo_rule(self, rule: str, since: datetime, actor: str = "owner") -> list[BatchResult]:
        """Take back all that one rule did since `since`, each by itself, newest first."""
        return self._undoing.undo_rule(rule, since, actor)

    def run_automatic(self) -> int:
        """Carry out proposals that policy leaves to Alfred and that had to wait (halted, capped); return how many."""
        proposed = every_action(self._store.actions, ActionQuery(status=Status.PROPOSED))
        waiting = [action for action in proposed if action.risk is Risk.AUTO and action.id not in self._in_hand]
        results = [try_one(action.id, partial(self.run_if_automatic, action)) for action in reversed(waiting)]
        return sum(result.status is Status.EXECUTED for result in results)

    def recheck(self, targets: Sequence[str], at_hand: Iterable[Message] = ()) -> tuple[Action, ...]:
        """Look again at what is open on these messages, events and other things; `at_hand` are some of them."""
        return self._rechecking.recheck(targets, at_hand)

    def close_account(self, account: str) -> tuple[Action, ...]:
        """Close what is open on an account that is no longer connected."""
        return self._rechecking.close_account(account)

    def run_if_automatic(self, action: Action) -> Action:
        """Carry out a proposal that policy leaves to Alfred, now as when it was made; else it waits.

        What changed since it was proposed is the owner's to look at.
        """
        if action.status is not Status.PROPOSED or action.changed_since is not None or self._halt.is_halted:
            return action
        if self._grounds.risk_now(action) is not Risk.AUTO:
            return action
        if self._is_capped():
            return action
        now = self._clock.now()
        approval = Approved(action.digest, automatic=True)
        approved = self._store.actions.append(action.id, [approval], actor="alfred", at=now)
        try:
            return self._execution.run(approved)
        except Refused as error:
            log.info("waits", extra={"action": action.id, "code": error.code})
            return approved

    def _propose_instead(self, proposal: Proposal, older: Sequence[Action], actor: str) -> Action:
        """Propose, and only then withdraw what it takes the place of: a crash in between loses neither."""
        if older:
            proposal = replace(proposal, warnings=(*proposal.warnings, READ_AGAIN))
        action = self.propose(proposal, actor)
        for each in older:
            try_one(each.id, partial(self.withdraw, each.id, WORDED_ANEW))
        return action

    def _makes_room(self, waiting: Action, proposal: Proposal, of_this_turn: Container[str]) -> bool:
        if proposal.tainted and not waiting.tainted and waiting.id not in of_this_turn:
            return False
        return self._drafting.is_worded_anew(proposal, waiting) and not was_edited(
            self._store.actions.entries(waiting.id)
        )

    def _is_capped(self) -> bool:
        """Whether more must wait; said once when it begins, for hundreds may have to."""
        was, self._capped = self._capped, self._execution.is_capped
        if self._capped and not was:
            log.warning("hourly cap reached")
        return self._capped
