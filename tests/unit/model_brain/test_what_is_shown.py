"""Which mail a model is shown, and how much of it; and what happens while it is out of order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.local import CorrectionsMemory
from application.triage.model_brain import evidence
from application.triage.triage import Prefilter, Triage
from domain.messages import Mail
from domain.privacy import Privacy
from domain.triage import BrainName
from tests.unit.chat.house import ZONE, Clock
from tests.unit.model_brain.asked import KEY_REFUSED, World, mail, obliging


def test_mail_with_a_one_time_code_goes_to_no_model(world: World) -> None:
    model = world.model(obliging, local=True)
    verdicts = world.judge(mail(1, "Your verification code is 481516."), mail(2))
    assert [verdict is None for verdict in verdicts] == [True, False]
    assert "481516" not in str(model.questions)


def test_each_accounts_mail_goes_only_where_the_owner_lets_it(world: World) -> None:
    world.privacy |= {"office": Privacy.LOCAL, "diary": Privacy.NEVER}
    far, near = world.model(obliging), world.model(obliging, local=True)
    verdicts = world.judge(mail(1), mail(2, account="office"), mail(3, account="diary"))
    assert [verdict is None for verdict in verdicts] == [False, False, True]
    assert ("Letter 1" in str(far.questions), "Letter 2" in str(far.questions)) == (True, False)
    assert ("Letter 1" in str(near.questions), "Letter 2" in str(near.questions)) == (False, True)
    assert "Letter 3" not in str(far.questions) + str(near.questions)


def test_where_no_model_may_see_it_none_is_asked(world: World) -> None:
    world.privacy["gmail"] = Privacy.LOCAL
    model = world.model(obliging)
    assert world.judge(mail(1)) == [None]
    assert model.questions == []


def test_what_one_batch_yielded_is_kept_when_the_next_fails(world: World) -> None:
    world.model(obliging, KEY_REFUSED)
    verdicts = world.judge(*(mail(n) for n in range(12)))
    assert [verdict is None for verdict in verdicts] == [False] * 10 + [True] * 2


def test_an_outage_calls_the_model_once_per_poll_and_ends_by_itself(world: World) -> None:
    model = world.model(KEY_REFUSED, KEY_REFUSED, *[obliging] * 9)
    calls: list[int] = []
    for _ in range(4):
        world.breaker.allow_probe()
        world.judge(*(mail(n) for n in range(25)))
        calls.append(len(model.questions) - sum(calls))
    assert calls == [1, 1, 3, 3]


def test_during_an_outage_mail_is_still_classified_by_the_brain_in_the_box(world: World) -> None:
    world.model(KEY_REFUSED)
    triage = Triage(world.store, [Prefilter()], world.near, CorrectionsMemory(ZONE), Clock(), 1.1, world.brain)
    letters = [mail(n) for n in range(12)]
    world.store.messages.take(letters)
    made = triage.classify(letters)
    assert [each.verdict.brain for each in made] == [BrainName.LOCAL] * 12
    assert world.breaker.is_open


def test_quoted_text_and_signatures_are_not_shown(world: World) -> None:
    model = world.model(obliging)
    letter = mail(1)
    body = Mail("My answer.", quoted="> the whole story", signature="Ann, Director")
    world.judge(replace(letter, body=body))
    shown = model.questions[0].turns[0].text
    assert "My answer." in shown
    assert "whole story" not in shown
    assert "Director" not in shown


@pytest.mark.parametrize("length", [0, 10, 800, 801, 5000])
def test_evidence_is_short_and_keeps_beginning_and_end(length: int) -> None:
    text = "".join(chr(97 + n % 26) for n in range(length))
    kept = evidence(text)
    assert len(kept) <= 803
    assert kept.startswith(text[:600])
    assert kept.endswith(text[-200:])
