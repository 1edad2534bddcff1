"""One-time codes: every common spelling is found, and none is left anywhere in what is kept."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime

import pytest

from application.intake.one_time_codes import OneTimeCodes
from domain import codes as of_domain
from domain.codes import one_time_code
from domain.messages import Address, Authentication, Mail, Message

NOW = datetime(2026, 11, 16, 8, 30, tzinfo=UTC)


def mail(subject: str, text: str = "", html: str = "", *, signature: str = "", quoted: str = "") -> Message:
    body = Mail(text, html=html, signature=signature, quoted=quoted)
    return Message(
        "gmail:1", "gmail", "google", "gmail/mail", "t", NOW, NOW, Address("Bank", "no@bank.example"), (), subject, body
    )


@pytest.mark.parametrize(
    ("subject", "text", "code"),
    [
        ("Your code", "Your verification code is 482913", "482913"),
        ("482913 is your verification code", "", "482913"),
        ("G-482913 is your Google verification code.", "", "482913"),
        ("482913 ist dein Bestätigungscode", "", "482913"),
        ("Your code is 482913", "", "482913"),
        ("Your launch code", "Continue by entering the code below:\n\n482 913", "482 913"),
        ("Sign in", "Your security code is 482-913.", "482-913"),
        ("Sign in", "Your one time passcode: 482913", "482913"),
        ("Sign in", "Your one-time password is 482913", "482913"),
        ("Sign in", "Your 2FA code is 4829", "4829"),
        ("Sign in", "Authentication code: XK4-29TB", "XK4-29TB"),
        ("Sign in", "Your OTP: 482913", "482913"),
        ("Sign in", "TAC 482913, valid for five minutes", "482913"),
        ("Sign in", "CÓDIGO DE VERIFICACIÓN: 482913", "482913"),
        ("登录", "您的验证码：482913", "482913"),
        ("Log masuk", "\u212aOD PENGE\u017fAHAN: 482913", "482913"),
        ("Sign in", "Your one-time pa\u017fscode: 482913", "482913"),
        ("Sign in", f"Your verification{' ' * 200}code: 482913", "482913"),
        ("Sign in", f"Your one-time{chr(10) * 200}password: 482913", "482913"),
        ("Your login code", f"Good morning, Jo.\n\n{'You asked for it a moment ago. ' * 8}\n\n482913\n", "482913"),
    ],
)
def test_a_code_is_found_in_every_common_spelling(subject: str, text: str, code: str) -> None:
    assert one_time_code(mail(subject, text)) == code


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Spring sale", "Use code SAVE20 for 20 % off your order 482913"),
        ("Your order", "Your order code: AB-1234, number 482913"),
        ("Code review", "Could you review code that went into 4821 by Friday?"),
        ("Address", "Our postal code is 54000"),
    ],
)
def test_other_numbers_are_no_code(subject: str, text: str) -> None:
    assert one_time_code(mail(subject, text)) is None


def test_bait_is_no_code() -> None:
    body = Mail("Your verification code is 482913", authentication=Authentication.FAILED)
    message = mail("Sign in")
    forged = Message(*(getattr(message, name) for name in Message.__match_args__[:10]), body)
    assert one_time_code(forged) is None


def test_a_code_that_only_the_page_shows_is_found() -> None:
    page = "<style>p{color:#112233}</style><p>Your verification&nbsp;code</p><table><tr><td><b>482913</b></table>"
    assert one_time_code(mail("Sign in", "Please see below.", page)) == "482913"


def test_nothing_that_is_kept_spells_the_code() -> None:
    page = "<p>Your verification code</p><b>4</b><b>8</b><b>2</b><b>9</b><b>1</b><b>3</b> &#52;82913"
    sent = mail(
        "482913 is your code", "Your verification code is 482 913", page, signature="482913", quoted="> 482-913"
    )
    kept = OneTimeCodes().lift(sent)
    assert "482" not in str(kept)
    assert kept.body.html == ""


def test_every_code_of_a_mail_is_masked_and_the_first_shown() -> None:
    codes = OneTimeCodes()
    kept = codes.lift(mail("Two codes", "Your verification code is 482913.\n\nYour recovery code is XK42-9TBQ."))
    assert codes.shown(kept.id, NOW) == "482913"
    assert kept.text == "Your verification code is ••••••.\n\nYour recovery code is •••••••••."


def test_adversarial_text_takes_no_time() -> None:
    seeds = (
        "verification code ",
        "verification code 1",
        "123 123 ",
        "12345678 is your ",
        "your a a ",
        "<",
        "&#49;",
        "* ",
    )
    texts = [seed * (1_000_000 // len(seed)) for seed in seeds]
    assert [one_time_code(mail(text[:2000], text, text)) for text in texts] == [None] * len(texts)


PIECES = """
verification;two-factor;authenticator;Bestätigungscode;your;this;code;passcode;password;word;OTP;TAC;contact;is;the;to;log
use;enter;482913;123\u00a0456;XK42-9TBQ;.;código;de;verificación;kod pengesahan;验证码;482913 is your;this code
"""
LONG_PIECES = (" " * 40, "x" * 90, "your a-very-long-word-of-2 other-words-between code", f"recovery{' ' * 300}code")


@pytest.mark.parametrize("announces", [of_domain._ANNOUNCED, of_domain._HINTED, of_domain._BEFORE_ITS_NAME])
def test_looking_around_hints_alone_finds_what_looking_everywhere_does(announces: re.Pattern[str]) -> None:
    dice = random.Random(7)
    pieces = (*PIECES.replace("\n", ";").split(";"), *LONG_PIECES)
    texts = [" ".join(dice.choices(pieces, k=dice.randint(3, 40))) for _ in range(500)]
    around = [list(of_domain._in_spans(announces, text, of_domain._near_hints(text))) for text in texts]
    everywhere = [list(announces.finditer(text)) for text in texts]
    assert [[found.span() for found in each] for each in around] == [
        [found.span() for found in each] for each in everywhere
    ]
    assert sum(map(bool, everywhere)) > 100
