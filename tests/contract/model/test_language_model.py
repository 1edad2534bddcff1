"""What every language model holds to, whoever runs it."""

from __future__ import annotations

import pytest

from application.ports.model import Speaker, Turn
from domain.errors import TryLater
from tests.contract.model.questions import BRIEFING, LABEL, SEARCH, asking, results
from tests.contract.model.worlds import ModelWorld


def test_it_answers_in_words(world: ModelWorld) -> None:
    world.will_say("Good morning, sir.")
    answer = world.model.ask(asking())
    assert (answer.text, answer.calls, answer.stop) == ("Good morning, sir.", (), "end")


def test_its_name_tells_the_provider(world: ModelWorld) -> None:
    assert world.model.name.partition(":")[0] in ("memory", "anthropic", "ollama")


def test_a_stream_brings_the_words_and_last_the_whole_answer(world: ModelWorld) -> None:
    world.will_say("One thing at a time.")
    pieces = list(world.model.stream(asking()))
    assert len(pieces) > 3
    assert "".join(piece.text for piece in pieces) == "One thing at a time."
    assert [piece.answer is not None for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    assert pieces[-1].answer is not None
    assert pieces[-1].answer.text == "One thing at a time."


def test_wishes_for_tools_have_ids_of_their_own(world: ModelWorld) -> None:
    world.will_say("", ("search_mail", {"query": "Acme"}), ("briefing", {}))
    answer = world.model.ask(asking(tools=(SEARCH, BRIEFING)))
    assert [(call.name, call.arguments) for call in answer.calls] == [
        ("search_mail", {"query": "Acme"}),
        ("briefing", {}),
    ]
    assert len({call.id for call in answer.calls}) == 2
    assert answer.stop == "tools"


def test_wishes_for_tools_come_through_a_stream_too(world: ModelWorld) -> None:
    world.will_say("Let me see.", ("search_mail", {"query": "Acme"}))
    last = list(world.model.stream(asking(tools=(SEARCH,))))[-1].answer
    assert last is not None
    assert (last.text, last.calls[0].arguments) == ("Let me see.", {"query": "Acme"})


def test_the_conversation_goes_on_with_the_results(world: ModelWorld) -> None:
    question = asking("What does Acme want?", tools=(SEARCH, BRIEFING))
    world.will_say("", ("search_mail", {"query": "Acme"}), ("briefing", {}))
    first = world.model.ask(question)
    found = results(*((call.id, f"found by {call.name}") for call in first.calls))
    world.will_say("A date, sir.")
    turns = (*question.turns, Turn(Speaker.MODEL, first.text, first.calls, thinking=first.thinking), found)
    assert world.model.ask(asking(*turns, tools=(SEARCH, BRIEFING))).text == "A date, sir."


def test_text_is_json_where_a_schema_was_asked_for(world: ModelWorld) -> None:
    world.will_say('{"label": "urgent"}')
    assert world.model.ask(asking(schema=LABEL)).text == '{"label": "urgent"}'


def test_a_stream_that_breaks_off_is_no_answer(world: ModelWorld) -> None:
    world.will_say("This sentence will never come to its end.")
    world.will_break_off()
    words: list[str] = []
    with pytest.raises(TryLater) as trouble:
        words.extend(piece.text for piece in world.model.stream(asking()))
    assert trouble.value.code == "cut_off"


def test_who_stops_listening_ends_the_call(world: ModelWorld) -> None:
    world.will_say("word " * 20_000)
    pieces = iter(world.model.stream(asking()))
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert world.was_left_early()
