"""What changed in the folders of a mailbox since a cursor (https://learn.microsoft.com/graph/delta-query-messages)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from adapters.microsoft.api import Graph, Reply, Request
from adapters.microsoft.folders import Folder
from adapters.microsoft.labels import FIELDS, came_at, labels_of
from domain.codec import decode, encode
from domain.errors import CursorExpired, Invalid
from domain.messages import Label

_LARGEST_PAGE = "odata.maxpagesize=500"
# Messages that came at about the same time may become visible in another order.
_SLACK = timedelta(seconds=30)
# Of a folder that is new, what is older than this was moved there and is known, or was never wanted.
_FRESH = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a folder was read: where its delta goes on, and when the newest message in it came."""

    link: str
    newest: datetime | None = None


def read_cursor(text: str) -> dict[str, Mark]:
    """Return the marks by folder id; raise `CursorExpired` for what is none of ours."""
    try:
        return decode(dict[str, Mark], json.loads(text), "cursor")
    except (ValueError, Invalid) as error:
        raise CursorExpired("this is no cursor of Outlook's") from error


def write_cursor(marks: Mapping[str, Mark]) -> str:
    return json.dumps(encode(dict(marks)), separators=(",", ":"))


@dataclass(slots=True)
class News:
    """What the deltas of all folders come to.

    `present` are messages as they stand, `seen_in` where each was told of, `left` which folder the others are no longer
    in. What came later than `known_until` says of its folder may be new to Alfred.
    """

    marks: dict[str, Mark] = field(default_factory=dict)
    present: dict[str, Reply] = field(default_factory=dict)
    seen_in: dict[str, Folder] = field(default_factory=dict)
    left: dict[str, Folder] = field(default_factory=dict)
    known_until: dict[str, datetime] = field(default_factory=dict)

    def told(self, item: Reply, folder: Folder) -> None:
        """Take in one entry of a folder's delta."""
        if "@removed" in item:
            self.left[item["id"]] = folder
        else:
            self.present[item["id"]] = item
            self.seen_in[item["id"]] = folder

    def lost(self) -> list[str]:
        """The ids of what left a folder and was not seen in another."""
        return [id for id in self.left if id not in self.present]

    def sorted_out(self, folders: Mapping[str, Folder]) -> tuple[list[Reply], dict[str, frozenset[str]], list[str]]:
        """Return what arrived, what else has which labels now, and what is gone."""
        arrived: list[Reply] = []
        relabelled: dict[str, frozenset[str]] = {}
        for id, item in self.present.items():
            folder = folders.get(item["parentFolderId"])
            if folder is not None and self._arrives(item, folder):
                arrived.append(item)
            elif folder is not None:
                relabelled[id] = labels_of(item, folder)
        stand = {item["id"] for item in arrived} | relabelled.keys()
        return arrived, relabelled, [id for id in self.left if id not in stand]

    def _arrives(self, item: Reply, folder: Folder) -> bool:
        """Whether this may be one that Alfred never took in."""
        if folder.is_left_out:
            return False
        before = self.left.get(item["id"])
        returned = before is not None and (before.is_left_out or folder.place is Label.INBOX)
        return returned or self._is_new(item)

    def _is_new(self, item: Reply) -> bool:
        """Whether it came after all that its folder, and the one that it left, were known to hold."""
        places = (self.seen_in.get(item["id"]), self.left.get(item["id"]))
        known = (self.known_until.get(folder.id) for folder in places if folder is not None)
        return all(until is None or came_at(item) > until - _SLACK for until in known)


class Deltas:
    """Reads the deltas of a mailbox's folders."""

    def __init__(self, api: Graph) -> None:
        self._api = api

    def begin(self, folders: Mapping[str, Folder]) -> dict[str, Mark]:
        """Return marks of this moment; what stands in the folders already is passed over."""
        return {id: self._read(News(), folder, None) for id, folder in folders.items()}

    def standing(self, folders: Mapping[str, Folder]) -> tuple[dict[str, Mark], dict[str, Reply]]:
        """Return marks of this moment, and everything that stands in the folders by its id.

        What was moved while one folder after the other was read is told by their deltas since.
        """
        first = News()
        marks = {id: self._read(first, folder, None) for id, folder in folders.items()}
        since = self.news(folders, marks)
        standing = {id: item for id, item in first.present.items() if id not in since.left} | since.present
        return since.marks, standing

    def news(self, folders: Mapping[str, Folder], marks: Mapping[str, Mark]) -> News:
        """Return what happened since `marks`; raise `CursorExpired` where Microsoft has forgotten."""
        news = News()
        for id, folder in folders.items():
            news.marks[id] = self._read(news, folder, marks.get(id))
        for id, item in self._looked_up(news.lost()).items():
            news.present[id] = item
        return news

    def _read(self, news: News, folder: Folder, mark: Mark | None) -> Mark:
        """Take in one folder's delta; return the mark after it."""
        newest = mark.newest if mark else None
        known_until = newest if mark else datetime.now(UTC) - _FRESH
        if known_until is not None:
            news.known_until[folder.id] = known_until
        for page in self._api.pages(_first(folder) if mark is None else Request(mark.link, prefer=(_LARGEST_PAGE,))):
            for item in self._whole(page):
                news.told(item, folder)
                if "@removed" not in item:
                    newest = max(came_at(item), newest or came_at(item))
        return Mark(str(page["@odata.deltaLink"]), newest)

    def _whole(self, page: Reply) -> Iterator[Reply]:
        """Yield a page's items; of one that tells only what changed, the rest is asked for."""
        items = page.get("value", ())
        partial = [each["id"] for each in items if "@removed" not in each and not _is_whole(each)]
        whole = self._looked_up(partial)
        yield from (whole.get(each["id"], each) for each in items if each["id"] in whole or each["id"] not in partial)

    def _looked_up(self, ids: list[str]) -> dict[str, Reply]:
        """Return those of these messages that still exist, by id."""
        fields = {"$select": ",".join(FIELDS)}
        return self._api.read_each({id: Request(message_path(id), params=fields) for id in ids})


def message_path(id: str) -> str:
    return f"/me/messages/{quote(id, safe='')}"


def _first(folder: Folder) -> Request:
    path = f"/me/mailFolders/{quote(folder.id, safe='')}/messages/delta"
    return Request(path, params={"$select": ",".join(FIELDS)}, prefer=(_LARGEST_PAGE,))


def _is_whole(item: Reply) -> bool:
    return all(name in item for name in FIELDS)
