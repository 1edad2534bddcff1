"""What Outlook knows of a message beside its bytes, in Alfred's words and back."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from adapters.microsoft.api import Reply
from adapters.microsoft.folders import ALFREDS, Folder
from domain.codec import Json
from domain.messages import Label

FIELDS = (
    "createdDateTime",
    "receivedDateTime",
    "parentFolderId",
    "conversationId",
    "isRead",
    "isDraft",
    "flag",
    "importance",
    "categories",
)


def labels_of(item: Reply, folder: Folder) -> frozenset[str]:
    """Return the labels of a message that lies in `folder`."""
    own = frozenset(name for name in item.get("categories") or () if name not in ALFREDS)
    marks = {
        Label.UNREAD: not item.get("isRead"),
        Label.STARRED: (item.get("flag") or {}).get("flagStatus") == "flagged",
        Label.IMPORTANT: item.get("importance") == "high",
        Label.DRAFT: bool(item.get("isDraft")),
    }
    return folder.labels | own | {label for label, is_set in marks.items() if is_set}


def changed_by(item: Reply, add: Collection[str], remove: Collection[str]) -> dict[str, Json]:
    """Return the properties to write so that the message loses and gains these labels; places are left aside."""
    asked: dict[str, Json] = {}
    if Label.UNREAD in (*add, *remove):
        asked["isRead"] = Label.UNREAD not in add
    if Label.STARRED in (*add, *remove):
        asked["flag"] = {"flagStatus": "flagged" if Label.STARRED in add else "notFlagged"}
    if Label.IMPORTANT in (*add, *remove):
        asked["importance"] = "high" if Label.IMPORTANT in add else "normal"
    categories = _categories(item.get("categories") or (), add, remove)
    if categories is not None:
        asked["categories"] = categories
    return asked


def _categories(held: Iterable[str], add: Iterable[str], remove: Iterable[str]) -> list[Json] | None:
    """Return the categories as they shall be, None where they stay; Outlook takes two that differ in case for one."""
    before = list(held)
    known = {name.casefold() for name in before}
    lost = {name.casefold() for name in remove if is_category(name)}
    gained = [name for name in add if is_category(name) and name.casefold() not in known]
    after = [name for name in before if name.casefold() not in lost] + gained
    return list[Json](after) if after != before else None


def is_category(name: str) -> bool:
    return name not in ALFREDS and name != Label.STARRED


def came_at(item: Reply) -> datetime:
    """Return when a message came into the mailbox; what was sent came when it left, not when its draft was begun."""
    return max(moment(item["createdDateTime"]), moment(item["receivedDateTime"]))


def moment(value: Any) -> datetime:
    """Read a time as Graph writes it."""
    return datetime.fromisoformat(str(value))
