"""Alfred's chat over Anthropic's own client, and the prompt and tools that he sends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from adapters.anthropic import AnthropicModel
from adapters.anthropic.models import claude
from adapters.anthropic.prompt import request
from application.chat.tools import ALL_TOOLS
from application.chat.turn import Done
from application.ports.model import Question, Role
from domain.chat import Mode
from tests.unit.chat.house import House

MODEL = "claude-haiku-5-5"


class Overheard(AnthropicModel):
    """Remembers the first question of the last turn."""

    heard: Question | None = None

    def stream(self, question: Question) -> Any:
        if len(question.turns) == 1:
            self.heard = question
        return super().stream(question)


def begun(folder: Path, address: str, tools: int, question: str) -> tuple[Callable[[], str], Callable[[], Any]]:
    """Return what takes one turn in a new conversation, and what tells the prompt of the last one."""
    house = House(folder, registry_tools=ALL_TOOLS[:tools])
    model = Overheard(MODEL, lambda: "a key", address)
    house.models[Role.COMPOSE] = [model]

    def turn() -> str:
        happened = house.talk(question, Mode.TOOL_USE, house.chat.begin().id)
        assert isinstance(happened[-1], Done), happened[-1]
        return happened[-1].entry.text

    def case() -> dict[str, object]:
        assert model.heard is not None
        body = request(MODEL, claude(MODEL), model.heard)
        wanted = ("name", "description", "input_schema")
        system = "\n\n".join(block["text"] for block in body["system"])
        return {"system": system, "tools": [{key: each[key] for key in wanted} for each in body["tools"]]}

    return turn, case
