"""What was written now, apart from what was quoted and signed; nothing is lost between them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.mime.quoting import set_apart
from tests.contract.mime.mails import mail_of, simple

OLD = "What they wrote.\nMore of it."
INTRODUCTIONS = [
    "On Tue, 3 Nov 2026 at 12:00, Ann Doe <ann@firm.example> wrote:",
    "On Tue, 3 Nov 2026 at 12:00, Ann Doe <ann@firm.example>\nwrote:",
    "Am 03.11.2026 um 12:00 schrieb Ann Doe <ann@firm.example>:",
    "Am Dienstag, 3. November 2026 schrieb Ann Doe:",
    "Le mar. 3 nov. 2026 à 12:00, Ann Doe <ann@firm.example> a écrit :",
    "El mar, 3 nov 2026 a las 12:00, Ann Doe (<ann@firm.example>) escribió:",
    "Pada Sel, 3 Nov 2026 12:00, Ann Doe <ann@firm.example> menulis:",
    "Il giorno mar 3 nov 2026 Ann Doe <ann@firm.example> ha scritto:",
    "在 2026年11月3日，Ann Doe <ann@firm.example> 写道：",
    "-----Original Message-----",
    "-----Ursprüngliche Nachricht-----",
    "---------- Forwarded message ---------",
    "From: Ann Doe\nSent: Tuesday, 3 November 2026 12:00\nTo: Owner\nSubject: Old",
    "Von: Ann Doe\nGesendet: Dienstag, 3. November 2026 12:00\nAn: Owner\nBetreff: Alt",
    "De : Ann Doe\nEnvoyé : mardi 3 novembre 2026\nÀ : Owner\nObjet : Ancien",
    "Daripada: Ann Doe\nTarikh: 3 November 2026\nKepada: Owner\nPerkara: Lama",
    "发件人: Ann\n发送时间: 2026年11月3日\n收件人: Owner\n主题: 旧",
]
SIGN_OFFS = [
    "-- \nAnn Doe\nFirm",
    "Sent from my iPhone",
    "Von meinem iPhone gesendet",
    "Envoyé de mon iPhone",
    "Enviado desde mi iPhone",
    "Dihantar dari iPhone saya",
    "发自我的iPhone",
    "Get Outlook for iOS",
]


@pytest.mark.parametrize("introduction", INTRODUCTIONS)
@pytest.mark.parametrize("mark", ["", "> "])
def test_what_follows_an_introduction_is_quoted(introduction: str, mark: str) -> None:
    quoted = "\n".join(mark + line for line in OLD.split("\n"))
    apart = set_apart(f"My answer.\n\n{introduction}\n{quoted}\n")
    assert apart.text == "My answer."
    assert apart.quoted == f"{introduction}\n{quoted}"


def test_answers_between_quoted_lines_are_the_senders_own() -> None:
    apart = set_apart("On Monday, Ann <a@b.example> wrote:\n> One?\nYes.\n> Two?\nNo.\n")
    assert apart.text == "Yes.\nNo."
    assert apart.quoted.count("\n") == 2


@pytest.mark.parametrize("sign_off", SIGN_OFFS)
def test_a_signature_is_set_apart(sign_off: str) -> None:
    apart = set_apart(f"My words.\n\n{sign_off}\n")
    assert apart.text == "My words."
    assert apart.signature == sign_off


@pytest.mark.parametrize(
    "text", ["On Monday we wrote:\nnothing", "From: here to there", "Three things:\n- one\n- two", "a -- b"]
)
def test_ordinary_words_stay(text: str) -> None:
    apart = set_apart(text)
    assert apart.text == text or apart.text.startswith("On Monday")


def test_where_only_a_quotation_stands_it_counts_as_the_text() -> None:
    assert set_apart("> all of it\n> quoted").text == "> all of it\n> quoted"


LINES = st.sampled_from(
    ["words", "", "> old", "-- ", "Sent from my iPhone", "a", *INTRODUCTIONS, "____________________"]
)


@given(st.lists(LINES, max_size=12))
def test_no_line_is_lost_or_made_up(lines: list[str]) -> None:
    text = "\n".join(lines)
    apart = set_apart(text)
    held = f"{apart.text}\n{apart.quoted}\n{apart.signature}"
    assert sorted(held.split()) == sorted(text.split())


def test_line_after_line_that_seems_to_introduce_a_quotation_takes_no_time() -> None:
    text = "From: \n" * 280_000
    begun = time.process_time()
    assert set_apart(text).text == text.strip()
    assert time.process_time() - begun < 10


def test_html_marks_of_mail_programs_are_followed() -> None:
    html = '<div>Mine</div><div class="gmail_quote">On x, A wrote:<blockquote>Theirs</blockquote></div>'
    mail = mail_of(simple("Content-Type: text/html\n", html))
    assert mail.text == "Mine"
    assert mail.quoted == "On x, A wrote:\nTheirs"
    outlook = '<p>Mine</p><div id="divRplyFwdMsg"><b>From:</b> A</div><p>Theirs</p>'
    mail = mail_of(simple("Content-Type: text/html\n", outlook))
    assert (mail.text, mail.quoted) == ("Mine", "From: A\n\nTheirs")
