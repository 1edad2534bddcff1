"""Conversations with the butler; an answer streams as server-sent events."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.responses import Response, StreamingResponse

from application.chat.turn import Broke, Done, Happening, ProposalMade, Round, Text, ToolUsed
from domain.chat import Conversation, Entry, Mode
from domain.codec import encode
from domain.errors import Invalid
from web.api.actions import shown
from web.api.answers import as_json
from web.api.forms import ActionForm
from web.api.operations import MOST_ROWS, Call, Operation, up_to

LONGEST_QUESTION = 8000


@dataclass(frozen=True, slots=True)
class ConversationQuery:
    cursor: str | None = None
    limit: int = up_to(MOST_ROWS, usually=50)


@dataclass(frozen=True, slots=True)
class ConversationList:
    items: tuple[Conversation, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class StepForm:
    tool: str
    arguments: dict[str, Any]
    said: str
    failed: bool


@dataclass(frozen=True, slots=True)
class EntryForm:
    """One thing said; `actions` are shown as they stand now."""

    id: str
    at: datetime
    role: str
    text: str
    steps: tuple[StepForm, ...]
    actions: tuple[ActionForm, ...]
    mode: str | None
    model: str | None
    ended: str


@dataclass(frozen=True, slots=True)
class ConversationForm:
    id: str
    title: str
    begun_at: datetime
    last_at: datetime
    entries: tuple[EntryForm, ...]


@dataclass(frozen=True, slots=True)
class SayForm:
    text: str
    mode: Mode = Mode.AUTO


@dataclass(frozen=True, slots=True)
class AgainForm:
    mode: Mode = Mode.AUTO


@dataclass(frozen=True, slots=True)
class CancelForm:
    cancelled: bool


def list_conversations(call: Call) -> ConversationList:
    page = call.services.store.conversations.list(call.query.cursor, call.query.limit)
    return ConversationList(page.items, page.next_cursor)


def begin(call: Call) -> Conversation:
    return call.services.chat().begin()


def show(call: Call) -> ConversationForm:
    store = call.services.store.conversations
    known = store.get(call.path["id"])
    entries = tuple(entry_form(call, entry) for entry in store.entries(known.id))
    return ConversationForm(known.id, known.title, known.begun_at, known.last_at, entries)


def say(call: Call) -> Response:
    form: SayForm = call.body
    if not form.text.strip() or len(form.text) > LONGEST_QUESTION:
        raise Invalid(f"1 to {LONGEST_QUESTION} characters are needed", where="text")
    return _streamed(call, call.services.chat().say(call.path["id"], form.text, form.mode))


def again(call: Call) -> Response:
    return _streamed(call, call.services.chat().again(call.path["id"], call.body.mode))


def _streamed(call: Call, happenings: Iterator[Happening]) -> Response:
    first = next(happenings)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_frames(call, first, happenings), 200, headers, "text/event-stream")


def cancel(call: Call) -> CancelForm:
    call.services.store.conversations.get(call.path["id"])
    return CancelForm(call.services.chat().cancel(call.path["id"]))


def entry_form(call: Call, entry: Entry) -> EntryForm:
    actions = tuple(shown(call, call.services.store.actions.get(id)) for id in entry.actions)
    steps = tuple(StepForm(step.tool, step.arguments, step.said, step.failed) for step in entry.steps)
    mode = entry.mode.value if entry.mode else None
    return EntryForm(entry.id, entry.at, entry.role.value, entry.text, steps, actions, mode, entry.model, entry.ended)


def _frames(call: Call, first: Happening, rest: Any) -> Iterator[bytes]:
    """Closing this iterator, as a client that leaves does, ends the turn and keeps what was said."""
    with closing(rest):
        yield _frame(call, first)
        for happening in rest:
            yield _frame(call, happening)


def _frame(call: Call, happening: Happening) -> bytes:
    name, data = _event(call, happening)
    return b"event: %s\ndata: %s\n\n" % (name.encode(), as_json(encode(data)))


def _event(call: Call, happening: Happening) -> tuple[str, object]:
    match happening:
        case Round(number=number):
            return "round", {"number": number}
        case ToolUsed(step=step):
            return "tool", {"tool": step.tool, "arguments": step.arguments, "said": step.said, "failed": step.failed}
        case Text(text=text):
            return "text", {"text": text}
        case ProposalMade(action=action):
            return "proposal", {"action": shown(call, action)}
        case Done(entry=entry):
            return "done", {"entry": entry_form(call, entry)}
        case Broke(code=code, said=said, entry=entry):
            return "error", {"code": code, "detail": said, "entry": entry_form(call, entry)}


OPERATIONS = (
    Operation(
        "GET",
        "/api/conversations",
        "Conversations, last spoken in first",
        list_conversations,
        ConversationList,
        ConversationQuery,
    ),
    Operation("POST", "/api/conversations", "Begin a conversation", begin, Conversation, status=201),
    Operation("GET", "/api/conversations/{id}", "A conversation with all its entries", show, ConversationForm),
    Operation(
        "POST",
        "/api/conversations/{id}/messages",
        "Say something; the answer streams",
        say,
        body=SayForm,
        stream="text/event-stream",
    ),
    Operation(
        "POST",
        "/api/conversations/{id}/again",
        "Answer the last words once more",
        again,
        body=AgainForm,
        stream="text/event-stream",
    ),
    Operation("DELETE", "/api/conversations/{id}/turn", "Cut the answer short", cancel, CancelForm),
)
