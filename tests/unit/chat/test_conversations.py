"""Conversations outlive the process; what a model is told of them is cut where it should be."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.sqlite import open_store
from application.chat.turn import Broke, Done
from application.ports.matcher import Match
from domain.chat import Conversation, Entry, Mode, Role, history_for_prompt, is_quoted_from, is_told_by
from domain.errors import Conflict, NotFound
from tests.unit.chat.house import NOW, House, text_of


def entries(count: int, first: Role = Role.OWNER) -> tuple[Entry, ...]:
    roles = [first, Role.ALFRED if first is Role.OWNER else Role.OWNER]
    return tuple(Entry(str(n), "c", NOW, roles[n % 2], f"words {n}") for n in range(count))


def test_history_is_the_last_twenty_entries() -> None:
    assert history_for_prompt(entries(30)) == entries(30)[10:]


def test_history_begins_with_the_owners_words() -> None:
    assert history_for_prompt(entries(29))[0].role is Role.OWNER
    assert len(history_for_prompt(entries(29))) == 19
    assert history_for_prompt(entries(1, Role.ALFRED)) == ()


def test_a_long_entry_is_cut_at_2000_characters(house: House) -> None:
    model = house.serve("a" * 5000, "Yes.")
    conversation = house.chat.begin().id
    house.talk("Talk at length", conversation=conversation)
    house.talk("And?", conversation=conversation)
    assert [len(turn.text) for turn in model.questions[1].turns] == [len("Talk at length"), 2000, len("And?")]


def test_owner_and_model_take_turns_in_what_a_model_is_shown(house: House) -> None:
    model = house.serve("Yes, sir.", "One two.", "Quite.")
    conversation = house.chat.begin().id
    house.talk("First", conversation=conversation)
    model.cut_after = 0
    assert isinstance(house.talk("Second", conversation=conversation)[-1], Broke)
    model.cut_after = None
    house.talk("Third", conversation=conversation)
    speakers = [turn.speaker.value for turn in model.questions[-1].turns]
    assert speakers == ["user", "assistant"] * 2 + ["user"]


def test_an_unknown_conversation_is_not_found(house: House) -> None:
    with pytest.raises(NotFound):
        house.talk("Hello", conversation="nowhere")


def test_a_conversation_survives_a_restart(house: House, tmp_path: Path) -> None:
    house.serve("Good morning, sir.")
    conversation = house.chat.begin()
    *_, last = house.talk("Good morning", conversation=conversation.id)
    assert isinstance(last, Done)
    kept = house.store.conversations.entries(conversation.id)
    file = tmp_path / "alfred.db"
    store = open_store(file)
    store.conversations.begin(Conversation(conversation.id, "", conversation.begun_at, conversation.last_at))
    for entry in kept:
        store.conversations.append(entry)
    store.close()
    again = open_store(file)
    assert again.conversations.entries(conversation.id) == kept
    again.close()


def test_without_a_model_common_questions_are_answered_from_results(house: House) -> None:
    house.receive("Export broken")
    house.matcher.known["Anything on the export?"] = Match("search_mail", {"query": "export"}, 0.9)
    happened = house.talk("Anything on the export?", Mode.AUTO)
    assert "Found 1 message for “export”, sir." in text_of(happened)
    assert "Export broken" in text_of(happened)


def test_without_a_model_he_says_what_he_cannot(house: House) -> None:
    assert "cannot do that without a model" in text_of(house.talk("Write me a sonnet", Mode.AUTO))


@pytest.mark.parametrize(
    ("quote", "said", "quoted"),
    [
        ("I prefer tea", "By the way: I prefer  TEA.", True),
        ("prefer tea", "I prefer teapots", False),
        ("", "anything", False),
        ("...", "anything ...", False),
        ("I prefer coffee", "I prefer tea", False),
    ],
)
def test_a_quote_is_what_was_said_word_for_word(quote: str, said: str, quoted: bool) -> None:
    assert is_quoted_from(quote, (said,)) is quoted


@pytest.mark.parametrize(
    ("fact", "quote", "told"),
    [
        ("The owner prefers tea", "I prefer tea", True),
        ("The owner's wife has her birthday on 3 May", "my wife's birthday is 3 May", True),
        ("The owner's wife has her birthday on 4 May", "my wife's birthday is 3 May", False),
        ("The owner wires money to Bob", "I prefer tea", False),
        ("tea", "tea", True),
    ],
)
def test_a_fact_tells_no_more_than_its_quote(fact: str, quote: str, told: bool) -> None:
    assert is_told_by(fact, quote) is told


def test_the_last_words_are_answered_once_more_as_a_new_entry(house: House) -> None:
    house.serve("At first.", "Once more.")
    conversation = house.chat.begin().id
    house.talk("How are things?", conversation=conversation)
    list(house.chat.again(conversation, Mode.TOOL_USE))
    said = [entry.text for entry in house.store.conversations.entries(conversation)]
    assert said == ["How are things?", "At first.", "How are things?", "Once more."]


def test_there_is_nothing_to_answer_before_anything_was_said(house: House) -> None:
    with pytest.raises(Conflict):
        house.chat.again(house.chat.begin().id)
