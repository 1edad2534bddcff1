"""What a model was asked, whichever vendor's protocol it came by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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
    thinks: bool = False

    @property
    def last_words(self) -> str:
        """All that the user's last turn with words says, context included."""
        return next((turn.text for turn in reversed(self.turns) if turn.role == "user" and turn.text), "")

    @property
    def since_then(self) -> tuple[tuple[Call, str], ...]:
        """Each call made since those words, with what the tool answered."""
        spoken = [place for place, turn in enumerate(self.turns) if turn.role == "user" and turn.text]
        later = self.turns[spoken[-1] :] if spoken else ()
        calls = [call for turn in later for call in turn.calls]
        return tuple(zip(calls, (result for turn in later for result in turn.results), strict=False))
