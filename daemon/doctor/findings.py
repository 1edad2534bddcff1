"""What a check finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from daemon.settings import Settings

State = Literal["good", "warning", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, and what the owner can do; `mend` does it for him, where that harms nothing."""

    name: str
    state: State
    said: str
    advice: str = ""
    mend: Callable[[], object] | None = field(default=None, repr=False, compare=False)

    def as_json(self) -> dict[str, str]:
        return {"name": self.name, "state": self.state, "said": self.said, "advice": self.advice}


Check = Callable[[Settings], list[Finding]]


def good(name: str, said: str) -> list[Finding]:
    return [Finding(name, "good", said)]


def warning(name: str, said: str, advice: str, mend: Callable[[], object] | None = None) -> list[Finding]:
    return [Finding(name, "warning", said, advice, mend)]


def bad(name: str, said: str, advice: str, mend: Callable[[], object] | None = None) -> list[Finding]:
    return [Finding(name, "bad", said, advice, mend)]
