"""What a model is shown of a mail is short, and still holds what the right answer rests on."""

from __future__ import annotations

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from adapters.local import LocalBrain
from application.triage.model_brain import shown
from domain.messages import Mail as Text
from sandbox.household import Answer, Mail, load
from tests.integration.test_household_triage import received

SEEDS = [(0, False), (1, False), (2, True), (3, True)]
LEAST_TELLING = 4


def arrivals(seed: int, reworded: bool) -> list[tuple[Mail, Answer]]:
    return [(mail, mail.answer) for mail in load("monday", seed=seed, reworded=reworded).mails if mail.answer]


def words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) >= LEAST_TELLING}


@pytest.mark.parametrize(("seed", "reworded"), SEEDS)
def test_a_word_that_tells_what_it_is_about_survives_the_cutting(seed: int, reworded: bool) -> None:
    lost = [
        mail.key
        for mail, answer in arrivals(seed, reworded)
        if answer.summary_words
        and not any(word.lower() in shown(1, received(mail)).lower() for word in answer.summary_words)
    ]
    assert lost == []


@pytest.mark.parametrize(("seed", "reworded"), SEEDS)
def test_what_is_asked_survives_the_cutting(seed: int, reworded: bool) -> None:
    lost = [
        (mail.key, sorted(words(answer.action)))
        for mail, answer in arrivals(seed, reworded)
        if answer.action and not words(answer.action) & words(shown(1, received(mail)))
    ]
    assert lost == []


@pytest.mark.parametrize(("seed", "reworded"), SEEDS)
def test_nothing_quoted_and_no_signature_is_shown(seed: int, reworded: bool) -> None:
    for mail, _ in arrivals(seed, reworded):
        message = received(mail)
        assert message.mail is not None
        for part in (message.mail.quoted, message.mail.signature):
            assert not part.strip() or part.strip() not in shown(1, message)


def test_an_ask_at_the_very_end_of_a_long_mail_survives() -> None:
    mail, _ = arrivals(0, False)[0]
    message = received(mail)
    long = "So it went on. " * 400 + "Please send me the signed form by Friday."
    assert "signed form by Friday" in shown(1, replace(message, body=Text(text=long)))


def test_an_ask_in_the_midst_of_a_long_mail_survives_where_the_local_brain_finds_it() -> None:
    mail, _ = arrivals(0, False)[0]
    ask = "Could you please send me the signed form by Friday?"
    long = replace(received(mail), body=Text(text=f"{'So it went on. ' * 60}\n\n{ask}\n\n{'And on it went. ' * 60}"))
    (near,) = LocalBrain(ZoneInfo("UTC")).judge([long], mail.received)
    assert "signed form" not in shown(1, long)
    assert "signed form" in shown(1, long, near)
