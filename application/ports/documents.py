"""From a bank's document to statements that add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from domain.finance.statements import Statement


@dataclass(frozen=True, slots=True)
class Hint:
    """What is known beside the bytes. Nothing in it is believed without proof.

    `currency` is what the owner said, `accounts` are those in the books with the one currency of each; both are for
    what names none.
    """

    filename: str = ""
    sender: str = ""
    currency: str = ""
    accounts: tuple[tuple[str, str], ...] = ()


NO_HINT = Hint()
LETTERS_OF_A_LINE = 500
"""What describes a transaction, and what is shown of a line that could not be read, is cut to so many letters."""


class PasswordTrouble(Enum):
    NONE_GIVEN = "none_given"
    NONE_FITS = "none_fits"


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """Every statement in the document, each of which adds up or comes from a format for machines.

    `password` is the index of the password that opened it, or nothing where none was needed.
    """

    statements: tuple[Statement, ...]
    password: int | None = None


@dataclass(frozen=True, slots=True)
class NeedsPassword:
    """The document is locked; the same call with the right password reads it."""

    trouble: PasswordTrouble


@dataclass(frozen=True, slots=True)
class Scanned:
    """The pages are pictures; there is no text to read. `numbers` names them, from 1, where others hold text."""

    pages: int
    numbers: tuple[int, ...] = ()

    @property
    def reason(self) -> str:
        if self.numbers:
            return f"its {pictured(self.numbers)} without text"
        return (
            "its page is a picture without text"
            if self.pages == 1
            else f"its {self.pages} pages are pictures without text"
        )


def pictured(numbers: Sequence[int]) -> str:
    """Say which pages are pictures: "page 2 is a picture", "pages 2, 3 and 5 are pictures"."""
    *others, last = map(str, numbers)
    return f"pages {', '.join(others)} and {last} are pictures" if others else f"page {last} is a picture"


@dataclass(frozen=True, slots=True)
class NotAStatement:
    """A sound document that is none of a bank's: an invoice, a letter, a picture."""

    reason: str


@dataclass(frozen=True, slots=True)
class NeedsCurrency:
    """A sound table that names no currency; the same call with one in its hint reads it."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """It looks like a statement, and what was read does not add up.

    `lines` are all lines as read, for the owner or a model to mend. `drafts` are the best readings, which are never to
    be counted. `password` as in `ReadDocument`. `is_whole` is false where its end may be what is missing.
    """

    reason: str
    lines: tuple[str, ...]
    drafts: tuple[Statement, ...] = ()
    password: int | None = None
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Damaged:
    """The document broke its reader, its limits or its own format; `reason` is a sentence for the owner."""

    reason: str


Reading = ReadDocument | NeedsPassword | Scanned | NotAStatement | NeedsCurrency | SetAside | Damaged


class StatementReader(Protocol):
    """Reads bank documents of whatever format it knows.

    Never raises for a bad document, and never returns as `ReadDocument` what does not add up. Reading the same bytes
    with the same passwords gives the same reading. Safe to call from several threads.
    """

    def read(self, content: bytes, passwords: Sequence[str] = (), hint: Hint = NO_HINT) -> Reading:
        """Return what the document says. `passwords` are tried in order, after none."""
        ...

    def close(self) -> None:
        """Let go of whatever reads in the background; reading again starts it anew."""
        ...
