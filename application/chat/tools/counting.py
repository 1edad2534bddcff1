"""How many of a thing there are, as an answer says it."""

from __future__ import annotations


def counted(count: int, noun: str, many: str = "") -> str:
    """Return "1 task", "2 tasks" or "No tasks"; `many` is the plural that no s makes."""
    return f"{count} {noun}" if count == 1 else f"{count or 'No'} {many or noun + 's'}"
