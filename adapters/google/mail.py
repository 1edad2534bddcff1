"""Gmail as a source of mail.

Alfred takes in the inbox and all other mail that is not spam, not in the trash, not a draft and not a chat.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil, floor
from typing import Any

from adapters.google.api import MOST_IN_A_BATCH, Gmail, Reply
from adapters.google.labels import Labels
from adapters.google.parts import attachments
from application.ports.catching_up import PAGE, missed
from application.ports.mail import Batch, Bearing, Known, MessageSource
from application.ports.mime import RawMail
from domain.errors import CannotBe, CursorExpired, NotFound
from domain.messages import Label, Message

log = logging.getLogger(__name__)

_LEFT_OUT = "-in:drafts -in:chats"
_NOT_TAKEN = frozenset({Label.SPAM, Label.TRASH, Label.DRAFT})
# A message that leaves one of these, or comes back to the inbox, may be one that Alfred never took in.
_WAS_LEFT_OUT = frozenset({"SPAM", "TRASH", "DRAFT"})
_MATTER: Mapping[str, str] = {
    "INBOX": Label.INBOX,
    "UNREAD": Label.UNREAD,
    "IMPORTANT": Label.IMPORTANT,
    "STARRED": Label.STARRED,
    "SPAM": Label.SPAM,
    "TRASH": Label.TRASH,
}
_LARGEST_PAGE = 500
# Quota units that a backfill leaves to the polls and to what the owner approves.
_KEPT_FREE = 1_000


@dataclass(slots=True)
class _Changes:
    """What a page of Gmail's history comes to for each message, in order."""

    arrived: dict[str, None] = field(default_factory=dict)
    relabelled: dict[str, frozenset[str]] = field(default_factory=dict)
    gone: dict[str, None] = field(default_factory=dict)

    def add(self, record: Reply) -> None:
        for change in record.get("messagesAdded", ()):
            self.arrived[change["message"]["id"]] = None
        for change in (*record.get("labelsAdded", ()), *record.get("labelsRemoved", ())):
            self._relabel(change["message"])
        if any("INBOX" in change["labelIds"] for change in record.get("labelsAdded", ())):
            self.arrived |= {change["message"]["id"]: None for change in record["labelsAdded"]}
        for change in record.get("labelsRemoved", ()):
            if _WAS_LEFT_OUT & set(change["labelIds"]):
                self.arrived[change["message"]["id"]] = None
        for change in record.get("messagesDeleted", ()):
            self._drop(change["message"]["id"])

    def _relabel(self, message: Reply) -> None:
        self.relabelled[message["id"]] = frozenset(message.get("labelIds", ()))

    def _drop(self, id: str) -> None:
        self.arrived.pop(id, None)
        self.relabelled.pop(id, None)
        self.gone[id] = None


class GmailSource(MessageSource):
    """The mail of one account."""

    def __init__(self, account: str, api: Gmail) -> None:
        self.name = f"{account}/mail"
        self._account = account
        self._api = api
        self._labels = Labels(api)

    def latest(self, limit: int) -> Iterator[Batch]:
        cursor = self._now()
        ids = self._listed(limit, labelIds=["INBOX"])
        yield from self._arriving(ids, cursor)

    def changes(self, cursor: str) -> Iterator[Batch]:
        until: str | None = None
        page: str | None = None
        while True:
            answer = self._history_page(cursor, page)
            until = until or str(answer["historyId"])
            page = answer.get("nextPageToken")
            records = answer.get("history", [])
            changes = _Changes()
            for record in records:
                changes.add(record)
            reached = str(records[-1]["id"]) if records else None
            yield from self._changed(changes, until if page is None else reached)
            if page is None:
                return

    def back_to_known(self, known: Known) -> Iterator[Batch]:
        cursor = self._now()
        ids = missed(self._pages(q=_LEFT_OUT, maxResults=PAGE), known)
        yield from self._arriving(ids, None)
        everything = frozenset(self._listed(None, includeSpamTrash=True))
        bearing = self._bearing(everything, includeSpamTrash=True)
        yield Batch(cursor=cursor, done=len(ids), total=len(ids), everything=everything, bearing=bearing)

    def history(self, after: datetime, before: datetime, page: str | None) -> Iterator[Batch]:
        """See the port. The page is a moment in epoch seconds: Google's own page tokens may not outlive a pause."""
        until = int(page) if page else ceil(before.timestamp())
        ids = self._listed(None, q=_received(after, until))
        if not ids:
            yield Batch()
        for done, mails, refused in self._fetched(ids, _KEPT_FREE):
            until = max((floor(mail.received_at.timestamp()) + 1 for mail in mails), default=until)
            wanted = tuple(mail for mail in mails if after <= mail.received_at < before)
            resumed = str(until) if done < len(ids) else None
            yield Batch(wanted, cursor=resumed, done=done, total=len(ids), refused=refused)

    def reconcile(self, after: datetime, before: datetime, known: Known) -> Iterator[Batch]:
        span = _received(after, ceil(before.timestamp()))
        ids = self._listed(None, q=span)
        held = frozenset(known(ids))
        strangers = [id for id in ids if id not in held]
        for done, mails, refused in self._fetched(strangers, _KEPT_FREE):
            wanted = tuple(mail for mail in mails if after <= mail.received_at < before)
            yield Batch(wanted, done=done, total=len(strangers), refused=refused)
        yield Batch(bearing=self._bearing(held, q=span))

    def attachment(self, provider_id: str, index: int) -> tuple[bytes, str, str]:
        messages = self._api.users.messages()
        found = attachments(self._api.read(messages.get(userId="me", id=provider_id, format="full"))["payload"])
        if not 0 <= index < len(found):
            raise NotFound(f"message {provider_id} has no attachment {index}")
        part = found[index]
        data = part.data or self._attached(provider_id, part.ref)
        return _decoded(data), part.name, part.media_type

    def raw(self, provider_id: str) -> bytes:
        messages = self._api.users.messages()
        return _decoded(self._api.read(messages.get(userId="me", id=provider_id, format="raw"))["raw"])

    def attached(self, sender: str, after: datetime, before: datetime) -> Iterator[Batch]:
        span = _received(after, ceil(before.timestamp()))
        yield from self._arriving(self._listed(None, q=f"from:{sender} has:attachment {span}"), None)

    def search(self, text: str, limit: int) -> Iterator[Batch]:
        yield from self._arriving(self._listed(limit, q=f"{text} {_LEFT_OUT}".strip()), None)

    def _bearing(self, ids: frozenset[str], **query: Any) -> Bearing:
        """Return which of `ids` bear the labels that matter; to ask each message would cost too much."""
        listed = {label: self._listed(None, labelIds=[id], **query) for id, label in _MATTER.items()}
        return Bearing(ids, {label: frozenset(ids) for label, ids in listed.items()})

    def _now(self) -> str:
        """Return the cursor of this moment; taken before a listing, so that nothing falls in between."""
        return str(self._api.read(self._api.users.getProfile(userId="me"))["historyId"])

    def _history_page(self, cursor: str, page: str | None) -> Reply:
        history = self._api.users.history()
        try:
            return self._api.read(
                history.list(userId="me", startHistoryId=cursor, maxResults=_LARGEST_PAGE, pageToken=page)
            )
        except NotFound as error:
            raise CursorExpired(f"Google no longer knows what changed since {cursor}") from error
        except CannotBe as error:
            if cursor.isdigit():
                raise
            raise CursorExpired(f"{cursor!r} is no cursor of Google's") from error

    def _changed(self, changes: _Changes, cursor: str | None) -> Iterator[Batch]:
        """Fetch what arrived, then say what became of the rest; the last batch carries the cursor, if there is one."""
        ids = list(changes.arrived)
        self._labels.forget()
        relabelled = {
            id: self._labels.names(labels) for id, labels in changes.relabelled.items() if id not in changes.arrived
        }
        for done, mails, refused in self._fetched(ids):
            taken, left_out = _sorted_out(mails)
            relabelled |= left_out
            yield Batch(taken, done=done, total=len(ids), refused=refused)
        yield Batch((), relabelled, tuple(changes.gone), cursor, len(ids), len(ids))

    def _arriving(self, ids: Sequence[str], cursor: str | None) -> Iterator[Batch]:
        """Fetch messages in order; the last batch carries the cursor, also where there is nothing to fetch."""
        if not ids:
            yield Batch(cursor=cursor)
        for done, mails, refused in self._fetched(ids):
            taken, _ = _sorted_out(mails)
            last = cursor if done == len(ids) else None
            yield Batch(taken, cursor=last, done=done, total=len(ids), refused=refused)

    def _fetched(self, ids: Sequence[str], keep: int = 0) -> Iterator[tuple[int, list[RawMail], dict[str, str]]]:
        """Yield how many were asked for, the mails in the order of `ids`, and why others were refused."""
        messages = self._api.users.messages()
        for start in range(0, len(ids), MOST_IN_A_BATCH):
            some = ids[start : start + MOST_IN_A_BATCH]
            asked = {id: messages.get(userId="me", id=id, format="raw") for id in some}
            found, refused = self._api.read_each(asked, keep)
            yield start + len(some), [self._mail(found[id]) for id in some if id in found], refused

    def _mail(self, message: Reply) -> RawMail:
        return RawMail(
            account=self._account,
            provider="google",
            source=self.name,
            provider_id=message["id"],
            thread_id=message["threadId"],
            received_at=datetime.fromtimestamp(int(message["internalDate"]) / 1000, UTC),
            labels=self._labels.names(message.get("labelIds", ())),
            content=_decoded(message["raw"]),
        )

    def _listed(self, limit: int | None, **query: Any) -> list[str]:
        """Return the newest `limit` ids, or all of them."""
        ids: list[str] = []
        for page in self._pages(maxResults=min(limit or _LARGEST_PAGE, _LARGEST_PAGE), **query):
            ids += page
            if limit is not None and len(ids) >= limit:
                break
        return ids[:limit]

    def _pages(self, **query: Any) -> Iterator[list[str]]:
        page: str | None = None
        while True:
            answer = self._list(pageToken=page, **query)
            yield [each["id"] for each in answer.get("messages", ())]
            page = answer.get("nextPageToken")
            if page is None:
                return

    def _list(self, **query: Any) -> Reply:
        return self._api.read(self._api.users.messages().list(userId="me", **query))

    def _attached(self, provider_id: str, ref: str) -> str:
        found = self._api.users.messages().attachments().get(userId="me", messageId=provider_id, id=ref)
        return str(self._api.read(found).get("data", ""))


def _received(after: datetime, until: int) -> str:
    """Return the search for what was received between two moments, the later one in epoch seconds."""
    return f"after:{floor(after.timestamp())} before:{until} {_LEFT_OUT}"


def _sorted_out(mails: Sequence[RawMail]) -> tuple[tuple[RawMail | Message, ...], Mapping[str, frozenset[str]]]:
    """Part what is taken in from what lies in spam, trash or drafts, of which only the labels count."""
    taken = tuple(mail for mail in mails if not mail.labels & _NOT_TAKEN)
    return taken, {mail.provider_id: mail.labels for mail in mails if mail.labels & _NOT_TAKEN}


def _decoded(data: str) -> bytes:
    """Decode base64url, padded or not (RFC 4648, 5)."""
    return base64.urlsafe_b64decode(data + "=" * (-len(data) % 4))
