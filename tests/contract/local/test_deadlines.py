"""Deadlines as people write them, seen from Friday, 20 November 2026, 10:00 in Berlin."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from adapters.local.deadlines import deadline, due_days
from tests.contract.local.mails import ZONE

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("Please answer by 10:30.", (11, 20)),
        ("Please answer by 9:30.", (11, 21)),
        ("I need it by 5 pm today", (11, 20)),
        ("Send it by tomorrow noon", (11, 21)),
        ("until Monday", (11, 23)),
        ("Shall we meet on Friday?", (11, 27)),
        ("Send it by Friday", (11, 20)),
        ("Could you reply before Friday?", (11, 20)),
        ("due on 1 December 2026", (12, 1)),
        ("no later than December 3rd", (12, 3)),
        ("by 2026-12-24", (12, 24)),
        ("within 48 hours", (11, 22)),
        ("in two words: by end of week", (11, 20)),
        ("bis Montag", (11, 23)),
        ("bitte spätestens am 24.11.", (11, 24)),
        ("bis zum 30. November", (11, 30)),
        ("morgen früh brauche ich es", (11, 21)),
        ("avant mardi", (11, 24)),
        ("d'ici le 5 décembre", (12, 5)),
        ("antes del miércoles", (11, 25)),
        ("el 30 de noviembre", (11, 30)),
        ("entro giovedì", (11, 26)),
        ("voor maandag", (11, 23)),
        ("até sexta", (11, 20)),
        ("sebelum hari Rabu", (11, 25)),
        ("tolong hantar esok", (11, 21)),
        ("请在周一之前回复", (11, 23)),
        ("请于11月25日前付款", (11, 25)),
        ("明天之前", (11, 21)),
    ],
)
def test_a_deadline_is_found(sentence: str, day: tuple[int, int]) -> None:
    assert deadline(sentence, NOW) == date(2026, *day)


@pytest.mark.parametrize(
    "sentence",
    [
        "The export has been broken since Wednesday.",
        "Guten Morgen zusammen",
        "We met on 3 March 2025.",
        "It costs 12.50 and weighs 3 kg.",
        "Version 3.11 is out",
        "on 31 November",
        "Thanks a lot",
    ],
)
def test_what_is_no_deadline_is_left_alone(sentence: str) -> None:
    assert deadline(sentence, NOW) is None


def test_by_then_points_back_to_the_day_named_before() -> None:
    said = ["The hall must be paid by Tuesday.", "Can you tell me by then whether 17 December suits you?"]
    assert due_days(said, said[1:], NOW) == [date(2026, 11, 24)]


def test_an_ask_without_a_day_takes_the_one_the_mail_speaks_of() -> None:
    said = ["Could you review it?", "We release on Sunday."]
    assert due_days(said, said[:1], NOW) == [date(2026, 11, 22)]


def test_the_day_is_the_owners_not_the_senders() -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=ZONE)
    assert deadline("I need it today", late) == date(2026, 11, 20)
