"""A mailbox in memory: the twin of a provider's mail, with the same labels, drafts and cursors."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import Message as Part
from email.parser import BytesParser
from email.utils import parseaddr
from itertools import count

from application.ports.catching_up import PAGE, missed
from application.ports.mail import Batch, Bearing, Known, MessageSource
from application.ports.mime import RawMail
from domain.errors import AlfredError, CursorExpired, NotFound
from domain.messages import Label

_NOT_TAKEN = frozenset({Label.SPAM, Label.TRASH, Label.DRAFT})


@dataclass(frozen=True, slots=True)
class _Change:
    """Something happened to a message; `arrives` where it may be one that was not handed over before."""

    id: str
    arrives: bool = False


class MemoryMailbox(MessageSource):
    """One account's mail. Spam, trash and drafts are kept but, as at a provider, not handed over."""

    def __init__(
        self, account: str = "gmail", page: int = 25, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.name = f"{account}/mail"
        self._account = account
        self._page = page
        self._clock = clock
        self._mails: dict[str, RawMail] = {}
        self._changes: list[_Change] = []
        self._known_since = 0
        self._numbers = count(1)
        self._troubles: deque[AlfredError] = deque()

    def deliver(
        self,
        content: bytes,
        labels: Iterable[str] = (Label.INBOX, Label.UNREAD),
        received_at: datetime | None = None,
        provider_id: str | None = None,
        thread_id: str | None = None,
    ) -> str:
        """Put a mail into the mailbox; return its id."""
        id = provider_id or f"m{next(self._numbers)}"
        at = received_at or self._clock()
        self._mails[id] = RawMail(
            self._account, "memory", self.name, id, thread_id or id, at, frozenset(labels), content
        )
        self._changes.append(_Change(id, arrives=True))
        return id

    def relabel(self, provider_id: str, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """Change labels; raise `NotFound`."""
        mail = self.mail(provider_id)
        after = (mail.labels | frozenset(add)) - frozenset(remove)
        if after != mail.labels:
            self._mails[provider_id] = replace(mail, labels=after)
            rescued = bool((mail.labels - after) & _NOT_TAKEN or Label.INBOX in after - mail.labels)
            self._changes.append(_Change(provider_id, rescued))

    def remove(self, provider_id: str) -> None:
        """Remove a mail for good; raise `NotFound`."""
        del self._mails[self.mail(provider_id).provider_id]
        self._changes.append(_Change(provider_id))

    def forget_changes(self) -> None:
        """Let every cursor that was given out expire."""
        self._changes.append(_Change(""))
        self._known_since = len(self._changes)

    def fail_next(self, error: AlfredError) -> None:
        """Let the next call to the source raise `error`."""
        self._troubles.append(error)

    def mail(self, provider_id: str) -> RawMail:
        """Raise `NotFound`."""
        if provider_id not in self._mails:
            raise NotFound(f"there is no message {provider_id}")
        return self._mails[provider_id]

    def labelled(self, label: str) -> tuple[RawMail, ...]:
        """Return every mail that has `label`, newest first."""
        return tuple(mail for mail in self._newest_first() if label in mail.labels)

    def latest(self, limit: int) -> Iterator[Batch]:
        self._meet_trouble()
        cursor = self._now()
        yield from self._arriving([mail.provider_id for mail in self.labelled(Label.INBOX)][:limit], cursor)

    def changes(self, cursor: str) -> Iterator[Batch]:
        self._meet_trouble()
        if not cursor.isdigit() or not self._known_since <= int(cursor) <= len(self._changes):
            raise CursorExpired(f"{cursor!r} is no longer known")
        until = self._now()
        changes = self._changes[int(cursor) :]
        standing = [self._mails[id] for id in dict.fromkeys(change.id for change in changes) if id in self._mails]
        arriving = {change.id for change in changes if change.arrives}
        arrived = tuple(m for m in standing if m.provider_id in arriving and not m.labels & _NOT_TAKEN)
        relabelled = {mail.provider_id: mail.labels for mail in standing if mail not in arrived}
        gone = tuple(dict.fromkeys(change.id for change in changes if change.id not in self._mails))
        yield Batch(arrived, relabelled, gone, until, len(arrived), len(arrived))

    def back_to_known(self, known: Known) -> Iterator[Batch]:
        self._meet_trouble()
        cursor = self._now()
        listing = _pages([mail.provider_id for mail in self._taken()], PAGE)
        yield from self._arriving(missed(listing, known), None)
        everything = frozenset(self._mails)
        borne = {str(label): frozenset(mail.provider_id for mail in self.labelled(label)) for label in Label}
        yield Batch(cursor=cursor, everything=everything, bearing=Bearing(everything, borne))

    def history(self, after: datetime, before: datetime, page: str | None) -> Iterator[Batch]:
        self._meet_trouble()
        found = [mail for mail in self._taken() if after <= mail.received_at < before]
        start = int(page or 0)
        for at in range(start, max(len(found), start + 1), self._page):
            end = min(at + self._page, len(found))
            following = str(end) if end < len(found) else None
            yield Batch(tuple(found[at:end]), cursor=following, done=end - start, total=len(found) - start)

    def reconcile(self, after: datetime, before: datetime, known: Known) -> Iterator[Batch]:
        self._meet_trouble()
        found = {mail.provider_id: mail for mail in self._taken() if after <= mail.received_at < before}
        held = known(list(found))
        yield Batch(relabelled={id: found[id].labels for id in held})
        yield from self._arriving([id for id in found if id not in held], None)

    def attachment(self, provider_id: str, index: int) -> tuple[bytes, str, str]:
        found = [part for part in BytesParser().parsebytes(self.raw(provider_id)).walk() if _is_attachment(part)]
        if not 0 <= index < len(found):
            raise NotFound(f"message {provider_id} has no attachment {index}")
        content = found[index].get_payload(decode=True)
        assert isinstance(content, bytes)
        return content, found[index].get_filename() or "", found[index].get_content_type()

    def raw(self, provider_id: str) -> bytes:
        self._meet_trouble()
        return self.mail(provider_id).content

    def attached(self, sender: str, after: datetime, before: datetime) -> Iterator[Batch]:
        self._meet_trouble()
        taken = (mail for mail in self._taken() if after <= mail.received_at < before)
        yield from self._arriving([mail.provider_id for mail in taken if _has_files_of(mail, sender)], None)

    def search(self, text: str, limit: int) -> Iterator[Batch]:
        self._meet_trouble()
        words = [re.escape(word) for word in text.lower().split()]
        found = [
            mail.provider_id
            for mail in self._taken()
            if all(re.search(rf"\b{word}\b", mail.content.decode("utf-8", "replace").lower()) for word in words)
        ]
        yield from self._arriving(found[:limit], None)

    def _arriving(self, ids: Sequence[str], cursor: str | None) -> Iterator[Batch]:
        if not ids:
            yield Batch(cursor=cursor)
        done = 0
        for some in _pages(ids, self._page):
            done += len(some)
            mails = tuple(self._mails[id] for id in some if id in self._mails)
            yield Batch(mails, cursor=cursor if done == len(ids) else None, done=done, total=len(ids))

    def _newest_first(self) -> list[RawMail]:
        latest_first = list(self._mails.values())[::-1]
        return sorted(latest_first, key=lambda mail: mail.received_at, reverse=True)

    def _taken(self) -> list[RawMail]:
        return [mail for mail in self._newest_first() if not mail.labels & _NOT_TAKEN]

    def _now(self) -> str:
        return str(len(self._changes))

    def _meet_trouble(self) -> None:
        if self._troubles:
            raise self._troubles.popleft()


def _pages(ids: Sequence[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(ids), size):
        yield list(ids[start : start + size])


def _has_files_of(mail: RawMail, sender: str) -> bool:
    parsed = BytesParser().parsebytes(mail.content)
    address = parseaddr(str(parsed["From"] or ""))[1].lower()
    is_theirs = address == sender or address.endswith((f"@{sender}", f".{sender}"))
    return is_theirs and any(_is_attachment(part) for part in parsed.walk())


def _is_attachment(part: Part) -> bool:
    if part.is_multipart():
        return False
    return part.get_content_disposition() == "attachment" or part.get_content_maintype() != "text"
