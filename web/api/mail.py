"""Messages: list, read, attachments, and the owner's corrections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

import orjson
from starlette.responses import Response

from application.ports.store import MessageQuery
from domain.errors import NotFound
from domain.hidden import without_hidden
from domain.messages import Label
from domain.triage import Category
from web.api.message_forms import (
    ClassificationForm,
    MessageForm,
    WholeMessageForm,
    classification_form,
    whole_message_form,
)
from web.api.operations import MOST_ROWS, Call, Operation, up_to


@dataclass(frozen=True, slots=True)
class MessageListQuery:
    q: str = ""
    source: str | None = None
    account: str | None = None
    category: Category | None = None
    max_priority: int | None = up_to(5, usually=None)
    label: str | None = None
    since: datetime | None = None
    snoozed: bool | None = None
    cursor: str | None = None
    limit: int = up_to(MOST_ROWS, usually=50)


@dataclass(frozen=True, slots=True)
class MessageList:
    items: tuple[MessageForm, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Thread:
    items: tuple[WholeMessageForm, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class CorrectionForm:
    category: Category | None = None
    priority: int | None = None


def list_messages(call: Call) -> Response:
    """Answer with a `MessageList`, whose rows are kept as bytes; in the inbox, what is snoozed is out of sight."""
    query: MessageListQuery = call.query
    out_of_sight = False if query.label == Label.INBOX else None
    wanted = MessageQuery(
        text=query.q,
        source=query.source,
        account=query.account,
        category=query.category,
        max_priority=query.max_priority,
        label=query.label,
        since=query.since,
        asleep=out_of_sight if query.snoozed is None else query.snoozed,
    )
    page = call.services.store.messages.list(wanted, query.cursor, query.limit)
    form = {"items": call.services.rows.of(page.items), "next_cursor": page.next_cursor}
    return Response(orjson.dumps(form), media_type="application/json")


def show_message(call: Call) -> WholeMessageForm:
    known = call.services.store.messages.get(call.path["id"])
    code = call.services.codes.shown(known.message.id, call.services.clock.now())
    return whole_message_form(known, call.services.cleaner, code)


def show_thread(call: Call) -> Thread:
    message = call.services.store.messages.get(call.path["id"]).message
    thread = call.services.store.messages.thread(message.thread_id, message.account)
    full = call.services.store.messages.get_many([known.message.id for known in thread])
    cleaner = call.services.cleaner
    return Thread(tuple(whole_message_form(full[known.message.id], cleaner) for known in thread))


def show_attachment(call: Call) -> Response:
    """Hand out an attachment's bytes, always as a download."""
    message = call.services.store.messages.get(call.path["id"]).message
    number = int(call.path["n"])
    if not any(each.index == number for each in message.attachments):
        raise NotFound("the message has no such attachment")
    source = call.services.connections.source(message.source)
    content, name, _ = source.attachment(message.provider_id, number)
    disposition = f"attachment; filename*=UTF-8''{quote(without_hidden(name) or 'attachment')}"
    headers = {"Content-Disposition": disposition, "Content-Security-Policy": "sandbox; default-src 'none'"}
    return Response(content, 200, headers, "application/octet-stream")


def correct(call: Call) -> ClassificationForm:
    classification = call.services.correcting.correct(call.path["id"], call.body.category, call.body.priority)
    form = classification_form(classification)
    assert form is not None
    return form


def take_back(call: Call) -> ClassificationForm | None:
    return classification_form(call.services.correcting.take_back(call.path["id"]))


OPERATIONS = (
    Operation(
        "GET", "/api/messages", "Messages, newest first", list_messages, MessageList, MessageListQuery, cached=True
    ),
    Operation("GET", "/api/messages/{id}", "One message with its body", show_message, WholeMessageForm),
    Operation("GET", "/api/messages/{id}/thread", "The conversation, oldest first", show_thread, Thread),
    Operation(
        "GET",
        "/api/messages/{id}/attachments/{n:int}",
        "An attachment's bytes",
        show_attachment,
        stream="application/octet-stream",
    ),
    Operation(
        "PUT",
        "/api/messages/{id}/classification",
        "The owner's correction",
        correct,
        ClassificationForm,
        body=CorrectionForm,
    ),
    Operation(
        "DELETE",
        "/api/messages/{id}/classification",
        "Take the correction back",
        take_back,
        ClassificationForm | None,
    ),
)
