"""From raw mail to a message, and from words to raw mail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.kinds import OutgoingMail
from domain.messages import Address, Message


@dataclass(frozen=True, slots=True)
class RawMail:
    """A mail as a provider hands it over: RFC 5322 bytes, and what the provider knows beside them.

    `labels` are already translated to `Label` values where there is one. `thread_id` is empty where the provider
    keeps no threads. `size` is in bytes.
    """

    account: str
    provider: str
    source: str
    provider_id: str
    thread_id: str
    received_at: datetime
    labels: frozenset[str]
    content: bytes


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A mail that could not be read, and why; it is set aside and shown, and the rest goes on."""

    raw: RawMail
    reason: str


@dataclass(frozen=True, slots=True)
class ShownMail:
    """What really stands in the bytes of an outgoing mail, for the approval card.

    `calendars` are the texts that the recipient's calendar reads.
    """

    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    subject: str
    text: str
    attachments: tuple[str, ...]
    calendars: tuple[str, ...] = ()


class MailReader(Protocol):
    """Reads raw mail. Never raises for a bad mail; caps size, parts, depth, header length and recipients first."""

    def read(self, raw: RawMail) -> Message | Unreadable:
        """Return the message. Its thread id is the provider's, else the oldest Message-ID referred to, else its own."""
        ...

    def read_many(self, raws: Iterable[RawMail]) -> Iterator[Message | Unreadable]:
        """Read in order, with worker processes where that pays."""
        ...

    def attachment(self, content: bytes, index: int) -> bytes:
        """Return the decoded bytes of attachment `index`; raise `NotFound` where there is none."""
        ...


class MailWriter(Protocol):
    """Builds outgoing mail once; the bytes are stored, shown from, and sent unchanged."""

    def build(
        self, mail: OutgoingMail, sender: Address, answered: Message | None, forwarded: Sequence[bytes], now: datetime
    ) -> bytes:
        """Return RFC 5322 bytes with a Message-ID (`mail.message_id` where set) and what threads it to `answered`.

        `forwarded` are raw mails attached as message/rfc822. Raises `Invalid` for an unusable address, naming it.
        """
        ...

    def show(self, content: bytes) -> ShownMail:
        """Return what the bytes say, Bcc included."""
        ...


class HtmlCleaner(Protocol):
    """Makes mail HTML safe to show: no scripts, no forms, no remote content, no styles that reach outside."""

    def clean(self, html: str) -> str: ...
