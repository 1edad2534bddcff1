"""Where mail and chat come from, and what can be done with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from application.ports.mime import RawMail
from domain.actions import Action
from domain.kinds import Kind
from domain.messages import Message


@dataclass(frozen=True, slots=True)
class Batch:
    """Some changes of a source, in the provider's order.

    `arrived` is raw mail or ready messages; `relabelled` and `gone` use provider ids. `cursor`, where given, covers
    everything up to and including this batch, so it is stored after the batch is. `done` and `total` are for
    progress; `total` is an estimate, 0 where unknown. `everything`, after a full listing, holds the ids of all that
    there is: what else is known of the source is gone.
    """

    arrived: tuple[RawMail | Message, ...] = ()
    relabelled: Mapping[str, frozenset[str]] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    cursor: str | None = None
    done: int = 0
    total: int = 0
    everything: frozenset[str] | None = None


Known = Callable[[list[str]], set[str]]


class MessageSource(Protocol):
    """One stream of messages of one account; `name` is `account/mail`, `account/teams` ….

    Every method raises `TryLater`, `SignInAgain` or `CannotBe`. Batches come in pages of the provider's size; what
    was yielded has arrived whole. Spam, trash and drafts are not handed over; what leaves them arrives.
    """

    name: str

    def latest(self, limit: int) -> Iterator[Batch]:
        """The newest inbox messages, for the first poll; the last batch carries the cursor taken before listing."""
        ...

    def changes(self, cursor: str) -> Iterator[Batch]:
        """Everything since `cursor`; raise `CursorExpired` where the provider no longer knows it."""
        ...

    def back_to_known(self, known: Known) -> Iterator[Batch]:
        """A full listing back to where a whole page is known already; the last batch carries a new cursor.

        What is missing comes oldest first, so that a crash on the way leaves no hole before what is known. See
        `application.catching_up` for where the listing ends.
        """
        ...

    def history(self, after: datetime, before: datetime, page: str | None) -> Iterator[Batch]:
        """Everything received in `after <= t < before`; each batch's cursor is the page to resume from."""
        ...

    def attachment(self, provider_id: str, index: int) -> tuple[bytes, str, str]:
        """Return an attachment's bytes, file name and media type; raise `NotFound`."""
        ...

    def raw(self, provider_id: str) -> bytes:
        """Return the message as RFC 5322 bytes; raise `NotFound` where it is gone or is no mail."""
        ...

    def search(self, text: str, limit: int) -> Iterator[Batch]:
        """What the provider itself finds for `text`, newest first."""
        ...


class Outcome(StrEnum):
    """What a look at the provider shows of an attempt."""

    HAPPENED = "happened"
    NOT_YET = "not_yet"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Look:
    outcome: Outcome
    receipt: Mapping[str, str] = field(default_factory=dict)


class Executor(Protocol):
    """Carries out approved actions of one account: the only holder of a client that may write.

    No call is retried inside. A call raises `TryLater`, `SignInAgain` or `CannotBe` only where nothing happened, and
    `OutcomeUnknown` where that cannot be told.
    """

    kinds: frozenset[Kind]

    def missing_permission(self, kind: Kind) -> tuple[str, ...]:
        """The permissions that `kind` needs and the owner has not granted yet."""
        ...

    def prepare(self, action: Action, content: bytes | None) -> str | None:
        """Make the effect ready on the provider's side and return what finishes it (a draft's id).

        None for kinds that may simply be repeated. `content` is the outgoing mail. After a crash this may be called
        again for the same action; what an earlier call left behind is taken up where it can be found.
        """
        ...

    def execute(self, action: Action, token: str | None) -> Mapping[str, str]:
        """Do it; return the receipt: what undoing needs, and the ids of what came to be."""
        ...

    def look(self, action: Action, token: str | None) -> Look:
        """See whether an earlier attempt took effect."""
        ...

    def discard(self, action: Action, token: str) -> None:
        """Remove what `prepare` left on the provider's side; gone already is fine."""
        ...

    def undo(self, action: Action, receipt: Mapping[str, str]) -> Mapping[str, str]:
        """Take back an executed action; return a receipt. May be repeated without harm."""
        ...
