"""From raw bytes to a message: headers, bodies, attachments, caps."""

from __future__ import annotations

import base64
import time
from datetime import UTC, datetime

import pytest

from adapters.mime import limits
from adapters.mime.reader import MimeReader
from application.ports.mime import Unreadable
from domain.errors import NotFound
from domain.messages import Address, Attachment, Authentication
from tests.contract.mime.mails import RECEIVED, mail_of, raw, read, simple

TWINS = """From: =?utf-8?q?J=C3=BCrgen?= <J@Firm.Example>
To: owner@home.example, "Doe, Jane" <jane@home.example>
Cc: Team: a@x.example, b@x.example;
Subject: =?utf-8?b?R3LDvA==?= =?utf-8?b?w59l?=
Date: Mon, 23 Nov 2026 09:30:00 +0100
Message-ID: <1@firm.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=outer

--outer
Content-Type: multipart/alternative; boundary="in ner"

--in ner
Content-Type: text/plain; charset=utf-8

Plain words
--in ner
Content-Type: text/html; charset=utf-8

<p>HTML words</p>
--in ner--
--outer
Content-Type: application/pdf; name*=utf-8''%C3%9Cbersicht.pdf
Content-Transfer-Encoding: base64
Content-Disposition: attachment

SGVsbG8gd29ybGQ=
--outer--
"""


def test_a_mail_with_twins_reads_its_plain_text_and_keeps_the_html() -> None:
    message = read(TWINS)
    assert message.text == "Plain words"
    assert message.mail is not None
    assert message.mail.html == "<p>HTML words</p>"
    assert message.mail.defects == ()


def test_encoded_words_cut_inside_a_character_are_joined() -> None:
    assert read(TWINS).subject == "Grüße"
    assert read(simple("Subject: =?utf-8?b?w7w=?= =?utf-8?q?_x?=\n")).subject == "ü x"


def test_addresses_are_lower_case_and_groups_are_opened() -> None:
    message = read(TWINS)
    assert message.sender == Address("Jürgen", "j@firm.example")
    assert message.to == (Address("", "owner@home.example"), Address("Doe, Jane", "jane@home.example"))
    assert [each.address for each in message.cc] == ["a@x.example", "b@x.example"]


def test_an_attachment_is_listed_with_its_size_without_being_decoded() -> None:
    assert read(TWINS).attachments == (Attachment(0, "Übersicht.pdf", "application/pdf", 11),)
    assert MimeReader().attachment(TWINS.encode(), 0) == b"Hello world"


def test_an_attachment_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound, match="no attachment 1"):
        MimeReader().attachment(TWINS.encode(), 1)


def test_line_ends_make_no_difference() -> None:
    assert read(TWINS.replace("\n", "\r\n")).text == read(TWINS).text
    assert read(TWINS.replace("\n", "\r")).attachments == read(TWINS).attachments


@pytest.mark.parametrize("width", [60, 76, 64 * 4])
@pytest.mark.parametrize("size", [0, 1, 2, 3, 56, 57, 58, 5_000])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_size_of_base64_is_told_exactly(size: int, width: int, end: str) -> None:
    code = base64.b64encode(b"x" * size).decode()
    lines = end.join(code[start : start + width] for start in range(0, len(code), width))
    headers = "Content-Type: application/zip\nContent-Transfer-Encoding: base64\n"
    assert read(simple(headers, lines + end)).attachments[0].size == size


def test_quoted_printable_sizes_are_told_exactly() -> None:
    headers = "Content-Type: application/x-text\nContent-Transfer-Encoding: quoted-printable\n"
    content = simple(headers, "a=C3=BCb=\ncd\n")
    assert read(content).attachments[0].size == len(MimeReader().attachment(content.encode(), 0))


def test_html_alone_becomes_text_a_reader_would_see() -> None:
    html = "<style>p{}</style><p>One<b>Two</b></p><div style='display:none'>ghost</div><p>Three&nbsp;&amp; four<br>five"
    assert mail_of(simple("Content-Type: text/html\n", html)).text == "OneTwo\n\nThree & four\nfive"


def test_a_plain_text_that_only_points_to_the_html_is_not_the_text() -> None:
    content = TWINS.replace("Plain words", "View this mail in your browser: https://news.example/1")
    assert mail_of(content).text == "HTML words"


def test_a_calendar_part_is_an_invitation_and_an_attachment() -> None:
    content = TWINS.replace("application/pdf; name*=utf-8''%C3%9Cbersicht.pdf", "text/calendar; method=REQUEST")
    message = read(content)
    assert message.mail is not None
    assert message.mail.invitations == ("Hello world",)
    assert [each.media_type for each in message.attachments] == ["text/calendar"]


def test_an_attached_mail_is_listed_and_not_mixed_into_the_text() -> None:
    content = TWINS.replace("application/pdf; name*=utf-8''%C3%9Cbersicht.pdf", "message/rfc822")
    content = content.replace("base64", "7bit").replace("SGVsbG8gd29ybGQ=", "Subject: inner\n\ninner text")
    message = read(content)
    assert message.text == "Plain words"
    assert [(each.name, each.media_type) for each in message.attachments] == [("message.eml", "message/rfc822")]


def test_the_thread_is_the_providers_else_the_oldest_reference_else_the_mail_itself() -> None:
    headers = "Message-ID: <c@x>\nIn-Reply-To: <b@x>\nReferences: <a@x>\n <b@x>\n"
    assert read(simple(headers), thread="t7").thread_id == "t7"
    assert read(simple(headers)).thread_id == "a@x"
    assert read(simple("Message-ID: <c@x>\nIn-Reply-To: <b@x>\n")).thread_id == "b@x"
    assert read(simple("Message-ID: <c@x>\n")).thread_id == "c@x"
    assert read(simple()).thread_id == "me:m1"


def test_telling_headers_are_read() -> None:
    mail = mail_of(
        simple(
            "List-Id: News <news.firm.example>\nList-Unsubscribe: <https://firm.example/u>\nReply-To: r@firm.example\n"
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click\nAuto-Submitted: auto-generated\nBcc: hidden@x.example\n"
        )
    )
    assert mail.bulk
    assert mail.auto_submitted
    assert mail.one_click_unsubscribe
    assert mail.list_id == "News <news.firm.example>"
    assert mail.list_unsubscribe == "<https://firm.example/u>"
    assert mail.reply_to == (Address("", "r@firm.example"),)
    assert mail.bcc == (Address("", "hidden@x.example"),)
    assert not mail_of(simple("Auto-Submitted: no\n")).auto_submitted
    assert mail_of(simple("Precedence: Bulk\n")).bulk


@pytest.mark.parametrize(
    ("provider", "results", "expected"),
    [
        ("google", "mx.google.com; dkim=pass header.i=@firm.example; dmarc=pass", Authentication.PASSED),
        ("google", "mx.evil.example; dmarc=pass", Authentication.UNKNOWN),
        ("google", "mx.google.com; spf=fail; dmarc=fail (p=NONE)", Authentication.FAILED),
        ("google", "mx.google.com; spf=fail; dkim=fail", Authentication.FAILED),
        ("google", "mx.google.com; spf=softfail; dkim=none", Authentication.FAILED),
        (
            "google",
            "mx.google.com; spf=pass smtp.mailfrom=a@firm.example; dkim=pass header.d=firm.example",
            Authentication.PASSED,
        ),
        (
            "google",
            "mx.google.com; spf=pass smtp.mailfrom=a@evil.example; dkim=pass header.d=evil.example",
            Authentication.UNKNOWN,
        ),
        ("google", 'mx.google.com; spf=none smtp.mailfrom="; dmarc=pass"@evil.example', Authentication.UNKNOWN),
        ("google", "mx.google.com; spf=none (dmarc=pass; dmarc=pass)", Authentication.UNKNOWN),
        ("google", "mx.google.com; none", Authentication.UNKNOWN),
        ("microsoft", "spf=pass smtp.mailfrom=firm.example; dkim=pass; dmarc=pass action=none", Authentication.PASSED),
        ("other", "mx.home.example; dmarc=pass", Authentication.PASSED),
        ("other", "mx.else.example; dmarc=pass", Authentication.UNKNOWN),
    ],
)  # fmt: skip
def test_only_the_receiving_server_is_believed(provider: str, results: str, expected: Authentication) -> None:
    headers = f"Received: from a by mx.home.example; x\nAuthentication-Results: {results}\n"
    later = "Authentication-Results: mx.google.com; dmarc=pass\n"
    assert mail_of(simple(headers + later), provider).authentication is expected


def test_a_time_is_told_in_utc_and_an_impossible_one_gives_way_to_the_time_of_receipt() -> None:
    assert read(TWINS).sent_at == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
    for wrong in ("Mon, 23 Nov 2099 08:00:00 +0000", "soon", "Thu, 01 Jan 1970 00:00:00 +0000", ""):
        message = read(f"From: a@b.example\nDate: {wrong}\n\nx")
        assert message.sent_at == RECEIVED
        assert message.mail is not None
        assert any("date" in defect for defect in message.mail.defects)


@pytest.mark.parametrize(
    ("charset", "data", "expected"),
    [
        ("utf-8", "Grüße".encode("cp1252"), "Grüße"),
        ("us-ascii", "Grüße".encode(), "Grüße"),
        ("iso-8859-1", b"\x93quoted\x94", "“quoted”"),
        ("gb2312", "朱镕基".encode("gb18030"), "朱镕基"),
        ("x-no-such", "Grüße".encode(), "Grüße"),
        ("punycode", b"abc-def", "abc-def"),
        ("", "你好".encode(), "你好"),
    ],
)
def test_a_wrong_charset_costs_no_words(charset: str, data: bytes, expected: str) -> None:
    content = simple(f"Content-Type: text/plain; charset={charset}\n", "").encode() + data
    assert mail_of(content).text == expected


def test_a_wrong_charset_is_noted() -> None:
    content = simple("Content-Type: text/plain; charset=utf-8\n", "").encode() + b"Gr\xfc\xdfe"
    assert mail_of(content).defects == ("the text is not valid utf-8",)


def test_what_is_no_character_never_leaves_the_reader() -> None:
    content = simple("Content-Type: text/plain; charset=utf-7\n", "x +2AA- y")
    assert mail_of(content).text.encode() == "x \ufffd y".encode()


def test_invisible_characters_are_kept_out_of_addresses() -> None:
    message = read(simple("To: Bob <bo\u200bb@home\u202e.example>\n"))
    assert message.to == (Address("Bob", "bob@home.example"),)
    assert message.mail is not None
    assert "invisible characters in an address" in message.mail.defects


def test_the_names_of_people_and_files_are_read_as_they_are_seen() -> None:
    turned = "Content-Type: application/x-msdownload; name*=utf-8''invoice%E2%80%AEfdp.exe\n"
    message = read(simple(f"To: Bank\u2800\U000e0041 <b@bank.example>\n{turned}"))
    assert (message.to[0].name, message.attachments[0].name) == ("Bank", "invoicefdp.exe")
    assert message.mail is not None
    assert message.mail.defects == (
        "invisible characters in the name of an attachment",
        "invisible characters in a name",
    )


def test_five_thousand_parentheses_in_an_address_overflow_nothing() -> None:
    message = read(simple(f"To: {'(' * 5_000} x@y.example\nCc: <{'(' * 5_000}\nBcc: {'()' * 5_000}b@c.example\n"))
    assert message.text == "Hello"


def test_twenty_thousand_recipients_are_cut_and_counted() -> None:
    addresses = ", ".join(f"Person {number} <p{number}@x.example>" for number in range(20_000))
    message = read(simple(f"To: {addresses}\n"))
    assert len(message.to) == limits.MAX_RECIPIENTS
    assert message.mail is not None
    assert "recipients" in " ".join(message.mail.defects) or "was cut" in " ".join(message.mail.defects)


def test_a_thousand_nested_parts_are_cut() -> None:
    opening = "".join(f'Content-Type: multipart/mixed; boundary="b{depth}"\n\n--b{depth}\n' for depth in range(1_000))
    mail = mail_of(f"From: a@b.example\n{opening}\ntext")
    assert any("nested deeper" in defect for defect in mail.defects)


def test_thousands_of_parts_are_cut() -> None:
    content = simple("Content-Type: multipart/mixed; boundary=b\n", "--b\n\nx\n" * 5_000)
    mail = mail_of(content)
    assert mail.text.count("x") <= limits.MAX_PARTS
    assert mail.defects


def nested(levels: int) -> str:
    """Multiparts within each other, each boundary the beginning of the next."""
    names = ["x" * (level + 1) for level in range(levels)]
    return "".join(f"Content-Type: multipart/mixed; boundary={name}\n\n--{name}\n" for name in names)


@pytest.mark.parametrize(
    "content",
    [
        f"Content-Type: multipart/mixed; boundary={'-' * 60}\n\n{'-' * 8_000_000}",
        nested(20) + ("\n\n--" + "x" * 50) * 800_000,
    ],
    ids=["a line that is all boundary", "lines that only begin like a boundary"],
)
def test_what_seems_to_be_a_boundary_takes_no_time(content: str) -> None:
    begun = time.process_time()
    assert read(f"From: a@firm.example\n{content}")
    assert time.process_time() - begun < 5


def test_a_mail_of_fifty_megabytes_is_read_and_its_text_cut() -> None:
    message = read(simple(text="word " * 10_000_000))
    assert len(message.text) <= limits.MAX_TEXT
    assert message.mail is not None
    assert any("was cut" in defect for defect in message.mail.defects)


def test_a_mail_beyond_the_limit_is_set_aside() -> None:
    found = MimeReader().read(raw(b"x" * (limits.MAX_MAIL + 1)))
    assert isinstance(found, Unreadable)
    assert "limit" in found.reason


def test_deep_or_crowded_html_is_read_without_a_parser() -> None:
    for html in ("<div>" * 100_000 + "x", "<a " + " ".join(f"x{n}=1" for n in range(100_000)) + ">x"):
        assert mail_of(simple("Content-Type: text/html\n", html)).text == "x"


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"\xff\xfe\x00", b":", b"From:", b"Content-Type: multipart/mixed\n\n--"]
)
def test_nonsense_never_raises(content: bytes) -> None:
    MimeReader().read(raw(content))
