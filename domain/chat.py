"""Conversations with the butler: what was said, which tools were used, and what came of it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Mode(StrEnum):
    """How an answer is made: by intents, by tool use, without a model, or whichever fits."""

    AUTO = "auto"
    INTENT = "intent"
    TOOL_USE = "tool_use"
    LOCAL = "local"


class Role(StrEnum):
    OWNER = "owner"
    ALFRED = "alfred"


@dataclass(frozen=True, slots=True)
class Step:
    """One use of a tool within a turn; `said` is one sentence for people."""

    tool: str
    arguments: dict[str, Any]
    said: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing said. Entries are appended and never changed.

    `tainted` when its prompt held outside text, of `accounts`. `ended` is `done` or the code of what cut it short.
    `asks` names what the owner's words left open, where Alfred asks for it.
    """

    id: str
    conversation: str
    at: datetime
    role: Role
    text: str
    steps: tuple[Step, ...] = ()
    actions: tuple[str, ...] = ()
    mode: Mode | None = None
    model: str | None = None
    tainted: bool = False
    accounts: tuple[str, ...] = ()
    ended: str = "done"
    asks: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    id: str
    title: str
    begun_at: datetime
    last_at: datetime


HISTORY_ENTRIES = 20
HISTORY_LETTERS = 2000
_FILLING = frozenset(
    {"owner", "owners", "user", "master", "they", "their", "them", "that", "this", "with", "from", "have"}
)


def history_for_prompt(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Return the last 20 entries, cut so that they begin with the owner's words."""
    last = entries[-HISTORY_ENTRIES:]
    first = next((index for index, entry in enumerate(last) if entry.role is Role.OWNER), len(last))
    return last[first:]


def is_quoted_from(quote: str, said: tuple[str, ...]) -> bool:
    """Whether the owner said these very words, give or take case, spaces and punctuation marks."""
    wanted = _plain(quote)
    return bool(wanted) and any(f" {wanted} " in f" {_plain(text)} " for text in said)


def is_told_by(fact: str, quote: str) -> bool:
    """Whether the quote holds what the fact tells: each telling word, and each number, begins as one of the quote's."""
    said = {_stem(word) for word in _plain(quote).split()}
    telling = [word for word in _plain(fact).split() if (len(word) >= 4 or word.isdigit()) and word not in _FILLING]
    return is_quoted_from(fact, (quote,)) or (bool(telling) and all(_stem(word) in said for word in telling))


def _stem(word: str) -> str:
    return word if word.isdigit() else word[:4]


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"\s+", " ", re.sub(r"[^\w\s]", " ", folded)).strip()
