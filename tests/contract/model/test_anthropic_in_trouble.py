"""Claude through Anthropic's own SDK: what each trouble becomes, and that no secret stands in it."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from adapters.anthropic import AnthropicModel
from application.ports.model import Answer
from domain.errors import AlfredError, CannotBe, SignInAgain, TryLater
from sandbox.anthropic import AnthropicServer
from sandbox.perfect import Reply
from tests.contract.leading_on import leading_to
from tests.contract.model.claudes import model_at
from tests.contract.model.questions import asking

TROUBLES: list[tuple[dict[str, object], type[AlfredError], str, int]] = [
    ({"kind": "status", "status": 401}, SignInAgain, "sign_in_again", 1),
    ({"kind": "status", "status": 403}, SignInAgain, "sign_in_again", 1),
    (
        {"kind": "status", "status": 400, "reason": "This organization has been disabled."},
        SignInAgain,
        "sign_in_again",
        1,
    ),
    (
        {"kind": "status", "status": 400, "reason": "Prompt caching is disabled for this organization"},
        CannotBe,
        "request_refused",
        1,
    ),
    ({"kind": "status", "status": 400, "reason": "credit"}, CannotBe, "credit_gone", 1),
    ({"kind": "status", "status": 402}, CannotBe, "credit_gone", 1),
    ({"kind": "status", "status": 400}, CannotBe, "request_refused", 1),
    ({"kind": "status", "status": 429, "retry_after": 2}, TryLater, "rate_limited", 3),
    ({"kind": "status", "status": 529}, TryLater, "overloaded", 3),
    ({"kind": "status", "status": 500}, TryLater, "try_later", 3),
    ({"kind": "lost"}, TryLater, "unreachable", 3),
    ({"kind": "reset"}, TryLater, "unreachable", 3),
]


@pytest.mark.parametrize("way", ["ask", "stream"])
@pytest.mark.parametrize(("fault", "expected", "code", "tries"), TROUBLES)
def test_every_trouble_becomes_one_of_three(
    claude: AnthropicServer, fault: dict[str, Any], expected: type[AlfredError], code: str, tries: int, way: str
) -> None:
    claude.misbehave(**fault)
    with pytest.raises(expected) as trouble:
        _used(model_at(claude), way)
    assert (trouble.value.code, len(claude.record)) == (code, tries)


@pytest.mark.parametrize("status", [400, 403])
def test_that_the_organization_is_disabled_is_said_and_not_that_a_key_is_wrong(
    claude: AnthropicServer, status: int
) -> None:
    claude.misbehave("status", status=status, reason="This organization has been disabled.")
    with pytest.raises(SignInAgain, match="Anthropic has disabled the organization"):
        model_at(claude).ask(asking())


def test_the_wait_that_anthropic_names_is_passed_on(claude: AnthropicServer) -> None:
    claude.misbehave("status", status=429, retry_after=2)
    with pytest.raises(TryLater) as trouble:
        model_at(claude).ask(asking())
    assert trouble.value.retry_after == 2.0


def test_a_wait_beyond_the_deadline_is_not_waited_for(claude: AnthropicServer) -> None:
    claude.misbehave("status", status=429, retry_after=3600)
    with pytest.raises(TryLater):
        model_at(claude).ask(asking())
    assert len(claude.record) == 1


@pytest.mark.parametrize("way", ["ask", "stream"])
def test_trouble_that_passes_is_outlived(claude: AnthropicServer, way: str) -> None:
    claude.script(["Here I am."])
    claude.misbehave("status", status=529, count=2)
    assert _used(model_at(claude), way).text == "Here I am."


@pytest.mark.parametrize(
    ("fault", "code"),
    [("stream_error", "overloaded"), ("no_stop", "cut_off"), ("malformed", "cut_off"), ("cut", "cut_off")],
)
def test_after_the_first_words_nothing_is_tried_again(claude: AnthropicServer, fault: str, code: str) -> None:
    claude.script(["A sentence of several words that is cut."])
    claude.misbehave(fault)
    with pytest.raises(TryLater) as trouble:
        _used(model_at(claude), "stream")
    assert (trouble.value.code, len(claude.record)) == (code, 1)


def test_an_unknown_model_cannot_be(claude: AnthropicServer) -> None:
    with pytest.raises(CannotBe, match="claude-nobody-9") as trouble:
        model_at(claude, "claude-nobody-9").ask(asking())
    assert trouble.value.code == "model_unknown"


def test_a_refusal_is_no_answer(claude: AnthropicServer) -> None:
    claude.script([Reply("I", stop="refusal")])
    with pytest.raises(CannotBe) as trouble:
        model_at(claude).ask(asking())
    assert trouble.value.code == "declined"


def test_an_answer_cut_for_length_says_so(claude: AnthropicServer) -> None:
    claude.script([Reply("Once upon", stop="max_tokens")])
    assert model_at(claude).ask(asking()).stop == "length"


@pytest.mark.parametrize("way", ["ask", "stream"])
def test_silence_is_cut_by_the_deadline(claude: AnthropicServer, way: str) -> None:
    claude.misbehave("latency", seconds=30)
    with pytest.raises(TryLater) as trouble:
        _used(model_at(claude), way, deadline=0.3)
    assert trouble.value.code == "timeout"


def test_words_that_trickle_without_end_are_cut_by_the_deadline(claude: AnthropicServer) -> None:
    claude.script(["word " * 1000])
    claude.misbehave("slow", seconds=0.05)
    with pytest.raises(TryLater) as trouble:
        _used(model_at(claude), "stream", deadline=0.4)
    assert trouble.value.code == "timeout"


def test_nobody_there_is_try_later() -> None:
    model = AnthropicModel("claude-haiku-5-5", lambda: "k", "http://127.0.0.1:1", sleep=lambda seconds: None)
    with pytest.raises(TryLater) as trouble:
        model.ask(asking())
    assert trouble.value.code == "unreachable"


@pytest.mark.parametrize("way", ["ask", "stream"])
def test_nobody_is_told_elsewhere_what_was_asked_here(claude: AnthropicServer, way: str) -> None:
    with leading_to(claude.base_url) as here:
        model = AnthropicModel("claude-haiku-5-5", lambda: claude.api_key, here, sleep=lambda seconds: None)
        with pytest.raises(TryLater):
            _used(model, way)
    assert len(claude.record) == 0


def test_a_new_key_counts_at_once(claude: AnthropicServer) -> None:
    keys = ["wrong"]
    model = AnthropicModel("claude-haiku-5-5", lambda: keys[-1], claude.base_url)
    with pytest.raises(SignInAgain):
        model.ask(asking())
    keys.append(claude.api_key)
    claude.script(["Welcome."])
    assert model.ask(asking()).text == "Welcome."


def test_without_a_key_nobody_is_called(claude: AnthropicServer) -> None:
    with pytest.raises(SignInAgain):
        AnthropicModel("claude-haiku-5-5", lambda: "", claude.base_url).ask(asking())
    assert len(claude.record) == 0


@pytest.mark.parametrize("status", [400, 401, 429, 500])
def test_the_key_stands_in_no_error_and_no_log(
    claude: AnthropicServer, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    canary = "sk-ant-canary-3f9a"
    claude.api_key = canary
    claude.misbehave("status", status=status, reason=f"the key {canary} is bad")
    caplog.set_level(logging.DEBUG)
    with pytest.raises(AlfredError) as trouble:
        model_at(claude).ask(asking())
    told = [str(trouble.value), repr(trouble.value), repr(trouble.value.__cause__), caplog.text]
    told += [str(record.__dict__) for record in caplog.records]
    assert not [each for each in told if canary in each]


def test_what_is_asked_stands_in_no_log(claude: AnthropicServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    model_at(claude).ask(asking("a mail about my divorce"))
    assert not [record for record in caplog.records if "divorce" in str(record.__dict__)]


def _used(model: AnthropicModel, way: str, **more: object) -> Answer:
    if way == "ask":
        return model.ask(asking(**more))
    last = list(model.stream(asking(**more)))[-1].answer
    assert last is not None
    return last
