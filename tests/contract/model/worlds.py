"""The same model three times: scripted in memory, and behind the two make-believe vendors."""

from __future__ import annotations

from typing import Protocol

from adapters.anthropic import AnthropicModel
from adapters.memory.model import ScriptedModel
from adapters.ollama import OllamaModel
from adapters.ollama import OllamaServer as OllamaAddress
from application.ports.model import Answer, LanguageModel, ToolCall
from sandbox.anthropic import AnthropicServer
from sandbox.ollama import OllamaServer
from sandbox.perfect import Call, Reply

Wish = tuple[str, dict[str, object]]


class ModelWorld(Protocol):
    """A model, and what it is going to say."""

    model: LanguageModel

    def will_say(self, text: str, *calls: Wish) -> None: ...

    def will_break_off(self) -> None:
        """Cut the next stream in its midst."""
        ...

    def was_left_early(self) -> bool:
        """Wait until the other side has noticed that nobody listens any more."""
        ...


class MemoryWorld(ModelWorld):
    def __init__(self) -> None:
        self.model = self.scripted = ScriptedModel()

    def will_say(self, text: str, *calls: Wish) -> None:
        made = tuple(ToolCall(f"call-{n}", name, arguments) for n, (name, arguments) in enumerate(calls))  # type: ignore[arg-type]
        self.scripted.follow(Answer(text, made, "tools" if made else "end", model=self.scripted.name))

    def will_break_off(self) -> None:
        self.scripted.cut_after = 2

    def was_left_early(self) -> bool:
        return self.scripted.closed_early == 1


class AnthropicWorld(ModelWorld):
    def __init__(self, server: AnthropicServer) -> None:
        self.server = server
        self.model = AnthropicModel(
            "claude-sonnet-5-5", lambda: server.api_key, server.base_url, sleep=lambda seconds: None
        )

    def will_say(self, text: str, *calls: Wish) -> None:
        self.server.script([Reply(text, tuple(Call(*call) for call in calls))])

    def will_break_off(self) -> None:
        self.server.misbehave("cut")

    def was_left_early(self) -> bool:
        return self.server.hangups.wait_for(1)


class OllamaWorld(ModelWorld):
    def __init__(self, server: OllamaServer) -> None:
        self.server = server
        self.model = OllamaModel("qwen3:8b", OllamaAddress(server.base_url))

    def will_say(self, text: str, *calls: Wish) -> None:
        self.server.script([Reply(text, tuple(Call(*call) for call in calls))])

    def will_break_off(self) -> None:
        self.server.misbehave("cut")

    def was_left_early(self) -> bool:
        return self.server.hangups.wait_for(1)
