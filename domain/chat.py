"""Conversations with the butler: what was said, which tools were used, and what came of it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.kinds import Kind


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


@dataclass(frozen=True, slots=True)
class Conversation:
    id: str
    title: str
    begun_at: datetime
    last_at: datetime


HISTORY_ENTRIES = 20
HISTORY_LETTERS = 2000


def history_for_prompt(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Return the last 20 entries, cut so that they begin with the owner's words."""
    last = entries[-HISTORY_ENTRIES:]
    first = next((index for index, entry in enumerate(last) if entry.role is Role.OWNER), len(last))
    return last[first:]


def is_quoted_from(quote: str, said: tuple[str, ...]) -> bool:
    """Whether the owner said these very words, give or take case, spaces and punctuation marks at the ends."""
    wanted = _plain(quote)
    return bool(wanted) and any(wanted in _plain(text) for text in said)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"\s+", " ", re.sub(r"[^\w\s]", " ", folded)).strip()


_DEEDS: tuple[tuple[Kind, str], ...] = (
    (Kind.ARCHIVE, "archived"),
    (Kind.DELETE, "deleted|trashed|removed"),
    (Kind.SEND, "sent|emailed|e-mailed|written to"),
    (Kind.REPLY, "replied|answered|responded"),
    (Kind.FORWARD, "forwarded"),
    (Kind.LABEL, "labelled|labeled|tagged"),
    (Kind.DRAFT, "drafted"),
    (Kind.UNSUBSCRIBE, "unsubscribed"),
    (Kind.SNOOZE, "snoozed"),
    (Kind.CREATE_TASK, "added|created|noted"),
    (Kind.COMPLETE_TASK, "completed|ticked off"),
    (Kind.REMEMBER, "remembered|memorised|memorized"),
    (Kind.CREATE_EVENT, "booked|scheduled|invited"),
    (Kind.DELETE_EVENT, "cancelled|canceled"),
)
_CLAIM = r"\b(?:I|I've|I’ve|we|have|has|had|been|was|were|is|are|now)\s+(?:have\s+|has\s+|now\s+|already\s+|just\s+|been\s+|duly\s+)*({})\b"


@dataclass(frozen=True, slots=True)
class Deeds:
    """What really happened in a turn: kinds that were executed, and how many proposals wait."""

    executed: frozenset[Kind] = frozenset()
    lines: tuple[str, ...] = field(default=())


def unfounded_claims(text: str, deeds: Deeds, known: frozenset[Kind] = frozenset()) -> tuple[str, ...]:
    """Return the words in `text` that claim a deed of which this turn's results and `known` ones show nothing."""
    founded = deeds.executed | known
    claims: list[str] = []
    for kind, verbs in _DEEDS:
        found = re.search(_CLAIM.format(verbs), text, re.IGNORECASE)
        if found is not None and kind not in founded:
            claims.append(found.group(0).strip())
    return tuple(dict.fromkeys(claims))
