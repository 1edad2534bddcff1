"""A butler by rules: calls the tools that the question's words call for, then says what they found."""

from __future__ import annotations

import re

from sandbox.perfect import choosing, filling
from sandbox.perfect.asked import Asked, Offer
from sandbox.perfect.reply import Call, Reply

_WRITES = re.compile(r"archive|delete|label|reply|snooze|propose|create|add|complete|remember|send")
_LONGEST = 160
_MOST_LINES = 6


def reply(asked: Asked) -> Reply:
    """The next step of the conversation: calls, or the closing words."""
    made = {call.name for call, _ in asked.findings}
    found = tuple(result for _, result in asked.findings)
    wanted = [offer for offer in choosing.choose(asked.question, asked.tools, most=3) if offer.name not in made]
    reads = [offer for offer in wanted if not _WRITES.search(offer.name)]
    writes = [offer for offer in wanted if _WRITES.search(offer.name)]
    step = (reads if not found else []) or (writes if found or not reads else [])
    if step:
        calls = tuple(_call(offer, asked, found) for offer in step[:2])
        return Reply(calls=calls, thinking="Let me look." if asked.thinks else "")
    return Reply(_closing(asked), thinking="Enough is known." if asked.thinks else "")


def _call(offer: Offer, asked: Asked, found: tuple[str, ...]) -> Call:
    return Call(offer.name, filling.arguments(offer, asked.question, found))


def _closing(asked: Asked) -> str:
    lines = [_shown(line) for _, result in asked.findings for line in result.splitlines() if line.strip()]
    if not asked.findings:
        return "At your service. I have looked nothing up for this, and so I shall not invent anything."
    if not lines:
        return "I have looked, and found nothing of the kind."
    told = "\n".join(f"- {line}" for line in lines[:_MOST_LINES])
    rest = f"\n- and {len(lines) - _MOST_LINES} more" if len(lines) > _MOST_LINES else ""
    return f"If I may, this is what I found:\n\n{told}{rest}\n\nThat is all."


def _shown(line: str) -> str:
    words = " ".join(line.strip(" -*\t").split())
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
