"""Which pull requests wait for me? Answered in both modes of a model, and without one, to whoever may know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from adapters.anthropic import AnthropicModel
from adapters.local.matching import LocalMatcher
from adapters.ollama import OllamaModel
from adapters.ollama import OllamaServer as OllamaAddress
from application.chat.registry import Registry
from application.chat.service import Chat
from application.chat.tools import ALL_TOOLS
from application.chat.turn import Done
from application.models.budget import Budget
from application.models.models import Models
from application.ports.model import LanguageModel, Role
from domain.chat import Entry, Mode
from domain.persona import Persona
from domain.privacy import Privacy
from sandbox.anthropic import AnthropicServer
from sandbox.ollama import OllamaServer
from tests.integration.api.house import ZONE
from tests.integration.azure_devops.setting import Setting

QUESTION = "Which pull requests wait for me?"


@pytest.fixture
def on_this_machine() -> Iterator[LanguageModel]:
    with OllamaServer() as server:
        yield OllamaModel("qwen3:8b", OllamaAddress(server.base_url))


@pytest.fixture
def claude() -> Iterator[LanguageModel]:
    with AnthropicServer() as server:
        yield AnthropicModel("claude-sonnet-5-5", lambda: server.api_key, server.base_url)


def asked(
    setting: Setting, mode: Mode, privacy: Privacy, model: LanguageModel | None = None, words: str = QUESTION
) -> Entry:
    """The answer of a chat in which `model` serves every role."""
    setting.poll()
    workshop = replace(setting.house.services.chat()._workshop, privacy=lambda _: privacy)
    roles = dict.fromkeys(Role, (model,) if model is not None else ())
    models = Models(setting.house.store, setting.house.clock, ZONE, lambda: roles, Budget())
    chat = Chat(workshop, Registry(ALL_TOOLS, workshop), models, LocalMatcher(ZONE), Persona)
    *_, last = chat.say(chat.begin().id, words, mode)
    assert isinstance(last, Done)
    return last.entry


def waiting(setting: Setting) -> set[str]:
    """The pull requests that wait, as they are shown."""
    return {f"!{review.pull.number}" for review in setting.house.services.work.reviews() if review.waits}


def named(setting: Setting, entry: Entry) -> set[str]:
    numbers = {f"!{review.pull.number}" for review in setting.house.services.work.reviews()}
    return {number for number in numbers if number in entry.text}


@pytest.mark.parametrize("mode", [Mode.INTENT, Mode.TOOL_USE])
def test_a_model_on_this_machine_names_those_that_wait(
    setting: Setting, mode: Mode, on_this_machine: LanguageModel
) -> None:
    entry = asked(setting, mode, Privacy.LOCAL, on_this_machine)
    assert [(step.tool, step.arguments) for step in entry.steps] == [("query_pull_requests", {"waiting": True})]
    assert len(waiting(setting)) == 3
    assert named(setting, entry) == waiting(setting)
    assert entry.mode is mode


@pytest.mark.parametrize("mode", [Mode.INTENT, Mode.TOOL_USE])
def test_claude_names_those_that_wait_where_he_may_see_them(
    setting: Setting, mode: Mode, claude: LanguageModel
) -> None:
    assert named(setting, asked(setting, mode, Privacy.ANY, claude)) == waiting(setting)


@pytest.mark.parametrize("mode", [Mode.INTENT, Mode.TOOL_USE])
def test_claude_is_told_of_none_that_stays_on_this_machine(setting: Setting, mode: Mode, claude: LanguageModel) -> None:
    assert named(setting, asked(setting, mode, Privacy.LOCAL, claude)) == set()


@pytest.mark.parametrize("mode", [Mode.LOCAL, Mode.AUTO])
def test_without_a_model_those_that_wait_are_named(setting: Setting, mode: Mode) -> None:
    entry = asked(setting, mode, Privacy.LOCAL)
    assert [(step.tool, step.arguments) for step in entry.steps] == [("query_pull_requests", {"waiting": True})]
    assert named(setting, entry) == waiting(setting)


@pytest.mark.parametrize("mode", [Mode.INTENT, Mode.TOOL_USE])
def test_a_question_changes_nothing(setting: Setting, mode: Mode, on_this_machine: LanguageModel) -> None:
    for words in (QUESTION, "Which pipelines failed?", "What is pull request 418 about?"):
        entry = asked(setting, mode, Privacy.LOCAL, on_this_machine, words)
        assert (entry.actions, len(setting.server.record)) == ((), 0)
