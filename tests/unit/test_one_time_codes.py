"""Codes are held in memory for a quarter of an hour, and a flood of them does not fill it."""

from __future__ import annotations

from datetime import timedelta

from application.intake.one_time_codes import MOST_HELD, OneTimeCodes
from domain.messages import Mail
from tests.contract.store.samples import mail
from tests.integration.api.house import NOON


def test_of_many_codes_the_newest_are_held() -> None:
    codes = OneTimeCodes()
    for number in range(MOST_HELD + 50):
        text = Mail(f"Your verification code is {482_000 + number}.")
        codes.lift(mail(str(number), subject="Your code", body=text, received_at=NOON + timedelta(seconds=number)))
    shown = [codes.shown(f"home:{number}", NOON) is not None for number in range(MOST_HELD + 50)]
    assert shown == [False] * 50 + [True] * MOST_HELD
