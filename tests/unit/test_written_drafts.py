"""Whether a draft still says what Alfred wrote."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.connecting.written import is_as_written, is_begun
from adapters.mime.writer import MimeWriter
from domain.kinds import Kind, OutgoingMail
from domain.messages import Address
from tests.contract.executor.orders import LETTER, NOW, an_action

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=60)


def drafted(mail: OutgoingMail, *forwarded: bytes) -> bytes:
    return MimeWriter().build(mail, Address("Jo", "jo@example.com"), None, forwarded, NOW)


@given(WORDS, st.text(st.characters(codec="utf-8"), max_size=200))
def test_what_was_written_is_known_again(subject: str, text: str) -> None:
    mail = replace(LETTER, subject=subject, text=text, cc=("Ann <Ann@Example.org>",), bcc=("tom@example.org",))
    assert is_as_written(drafted(mail), an_action(Kind.SEND, payload=mail))


@pytest.mark.parametrize(
    "change",
    [{"subject": "Re: Dinner"}, {"text": "No."}, {"to": ("eve@example.org",)}, {"bcc": ("eve@example.org",)}],
)
def test_what_was_changed_is_not(change: dict[str, object]) -> None:
    assert not is_as_written(drafted(replace(LETTER, **change)), an_action(Kind.SEND))  # type: ignore[arg-type]


def test_an_attachment_too_many_is_a_change_and_one_too_few_a_beginning() -> None:
    forward, mail = an_action(Kind.FORWARD), b"Subject: Hi\r\n\r\nHi"
    assert is_as_written(drafted(LETTER, mail), forward)
    assert not is_begun(drafted(LETTER, mail, mail), forward)
    assert is_begun(drafted(LETTER), forward)
    assert not is_as_written(drafted(LETTER), forward)


@pytest.mark.parametrize(
    "content",
    [b"", b"Subject: =?x?b?!?=\n\n", b"Content-Type: text/plain; charset=nope\n\nx", b"To: " + b"(" * 5000 + b"\n\n"],
)
def test_what_cannot_be_read_is_the_owners(content: bytes) -> None:
    assert not is_as_written(content, an_action(Kind.SEND))
