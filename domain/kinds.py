"""The kinds of action, what each carries, and what is always true of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.calendar import Response, Span
from domain.codec import Json, canonical, decode, encode
from domain.errors import Refused
from domain.own_records import NewBudget, NewFact, NewFollowUp, NewTask, SnoozeUntil
from domain.work import Vote


class Kind(StrEnum):
    LABEL = "label"
    ARCHIVE = "archive"
    DELETE = "delete"
    SNOOZE = "snooze"
    UNSUBSCRIBE = "unsubscribe"
    DRAFT = "draft"
    SEND = "send"
    REPLY = "reply"
    FORWARD = "forward"
    NOTIFY = "notify"
    CREATE_TASK = "create_task"
    COMPLETE_TASK = "complete_task"
    CREATE_FOLLOW_UP = "create_follow_up"
    REMEMBER = "remember"
    SET_BUDGET = "set_budget"
    CREATE_EVENT = "create_event"
    UPDATE_EVENT = "update_event"
    DELETE_EVENT = "delete_event"
    RESPOND_EVENT = "respond_event"
    ANSWER_INVITATION = "answer_invitation"
    VOTE_PULL_REQUEST = "vote_pull_request"
    COMMENT_PULL_REQUEST = "comment_pull_request"
    CREATE_WORK_ITEM = "create_work_item"
    UPDATE_WORK_ITEM = "update_work_item"
    LINK_WORK_ITEM = "link_work_item"
    RERUN_PIPELINE = "rerun_pipeline"

    @property
    def in_words(self) -> str:
        """Return what is done, as a sentence says it: to …"""
        return self.value.replace("_", " ")


class Risk(StrEnum):
    """`auto`: Alfred does it and logs it. `approval`: it waits for the owner."""

    AUTO = "auto"
    APPROVAL = "approval"


class Repeat(StrEnum):
    """Whether doing it twice does harm: `safe` effects are simply repeated, `once` go through a draft or id of ours."""

    SAFE = "safe"
    ONCE = "once"


@dataclass(frozen=True, slots=True)
class ChangeLabels:
    """Labels to add and to remove: `Label` values or the provider's own names."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Nothing:
    """A kind whose target says everything."""


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A mail to write. `message_id` and `mime` (SHA-256 of the stored bytes) are filled in when it is built.

    What is shown is read from those bytes, and those bytes are what is sent.
    """

    to: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    reply_to: tuple[str, ...] = ()
    message_id: str = ""
    mime: str = ""


@dataclass(frozen=True, slots=True)
class InvitationReply(OutgoingMail):
    """An answer to an invitation that came by mail, written to its organizer (iTIP REPLY, RFC 5546, 3.2.3).

    Only `response` and `text` are anybody's to choose: `uid` and `occurrence` say which invitation of the mail is
    answered, and the rest is taken from it. `occurrence` is its RECURRENCE-ID as RFC 5545 writes it, in UTC or a mere
    date; empty for all of a series.
    """

    response: Response = Response.ACCEPTED
    uid: str = ""
    sequence: int = 0
    occurrence: str = ""

    @property
    def invitation(self) -> str:
        """The title of what is answered, as the subject has it."""
        return self.subject.partition(": ")[2]


@dataclass(frozen=True, slots=True)
class NewNotice:
    text: str


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to write. `end` is exclusive; an all-day one runs from midnight to midnight in `zone` (IANA name).

    `recurrence` holds RFC 5545 lines, such as `RRULE:FREQ=WEEKLY`; `online` asks for a conference.
    """

    title: str
    start: datetime
    end: datetime
    all_day: bool = False
    zone: str = ""
    attendees: tuple[str, ...] = ()
    location: str = ""
    description: str = ""
    recurrence: tuple[str, ...] = ()
    online: bool = False


@dataclass(frozen=True, slots=True)
class ChangeEvent:
    """What to change of an event; None leaves it as it is."""

    title: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    location: str | None = None
    description: str | None = None
    add_attendees: tuple[str, ...] = ()
    remove_attendees: tuple[str, ...] = ()

    def moved(self, span: Span) -> Span:
        """Return when an event that takes place in `span` does afterwards; a new start alone keeps its length."""
        if self.start is None:
            return Span(span.start, self.end or span.end)
        return Span(self.start, self.end or self.start + (span.end - span.start))


@dataclass(frozen=True, slots=True)
class InvitationAnswer:
    """An answer to an invitation, with a word to the organizer."""

    response: Response
    comment: str = ""


@dataclass(frozen=True, slots=True)
class CastVote:
    """The owner's vote on a pull request, for the very commit that was shown."""

    vote: Vote


@dataclass(frozen=True, slots=True)
class NewRemark:
    """Something to say on a pull request."""

    text: str


@dataclass(frozen=True, slots=True)
class NewWorkItem:
    """A work item to enter. Empty: the `project` of what it is about, or the only one; the usual `type`.

    `assigned_to` is an address. Where the action's target is a pull request, the item is linked to it.
    """

    title: str
    type: str = ""
    description: str = ""
    project: str = ""
    assigned_to: str = ""


@dataclass(frozen=True, slots=True)
class ChangeWorkItem:
    """What to change of a work item; None leaves it as it is."""

    state: str | None = None
    title: str | None = None
    description: str | None = None
    assigned_to: str | None = None
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class LinkTo:
    """The number of the work item that a pull request is linked to."""

    work_item: int


class About(StrEnum):
    """What kind of thing the target of an action is; `nothing` where it has none, or may have any."""

    NOTHING = "nothing"
    MESSAGE = "message"
    TASK = "task"
    EVENT = "event"
    PULL_REQUEST = "pull_request"
    WORK_ITEM = "work_item"
    RUN = "run"


@dataclass(frozen=True, slots=True)
class KindFacts:
    """What is always true of a kind.

    `reaches_others`: its effect is seen by another person or spends money. `when_asked`: done without asking again
    only where the owner himself ordered it. `own`: it concerns Alfred's own records alone.
    """

    payload: type
    verb: str
    risk: Risk = Risk.APPROVAL
    repeat: Repeat = Repeat.SAFE
    about: About = About.NOTHING
    reaches_others: bool = False
    undoable: bool = True
    when_asked: bool = False
    own: bool = False


FACTS: Mapping[Kind, KindFacts] = {
    Kind.LABEL: KindFacts(ChangeLabels, "Label", Risk.AUTO, about=About.MESSAGE),
    Kind.ARCHIVE: KindFacts(Nothing, "Archive", about=About.MESSAGE),
    Kind.DELETE: KindFacts(Nothing, "Delete", about=About.MESSAGE),
    Kind.SNOOZE: KindFacts(SnoozeUntil, "Snooze", Risk.AUTO, about=About.MESSAGE, own=True),
    Kind.UNSUBSCRIBE: KindFacts(
        Nothing, "Unsubscribe from", repeat=Repeat.ONCE, about=About.MESSAGE, reaches_others=True, undoable=False
    ),
    Kind.DRAFT: KindFacts(OutgoingMail, "Draft", Risk.AUTO, Repeat.ONCE),
    Kind.SEND: KindFacts(OutgoingMail, "Send", repeat=Repeat.ONCE, reaches_others=True, undoable=False),
    Kind.REPLY: KindFacts(
        OutgoingMail,
        "Reply to",
        repeat=Repeat.ONCE,
        about=About.MESSAGE,
        reaches_others=True,
        undoable=False,
    ),
    Kind.FORWARD: KindFacts(
        OutgoingMail, "Forward", repeat=Repeat.ONCE, about=About.MESSAGE, reaches_others=True, undoable=False
    ),
    Kind.ANSWER_INVITATION: KindFacts(
        InvitationReply,
        "Answer by mail",
        repeat=Repeat.ONCE,
        about=About.MESSAGE,
        reaches_others=True,
        undoable=False,
    ),
    Kind.NOTIFY: KindFacts(NewNotice, "Notify of", Risk.AUTO, undoable=False, own=True),
    Kind.CREATE_TASK: KindFacts(NewTask, "Add the task", Risk.AUTO, own=True),
    Kind.COMPLETE_TASK: KindFacts(Nothing, "Complete the task", Risk.AUTO, about=About.TASK, own=True),
    Kind.CREATE_FOLLOW_UP: KindFacts(NewFollowUp, "Follow up on", Risk.AUTO, own=True),
    Kind.REMEMBER: KindFacts(NewFact, "Remember", Risk.AUTO, own=True),
    Kind.SET_BUDGET: KindFacts(NewBudget, "Set the budget for", Risk.AUTO, own=True),
    Kind.CREATE_EVENT: KindFacts(NewEvent, "Put in the calendar", Risk.AUTO, Repeat.ONCE, when_asked=True),
    Kind.UPDATE_EVENT: KindFacts(ChangeEvent, "Change", Risk.AUTO, Repeat.ONCE, about=About.EVENT, when_asked=True),
    Kind.DELETE_EVENT: KindFacts(Nothing, "Remove from the calendar", repeat=Repeat.ONCE, about=About.EVENT),
    Kind.RESPOND_EVENT: KindFacts(
        InvitationAnswer, "Answer", repeat=Repeat.ONCE, about=About.EVENT, reaches_others=True
    ),
    Kind.VOTE_PULL_REQUEST: KindFacts(CastVote, "Vote on", about=About.PULL_REQUEST, reaches_others=True),
    Kind.COMMENT_PULL_REQUEST: KindFacts(
        NewRemark, "Comment on", repeat=Repeat.ONCE, about=About.PULL_REQUEST, reaches_others=True
    ),
    Kind.CREATE_WORK_ITEM: KindFacts(NewWorkItem, "Create the work item", repeat=Repeat.ONCE, reaches_others=True),
    Kind.UPDATE_WORK_ITEM: KindFacts(
        ChangeWorkItem, "Change", repeat=Repeat.ONCE, about=About.WORK_ITEM, reaches_others=True
    ),
    Kind.LINK_WORK_ITEM: KindFacts(LinkTo, "Link", about=About.PULL_REQUEST, reaches_others=True),
    Kind.RERUN_PIPELINE: KindFacts(
        Nothing, "Run again", repeat=Repeat.ONCE, about=About.RUN, reaches_others=True, undoable=False
    ),
}

OUTGOING = frozenset({Kind.DRAFT, Kind.SEND, Kind.REPLY, Kind.FORWARD, Kind.ANSWER_INVITATION})
SCHEMA_VERSION = 1


def facts(kind: Kind) -> KindFacts:
    """Return what is true of `kind`; raise `Refused` for one that nothing here knows how to carry."""
    if kind not in FACTS:
        raise Refused(f"Alfred has no way to {kind.in_words} yet", code="unknown_kind")
    return FACTS[kind]


def may_reach_others(kind: Kind) -> bool:
    """Whether somebody else may hear of it: what stands in a calendar may have guests. Of an unknown kind who knows."""
    known = FACTS.get(kind)
    return known is None or known.reaches_others or known.when_asked or known.about is About.EVENT


def read_kind(name: str) -> Kind:
    """Return the kind called exactly `name`; an unknown one is refused."""
    try:
        return Kind(name)
    except ValueError:
        raise Refused(f"there is no kind of action called {name!r}", code="unknown_kind") from None


def read_payload(kind: Kind, arguments: Mapping[str, Json]) -> object:
    """Return the typed payload of `kind` from JSON arguments; raise `Invalid` naming the argument."""
    return decode(facts(kind).payload, arguments, "arguments")


def arguments_of(payload: object) -> dict[str, Json]:
    """Return a payload as the arguments that `read_payload` makes it of."""
    arguments = encode(payload)
    assert isinstance(arguments, dict)
    return arguments


def digest(kind: Kind, target: str, account: str, payload: object, basis: str, undoes: str | None) -> str:
    """SHA-256 of the canonical payload: what an approval is bound to."""
    shown = {
        "version": SCHEMA_VERSION,
        "kind": kind.value,
        "target": target,
        "account": account,
        "arguments": encode(payload),
        "basis": basis,
        "undoes": undoes,
    }
    return hashlib.sha256(canonical(shown).encode()).hexdigest()
