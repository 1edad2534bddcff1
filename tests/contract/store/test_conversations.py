"""Conversations, and what the models cost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from application.ports.store import Store
from application.ports.talk import Spent
from domain.chat import Conversation, Entry, Mode, Role, Step
from domain.errors import Conflict, Invalid, NotFound
from tests.contract.store.samples import NOON, at


def conversation(id: str, minutes: float = 0) -> Conversation:
    return Conversation(id, f"About {id}", at(minutes), at(minutes))


def said(conversation: str, minutes: float, text: str = "Archive it, please.") -> Entry:
    return Entry(f"{conversation}-{minutes}", conversation, at(minutes), Role.OWNER, text)


def test_what_was_said_is_kept_in_order(store: Store) -> None:
    store.conversations.begin(conversation("a"))
    step = Step("search", {"text": "lease", "limit": 5, "labels": ["x"]}, "looked for the lease", True)
    ending = (("action-1",), Mode.LOCAL, "small", True, ("gmail",), "cut")
    answer = Entry("e", "a", at(2), Role.ALFRED, "Done. 好", (step,), *ending)
    for entry in (said("a", 1), answer):
        store.conversations.append(entry)
    assert store.conversations.entries("a") == (said("a", 1), answer)
    assert store.conversations.get("a") == replace(conversation("a"), last_at=at(2))
    assert store.conversations.entries("unknown") == ()


def test_an_unknown_conversation_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound, match="conversation a"):
        store.conversations.get("a")
    with pytest.raises(NotFound, match="conversation a"):
        store.conversations.append(said("a", 1))
    assert store.conversations.entries("a") == ()


def test_a_conversation_begins_once(store: Store) -> None:
    store.conversations.begin(conversation("a"))
    with pytest.raises(Conflict):
        store.conversations.begin(conversation("a", 5))
    assert store.conversations.get("a") == conversation("a")


def test_the_one_last_spoken_in_comes_first(store: Store) -> None:
    for number, id in enumerate("abcd"):
        store.conversations.begin(conversation(id, number))
    store.conversations.append(said("b", 10))
    first = store.conversations.list(None, 3)
    rest = store.conversations.list(first.next_cursor, 3)
    assert [[each.id for each in page.items] for page in (first, rest)] == [["b", "d", "c"], ["a"]]
    assert rest.next_cursor is None
    with pytest.raises(Invalid, match="cursor"):
        store.conversations.list("x")


def spent(days: int, dollars: float, model: str = "small") -> Spent:
    return Spent(NOON + timedelta(days=days), model, "triage", 100, 10, 0, 0, dollars, 0.5)


def test_what_models_cost_is_added_up_since_a_moment_and_by_day(store: Store) -> None:
    for each in (spent(0, 0.25), spent(0, 0.5), spent(1, 1.0), spent(1, 2.0, "large"), spent(-5, 9.0)):
        store.usage.add(each)
    assert store.usage.dollars_since(at(0)) == 3.75
    assert store.usage.dollars_since(at(60 * 48)) == 0.0
    assert store.usage.by_day(at(0)) == (
        ("2026-11-23", "small", 0.75, 2),
        ("2026-11-24", "large", 2.0, 1),
        ("2026-11-24", "small", 1.0, 1),
    )
