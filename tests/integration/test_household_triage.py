"""The brain in the box on the Monday household, which it was never trained on: every answer right, whoever sends it."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from adapters.local import LocalBrain
from adapters.mime.reader import MimeReader
from application.ports.mime import RawMail
from domain.messages import Label, Message
from domain.triage import Verdict
from sandbox.household import Answer, Household, Mail, load

SEEDS = (1, 2, 3, 4, 5)
LABELS = {"CATEGORY_" + label.name: label for label in (Label.PROMOTIONS, Label.SOCIAL, Label.UPDATES, Label.FORUMS)}


def received(mail: Mail) -> Message:
    labels = frozenset(LABELS.get(label, label.lower()) for label in mail.labels)
    raw = RawMail(
        mail.account, "google", f"{mail.account}/mail", mail.id, mail.thread_id, mail.received, labels, mail.raw
    )
    message = MimeReader().read(raw)
    assert isinstance(message, Message)
    return message


def judged(household: Household) -> Iterator[tuple[Mail, Answer, Verdict]]:
    owner = household.owner
    brain = LocalBrain(ZoneInfo(owner.zone), frozenset({owner.address}))
    arrivals = [(mail, mail.answer) for mail in household.mails if mail.answer is not None]
    verdicts = brain.judge([received(mail) for mail, _ in arrivals], household.now)
    for (mail, answer), verdict in zip(arrivals, verdicts, strict=True):
        assert verdict is not None
        yield mail, answer, verdict


def wrong(household: Household) -> list[str]:
    return [
        f"{mail.key}: {verdict.category} {verdict.priority}, right is {answer.category} {sorted(answer.priorities)}"
        for mail, answer, verdict in judged(household)
        if verdict.category != answer.category or verdict.priority not in answer.priorities
    ]


def test_all_47_mails_get_the_right_category_and_priority() -> None:
    household = load("monday")
    assert len(list(judged(household))) == 47
    assert wrong(household) == []


@pytest.mark.parametrize("reworded", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_renaming_every_sender_and_rewording_every_subject_changes_no_answer(seed: int, reworded: bool) -> None:
    assert wrong(load("monday", seed=seed, reworded=reworded)) == []


@pytest.mark.parametrize("seed", [0, *SEEDS])
def test_what_is_asked_and_by_when_is_found_and_nothing_is_asked_that_is_not(seed: int) -> None:
    for mail, answer, verdict in judged(load("monday", seed=seed)):
        assert (mail.key, bool(verdict.action_items)) == (mail.key, answer.action is not None)
        assert (mail.key, verdict.follow_up.needed) == (mail.key, answer.follow_up)
        assert (mail.key, verdict.follow_up.by) == (mail.key, answer.due)


def test_only_the_mails_that_deceive_are_doubted() -> None:
    doubted = {mail.key: verdict.suspicion for mail, _, verdict in judged(load("monday")) if verdict.suspicion}
    deceiving = {mail.key for mail, answer, _ in judged(load("monday")) if answer.flags & {"phishing", "hostile"}}
    assert set(doubted) == deceiving


def test_at_least_four_summaries_in_five_hold_a_word_that_tells_what_it_is_about() -> None:
    told = [
        any(word.lower() in verdict.summary.lower() for word in answer.summary_words)
        for _, answer, verdict in judged(load("monday"))
        if answer.summary_words
    ]
    assert sum(told) / len(told) >= 0.8
