"""The one door to the world: propose, approve, edit, reject, retry, undo (SECURITY 1 to 8)."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from application.execution import Execution
from application.halt import HaltSwitch
from application.outgoing import Outgoing
from application.ports.action_log import ActionQuery
from application.ports.clock import Clock
from application.ports.mail import Executor
from application.ports.providers import Connections
from application.ports.store import Store
from domain.action_events import Approved, Edited, Origin, Proposed, Refreshed, Rejected, Settled, Superseded
from domain.actions import Action, Status
from domain.codec import Json, encode
from domain.effects import basis_of, gone_reason, title_of
from domain.errors import AlfredError, Conflict, NotFound, Refused
from domain.kinds import Kind, OutgoingMail, Risk, facts, read_payload
from domain.messages import Message
from domain.policy import risk_of

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


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What became of one item of a batch: the action, or the error that it met."""

    id: str
    action: Action | None = None
    error: AlfredError | None = None


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
        hourly_cap: int = 200,
    ) -> None:
        self._store = store
        self._connections = connections
        self._outgoing = outgoing
        self._execution = execution
        self._halt = halt
        self._clock = clock
        self._hourly_cap = hourly_cap

    def propose(self, proposal: Proposal, actor: str = "owner") -> Action:
        """Log a proposal and, where policy lets Alfred, carry it out at once; return the state after that."""
        action_id, event = self.draw_up(proposal)
        action = self._store.actions.append(action_id, [event], actor=actor, at=self._clock.now())
        return self.run_if_automatic(action)

    def draw_up(self, proposal: Proposal) -> tuple[str, Proposed]:
        """Return the event that proposes this, with everything the owner must see; nothing is stored but a mail's bytes."""
        message, thread = self._context(proposal.target)
        account = proposal.account or self._account_of(proposal, message)
        executor = self._connections.executor(account, proposal.kind)
        payload = read_payload(proposal.kind, proposal.arguments or {})
        if isinstance(payload, OutgoingMail):
            payload = self._outgoing.build(proposal.kind, payload, account, message, self._clock.now())
        arguments = encode(payload)
        assert isinstance(arguments, dict)
        return str(uuid.uuid4()), Proposed(
            kind=proposal.kind,
            target=proposal.target,
            account=account,
            arguments=arguments,
            risk=_risk(proposal, payload, executor, message),
            title=title_of(proposal.kind, payload, message),
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
        return [_settled(action_id, partial(self.approve, action_id, digest, actor)) for action_id, digest in items]

    def edit(self, action_id: str, arguments: Mapping[str, Json], actor: str = "owner") -> Action:
        """Change some arguments of a proposal; the result has a new digest and waits for a new approval."""
        action = self._store.actions.get(action_id)
        if action.undoes is not None:
            raise Refused("an undo cannot be edited", code="not_editable")
        merged = {**_arguments(action), **arguments}
        message, thread = self._context(action.target)
        payload = read_payload(action.kind, merged)
        if isinstance(payload, OutgoingMail):
            payload = self._outgoing.build(action.kind, payload, action.account, message, self._clock.now())
        fresh = encode(payload)
        assert isinstance(fresh, dict)
        event = Edited(fresh, title_of(action.kind, payload, message), self._warnings(payload, thread))
        return self._store.actions.append(action_id, [event], actor=actor, at=self._clock.now())

    def reject(self, action_id: str, reason: str = "", actor: str = "owner") -> Action:
        """Reject; what an attempt left on the provider's side is removed."""
        action = self._store.actions.get(action_id)
        rejected = self._store.actions.append(action_id, [Rejected(reason)], actor=actor, at=self._clock.now())
        self._discard(action)
        return rejected

    def retry(self, action_id: str, actor: str = "owner") -> Action:
        """Try an approved action again now; for an uncertain one this is the owner's word that it did not happen."""
        action = self._store.actions.get(action_id)
        if action.status is Status.UNCERTAIN:
            action = self._store.actions.append(action_id, [Settled()], actor=actor, at=self._clock.now())
        if action.status is not Status.APPROVED:
            raise Conflict(f"the action is {action.status.value}; only an approved one is retried", code="not_approved")
        return self._execution.run(action)

    def undo(self, action_id: str, actor: str = "owner") -> Action:
        """Take back an executed action by a new one that names it; return the new one."""
        self._halt.check()
        original = self._store.actions.get(action_id)
        if not original.can_be_undone:
            raise Conflict(_why_not_undone(original), code="cannot_undo")
        now = self._clock.now()
        undoing = self._store.actions.append(str(uuid.uuid4()), [_undoing(original)], actor=actor, at=now)
        approved = self._store.actions.append(undoing.id, [Approved(undoing.digest)], actor=actor, at=now)
        return self._execution.run(approved)

    def undo_rule(self, rule: str, since: datetime, actor: str = "owner") -> list[BatchResult]:
        """Take back all that one rule did since `since`, each by itself, newest first."""
        done = self._every(ActionQuery(rule=rule, since=since, status=Status.EXECUTED))
        return [_settled(action.id, partial(self.undo, action.id, actor)) for action in done if action.can_be_undone]

    def run_automatic(self) -> int:
        """Carry out proposals that policy leaves to Alfred and that had to wait (halted, capped); return how many."""
        waiting = [a for a in self._every(ActionQuery(status=Status.PROPOSED)) if a.risk is Risk.AUTO]
        return sum(self.run_if_automatic(action).status is Status.EXECUTED for action in reversed(waiting))

    def review(self, message_ids: Sequence[str]) -> tuple[Action, ...]:
        """Look again at what is open on these messages: close what lost its reason, mark what changed."""
        return tuple(self._review_one(action) for action in self._store.actions.open_for(message_ids))

    def _review_one(self, action: Action) -> Action:
        stored = self._store.messages.get(action.target)
        thread = self._context(action.target)[1]
        reason = gone_reason(action, stored.message, thread, removed=stored.removed)
        if reason is None or action.status not in (Status.PROPOSED, Status.APPROVED):
            return self._refresh(action)
        now = self._clock.now()
        closed = self._store.actions.append(action.id, [Superseded(reason)], actor="alfred", at=now)
        self._discard(action)
        return closed

    def _refresh(self, action: Action) -> Action:
        """Give the action a new digest where what it rests on has changed, so that it must be looked at again."""
        if action.status is not Status.PROPOSED or action.undoes is not None:
            return action
        basis = basis_of(action.kind, self._context(action.target)[1])
        if basis == action.basis:
            return action
        event = Refreshed(basis, "the conversation went on since this was proposed")
        return self._store.actions.append(action.id, [event], actor="alfred", at=self._clock.now())

    def run_if_automatic(self, action: Action) -> Action:
        if action.risk is not Risk.AUTO or action.status is not Status.PROPOSED or self._halt.is_halted:
            return action
        now = self._clock.now()
        if self._store.actions.automatic_since(now - timedelta(hours=1)) >= self._hourly_cap:
            log.warning("hourly cap reached", extra={"action": action.id, "cap": self._hourly_cap})
            return action
        approved = self._store.actions.append(
            action.id, [Approved(action.digest, automatic=True)], actor="alfred", at=now
        )
        return self._execution.run(approved)

    def _discard(self, action: Action) -> None:
        if action.token is None:
            return
        try:
            self._connections.executor(action.account, action.kind).discard(action, action.token)
        except AlfredError as error:
            log.warning("left behind at the provider", extra={"action": action.id, "code": error.code})

    def _account_of(self, proposal: Proposal, message: Message | None) -> str:
        if facts(proposal.kind).own:
            return OWN_ACCOUNT
        if message is not None:
            return message.account
        return next((c.account.name for c in self._connections.all() if _carries(c.executor, proposal.kind)), "")

    def _context(self, target: str) -> tuple[Message | None, tuple[Message, ...]]:
        try:
            message = self._store.messages.get(target).message
        except NotFound:
            return None, ()
        thread = self._store.messages.thread(message.thread_id, message.account)
        return message, tuple(each.message for each in thread)

    def _warnings(self, payload: object, thread: Sequence[Message]) -> tuple[str, ...]:
        return self._outgoing.warnings(payload, thread) if isinstance(payload, OutgoingMail) else ()

    def _every(self, query: ActionQuery) -> list[Action]:
        found: list[Action] = []
        cursor: str | None = None
        while True:
            page = self._store.actions.list(query, cursor, 200)
            found += page.items
            cursor = page.next_cursor
            if cursor is None:
                return found


def _risk(proposal: Proposal, payload: object, executor: Executor, message: Message | None) -> Risk:
    risk = risk_of(proposal.kind, payload, message=message, tainted=proposal.tainted, ordered=proposal.standing)
    return Risk.APPROVAL if risk is Risk.AUTO and executor.missing_permission(proposal.kind) else risk


def _settled(action_id: str, step: Callable[[], Action]) -> BatchResult:
    try:
        return BatchResult(action_id, step())
    except AlfredError as error:
        return BatchResult(action_id, error=error)


def _undoing(original: Action) -> Proposed:
    return Proposed(
        kind=original.kind,
        target=original.target,
        account=original.account,
        arguments=_arguments(original),
        risk=Risk.APPROVAL,
        title=f"Undo: {original.title}",
        reason="you asked to take it back",
        origin=Origin.OWNER,
        source=original.source,
        rule=original.rule,
        undoes=original.id,
    )


def _why_not_undone(action: Action) -> str:
    if action.status is Status.ROLLED_BACK:
        return "it was taken back already"
    if action.status is not Status.EXECUTED:
        return f"it is {action.status.value}, so there is nothing to take back"
    return f"to {action.kind.value.replace('_', ' ')} cannot be taken back"


def _arguments(action: Action) -> dict[str, Json]:
    encoded = encode(action.payload)
    assert isinstance(encoded, dict)
    return encoded


def _carries(executor: Executor | None, kind: Kind) -> bool:
    return executor is not None and kind in executor.kinds
