"""Claude through Anthropic's own SDK: what is sent, what is cached, and what it costs."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast, get_args

import pytest

from adapters.anthropic import PROVIDER
from adapters.anthropic.models import DEFAULTS
from adapters.anthropic.models import claude as known
from adapters.memory.vault import MemoryVault
from application.ports.model import Question, Role, Speaker, Turn, Usage
from application.ports.providers import Account
from domain.codec import schema_of
from domain.errors import SignInAgain
from sandbox.anthropic import AnthropicServer
from sandbox.perfect import Call, Reply
from tests.contract.model.claudes import model_at
from tests.contract.model.questions import BRIEFING, SEARCH, asking, owner, results

LONG = "You are the butler of one household. " * 120
SHORT = "You are a butler."


def sent(server: AnthropicServer, place: int = -1) -> Mapping[str, Any]:
    return cast(Mapping[str, Any], server.record.mutations()[place].arguments)


def marked(body: Mapping[str, Any]) -> list[str]:
    """The kinds of block that bear a cache mark."""
    parts = {"tools": body.get("tools", []), "system": body.get("system", [])}
    places = [name for name, blocks in parts.items() if any("cache_control" in block for block in blocks)]
    turns = enumerate(body["messages"])
    return places + [f"turn {n}" for n, turn in turns if any("cache_control" in block for block in turn["content"])]


def test_importing_the_adapter_does_not_import_the_sdk() -> None:
    code = "import sys, adapters.anthropic; sys.exit('anthropic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0


@pytest.mark.parametrize("role", list(DEFAULTS))
def test_the_default_models_are_current(role: Role) -> None:
    from anthropic.resources.messages.messages import DEPRECATED_MODELS
    from anthropic.types import ModelParam

    known = get_args(get_args(ModelParam)[0])
    assert DEFAULTS[role] in known
    assert DEFAULTS[role] not in DEPRECATED_MODELS


def test_what_is_stable_stands_in_front_and_is_marked(claude: AnthropicServer) -> None:
    question = asking(
        owner("Who wrote?"), Turn(Speaker.MODEL, "Acme. " * 400), owner("And today?"), system=LONG, tools=(SEARCH,)
    )
    model_at(claude).ask(question)
    assert marked(sent(claude)) == ["system", "turn 1", "turn 2"]


def test_a_prefix_too_short_for_the_cache_is_not_marked(claude: AnthropicServer) -> None:
    model_at(claude).ask(asking(system=SHORT, tools=(SEARCH,)))
    assert marked(sent(claude)) == []


def test_the_least_prefix_is_the_models_own(claude: AnthropicServer) -> None:
    model_at(claude, "claude-haiku-4-5").ask(asking(system=LONG))
    assert marked(sent(claude)) == []


def test_context_stands_before_the_last_words_and_not_in_the_prefix(claude: AnthropicServer) -> None:
    model_at(claude).ask(asking(owner("One"), Turn(Speaker.MODEL, "Two"), owner("Three"), context="It is Monday."))
    texts = [[block["text"] for block in turn["content"]] for turn in sent(claude)["messages"]]
    assert texts == [["One"], ["Two"], ["It is Monday.", "Three"]]


def test_ten_questions_cost_a_quarter_of_what_they_cost_uncached(claude: AnthropicServer) -> None:
    model = model_at(claude)
    tools = tuple(SEARCH.__class__(f"tool_{n}", SEARCH.purpose * 3, SEARCH.schema) for n in range(15))
    turns: list[Turn] = []
    usages: list[Usage] = []
    for number in range(10):
        claude.script([f"Answer {number}."])
        turns.append(owner(f"Question {number}?"))
        usages.append(model.ask(Question(tuple(turns), LONG, f"It is minute {number}.", tools)).usage)
        turns.append(Turn(Speaker.MODEL, f"Answer {number}."))
    price = model.price
    uncached = sum(each.input + each.cached + each.cache_written for each in usages) * price.input
    paid = sum(price.of(Usage(each.input, 0, each.cached, each.cache_written)) for each in usages) * 1_000_000
    assert paid <= uncached / 4


def test_thinking_goes_back_unchanged_within_a_turn(claude: AnthropicServer) -> None:
    model = model_at(claude)
    claude.script([Reply("", (Call("search_mail", {"query": "Acme"}),), thinking="Acme is a client.")])
    question = asking(owner("What does Acme want?"), tools=(SEARCH,), think=True, context="It is Monday.")
    first = model.ask(question)
    turns = (*question.turns, Turn(Speaker.MODEL, first.text, first.calls, thinking=first.thinking))
    claude.script(["A date."])
    found = results((first.calls[0].id, "two mails"))
    answer = model.ask(asking(*turns, found, tools=(SEARCH,), think=True, context="It is Monday."))
    assert answer.text == "A date."
    assert [block["type"] for block in sent(claude)["messages"][1]["content"]] == ["thinking", "tool_use"]


def test_thinking_of_an_earlier_turn_stays_away(claude: AnthropicServer) -> None:
    model = model_at(claude)
    claude.script([Reply("Good morning.", thinking="A greeting.")])
    first = model.ask(asking("Hello", think=True))
    turns = (owner("Hello"), Turn(Speaker.MODEL, first.text, thinking=first.thinking), owner("And now?"))
    model.ask(asking(*turns, think=True))
    assert [block["type"] for block in sent(claude)["messages"][1]["content"]] == ["text"]


def test_thinking_of_another_model_stays_away(claude: AnthropicServer) -> None:
    claude.script([Reply("", (Call("briefing", {}),), thinking="Let me see.")])
    first = model_at(claude).ask(asking("Hello", tools=(BRIEFING,), think=True))
    turns = (
        owner("Hello"),
        Turn(Speaker.MODEL, "", first.calls, thinking=first.thinking),
        results((first.calls[0].id, "x")),
    )
    model_at(claude, "claude-haiku-5-5").ask(asking(*turns, tools=(BRIEFING,)))
    assert [block["type"] for block in sent(claude)["messages"][1]["content"]] == ["tool_use"]


@pytest.mark.parametrize(
    ("name", "think", "expected"),
    [
        ("claude-sonnet-5-5", True, {"type": "adaptive"}),
        ("claude-sonnet-5-5", False, {"type": "between_tools"}),
        ("claude-haiku-5-5", False, {"type": "disabled"}),
        ("claude-opus-5-5", False, None),
        ("claude-haiku-4-5", True, None),
    ],
)
def test_each_model_is_asked_to_think_in_its_own_way(
    claude: AnthropicServer, name: str, think: bool, expected: object
) -> None:
    model_at(claude, name).ask(asking(think=think))
    assert sent(claude).get("thinking") == expected


def test_thinking_takes_no_room_from_the_answer(claude: AnthropicServer) -> None:
    model_at(claude).ask(asking(think=True, max_tokens=500))
    assert sent(claude)["max_tokens"] > 500


@dataclass(frozen=True, slots=True)
class Wish:
    name: str
    arguments: dict[str, Any]
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    wishes: tuple[Wish, ...]


def test_objects_of_any_shape_survive_structured_output(claude: AnthropicServer) -> None:
    told = {"wishes": [{"name": "search", "arguments": '{"query": "Acme", "deep": {"a": [1]}}', "by": None}]}
    claude.script([json.dumps(told)])
    answer = model_at(claude).ask(asking(schema=schema_of(Wishes)))
    assert json.loads(answer.text)["wishes"][0]["arguments"] == {"query": "Acme", "deep": {"a": [1]}}


def test_prices_count_cached_tokens_for_less() -> None:
    price = known("claude-sonnet-5-5").price
    assert price.of(Usage(1_000_000, 1_000_000, 1_000_000, 1_000_000)) == pytest.approx(2 + 10 + 0.10 + 2.50)


def test_a_long_prompt_costs_haiku_five_times_as_much() -> None:
    price = known("claude-haiku-5-5").price
    assert price.of(Usage(200_000)) == pytest.approx(0.2 * 0.50)
    assert price.of(Usage(100_000)) == pytest.approx(0.1 * 0.10)


def test_an_unknown_price_is_said_to_be_unknown() -> None:
    assert (known("claude-fable-5-2").price.known, known("claude-haiku-4-5-20251001").price.known) == (False, True)


def test_usage_tells_what_came_from_the_cache(claude: AnthropicServer) -> None:
    model = model_at(claude)
    claude.script(["One.", "Two."])
    first, second = model.ask(asking(system=LONG)).usage, model.ask(asking(system=LONG)).usage
    assert (first.cached, second.cache_written) == (0, 0)
    assert first.cache_written == second.cached > 1000


def test_a_model_on_its_way_out_is_warned_of(claude: AnthropicServer, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.warns(DeprecationWarning, match="claude-sonnet-4-5"):
        model_at(claude, "claude-sonnet-4-5").ask(asking())
    assert [record.message for record in caplog.records if record.levelno == logging.WARNING] == [
        "Anthropic retires this model"
    ]


def test_the_provider_connects_without_calling_anybody(claude: AnthropicServer) -> None:
    account = Account("claude", "anthropic", {"base_url": claude.base_url})
    vault = MemoryVault()
    with pytest.raises(SignInAgain):
        PROVIDER.connect(account, vault)
    vault.put("anthropic/claude/api_key", claude.api_key)
    shelf = PROVIDER.connect(account, vault).models
    assert shelf is not None
    assert len(claude.record) == 0
    assert shelf.check() == "Anthropic accepts the key and has claude-sonnet-5-5"
    PROVIDER.disconnect(account, vault)
    assert vault.names() == ()
