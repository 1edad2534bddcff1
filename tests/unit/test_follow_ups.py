"""Follow-ups close by themselves once the answer came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from adapters.memory import MemoryStore
from application.owing.follow_ups import FollowUps
from domain.messages import Address, Label, Mail, Message
from domain.tasks import FollowUp

MONDAY = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
PRIYA, OWNER = "priya@example.org", "jo@example.com"


@dataclass
class Clock:
    def now(self) -> datetime:
        return MONDAY


def letter(id: str, sender: str, hours: int, thread: str = "t1", labels: frozenset[str] = frozenset()) -> Message:
    at = MONDAY + timedelta(hours=hours)
    who = Address("", sender)
    return Message(
        f"gmail:{id}", "gmail", "google", "gmail/mail", thread, at, at, who, (), "Review", Mail("words"), labels=labels
    )


def household(owed_by: str, *later: Message) -> tuple[MemoryStore, FollowUps]:
    store = MemoryStore()
    store.messages.take([letter("ask", PRIYA, -10), *later])
    store.tasks.put_follow_up(FollowUp("f1", "Review", owed_by, MONDAY, message_id="gmail:ask", thread_id="t1"))
    return store, FollowUps(store, Clock())


@pytest.mark.parametrize(
    ("owed_by", "answer"),
    [
        ("me", letter("answer", OWNER, -1, labels=frozenset({Label.SENT}))),
        (PRIYA, letter("answer", PRIYA, -1)),
    ],
)
def test_the_answer_closes_what_was_owed(owed_by: str, answer: Message) -> None:
    store, follow_ups = household(owed_by, answer)
    assert [each.id for each in follow_ups.close_answered([answer.id])] == ["f1"]
    assert store.tasks.follow_ups() == ()


@pytest.mark.parametrize(
    ("owed_by", "other"),
    [
        ("me", letter("other", PRIYA, -1)),
        (PRIYA, letter("other", OWNER, -1, labels=frozenset({Label.SENT}))),
        ("me", letter("other", OWNER, -20, labels=frozenset({Label.SENT}))),
        ("me", letter("other", OWNER, -1, thread="t2", labels=frozenset({Label.SENT}))),
        ("me", letter("other", OWNER, -1, labels=frozenset({Label.DRAFT}))),
    ],
    ids=["another speaks", "the owner speaks", "an older answer", "another thread", "a draft that was not sent"],
)
def test_what_is_no_answer_leaves_it_open(owed_by: str, other: Message) -> None:
    store, follow_ups = household(owed_by, other)
    assert follow_ups.close_answered([other.id]) == ()
    assert len(store.tasks.follow_ups()) == 1
