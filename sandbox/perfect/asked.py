"""What a model was asked, whichever vendor's protocol it came by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.perfect.reply import Call


@dataclass(frozen=True, slots=True)
class Said:
    """One turn of the conversation; `results` are texts of tools, in the order of the calls before."""

    role: str
    text: str = ""
    calls: tuple[Call, ...] = ()
    results: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """A tool on offer: its name, what it is for, and the JSON schema of its arguments."""

    name: str
    purpose: str
    schema: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to a model. `schema` is set where JSON of that form is wanted."""

    model: str
    turns: tuple[Said, ...]
    system: str = ""
    tools: tuple[Offer, ...] = ()
    schema: Mapping[str, object] | None = None
    thinks: bool = field(default=False)

    @property
    def question(self) -> str:
        """The user's last own words."""
        return next((turn.text for turn in reversed(self.turns) if turn.role == "user" and turn.text), "")

    @property
    def findings(self) -> tuple[tuple[Call, str], ...]:
        """Each call made since that question, with what the tool answered."""
        calls: list[Call] = []
        results: list[str] = []
        for turn in self.turns[self._last_question() :]:
            calls.extend(turn.calls)
            results.extend(turn.results)
        return tuple(zip(calls, results, strict=False))

    def _last_question(self) -> int:
        spoken = [place for place, turn in enumerate(self.turns) if turn.role == "user" and turn.text]
        return spoken[-1] if spoken else 0
