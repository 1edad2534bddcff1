"""Outlook as a source of mail.

Alfred takes in the inbox and all other mail that is not junk, not deleted and not a draft; what the owner sent tells
which threads are answered.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import NamedTuple

from adapters.connecting.patience import Unsettled
from adapters.connecting.stubborn import Stubborn
from adapters.microsoft.api import AT_A_TIME, Graph, Reply, Request
from adapters.microsoft.delta import Deltas, message_path, read_cursor, write_cursor
from adapters.microsoft.folders import INBOX, Folder, Folders
from adapters.microsoft.labels import FIELDS, came_at, labels_of, moment
from adapters.microsoft.parts import attachment
from application.ports.catching_up import missed_of_all
from application.ports.mail import Batch, Known, MessageSource
from application.ports.mime import RawMail
from domain.errors import CannotBe, NotFound

_AT_ONCE = 20
_LISTED = 100
_FOUND = 1000
_NEWEST_FIRST = {"$orderby": "receivedDateTime desc"}
_SECOND = timedelta(seconds=1)
_A_DAY = timedelta(days=1)


class Fetched(NamedTuple):
    """Some mails, and why Microsoft refuses to hand over others that are there."""

    mails: tuple[RawMail, ...]
    refused: Mapping[str, str]


class OutlookSource(MessageSource):
    """The mail of one account."""

    def __init__(self, account: str, api: Graph, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = f"{account}/mail"
        self._account = account
        self._api = api
        self._folders = Folders(api)
        self._deltas = Deltas(api)
        self._stubborn = Stubborn(clock)

    def latest(self, limit: int) -> Iterator[Batch]:
        folders = self._folders.all()
        cursor = write_cursor(self._deltas.begin(folders))
        listed = self._items(f"/me/mailFolders/{INBOX}/messages", _NEWEST_FIRST, min(limit, _LISTED))
        yield from self._arriving(list(islice(listed, limit)), folders, cursor)

    def changes(self, cursor: str) -> Iterator[Batch]:
        folders = self._folders.all()
        news = self._deltas.news(folders, read_cursor(cursor))
        if any(item["parentFolderId"] not in folders for item in news.present.values()):
            folders = self._folders.all()
        arrived, relabelled, gone = news.sorted_out(folders)
        for done, (mails, refused) in self._fetched(arrived, folders):
            yield Batch(mails, done=done, total=len(arrived), refused=refused)
        yield Batch((), relabelled, tuple(gone), write_cursor(news.marks), len(arrived), len(arrived))

    def back_to_known(self, known: Known) -> Iterator[Batch]:
        folders = self._folders.all()
        marks, standing = self._deltas.standing(folders)
        taken = [item for item in standing.values() if _taken_from(item, folders) is not None]
        newest_first = sorted(taken, key=came_at, reverse=True)
        ids = missed_of_all([item["id"] for item in newest_first], known)
        yield from self._arriving([standing[id] for id in ids], folders, None)
        labels = _labelled(standing.values(), folders)
        everything = frozenset(standing)
        yield Batch((), labels, cursor=write_cursor(marks), done=len(ids), total=len(ids), everything=everything)

    def history(self, after: datetime, before: datetime, page: str | None) -> Iterator[Batch]:
        """See the port. The page is a moment: Microsoft's own links may not outlive a pause."""
        until = datetime.fromisoformat(page) if page else before
        folders, done, total = self._folders.all(), 0, 0
        wanted = {**_NEWEST_FIRST, "$filter": _span(after, until), "$count": "true", **_paged(_AT_ONCE)}
        for answer in self._api.pages(Request("/me/messages", params=wanted)):
            items = list(answer.get("value", ()))
            done += len(items)
            total = max(total, int(answer.get("@odata.count", 0)), done)
            fetched, refused = self._fetch(items, folders)
            mails = tuple(mail for mail in fetched if after <= mail.received_at < before)
            until = min((moment(item["receivedDateTime"]) + _SECOND for item in items), default=until)
            resumed = until.isoformat() if "@odata.nextLink" in answer else None
            yield Batch(mails, cursor=resumed, done=done, total=total, refused=refused)

    def reconcile(self, after: datetime, before: datetime, known: Known) -> Iterator[Batch]:
        folders = self._folders.all()
        wanted = {**_NEWEST_FIRST, "$filter": _span(after, before), **_paged(_LISTED)}
        for answer in self._api.pages(Request("/me/messages", params=wanted)):
            items = [item for item in answer.get("value", ()) if after <= moment(item["receivedDateTime"]) < before]
            held = known([item["id"] for item in items])
            yield Batch(relabelled=_labelled(items, folders))
            yield from self._arriving([item for item in items if item["id"] not in held], folders, None)

    def attachment(self, provider_id: str, index: int) -> tuple[bytes, str, str]:
        found = attachment(self.raw(provider_id), index)
        return found.content, found.name, found.media_type

    def raw(self, provider_id: str) -> bytes:
        return self._api.fetch(Request(f"{message_path(provider_id)}/$value"))

    def attached(self, sender: str, after: datetime, before: datetime) -> Iterator[Batch]:
        """See the port. A search finds a thousand messages at most; it knows days, by the clock of the mailbox."""
        first, last = after.astimezone(UTC) - _A_DAY, before.astimezone(UTC) + _A_DAY
        days = f"received>={first:%Y-%m-%d} AND received<={last:%Y-%m-%d}"
        for batch in self.search(f"from:{sender} AND hasAttachment:true AND {days}", _FOUND):
            yield replace(batch, arrived=tuple(mail for mail in batch.arrived if after <= mail.received_at < before))

    def search(self, text: str, limit: int) -> Iterator[Batch]:
        words = text.replace("\\", " ").replace('"', " ").strip()
        folders = self._folders.all()
        listed = self._items("/me/messages", {"$search": f'"{words}"'} if words else _NEWEST_FIRST, min(limit, _LISTED))
        taken = (item for item in listed if _taken_from(item, folders) is not None)
        yield from self._arriving(list(islice(taken, limit)), folders, None)

    def _items(self, path: str, query: Mapping[str, str], size: int) -> Iterator[Reply]:
        return self._api.listed(Request(path, params={**query, **_paged(size)}))

    def _arriving(self, items: Sequence[Reply], folders: Mapping[str, Folder], cursor: str | None) -> Iterator[Batch]:
        """Fetch messages in order; the last batch carries the cursor, also where there is nothing to fetch."""
        if not items:
            yield Batch(cursor=cursor)
        for done, (mails, refused) in self._fetched(items, folders):
            last = cursor if done == len(items) else None
            yield Batch(mails, cursor=last, done=done, total=len(items), refused=refused)

    def _fetched(self, items: Sequence[Reply], folders: Mapping[str, Folder]) -> Iterator[tuple[int, Fetched]]:
        for start in range(0, len(items), _AT_ONCE):
            some = items[start : start + _AT_ONCE]
            yield start + len(some), self._fetch(some, folders)

    def _fetch(self, items: Sequence[Reply], folders: Mapping[str, Folder]) -> Fetched:
        """Fetch in order, without what was deleted meanwhile or lies where none are taken from."""
        wanted = [(item, folder) for item in items if (folder := _taken_from(item, folders)) is not None]
        with ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="outlook") as pool:
            contents = list(pool.map(lambda pair: self._content(pair[0]["id"]), wanted))
        fetched = list(zip(wanted, contents, strict=True))
        return Fetched(
            tuple(self._mail(item, folder, found) for (item, folder), found in fetched if isinstance(found, bytes)),
            {item["id"]: found for (item, _), found in fetched if isinstance(found, str)},
        )

    def _content(self, id: str) -> bytes | str | None:
        """Return a mail's bytes, why it is refused, or None for one that is gone; one mail never stops the rest.

        One that Microsoft is in trouble over ends readings for an hour, and is counted as refused then.
        """
        try:
            content = self.raw(id)
        except NotFound:
            return None
        except CannotBe as error:
            return str(error)
        except Unsettled as error:
            if self._stubborn.is_given_up(id):
                return str(error)
            raise
        self._stubborn.came(id)
        return content

    def _mail(self, item: Reply, folder: Folder, content: bytes) -> RawMail:
        return RawMail(
            account=self._account,
            provider="microsoft",
            source=self.name,
            provider_id=item["id"],
            thread_id=item["conversationId"],
            received_at=moment(item["receivedDateTime"]),
            labels=labels_of(item, folder),
            content=content,
        )


def _taken_from(item: Reply, folders: Mapping[str, Folder]) -> Folder | None:
    """Return the folder of a message, None where mail is not taken from it."""
    folder = folders.get(item["parentFolderId"])
    return None if folder is None or folder.is_left_out or item.get("isDraft") else folder


def _labelled(items: Iterable[Reply], folders: Mapping[str, Folder]) -> dict[str, frozenset[str]]:
    places = {item["id"]: (item, folders.get(item["parentFolderId"])) for item in items}
    return {id: labels_of(item, folder) for id, (item, folder) in places.items() if folder is not None}


def _span(after: datetime, before: datetime) -> str:
    return f"receivedDateTime ge {_stamp(after)} and receivedDateTime lt {_stamp(before, up=True)}"


def _paged(size: int) -> dict[str, str]:
    return {"$select": ",".join(FIELDS), "$top": str(size)}


def _stamp(at: datetime, *, up: bool = False) -> str:
    """Write a moment for a filter, which knows whole seconds."""
    whole = at.astimezone(UTC).replace(microsecond=0)
    return f"{whole + _SECOND if up and whole != at else whole:%Y-%m-%dT%H:%M:%SZ}"
