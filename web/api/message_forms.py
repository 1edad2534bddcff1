"""The shapes of messages over the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import orjson

from application.ports.mime import HtmlCleaner
from application.ports.store import ClassifiedMessage
from domain.messages import Chat, Mail, Message
from domain.triage import Category, Classification
from web.api.people import Person, people, person


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


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeMessageForm(MessageForm):
    """A message with its body; `body_html` is sanitised, `quoted_text` and `signature` were set apart from the text.

    `channel` is where a chat message was said, and `link` leads to it in the provider's own program.
    """

    body_text: str
    body_html: str
    quoted_text: str
    signature: str
    defects: tuple[str, ...]
    removed: bool
    channel: str = ""
    link: str = ""


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


def message_row(known: ClassifiedMessage) -> bytes:
    """Return the JSON of `message_form`, written without making one: lists have many rows."""
    row = _envelope(known.message, known.classification, None)
    row["from"] = row.pop("from_")
    return orjson.dumps(row, option=orjson.OPT_UTC_Z)


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
        channel=body.channel if isinstance(body, Chat) else "",
        link=body.link if isinstance(body, Chat) else "",
    )
