"""Says in one line what an action will do, verb first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from domain.calendar import Response
from domain.kinds import (
    CastVote,
    ChangeEvent,
    ChangeLabels,
    ChangeWorkItem,
    InvitationAnswer,
    InvitationReply,
    Kind,
    LinkTo,
    NewEvent,
    NewNotice,
    NewWorkItem,
    OutgoingMail,
    facts,
)
from domain.messages import Message
from domain.own_records import NewBudget, NewFact, NewFollowUp, NewTask
from domain.subjects import Subject, when
from domain.work import Vote

LONGEST_HEADING = 250
"""What every tracker of work takes as a title."""

_ANSWERS = {
    Response.ACCEPTED: "Accept",
    Response.TENTATIVE: "Accept tentatively",
    Response.DECLINED: "Decline",
    Response.NEEDS_ACTION: "Take back the answer to",
}
_VOTES = {
    Vote.APPROVE: "Approve",
    Vote.APPROVE_WITH_SUGGESTIONS: "Approve with suggestions",
    Vote.NONE: "Take back the vote on",
    Vote.WAIT: "Wait for the author of",
    Vote.REJECT: "Reject",
}


def title_of(kind: Kind, payload: object, message: Message | None, subject: Subject | None, zone: tzinfo) -> str:
    """Say what will be done; times are in the owner's `zone`."""
    verb = facts(kind).verb
    match payload:
        case InvitationAnswer(response=response) | InvitationReply(response=response):
            title = payload.invitation if isinstance(payload, InvitationReply) else ""
            return f"{_ANSWERS[response]} {subject.name if subject else _named(message, title)}"
        case OutgoingMail():
            return f"{verb} {_letter(kind, payload, message)}"
        case ChangeLabels():
            marks = [f"+{name}" for name in payload.add] + [f"-{name}" for name in payload.remove]
            return f"{verb} {_named(message)} {' '.join(marks)}"
        case NewTask(title=said) | NewFollowUp(about=said):
            return f"{verb} “{said or heading_of(message)}”"
        case NewFact():
            return f"{verb} “{payload.fact}”"
        case NewBudget():
            return f"{verb} {payload.category} to {payload.currency} {payload.limit} a month"
        case NewNotice(text=said):
            return f"{verb} “{said}”" if said else f"{verb} {_named(message)}"
        case NewEvent():
            return f"{verb}: {_new_event(payload, zone)}"
        case ChangeEvent():
            return f"{_changes(payload, zone)}: {subject.name if subject else ''}"
        case CastVote() | NewWorkItem() | ChangeWorkItem() | LinkTo():
            return _work(verb, payload, subject.name if subject else "")
    return f"{verb} {subject.name if subject else _named(message)}".strip()


def heading_of(message: Message | None) -> str:
    """Return what a task or a work item for a mail is called: its subject, else its sender; "" without one."""
    if message is None:
        return ""
    said = " ".join(message.subject.split()) or f"A message from {message.sender.name or message.sender.address}"
    return said if len(said) <= LONGEST_HEADING else f"{said[: LONGEST_HEADING - 1]}…"


def _letter(kind: Kind, mail: OutgoingMail, message: Message | None) -> str:
    if kind is Kind.FORWARD and message is not None:
        return f"“{message.subject}” to {_listed(mail.to)}"
    if kind is Kind.REPLY and message is not None:
        return f"{message.sender.name or message.sender.address}: “{message.subject}”"
    return f"“{mail.subject}” to {_listed(mail.to)}"


def _new_event(event: NewEvent, zone: tzinfo) -> str:
    invited = f" with {_listed(event.attendees)}" if event.attendees else ""
    return f"“{event.title}” on {when(event.start, zone, all_day=event.all_day)}{invited}"


def _changes(change: ChangeEvent, zone: tzinfo) -> str:
    """Say the change that matters most: who is invited, then when, then the rest."""
    if change.add_attendees:
        return f"Invite {_listed(change.add_attendees)}"
    if change.start is not None:
        return f"Move to {when(change.start, zone)}"
    if change.remove_attendees:
        return f"Uninvite {_listed(change.remove_attendees)}"
    return f"Rename to “{change.title}”" if change.title else "Change"


def _work(verb: str, payload: CastVote | NewWorkItem | ChangeWorkItem | LinkTo, name: str) -> str:
    match payload:
        case CastVote(vote=vote):
            return f"{_VOTES[vote]} {name}"
        case NewWorkItem(title=title):
            return f"{verb} “{title}”" + (f" for {name}" if name else "")
        case ChangeWorkItem():
            return f"{_work_changes(payload)}: {name}"
        case LinkTo(work_item=number):
            return f"{verb} #{number} to {name}"


def _work_changes(change: ChangeWorkItem) -> str:
    said = {
        "Set to {}": change.state,
        "Give to {}": change.assigned_to,
        "Rename to “{}”": change.title,
        "Set the priority to {}": change.priority,
    }
    return next((words.format(value) for words, value in said.items() if value is not None), "Change")


def _named(message: Message | None, title: str = "") -> str:
    if message is None:
        return ""
    return f"“{title or message.subject or '(no subject)'}” from {message.sender.name or message.sender.address}"


def _listed(people: Sequence[str]) -> str:
    return ", ".join(people[:2]) + (f" and {len(people) - 2} more" if len(people) > 2 else "")
