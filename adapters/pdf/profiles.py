"""What is known of single banks: small files that refine the general reader, and prove nothing by themselves."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from adapters.pdf.document import Manner
from adapters.pdf.vocabulary import Vocabulary, vocabulary
from domain.finance.dates import Order
from domain.finance.statements import AccountKind

_FOLDER = Path(__file__).parent / "profiles"


@dataclass(frozen=True, slots=True)
class Profile:
    """One bank's manner. `is_proved` tells whether a statement that the bank really wrote has been read with it."""

    name: str
    bank: str
    known_by: tuple[str, ...]
    manner: Manner
    words: Mapping[str, tuple[str, ...]]
    is_proved: bool

    def knows(self, lowered: str) -> bool:
        return any(phrase in lowered for phrase in self.known_by)

    def vocabulary(self) -> Vocabulary:
        return vocabulary().with_words(self.words)


@cache
def profiles() -> tuple[Profile, ...]:
    """Return every shipped profile, in the order of their names."""
    return tuple(_read(path) for path in sorted(_FOLDER.glob("*.toml")))


def _read(path: Path) -> Profile:
    said = tomllib.loads(path.read_text("utf-8"))
    order = said.get("order")
    manner = Manner(
        bank=said["bank"],
        name=path.stem,
        currency=said.get("currency", ""),
        order=Order(order) if order else None,
        unsigned=said.get("unsigned", 0),
        kind=AccountKind(said["kind"]) if "kind" in said else None,
        value_date_first=said.get("value_date_first"),
    )
    words = {name: tuple(phrases) for name, phrases in said.get("words", {}).items()}
    return Profile(path.stem, said["bank"], tuple(said["known_by"]), manner, words, said["is_proved"])


def profiles_for(lines: Sequence[str], without: frozenset[str] = frozenset()) -> tuple[Profile, ...]:
    """Return the profiles of the banks that the document names; `without` leaves some out."""
    lowered = "\n".join(lines).lower()
    return tuple(each for each in profiles() if each.name not in without and each.knows(lowered))
