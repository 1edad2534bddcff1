"""Where mail and chat come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from application.ports.mime import RawMail
from domain.messages import Message, MessageKind


@dataclass(frozen=True, slots=True)
class Bearing:
    """Which of `ids` bear each of some labels, where a provider lists ids alone; of other labels it says nothing."""

    ids: frozenset[str]
    labels: Mapping[str, frozenset[str]]

    def on(self, provider_id: str, before: frozenset[str]) -> frozenset[str]:
        """Return the labels of a message that bore `before`."""
        if provider_id not in self.ids:
            return before
        return (before - self.labels.keys()) | {label for label, ids in self.labels.items() if provider_id in ids}


@dataclass(frozen=True, slots=True)
class Batch:
    """Some changes of a source, in the provider's order.

    `arrived` is raw mail or ready messages; `relabelled` and `gone` use provider ids. `cursor`, where given, covers
    everything up to and including this batch, so it is stored after the batch is. `done` and `total` are for
    progress; `total` is an estimate, 0 where unknown. `everything`, after a full listing, holds the ids of all that
    there is: what else is known of the source is gone. `bearing` says what `relabelled` would, of a few labels.
    `refused` says by provider id why a message was not handed over, though it is there: it is set aside, and asked for
    again by the sweep.
    """

    arrived: tuple[RawMail | Message, ...] = ()
    relabelled: Mapping[str, frozenset[str]] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    cursor: str | None = None
    done: int = 0
    total: int = 0
    everything: frozenset[str] | None = None
    bearing: Bearing | None = None
    refused: Mapping[str, str] = field(default_factory=dict)


Known = Callable[[list[str]], set[str]]


class MessageSource(Protocol):
    """One stream of messages of one account, of the kind that it `holds`; `name` is `account/mail` or the like.

    Every method raises `TryLater`, `SignInAgain` or `CannotBe`. Batches come in pages of the provider's size; what
    was yielded has arrived whole. Spam, trash and drafts are not handed over; what leaves them arrives.
    """

    name: str
    holds: MessageKind = MessageKind.MAIL

    def latest(self, limit: int) -> Iterator[Batch]:
        """The newest inbox messages, for the first poll; the last batch carries the cursor taken before listing."""
        ...

    def changes(self, cursor: str) -> Iterator[Batch]:
        """Everything since `cursor`; raise `CursorExpired` where the provider no longer knows it."""
        ...

    def back_to_known(self, known: Known) -> Iterator[Batch]:
        """A listing of everything, or back to where a whole page is known; the last batch carries a new cursor.

        What is missing comes oldest first, so that a crash on the way leaves no hole before what is known. See
        `application.ports.catching_up` for where the listing ends. Of what is known it is told what has become.
        """
        ...

    def history(self, after: datetime, before: datetime, page: str | None) -> Iterator[Batch]:
        """Everything received in `after <= t < before`; each batch's cursor is the page to resume from."""
        ...

    def reconcile(self, after: datetime, before: datetime, known: Known) -> Iterator[Batch]:
        """The same, whole only what is not known; of the rest its labels, which a listing tells. No cursors."""
        return self.history(after, before, None)

    def attachment(self, provider_id: str, index: int) -> tuple[bytes, str, str]:
        """Return an attachment's bytes, file name and media type; raise `NotFound`."""
        ...

    def raw(self, provider_id: str) -> bytes:
        """Return the message as RFC 5322 bytes; raise `NotFound` where it is gone or is no mail."""
        ...

    def attached(self, sender: str, after: datetime, before: datetime) -> Iterator[Batch]:
        """What `sender`, an address or a domain, sent with files to it in `after <= t < before`; of chat, nothing."""
        return iter(())

    def search(self, text: str, limit: int) -> Iterator[Batch]:
        """What the provider itself finds for `text`, newest first."""
        ...
