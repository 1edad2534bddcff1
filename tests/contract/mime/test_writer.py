"""Outgoing mail: built once, shown from its bytes, and nothing smuggled in."""

from __future__ import annotations

import base64
import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.ics import IcsReader
from adapters.mime.addresses import read_addresses
from adapters.mime.reader import MimeReader
from adapters.mime.writer import MimeWriter
from domain.errors import Invalid
from domain.kinds import InvitationReply, OutgoingMail
from domain.messages import Address
from tests.contract.mime.mails import read, simple

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OWNER = Address("Owner Öztürk", "owner@home.example")
MAIL = OutgoingMail(
    to=("Jürgen Groß <j@firm.example>", "k@firm.example"),
    cc=("c@firm.example",),
    bcc=("secret@home.example",),
    reply_to=("reply@home.example",),
    subject="Grüße — 你好 und ein langer Betreff, der umgebrochen werden muss, weil er nicht in eine Zeile passt",
    text="Liebe Grüße\n> not quoted by anyone\n.\nFrom here on\n\n-- \nOwner",
)


def build(mail: OutgoingMail = MAIL, *forwarded: bytes) -> bytes:
    return MimeWriter().build(mail, OWNER, None, forwarded, NOW)


def test_what_is_shown_is_read_from_the_bytes() -> None:
    shown = MimeWriter().show(build())
    assert shown.sender == OWNER
    assert shown.to == (Address("Jürgen Groß", "j@firm.example"), Address("", "k@firm.example"))
    assert shown.cc == (Address("", "c@firm.example"),)
    assert shown.bcc == (Address("", "secret@home.example"),)
    assert shown.reply_to == (Address("", "reply@home.example"),)
    assert shown.subject == MAIL.subject
    assert shown.text == MAIL.text


def test_the_standard_library_reads_the_same() -> None:
    theirs = email.message_from_bytes(build(), policy=email.policy.default)
    assert theirs["subject"] == MAIL.subject
    assert theirs["bcc"] == "secret@home.example"
    body = theirs.get_body()
    assert body is not None
    assert body.get_content().replace("\r\n", "\n").strip() == MAIL.text


def test_the_same_words_at_the_same_time_are_the_same_bytes() -> None:
    inner = simple("Message-ID: <f@x>\n").encode()
    assert build() == build()
    assert build(MAIL, inner) == build(MAIL, inner)


def test_lines_end_as_the_standard_says_and_stay_short() -> None:
    content = build()
    assert content.count(b"\n") == content.count(b"\r\n")
    assert max(map(len, content.split(b"\r\n"))) <= 998


def test_an_answer_stands_in_its_thread() -> None:
    answered = read(simple("Message-ID: <c@firm.example>\nReferences: <a@firm.example> <b@firm.example>\n"))
    made = read(MimeWriter().build(MAIL, OWNER, answered, (), NOW)).mail
    assert made is not None
    assert made.in_reply_to == "c@firm.example"
    assert made.references == ("a@firm.example", "b@firm.example", "c@firm.example")


def test_a_message_id_is_made_in_the_senders_domain_or_taken_as_given() -> None:
    made = read(build()).mail
    assert made is not None
    assert made.message_id.endswith("@home.example")
    given = read(build(OutgoingMail(to=("a@b.example",), message_id="<own@home.example>"))).mail
    assert given is not None
    assert given.message_id == "own@home.example"


def test_a_forwarded_mail_travels_byte_for_byte() -> None:
    inner = simple("Subject: inner\n", "8-bit: ü").encode()
    content = build(MAIL, inner)
    assert MimeWriter().show(content).attachments == ("message.eml",)
    assert MimeReader().attachment(content, 0) == inner


@pytest.mark.parametrize(
    "wrong", ["a@b.example\nBcc: x@evil.example", "a@b.example\r\nSubject: x", "a@b.example, c@d.example"]
)
@pytest.mark.parametrize("field", ["to", "cc", "bcc", "reply_to"])
def test_nothing_is_smuggled_in_by_an_address(field: str, wrong: str) -> None:
    with pytest.raises(Invalid) as refusal:
        build(OutgoingMail(**{field: (wrong,)}))
    assert refusal.value.where == f"{field}[0]"


@pytest.mark.parametrize(
    "wrong", ["", "nobody", "a@", "@b.example", "a b@c.example", "a@b.example\u200b", "Jürgen", "ü@b.example"]
)
def test_an_unusable_address_is_refused_by_name(wrong: str) -> None:
    with pytest.raises(Invalid, match="address"):
        build(OutgoingMail(to=(wrong,)))


@pytest.mark.parametrize("subject", ["x\nBcc: y@evil.example", "x\r\ny", "x\x00y", "x\u2028y", "x" * 1_000])
def test_nothing_is_smuggled_in_by_the_subject(subject: str) -> None:
    with pytest.raises(Invalid) as refusal:
        build(OutgoingMail(to=("a@b.example",), subject=subject))
    assert refusal.value.where == "subject"


def test_a_domain_in_another_script_is_written_in_ascii() -> None:
    shown = MimeWriter().show(build(OutgoingMail(to=("a@bücher.example",))))
    assert shown.to == (Address("", "a@xn--bcher-kva.example"),)


@pytest.mark.parametrize(
    "name", ["Öz, x@evil.example", 'Ann "A" <x@evil.example>', "a,b;c:d", "=?utf-8?q?x?=", "ü" * 200]
)
def test_no_character_of_a_name_can_end_the_name(name: str) -> None:
    quoted = name.replace('"', '\\"')
    shown = MimeWriter().show(build(OutgoingMail(to=(f'"{quoted}" <a@b.example>',))))
    assert [each.address for each in shown.to] == ["a@b.example"]


WRITTEN = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=300)


@given(WRITTEN.filter(lambda uid: uid == uid.strip()), st.integers(0, 99), st.sampled_from(["", "20261124T040000Z"]))
def test_an_answer_to_an_invitation_says_what_it_answers_whatever_that_is_called(
    uid: str, sequence: int, occurrence: str
) -> None:
    answer = InvitationReply(("ann@firm.example",), "Accepted", uid=uid, sequence=sequence, occurrence=occurrence)
    (shown,) = MimeWriter().show(build(answer)).calendars
    assert all(len(line.encode()) <= 75 for line in shown.splitlines())
    (read_back,) = IcsReader().read(shown, "UTC")
    assert (read_back.uid, read_back.sequence, bool(read_back.occurrence)) == (uid, sequence, bool(occurrence))


@pytest.mark.parametrize("name", ["x\r\nX-EVIL:1", "x\nBEGIN:VEVENT", "x\u2028ATTENDEE:mailto:eve@evil.example"])
def test_no_name_of_an_invitation_begins_a_line_of_its_own(name: str) -> None:
    (shown,) = MimeWriter().show(build(InvitationReply(("ann@firm.example",), "Accepted", uid=name))).calendars
    (uid,) = [line for line in shown.splitlines() if line.startswith("UID:")]
    assert uid == "UID:" + re.sub(r"[\r\n\u2028]", "", name)


@pytest.mark.parametrize("to", ['ann@firm.example"', "ann@firm.example;CN=x", "a b@firm.example"])
def test_an_organizer_whose_address_could_say_more_is_not_answered(to: str) -> None:
    with pytest.raises(Invalid):
        build(InvitationReply((to,), "Accepted", uid="x"))


@pytest.mark.parametrize(
    "name", ["Doe, Jane", 'Jane "JD" Doe', "Doe (Finance)", "Doe: Jane; Sons", "O'Neil\\Doe", "Groß, Jürgen"]
)
def test_a_name_in_whatever_form_is_one_persons(name: str) -> None:
    person = Address(name, "jane@firm.example")
    shown = MimeWriter().show(MimeWriter().build(replace(MAIL, to=(str(person),)), person, None, (), NOW))
    assert (shown.sender, shown.to) == (person, (person,))


@given(st.text(min_size=1, max_size=40))
def test_no_name_keeps_its_bearer_from_being_answered(name: str) -> None:
    received = read_addresses(
        f"=?utf-8?b?{base64.b64encode(name.encode()).decode()}?= <jane@firm.example>".encode(), []
    )
    for person in (*received, Address(name, "jane@firm.example")):
        shown = MimeWriter().show(build(replace(MAIL, to=(str(person),))))
        assert [each.address for each in shown.to] == ["jane@firm.example"]
