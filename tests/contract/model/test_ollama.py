"""Local models: what is told when something is missing, small models helped, and that local means local."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pytest

from adapters.memory.vault import MemoryVault
from adapters.ollama import PROVIDER, OllamaEmbedder, OllamaModel
from adapters.ollama import OllamaServer as OllamaAddress
from application.ports.model import Answer, Question, Speaker, Turn
from application.ports.providers import Account
from domain.errors import CannotBe, Invalid, TryLater
from sandbox.ollama import OllamaServer
from sandbox.ollama.models import Model
from sandbox.perfect import Call, Reply
from tests.contract.model.questions import BRIEFING, LABEL, SEARCH, asking, owner, results


def model_at(server: OllamaServer, name: str = "qwen3:8b") -> OllamaModel:
    return OllamaModel(name, OllamaAddress(server.base_url))


def sent(server: OllamaServer) -> list[Mapping[str, Any]]:
    return [cast(Mapping[str, Any], each.arguments) for each in server.record.mutations("chat")]


def last_of(model: OllamaModel, question: Question) -> Answer:
    found = list(model.stream(question))[-1].answer
    assert found is not None
    return found


def test_a_missing_model_says_how_to_fetch_it(ollama: OllamaServer) -> None:
    with pytest.raises(CannotBe, match="ollama pull absent:7b") as trouble:
        model_at(ollama, "absent:7b").ask(asking())
    assert trouble.value.code == "model_unknown"


def test_a_model_that_was_fetched_meanwhile_is_there(ollama: OllamaServer) -> None:
    model = model_at(ollama, "late")
    with pytest.raises(CannotBe):
        model.ask(asking())
    ollama.models["late:latest"] = Model("late")
    ollama.script(["Here."])
    assert model.ask(asking()).text == "Here."


def test_a_server_that_is_not_there_says_how_to_start_it() -> None:
    with pytest.raises(TryLater, match="ollama serve") as trouble:
        OllamaModel("qwen3:8b", OllamaAddress("http://127.0.0.1:1")).ask(asking())
    assert trouble.value.code == "unreachable"


@pytest.mark.parametrize("way", ["ask", "stream"])
def test_a_hang_is_cut_by_the_deadline(ollama: OllamaServer, way: str) -> None:
    model, question = model_at(ollama), asking(deadline=0.3)
    ollama.misbehave("latency", method="chat", seconds=30)
    with pytest.raises(TryLater) as trouble:
        model.ask(question) if way == "ask" else last_of(model, question)
    assert trouble.value.code == "timeout"


def test_words_that_trickle_without_end_are_cut_by_the_deadline(ollama: OllamaServer) -> None:
    ollama.script(["word " * 1000])
    ollama.misbehave("slow", method="chat", seconds=0.05)
    with pytest.raises(TryLater) as trouble:
        last_of(model_at(ollama), asking(deadline=0.4))
    assert trouble.value.code == "timeout"


@pytest.mark.parametrize("way", ["ask", "stream"])
def test_a_call_that_the_server_cannot_read_is_asked_for_in_words(ollama: OllamaServer, way: str) -> None:
    ollama.misbehave("tool_parse")
    ollama.script(['<tool_call>{"name": "search_mail", "arguments": {"query": "Acme"}}</tool_call>'])
    question = asking(tools=(SEARCH,), system="You are a butler.")
    answer = model_at(ollama).ask(question) if way == "ask" else last_of(model_at(ollama), question)
    assert [(call.name, call.arguments) for call in answer.calls] == [("search_mail", {"query": "Acme"})]
    assert [("tools" in body, "<tool_call>" in str(body["messages"])) for body in sent(ollama)] == [
        (True, False),
        (False, True),
    ]


def test_a_model_that_never_learnt_to_call_tools_is_asked_in_words_at_once(ollama: OllamaServer) -> None:
    ollama.script(['```json\n{"name": "briefing", "arguments": {}}\n```'])
    answer = model_at(ollama, "gemma3:4b").ask(asking(tools=(BRIEFING,)))
    assert ([call.name for call in answer.calls], len(sent(ollama))) == (["briefing"], 1)


def test_in_words_the_conversation_goes_on_with_the_results(ollama: OllamaServer) -> None:
    ollama.script(['<tool_call>{"name": "briefing"}</tool_call>', "All is quiet."])
    model = model_at(ollama, "gemma3:4b")
    first = model.ask(asking("Well?", tools=(BRIEFING,)))
    turns = (owner("Well?"), Turn(Speaker.MODEL, first.text, first.calls), results((first.calls[0].id, "nothing new")))
    assert model.ask(asking(*turns, tools=(BRIEFING,))).text == "All is quiet."
    assert "<tool_result>nothing new</tool_result>" in sent(ollama)[-1]["messages"][-1]["content"]


def test_a_call_written_as_text_counts_though_the_model_could_do_better(ollama: OllamaServer) -> None:
    ollama.script(['{"name": "briefing", "parameters": {}}'])
    answer = model_at(ollama).ask(asking(tools=(BRIEFING,)))
    assert ([call.name for call in answer.calls], answer.text, answer.stop) == (["briefing"], "", "tools")


def test_a_call_written_as_text_is_never_shown_as_words(ollama: OllamaServer) -> None:
    ollama.script(['Let me see. {"name": "briefing", "parameters": {}}'])
    pieces = list(model_at(ollama).stream(asking(tools=(BRIEFING,))))
    assert "".join(piece.text for piece in pieces) == "Let me see. "


def test_words_with_a_brace_are_shown_in_the_end(ollama: OllamaServer) -> None:
    ollama.script(["The set {1, 2} is small."])
    pieces = list(model_at(ollama).stream(asking(tools=(BRIEFING,))))
    assert "".join(piece.text for piece in pieces) == "The set {1, 2} is small."


def test_arguments_that_are_no_object_are_none(ollama: OllamaServer) -> None:
    ollama.script([Reply("", (Call("briefing", cast(dict[str, object], "nonsense")),))])
    assert model_at(ollama).ask(asking(tools=(BRIEFING,))).calls[0].arguments == {}


@pytest.mark.parametrize(
    ("fault", "code"), [("no_stop", "cut_off"), ("malformed", "cut_off"), ("stream_error", "try_later")]
)
def test_a_broken_stream_is_no_answer(ollama: OllamaServer, fault: str, code: str) -> None:
    ollama.script(["A sentence that will not be whole."])
    ollama.misbehave(fault, method="chat")
    with pytest.raises(TryLater) as trouble:
        last_of(model_at(ollama), asking())
    assert trouble.value.code == code


@pytest.mark.parametrize(
    ("host", "name", "local"),
    [
        ("http://127.0.0.1:11434", "qwen3:8b", True),
        ("localhost", "qwen3:8b", True),
        ("http://[::1]:11434", "qwen3:8b", True),
        ("http://192.168.1.5:11434", "qwen3:8b", False),
        ("https://ollama.example.com", "qwen3:8b", False),
        ("http://127.0.0.1:11434", "gpt-oss:120b-cloud", False),
    ],
)
def test_local_means_that_nothing_leaves_the_machine(host: str, name: str, local: bool) -> None:
    assert OllamaModel(name, OllamaAddress(host)).local is local


def test_a_cloud_model_under_a_local_name_is_refused_before_anything_is_sent() -> None:
    with OllamaServer(models=[Model("mine", remote_host="https://ollama.com")]) as server:
        with pytest.raises(CannotBe) as trouble:
            model_at(server, "mine").ask(asking("a secret"))
        assert (trouble.value.code, sent(server)) == ("not_local", [])


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("", "http://127.0.0.1:11434"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        (":11434", "http://127.0.0.1:11434"),
        ("box:9000", "http://box:9000"),
        ("https://box/ollama/", "https://box:443/ollama"),
        ("http://box", "http://box:80"),
    ],
)
def test_hosts_are_understood_as_ollama_understands_them(host: str, address: str) -> None:
    assert OllamaAddress(host).address == address


def test_what_is_no_address_is_refused_by_name() -> None:
    with pytest.raises(Invalid, match=r"ollama\.host"):
        OllamaAddress("ftp://box")


@pytest.mark.parametrize(
    ("name", "words", "expected"), [("qwen3:8b", 10, 4096), ("qwen3:8b", 20_000, 32768), ("gemma3:4b", 20_000, 8192)]
)
def test_the_window_holds_the_prompt_as_far_as_the_model_can_read(
    ollama: OllamaServer, name: str, words: int, expected: int
) -> None:
    model_at(ollama, name).ask(asking("word " * words))
    assert sent(ollama)[-1]["options"]["num_ctx"] == expected


def test_the_model_stays_loaded_for_the_next_question(ollama: OllamaServer) -> None:
    model_at(ollama).ask(asking())
    assert sent(ollama)[-1]["keep_alive"] == "30m"


def test_a_schema_is_passed_on_as_the_format(ollama: OllamaServer) -> None:
    ollama.script(['{"label": "work"}'])
    model_at(ollama).ask(asking(schema=LABEL))
    assert sent(ollama)[-1]["format"] == LABEL


@pytest.mark.parametrize(("name", "expected"), [("qwen3:8b", True), ("gemma3:4b", None)])
def test_only_who_can_think_is_asked_to(ollama: OllamaServer, name: str, expected: object) -> None:
    model_at(ollama, name).ask(asking(think=True))
    assert sent(ollama)[-1].get("think") is expected


def test_texts_become_vectors_in_which_likeness_is_nearness(ollama: OllamaServer) -> None:
    near, same, far = OllamaEmbedder("nomic-embed-text", OllamaAddress(ollama.base_url)).embed(
        ["invoice from Acme", "invoices from Acme", "zoo"]
    )
    assert sum(a * b for a, b in zip(near, same, strict=True)) > sum(a * b for a, b in zip(near, far, strict=True))


def test_no_texts_need_no_call(ollama: OllamaServer) -> None:
    assert OllamaEmbedder("nomic-embed-text", OllamaAddress(ollama.base_url)).embed([]) == []
    assert len(ollama.record) == 0


def test_the_provider_says_in_a_sentence_what_works(ollama: OllamaServer) -> None:
    shelf = PROVIDER.connect(Account("ollama", "ollama", {"host": ollama.base_url}), MemoryVault()).models
    assert shelf is not None
    assert shelf.check().startswith(f"Ollama at {ollama.base_url} answers and has sandbox-perfect:latest, qwen3:8b")
    ollama.models.clear()
    with pytest.raises(CannotBe, match="ollama pull") as trouble:
        shelf.check()
    for model in shelf.defaults.values():
        assert f"ollama pull {model}" in str(trouble.value)
        assert f"ollama pull {model}" in " ".join(PROVIDER.guide.steps)
