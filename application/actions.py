"""The one door to the world: propose, approve, edit, reject, retry, undo."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from application.batches import BatchResult, every_action, settle
from application.execution import Execution
from application.halt import HaltSwitch
from application.outgoing import Outgoing
from application.ports.action_log import ActionQuery
from application.ports.clock import Clock
from application.ports.mail import Executor
from application.ports.providers import Connections
from application.ports.store import ClassifiedMessage, Store
from application.standing import risk_now
from application.undoing import Undoing
from domain.action_events import Approved, Edited, Origin, Proposed, Refreshed, Rejected, Settled, Superseded
from domain.actions import Action, Status
from domain.codec import Json
from domain.effects import basis_of, gone_reason, rests_on_thread, title_of
from domain.errors import AlfredError, Conflict, Invalid, NotFound, Refused
from domain.kinds import OUTGOING, Kind, OutgoingMail, Risk, arguments_of, facts, read_payload
from domain.messages import Message
from domain.policy import risk_of

log = logging.getLogger(__name__)

OWN_ACCOUNT = "alfred"
_ON_A_MESSAGE = frozenset(
    {Kind.ARCHIVE, Kind.DELETE, Kind.LABEL, Kind.SNOOZE, Kind.UNSUBSCRIBE, Kind.REPLY, Kind.FORWARD}
)


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
        halt: HaltSwitch,
        clock: Clock,
    ) -> None:
        self._store = store
        self._connections = connections
        self._outgoing = outgoing
        self._execution = execution
        self._halt = halt
        self._clock = clock
        self._undoing = Undoing(store, execution, halt, clock)
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
        message = message or self._message(proposal.target)
        thread = self._thread(proposal.kind, message)
        account = self._account_of(proposal, message)
        executor = self._connections.executor(account, proposal.kind)
        payload = read_payload(proposal.kind, proposal.arguments or {})
        if isinstance(payload, OutgoingMail):
            payload = self._built(proposal.kind, payload, "", account, message)
        return str(uuid.uuid4()), Proposed(
            kind=proposal.kind,
            target=proposal.target,
            account=account,
            arguments=arguments_of(payload),
            risk=_risk(proposal, payload, executor, message),
            title=title_of(proposal.kind, payload, message) + self._task_named(proposal),
            reason=proposal.reason,
            origin=proposal.origin,
            source=message.source if message else "",
            rule=proposal.rule,
            tainted=proposal.tainted,
            basis=basis_of(proposal.kind, thread),
            warnings=self._warnings(payload, thread),
        )

    def approve(self, action_id: str, digest: str, actor: str = "owner") -> Action:
        """Approve what was shown under `digest` and carry it out; return the state after that.

        Raises `Conflict` (`stale_digest`, `not_proposed`), or `Refused` while halted.
        """
        self._halt.check()
        action = self._refresh(self._store.actions.get(action_id))
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
        message = self._message(action.target)
        thread = self._thread(action.kind, message)
        payload = read_payload(action.kind, merged)
        if isinstance(payload, OutgoingMail):
            payload = self._built(action.kind, payload, action.payload.message_id, action.account, message)
        title = title_of(action.kind, payload, message)
        event = Edited(arguments_of(payload), title, self._warnings(payload, thread))
        return self._store.actions.append(action_id, [event], actor=actor, at=self._clock.now())

    def reject(self, action_id: str, reason: str = "", actor: str = "owner") -> Action:
        """Reject; what an attempt left on the provider's side is removed."""
        rejected = self._store.actions.append(action_id, [Rejected(reason)], actor=actor, at=self._clock.now())
        self._discard(rejected)
        return rejected

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
            raise Conflict(f"the action is {action.status.value}; only an approved one is retried", code="not_approved")
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

    def review(self, message_ids: Sequence[str]) -> tuple[Action, ...]:
        """Look again at what is open on these messages: close what lost its reason, mark what changed."""
        open_ones = self._store.actions.open_for(message_ids)
        stored = self._store.messages.get_many(list({each.target for each in open_ones})) if open_ones else {}
        looked_at = [settle(each.id, partial(self._review_one, each, stored)) for each in open_ones]
        return tuple(result.action for result in looked_at if result.action is not None)

    def _review_one(self, action: Action, known: Mapping[str, ClassifiedMessage]) -> Action:
        if action.target not in known:
            raise NotFound(f"there is no message {action.target}")
        stored = known[action.target]
        thread = self._thread(action.kind, stored.message)
        reason = gone_reason(action, stored.message, thread, removed=stored.removed)
        if reason is None or action.status not in (Status.PROPOSED, Status.APPROVED):
            return self._refresh_on(action, thread)
        now = self._clock.now()
        closed = self._store.actions.append(action.id, [Superseded(reason)], actor="alfred", at=now)
        self._discard(closed)
        return closed

    def _refresh(self, action: Action) -> Action:
        """Give the action a new digest where what it rests on has changed, so that it must be looked at again."""
        return self._refresh_on(action, self._thread(action.kind, self._message(action.target)))

    def _refresh_on(self, action: Action, thread: Sequence[Message]) -> Action:
        if action.status is not Status.PROPOSED or action.undoes is not None:
            return action
        basis = basis_of(action.kind, thread)
        if basis == action.basis:
            return action
        event = Refreshed(basis, "the conversation went on since this was proposed")
        return self._store.actions.append(action.id, [event], actor="alfred", at=self._clock.now())

    def run_if_automatic(self, action: Action) -> Action:
        """Carry out a proposal that policy leaves to Alfred, now as when it was made; else it waits."""
        if action.status is not Status.PROPOSED or self._halt.is_halted:
            return action
        if risk_now(self._store, action) is not Risk.AUTO:
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

    def _discard(self, action: Action) -> None:
        if action.token is None:
            return
        try:
            self._connections.executor(action.account, action.kind).discard(action, action.token)
        except AlfredError as error:
            log.warning("left behind at the provider", extra={"action": action.id, "code": error.code})

    def _built(
        self, kind: Kind, mail: OutgoingMail, message_id: str, account: str, answered: Message | None
    ) -> OutgoingMail:
        """Build the bytes. The Message-ID is never the proposer's to choose: the look for a lost mail rests on it."""
        ours = replace(mail, message_id=message_id, mime="")
        return self._outgoing.build(kind, ours, account, answered, self._clock.now())

    def _account_of(self, proposal: Proposal, message: Message | None) -> str:
        """Return who acts; raise `NotFound` for mail that is not known, `Invalid` for another account's mail."""
        if message is None and (proposal.kind in _ON_A_MESSAGE or (proposal.target and proposal.kind in OUTGOING)):
            raise NotFound(f"there is no message {proposal.target!r}")
        if facts(proposal.kind).own:
            return proposal.account or OWN_ACCOUNT
        if message is not None:
            if proposal.account not in ("", message.account):
                raise Invalid(f"the message is in {message.account}, not in {proposal.account}", where="account")
            return message.account
        able = (c.account.name for c in self._connections.all() if _carries(c.executor, proposal.kind))
        return proposal.account or next(able, "")

    def _task_named(self, proposal: Proposal) -> str:
        """Name the task that is to be completed; a message's title names itself."""
        if proposal.kind is not Kind.COMPLETE_TASK:
            return ""
        return f" “{self._store.tasks.task(proposal.target).title}”"

    def _message(self, target: str) -> Message | None:
        try:
            return self._store.messages.get(target).message
        except NotFound:
            return None

    def _thread(self, kind: Kind, message: Message | None) -> tuple[Message, ...]:
        """Return the message's thread where actions of `kind` rest on it; most do not, and it costs a while."""
        if message is None or not rests_on_thread(kind):
            return ()
        thread = self._store.messages.thread(message.thread_id, message.account)
        return tuple(each.message for each in thread)

    def _warnings(self, payload: object, thread: Sequence[Message]) -> tuple[str, ...]:
        return self._outgoing.warnings(payload, thread) if isinstance(payload, OutgoingMail) else ()


def _risk(proposal: Proposal, payload: object, executor: Executor, message: Message | None) -> Risk:
    risk = risk_of(proposal.kind, payload, message=message, tainted=proposal.tainted, ordered=proposal.standing)
    return Risk.APPROVAL if risk is Risk.AUTO and executor.missing_permission(proposal.kind) else risk


def _carries(executor: Executor | None, kind: Kind) -> bool:
    return executor is not None and kind in executor.kinds
