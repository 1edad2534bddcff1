"""A butler by rules: calls the tools that the question's words call for, then says what they found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast

from sandbox.perfect import choosing, filling, narrowing
from sandbox.perfect.asked import Asked, Offer
from sandbox.perfect.reply import Call, Reply
from sandbox.perfect.understanding import Matter, understood

_WRITES = re.compile(
    r"^(archive|delete|label|reply|snooze|propose|create|add|complete|remember|send|forward|set|vote|comment|link|update"
    r"|rerun|respond)"
)
_WONDERS = re.compile(r"^(what|which|who|when|where|how many|do you|is|are)\b", re.IGNORECASE)
_FIGURE = re.compile(r"^You spent\b|\bspent$|\b(more|less|the same)$")
_TAG = re.compile(r"</?(data|mail|result)\b[^>]*>")
_LABEL = re.compile(r"^\[[\w.:@+-]+\]\s*")
_LONGEST = 160
_MOST_LINES = 6


def reply(asked: Asked) -> Reply:
    """The next step of the conversation: calls, or the closing words."""
    matter = understood(asked)
    calls = next_calls(matter) if asked.tools else ()
    thinking = ("Let me look." if calls else "Enough is known.") if asked.thinks else ""
    return Reply("" if calls else _closing(matter), calls, thinking)


def next_calls(matter: Matter) -> tuple[Call, ...]:
    """Reading comes first, and once; then what writes, with the ids that were found."""
    made = {call.name for call, _ in matter.findings}
    found = tuple(result for _, result in matter.findings)
    wanted = [offer for offer in choosing.choose(matter.question, matter.offers, most=3) if offer.name not in made]
    reads = [offer for offer in wanted if not _WRITES.search(offer.name) and _fits(offer, matter, found)]
    writes = [offer for offer in wanted if _WRITES.search(offer.name)]
    if _WONDERS.search(matter.question):
        writes = []
    elif writes:
        reads = [offer for offer in reads if "search" in offer.name] or [o for o in reads if o.name != "recall"]
    step = reads if reads and not found else writes
    return tuple(Call(offer.name, _arguments(offer, matter, found)) for offer in step[:2])


def _fits(offer: Offer, matter: Matter, found: Sequence[str]) -> bool:
    needed = cast(Sequence[str], offer.schema.get("required", ()))
    told = narrowing.narrowed(offer, matter.question, matter.today)
    return told.keys() >= set(needed) or filling.fits(offer, matter.question, found)


def _arguments(offer: Offer, matter: Matter, found: Sequence[str]) -> dict[str, object]:
    told = filling.arguments(offer, matter.question, found)
    return told | narrowing.narrowed(offer, matter.question, matter.today)


def _closing(matter: Matter) -> str:
    address = f", {matter.address}" if matter.address else ""
    if not matter.findings:
        return f"At your service{address}. I have looked nothing up for this, and so I shall not invent anything."
    lines = [shown for _, result in matter.findings for line in result.splitlines() if (shown := _shown(line))]
    if not lines:
        return f"I have looked{address}, and found nothing of the kind."
    opening = f"If I may{address}, this is what I found:"
    if _FIGURE.search(lines[0]):
        opening, lines = f"{lines[0]}{address}.", lines[1:]
    told = [f"- {line}" for line in lines[:_MOST_LINES]]
    rest = [f"- and {len(lines) - _MOST_LINES} more"] if len(lines) > _MOST_LINES else []
    return "\n\n".join(part for part in (opening, "\n".join([*told, *rest]), "That is all.") if part)


def _shown(line: str) -> str:
    words = " ".join(_LABEL.sub("", _TAG.sub("", line).strip(" -*\t")).split())
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
