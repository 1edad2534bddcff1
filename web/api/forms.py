"""The shapes that leave over the API, as INTERFACES names them; the OpenAPI document is made from these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from application.outgoing import Outgoing
from application.ports.mime import HtmlCleaner
from application.ports.store import ClassifiedMessage
from domain.action_events import LogEntry, event_detail
from domain.actions import Action
from domain.codec import encode
from domain.kinds import Kind, OutgoingMail
from domain.messages import Address, Mail, Message
from domain.triage import Category, Classification


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class AttachmentForm:
    name: str
    media_type: str
    size: int
    index: int
    inline: bool


@dataclass(frozen=True, slots=True)
class ActionItemForm:
    text: str
    due: date | None


@dataclass(frozen=True, slots=True)
class FollowUpHintForm:
    needed: bool
    by: date | None


@dataclass(frozen=True, slots=True)
class ClassificationForm:
    category: Category
    priority: int
    summary: str
    action_items: tuple[ActionItemForm, ...]
    follow_up: FollowUpHintForm
    confidence: float
    brain: Literal["owner", "prefilter", "local", "model"]
    model: str | None
    at: datetime
    suspicion: str


@dataclass(frozen=True, slots=True)
class MessageForm:
    id: str
    account: str
    provider: str
    kind: Literal["mail", "chat"]
    source: str
    thread_id: str
    sent_at: datetime
    received_at: datetime
    from_: Person
    to: tuple[Person, ...]
    cc: tuple[Person, ...]
    subject: str
    snippet: str
    labels: tuple[str, ...]
    attachments: tuple[AttachmentForm, ...]
    is_read: bool
    classification: ClassificationForm | None
    one_time_code: str | None = None


@dataclass(frozen=True, slots=True)
class WholeMessageForm:
    """A message with its body; `body_html` is sanitised, `quoted_text` and `signature` were set apart from the text."""

    id: str
    account: str
    provider: str
    kind: Literal["mail", "chat"]
    source: str
    thread_id: str
    sent_at: datetime
    received_at: datetime
    from_: Person
    to: tuple[Person, ...]
    cc: tuple[Person, ...]
    subject: str
    snippet: str
    labels: tuple[str, ...]
    attachments: tuple[AttachmentForm, ...]
    is_read: bool
    classification: ClassificationForm | None
    one_time_code: str | None
    body_text: str
    body_html: str
    quoted_text: str
    signature: str
    defects: tuple[str, ...]
    removed: bool


@dataclass(frozen=True, slots=True)
class EventForm:
    seq: int
    type: str
    at: datetime
    actor: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class UndoForm:
    possible: bool
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class OutgoingForm:
    """What stands in the very bytes that will be sent."""

    from_: Person
    to: tuple[Person, ...]
    cc: tuple[Person, ...]
    bcc: tuple[Person, ...]
    reply_to: tuple[Person, ...]
    subject: str
    text: str
    attachments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActionForm:
    id: str
    kind: Kind
    target: str
    source: str
    risk: Literal["auto", "approval"]
    account: str
    status: Literal[
        "proposed", "approved", "executing", "executed", "rejected", "superseded", "uncertain", "rolled_back"
    ]
    error: str | None
    error_code: str | None
    undoes: str | None
    undone_by: str | None
    title: str
    reason: str
    rule: str | None
    arguments: dict[str, Any]
    digest: str
    origin: Literal["rule", "chat", "owner", "hook", "routine"]
    tainted: bool
    warnings: tuple[str, ...]
    changed_since: str | None
    proposed_at: datetime
    changed_at: datetime
    undo: UndoForm
    events: tuple[EventForm, ...] = ()
    outgoing: OutgoingForm | None = None


def person(address: Address) -> Person:
    return Person(address.name, address.address)


def people(addresses: tuple[Address, ...]) -> tuple[Person, ...]:
    return tuple(person(address) for address in addresses)


def classification_form(classification: Classification | None) -> ClassificationForm | None:
    if classification is None:
        return None
    verdict = classification.verdict
    return ClassificationForm(
        category=verdict.category,
        priority=verdict.priority,
        summary=verdict.summary,
        action_items=tuple(ActionItemForm(item.text, item.due) for item in verdict.action_items),
        follow_up=FollowUpHintForm(verdict.follow_up.needed, verdict.follow_up.by),
        confidence=round(verdict.confidence, 3),
        brain=verdict.brain.value,
        model=verdict.model,
        at=classification.at,
        suspicion=verdict.suspicion,
    )


def _envelope(message: Message, classification: Classification | None, code: str | None) -> dict[str, Any]:
    return {
        "id": message.id,
        "account": message.account,
        "provider": message.provider,
        "kind": message.kind.value,
        "source": message.source,
        "thread_id": message.thread_id,
        "sent_at": message.sent_at,
        "received_at": message.received_at,
        "from_": person(message.sender),
        "to": people(message.to),
        "cc": people(message.cc),
        "subject": message.subject,
        "snippet": message.snippet,
        "labels": tuple(sorted(message.labels)),
        "attachments": tuple(
            AttachmentForm(each.name, each.media_type, each.size, each.index, each.inline)
            for each in message.attachments
        ),
        "is_read": message.is_read,
        "classification": classification_form(classification),
        "one_time_code": code,
    }


def message_form(known: ClassifiedMessage, code: str | None = None) -> MessageForm:
    return MessageForm(**_envelope(known.message, known.classification, code))


def whole_message_form(known: ClassifiedMessage, cleaner: HtmlCleaner, code: str | None = None) -> WholeMessageForm:
    body = known.message.body
    return WholeMessageForm(
        **_envelope(known.message, known.classification, code),
        body_text=body.text,
        body_html=cleaner.clean(body.html) if body.html else "",
        quoted_text=body.quoted if isinstance(body, Mail) else "",
        signature=body.signature if isinstance(body, Mail) else "",
        defects=body.defects if isinstance(body, Mail) else (),
        removed=known.removed,
    )


def event_form(entry: LogEntry) -> EventForm:
    return EventForm(entry.seq, entry.event.type, entry.at, entry.actor, event_detail(entry.event))


def action_form(action: Action, entries: tuple[LogEntry, ...] = (), outgoing: Outgoing | None = None) -> ActionForm:
    arguments = encode(action.payload)
    assert isinstance(arguments, dict)
    return ActionForm(
        id=action.id,
        kind=action.kind,
        target=action.target,
        source=action.source,
        risk=action.risk.value,
        account=action.account,
        status=action.status.value,
        error=action.error,
        error_code=action.error_code,
        undoes=action.undoes,
        undone_by=action.undone_by,
        title=action.title,
        reason=action.reason,
        rule=action.rule,
        arguments=arguments,
        digest=action.digest,
        origin=action.origin.value,
        tainted=action.tainted,
        warnings=action.warnings,
        changed_since=action.changed_since,
        proposed_at=action.proposed_at,
        changed_at=action.changed_at,
        undo=UndoForm(action.can_be_undone),
        events=tuple(event_form(entry) for entry in entries),
        outgoing=_outgoing_form(action, outgoing),
    )


def _outgoing_form(action: Action, outgoing: Outgoing | None) -> OutgoingForm | None:
    if outgoing is None or not isinstance(action.payload, OutgoingMail) or not action.payload.mime:
        return None
    shown = outgoing.show(action.payload)
    return OutgoingForm(
        from_=person(shown.sender),
        to=people(shown.to),
        cc=people(shown.cc),
        bcc=people(shown.bcc),
        reply_to=people(shown.reply_to),
        subject=shown.subject,
        text=shown.text,
        attachments=shown.attachments,
    )
