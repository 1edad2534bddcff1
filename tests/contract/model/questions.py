"""Questions to ask a model."""

from __future__ import annotations

from application.ports.model import Question, Speaker, ToolOffer, ToolResult, Turn
from domain.codec import Json

SEARCH = ToolOffer(
    "search_mail",
    "Search the owner's messages.",
    {
        "type": "object",
        "properties": {"query": {"type": "string"}},
        "required": ["query"],
        "additionalProperties": False,
    },
)
BRIEFING = ToolOffer(
    "briefing", "What matters now.", {"type": "object", "properties": {}, "additionalProperties": False}
)
LABEL: dict[str, Json] = {
    "type": "object",
    "properties": {"label": {"enum": ["urgent", "work"]}},
    "required": ["label"],
    "additionalProperties": False,
}


def owner(text: str) -> Turn:
    return Turn(Speaker.OWNER, text)


def results(*found: tuple[str, str]) -> Turn:
    return Turn(Speaker.OWNER, results=tuple(ToolResult(id, text) for id, text in found))


def asking(*turns: Turn | str, **more: object) -> Question:
    """A question of these turns; texts are the owner's."""
    made = tuple(owner(turn) if isinstance(turn, str) else turn for turn in turns or ("Good morning.",))
    return Question(made, **{"deadline": 5.0, **more})  # type: ignore[arg-type]
