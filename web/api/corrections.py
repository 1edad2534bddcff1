"""What the owner corrected, and still stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.triage import Category
from web.api.operations import Call, Operation


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """The owner's last word on a message, as it can be taken back at `/api/messages/{id}/classification`."""

    message_id: str
    sender: str
    subject: str
    category: Category | None
    priority: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class CorrectionList:
    items: tuple[CorrectionRow, ...]
    next_cursor: str | None = None


def list_corrections(call: Call) -> CorrectionList:
    """Return one row for each message that is still known, the newest first."""
    store = call.services.store
    last = {each.message_id: each for each in store.classifications.corrections()}
    known = store.messages.get_many(list(last))
    newest = sorted(
        (each for each in last.values() if each.message_id in known), key=lambda each: each.at, reverse=True
    )
    messages = [known[each.message_id].message for each in newest]
    return CorrectionList(
        tuple(
            CorrectionRow(each.message_id, str(message.sender), message.subject, each.category, each.priority, each.at)
            for each, message in zip(newest, messages, strict=True)
        )
    )


OPERATIONS = (
    Operation("GET", "/api/corrections", "What the owner corrected, newest first", list_corrections, CorrectionList),
)
