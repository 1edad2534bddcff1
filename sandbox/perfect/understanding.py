"""What a prompt is about: the question, the tools, and what was found, wherever in the prompt they stand."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sandbox.perfect.asked import Asked, Offer
from sandbox.perfect.reply import Call

_SAYS = re.compile(r"^The owner says: (.*?)(?=\n\nResult of |\Z)", re.DOTALL | re.MULTILINE)
_RESULT = re.compile(r"^Result of (\w+) (\{.*?\})\n(.*?)(?=\n\nResult of |\Z)", re.DOTALL | re.MULTILINE)
_TOOL = re.compile(r"^- (\w+)(?:\([^)]*\))?: (.*?)(?: Arguments:)? (\{.*\})$", re.MULTILINE)
_TODAY = re.compile(r"It is \w+, (\d\d? \w+ \d{4}), \d\d:\d\d")
_ADDRESS = re.compile(r'address the owner as "([^"]+)"')


@dataclass(frozen=True, slots=True)
class Matter:
    """One question with the tools for it, what each call found, how the owner is addressed, and what day it is."""

    question: str
    offers: tuple[Offer, ...]
    findings: tuple[tuple[Call, str], ...]
    address: str
    today: date | None = None


def understood(asked: Asked) -> Matter:
    """Read the protocol's own fields first, then what the prompt tells in words."""
    says = _SAYS.search(asked.last_words)
    address = _ADDRESS.search(asked.system)
    return Matter(
        says.group(1).strip() if says else asked.last_words.rsplit("\n\n", 1)[-1].strip(),
        asked.tools
        or tuple(Offer(name, purpose, _object(schema)) for name, purpose, schema in _TOOL.findall(asked.system)),
        asked.since_then
        or tuple((Call(name, _object(given)), text) for name, given, text in _RESULT.findall(asked.last_words)),
        address.group(1) if address else "",
        _day(f"{asked.system}\n{asked.last_words}"),
    )


def _day(prompt: str) -> date | None:
    told = _TODAY.search(prompt)
    return datetime.strptime(told.group(1), "%d %B %Y").replace(tzinfo=UTC).date() if told else None


def _object(text: str) -> dict[str, object]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
