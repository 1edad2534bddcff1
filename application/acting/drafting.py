"""What is laid before the owner: a proposal, or an edit of one, with all that he must see before he approves."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from application.acting.grounds import Grounds, GroundsKeeper
from application.acting.outgoing import Outgoing
from application.ports.clock import Clock
from application.ports.executor import Executor
from application.ports.providers import Connections
from domain.action_events import Edited, Origin, Proposed
from domain.actions import Action
from domain.codec import Json
from domain.errors import AlfredError, Invalid, NotFound, Refused
from domain.hidden import hidden_in
from domain.kinds import OUTGOING, About, InvitationReply, Kind, OutgoingMail, Risk, arguments_of, facts
from domain.label_names import read_asked
from domain.messages import Message, MessageKind
from domain.recipients import is_same_letter
from domain.sources import OWN_ACCOUNT
from domain.subjects import check_times, undo_warnings
from domain.titles import title_of

log = logging.getLogger(__name__)

Draft = tuple[str, Proposed]
"""The id of an action that is not logged yet, and the event that will propose it."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody wants done. `target` is a message's id or another thing's; `account` may follow from it.

    `warnings` are shown with those that drawing it up leads to.
    """

    kind: Kind
    target: str = ""
    arguments: Mapping[str, Json] | None = None
    account: str = ""
    origin: Origin = Origin.OWNER
    reason: str = ""
    rule: str | None = None
    tainted: bool = False
    standing: bool = False
    warnings: tuple[str, ...] = ()


class Drafting:
    """Draws up what the log is to hold; of all that, only the bytes of a mail are stored."""

    def __init__(self, connections: Connections, outgoing: Outgoing, grounds: GroundsKeeper, clock: Clock) -> None:
        self._connections = connections
        self._outgoing = outgoing
        self._grounds = grounds
        self._clock = clock

    def draw_up(self, proposal: Proposal, message: Message | None = None) -> Draft:
        """Return the event that proposes this; `message` is what the proposal is about, where that is at hand."""
        grounds = self._grounds.of(proposal.kind, proposal.target, message)
        account = self._account_of(proposal, grounds)
        executor = self._connections.executor(account, proposal.kind)
        payload = read_asked(proposal.kind, proposal.arguments or {})
        check_times(payload)
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
            warnings=proposal.warnings + self._warnings(proposal.kind, payload, grounds, proposal.target),
        )

    def is_drawn_up(self, proposal: Proposal, waiting: Action) -> bool:
        """Whether `waiting` is what drawing up `proposal` would come to, but for what each mail is given of its own.

        What reaches others waits for the owner whether outside text had a say in it or not.
        """
        if not _is_asked_alike(proposal, waiting):
            return False
        if proposal.tainted != waiting.tainted and not facts(proposal.kind).reaches_others:
            return False
        held: object = waiting.payload
        return self._to_hold(proposal, waiting) == (_unbuilt(held) if isinstance(held, OutgoingMail) else held)

    def is_worded_anew(self, proposal: Proposal, waiting: Action) -> bool:
        """Whether `proposal` is the letter that waits in `waiting`, in other words."""
        if not _is_asked_alike(proposal, waiting) or not facts(proposal.kind).reaches_others:
            return False
        wanted = self._to_hold(proposal, waiting)
        return isinstance(wanted, OutgoingMail) and is_same_letter(wanted, waiting.payload)

    def _to_hold(self, proposal: Proposal, waiting: Action) -> object:
        """Return what `proposal` would hold where it were drawn up for the account of `waiting`, without its bytes."""
        payload = read_asked(proposal.kind, proposal.arguments or {})
        if not isinstance(payload, OutgoingMail):
            return payload
        grounds = self._grounds.of(proposal.kind, proposal.target)
        return self._outgoing.complete(proposal.kind, _unbuilt(payload), waiting.account, grounds.message)

    def what_can_be(self, proposals: Iterable[tuple[Proposal, Message]]) -> Iterator[Draft]:
        """Draw up, one by one as they are asked for, those that can be proposed on their messages."""
        for proposal, message in proposals:
            try:
                yield self.draw_up(proposal, message)
            except AlfredError as error:
                log.warning("rule could not propose", extra={"rule": proposal.rule, "code": error.code})

    def edited(self, action: Action, arguments: Mapping[str, Json]) -> Edited:
        """Return the event that changes some arguments of a proposal."""
        if action.undoes is not None:
            raise Refused("an undo cannot be edited", code="not_editable")
        merged = {**arguments_of(action.payload), **arguments}
        grounds = self._grounds.of_action(action)
        payload = read_asked(action.kind, merged)
        check_times(payload)
        if isinstance(payload, OutgoingMail):
            payload = self._rebuilt(action, payload, grounds.message)
        title = title_of(action.kind, payload, grounds.message, grounds.subject, self._grounds.zone)
        return Edited(arguments_of(payload), title, self._warnings(action.kind, payload, grounds, action.target))

    def able(self, kind: Kind) -> str | None:
        """Return the first account that is connected and can carry out `kind`."""
        able = (each.account.name for each in self._connections.all() if each.executor(kind) is not None)
        return next(able, None)

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
        ours = replace(_unbuilt(mail), message_id=message_id)
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
        if account := proposal.account or self.able(proposal.kind):
            return account
        raise Refused(f"no account that is connected can {proposal.kind.in_words}", code="no_executor")

    def _warnings(self, kind: Kind, payload: object, grounds: Grounds, target: str) -> tuple[str, ...]:
        if isinstance(payload, OutgoingMail):
            return self._outgoing.warnings(payload, grounds.thread)
        shown = self._outgoing.guest_warnings(payload) + hidden_in(payload)
        clashes = self._grounds.clash_warnings(payload, target)
        return shown + clashes + (undo_warnings(grounds.subject) if kind is Kind.DELETE_EVENT else ())


def _is_asked_alike(proposal: Proposal, waiting: Action) -> bool:
    asked = (proposal.kind, proposal.target, proposal.origin)
    return asked == (waiting.kind, waiting.target, waiting.origin)


def _unbuilt(mail: OutgoingMail) -> OutgoingMail:
    return replace(mail, message_id="", mime="")


def _risk(proposal: Proposal, payload: object, executor: Executor, grounds: Grounds) -> Risk:
    """Judge it as it is judged again before it runs; where he lacks a permission, the owner is to see that first."""
    risk = grounds.risk(proposal.kind, payload, proposal.origin, tainted=proposal.tainted, ordered=proposal.standing)
    return Risk.APPROVAL if risk is Risk.AUTO and executor.missing_permission(proposal.kind) else risk
