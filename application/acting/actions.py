"""The one door to the world: propose, approve, edit, reject, retry, undo."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from application.acting.batches import BatchResult, every_action, settle
from application.acting.execution import Execution
from application.acting.grounds import Grounds, GroundsKeeper
from application.acting.halt import HaltSwitch
from application.acting.leftovers import Leftovers
from application.acting.outgoing import Outgoing
from application.acting.rechecking import Rechecking
from application.acting.undoing import Undoing
from application.ports.action_log import ActionQuery
from application.ports.clock import Clock
from application.ports.executor import Executor
from application.ports.providers import Connections
from application.ports.store import Store
from domain.action_events import Approved, Edited, Origin, Proposed, Rejected, Settled
from domain.actions import Action, Status
from domain.codec import Json
from domain.errors import Conflict, Invalid, NotFound, Refused
from domain.hidden import hidden_in
from domain.kinds import OUTGOING, About, InvitationReply, Kind, OutgoingMail, Risk, arguments_of, facts, read_payload
from domain.messages import Message, MessageKind
from domain.subjects import undo_warnings
from domain.titles import title_of

log = logging.getLogger(__name__)

OWN_ACCOUNT = "alfred"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody wants done. `target` is a message's id or another thing's; `account` may follow from it."""

    kind: Kind
    target: str = ""
    arguments: Mapping[str, Json] | None = None
    account: str = ""
    origin: Origin = Origin.OWNER
    reason: str = ""
    rule: str | None = None
    tainted: bool = False
    standing: bool = False


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
        self._connections = connections
        self._outgoing = outgoing
        self._execution = execution
        self._halt = halt
        self._clock = clock
        self._grounds = grounds
        self._leftovers = Leftovers(store, connections, halt, clock)
        self._rechecking = Rechecking(store, self._leftovers, grounds, clock)
        self._undoing = Undoing(store, connections, execution, halt, clock)
        self._capped = False

    def propose(self, proposal: Proposal, actor: str = "owner") -> Action:
        """Log a proposal and, where policy lets Alfred, carry it out at once; return the state after that."""
        action_id, event = self.draw_up(proposal)
        action = self._store.actions.append(action_id, [event], actor=actor, at=self._clock.now())
        return self.run_if_automatic(action)

    def draw_up(self, proposal: Proposal, message: Message | None = None) -> tuple[str, Proposed]:
        """Return the event that proposes this, with all that the owner must see; only a mail's bytes are stored.

        `message` is what the proposal is about, where that is at hand.
        """
        grounds = self._grounds.of(proposal.kind, proposal.target, message)
        account = self._account_of(proposal, grounds)
        executor = self._connections.executor(account, proposal.kind)
        payload = read_payload(proposal.kind, proposal.arguments or {})
        if isinstance(payload, OutgoingMail):
            payload = self._built(proposal.kind, payload, "", account, grounds.message)
        return str(uuid.uuid4()), Proposed(
            kind=proposal.kind,
            target=proposal.target,
            account=account,
            arguments=arguments_of(payload),
            risk=_risk(proposal, payload, executor, grounds),
            title=title_of(proposal.kind, payload, grounds.message, grounds.subject, self._grounds.zone),
            reason=proposal.reason,
            origin=proposal.origin,
            source=grounds.source,
            rule=proposal.rule,
            tainted=proposal.tainted,
            basis=grounds.basis(proposal.kind),
            warnings=self._warnings(proposal.kind, payload, grounds, proposal.target),
        )

    def can(self, kind: Kind) -> bool:
        """Whether any account that is connected can carry out `kind`."""
        return any(connection.executor(kind) is not None for connection in self._connections.all())

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
        return [settle(action_id, partial(self.approve, action_id, digest, actor)) for action_id, digest in items]

    def edit(self, action_id: str, arguments: Mapping[str, Json], actor: str = "owner") -> Action:
        """Change some arguments of a proposal; the result has a new digest and waits for a new approval."""
        action = self._store.actions.get(action_id)
        if action.undoes is not None:
            raise Refused("an undo cannot be edited", code="not_editable")
        merged = {**arguments_of(action.payload), **arguments}
        grounds = self._grounds.of_action(action)
        payload = read_payload(action.kind, merged)
        if isinstance(payload, OutgoingMail):
            payload = self._rebuilt(action, payload, grounds.message)
        title = title_of(action.kind, payload, grounds.message, grounds.subject, self._grounds.zone)
        event = Edited(arguments_of(payload), title, self._warnings(action.kind, payload, grounds, action.target))
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

    def restore(self, action_id: str, reason: str) -> Action:
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
        waiting = [action for action in proposed if action.risk is Risk.AUTO]
        results = [settle(action.id, partial(self.run_if_automatic, action)) for action in reversed(waiting)]
        return sum(result.status is Status.EXECUTED for result in results)

    def recheck(self, targets: Sequence[str]) -> tuple[Action, ...]:
        """Look again at what is open on these messages, events and other things."""
        return self._rechecking.recheck(targets)

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

    def _is_capped(self) -> bool:
        """Whether more must wait; said once when it begins, for hundreds may have to."""
        was, self._capped = self._capped, self._execution.is_capped
        if self._capped and not was:
            log.warning("hourly cap reached")
        return self._capped

    def _rebuilt(self, action: Action, mail: OutgoingMail, answered: Message | None) -> OutgoingMail:
        """Build the bytes of a mail that is edited.

        An edit does not turn an answer to another invitation. The draft that an attempt left keeps its Message-ID to
        itself: found by it, the next attempt would send what stood there before.
        """
        before = action.payload
        if isinstance(mail, InvitationReply) and isinstance(before, InvitationReply):
            mail = replace(mail, uid=before.uid, occurrence=before.occurrence)
        message_id = "" if action.attempts else before.message_id
        return self._built(action.kind, mail, message_id, action.account, answered)

    def _built(
        self, kind: Kind, mail: OutgoingMail, message_id: str, account: str, answered: Message | None
    ) -> OutgoingMail:
        """Build the bytes. The Message-ID is never the proposer's to choose: the look for a lost mail rests on it."""
        ours = replace(mail, message_id=message_id, mime="")
        return self._outgoing.build(kind, ours, account, answered, self._clock.now())

    def _account_of(self, proposal: Proposal, grounds: Grounds) -> str:
        """Return who acts; raise `NotFound` for mail that is not known, `Invalid` for another account's."""
        known = facts(proposal.kind)
        needs_mail = known.about is About.MESSAGE or (proposal.target and proposal.kind in OUTGOING)
        if grounds.message is None and needs_mail:
            raise NotFound(f"there is no message {proposal.target!r}")
        if known.own:
            return proposal.account or OWN_ACCOUNT
        if grounds.message is not None and grounds.message.kind is MessageKind.CHAT and known.about is About.MESSAGE:
            said = f"to {proposal.kind.in_words} a chat message is nothing that I can do; open it where it was written"
            raise Refused(said, code="chat")
        # A work item is entered elsewhere than where the mail lies that it is about.
        about = grounds.subject if proposal.kind is Kind.CREATE_WORK_ITEM else grounds.message or grounds.subject
        if about is not None:
            if proposal.account not in ("", about.account):
                raise Invalid(f"it is in {about.account}, not in {proposal.account}", where="account")
            return about.account
        return proposal.account or self._able(proposal.kind)

    def _able(self, kind: Kind) -> str:
        """Return the first account that can carry out `kind`; raise `Refused` where none can."""
        for connection in self._connections.all():
            if connection.executor(kind) is not None:
                return connection.account.name
        raise Refused(f"no account that is connected can {kind.in_words}", code="no_executor")

    def _warnings(self, kind: Kind, payload: object, grounds: Grounds, target: str) -> tuple[str, ...]:
        if isinstance(payload, OutgoingMail):
            return self._outgoing.warnings(payload, grounds.thread)
        clashes = self._grounds.clash_warnings(payload, target)
        return hidden_in(payload) + clashes + (undo_warnings(grounds.subject) if kind is Kind.DELETE_EVENT else ())


def _risk(proposal: Proposal, payload: object, executor: Executor, grounds: Grounds) -> Risk:
    """Judge it as it is judged again before it runs; where he lacks a permission, the owner is to see that first."""
    risk = grounds.risk(proposal.kind, payload, proposal.origin, tainted=proposal.tainted, ordered=proposal.standing)
    return Risk.APPROVAL if risk is Risk.AUTO and executor.missing_permission(proposal.kind) else risk
