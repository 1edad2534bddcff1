"""The perfect model: it knows the household's answers by our own prompts, and works with tools like a butler."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import httpx
import pytest

from adapters.anthropic import AnthropicModel
from adapters.local import LocalBrain
from adapters.memory.store import MemoryStore
from adapters.mime.reader import MimeReader
from adapters.ollama import OllamaModel
from adapters.ollama import OllamaServer as OllamaAddress
from application.chat.intent import Intents
from application.models.budget import Budget
from application.models.models import Breaker, Models
from application.ports.mime import RawMail
from application.ports.model import LanguageModel, Question, Role, Speaker, ToolOffer, ToolResult, Turn
from application.triage.model_brain import ModelBrain
from domain.codec import Json, decode, schema_of
from domain.codes import one_time_code
from domain.messages import Message
from domain.privacy import Privacy
from domain.recipients import Acquaintances
from sandbox import household
from sandbox.anthropic import AnthropicServer
from sandbox.ollama import OllamaServer
from sandbox.perfect.triage import AnswerKey

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
MONDAY = household.load("monday", now=NOW)
IDS: dict[str, Json] = {
    "type": "object",
    "properties": {"message_ids": {"type": "array", "items": {"type": "string"}}},
    "required": ["message_ids"],
}
SEARCH_ARGUMENTS: dict[str, Json] = {
    "type": "object",
    "properties": {
        "query": {"type": "string"},
        "category": {"anyOf": [{"enum": ["work", "newsletter"]}, {"type": "null"}]},
        "limit": {"type": "integer"},
    },
    "required": [],
}
SEARCH = ToolOffer("search_mail", "Search the owner's messages.", SEARCH_ARGUMENTS)
ARCHIVE = ToolOffer("archive_mail", "Propose to archive messages.", IDS)
BRIEFING = ToolOffer("briefing", "What matters now.", {"type": "object", "properties": {}})
TOOLS = (SEARCH, ARCHIVE, BRIEFING)


class Noon:
    def now(self) -> datetime:
        return NOW


def messages() -> list[Message]:
    """The household's mails as Alfred reads them, but for those that no model may see."""
    reader = MimeReader()
    read = [
        reader.read(RawMail("gmail", "google", "gmail/mail", mail.id, mail.thread_id, NOW, frozenset(), mail.raw))
        for mail in MONDAY.arrivals
    ]
    return [message for message in read if isinstance(message, Message) and one_time_code(message) is None]


@pytest.fixture(params=["anthropic", "ollama"])
def model(request: pytest.FixtureRequest, claude: AnthropicServer, ollama: OllamaServer) -> LanguageModel:
    key = AnswerKey.of(MONDAY.mails)
    claude.mind.key = ollama.mind.key = key
    if request.param == "anthropic":
        return AnthropicModel("claude-haiku-5-5", lambda: claude.api_key, claude.base_url)
    return OllamaModel("sandbox-perfect", OllamaAddress(ollama.base_url))


def test_it_sorts_the_household_as_the_key_says(model: LanguageModel) -> None:
    models = Models(MemoryStore(), Noon(), UTC, lambda: {Role.CLASSIFY: (model,)}, Budget())
    zone = ZoneInfo("UTC")
    brain = ModelBrain(models, Breaker(), lambda account: Privacy.ANY, zone, LocalBrain(zone), Acquaintances)
    asked = messages()
    right = {mail.id: mail.answer for mail in MONDAY.arrivals}
    wrong = [
        message.subject
        for message, verdict in zip(asked, brain.judge(asked, NOW), strict=True)
        if (answer := right[message.provider_id]) is None
        or verdict is None
        or verdict.category.value != answer.category
        or verdict.priority not in answer.priorities
        or verdict.follow_up.needed != answer.follow_up
    ]
    assert (wrong, len(asked) > 30) == ([], True)


def test_it_calls_itself_by_its_name(model: LanguageModel) -> None:
    assert model.ask(Question((Turn(Speaker.OWNER, "Who are you?"),))).model == "sandbox-perfect"


def test_it_reads_first_then_proposes_with_what_it_found_then_tells(model: LanguageModel) -> None:
    found = {"search_mail": "[gmail:1a2b] Mon | News\n[gmail:3c4d] Sun | More", "archive_mail": "Proposed (2)."}
    turns = [Turn(Speaker.OWNER, "Archive the newsletters")]
    steps: list[tuple[str, dict[str, Json]]] = []
    for _ in range(3):
        answer = model.ask(Question(tuple(turns), 'You address the owner as "sir".', "It is Monday.", TOOLS))
        steps += [(call.name, call.arguments) for call in answer.calls]
        results = tuple(ToolResult(call.id, found[call.name]) for call in answer.calls)
        turns += [
            Turn(Speaker.MODEL, answer.text, answer.calls, thinking=answer.thinking),
            Turn(Speaker.OWNER, results=results),
        ]
        if not answer.calls:
            break
    assert steps == [
        ("search_mail", {"category": "newsletter", "limit": 20}),
        ("archive_mail", {"message_ids": ["gmail:1a2b", "gmail:3c4d"]}),
    ]
    assert answer.text.startswith("If I may, sir, this is what I found:")


def test_it_turns_words_into_intents_and_none_once_enough_is_known(model: LanguageModel) -> None:
    tools = "\n".join(f"- {tool.name}(): {tool.purpose} {json.dumps(tool.schema)}" for tool in TOOLS)
    asked = "The owner says: What needs me this morning?"
    known = f"{asked}\n\nResult of briefing {{}}\n- Acme wants a date"
    heard = [
        model.ask(
            Question((Turn(Speaker.OWNER, text),), f"Tools:\n{tools}", "It is Monday.", schema=schema_of(Intents))
        )
        for text in (asked, known)
    ]
    told = [decode(Intents, json.loads(answer.text)).intents for answer in heard]
    assert [[(intent.name, intent.arguments) for intent in intents] for intents in told] == [[("briefing", {})], []]


def test_it_writes_from_results_that_stand_in_the_prompt(model: LanguageModel) -> None:
    found = '<data from="briefing" trust="none">\n[a:bc] Acme\n</data>'
    told = f"The owner says: What needs me?\n\nResult of briefing {{}}\n{found}"
    assert "- Acme" in model.ask(Question((Turn(Speaker.OWNER, told),))).text


@pytest.mark.parametrize(("vendor", "path"), [("anthropic", "/v1/models/x"), ("ollama", "/api/version")])
def test_it_can_be_started_by_hand(vendor: str, path: str) -> None:
    command = [sys.executable, "-m", "sandbox", vendor, "--household", "monday"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        status = httpx.get(told["base_url"] + path).status_code
        process.terminate()
    assert status == {"anthropic": 401, "ollama": 200}[vendor]
