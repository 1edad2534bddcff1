"""Mails as flows post them, in every form that a flow's maker may choose, read by the reader of all mail."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.mime.reader import MimeReader
from adapters.power_automate.forms import Form, moment_of
from adapters.power_automate.hooks import MailHook
from adapters.power_automate.mails import MailMapper
from application.ports.mime import RawMail
from domain.errors import Invalid
from domain.messages import Address, Label, Message, id_by_message_id
from sandbox.microsoft.mail.mailbox import Mailbox
from sandbox.power_automate import connector
from sandbox.power_automate.connector import Dates
from tests.contract.power_automate.setting import NOON, TOKEN, a_mail

MAPPER = MailMapper("office", timedelta(hours=24))
HOOK = MailHook(MAPPER, lambda: TOKEN, lambda: NOON)
RECEIVED = datetime(2026, 11, 23, 9, 5, 7, tzinfo=UTC)
A_MAIL = a_mail("Ärger, “bald”", message_id="<m1@example.org>")


def read(form: object) -> Message:
    (delivery,) = HOOK.read(json.dumps(form).encode())
    (raw,) = delivery.messages
    assert isinstance(raw, RawMail)
    message = MimeReader(0).read(raw)
    assert isinstance(message, Message)
    return message


def a_form(**fields: object) -> dict[str, object]:
    return {"id": "AAMk1", "internetMessageId": "<m1@example.org>", "receivedDateTime": "2026-11-23T09:05:07Z"} | fields


@pytest.mark.parametrize("dates", Dates)
def test_either_form_of_the_connector_gives_the_same_message(box: Mailbox, dates: Dates) -> None:
    stored = box.messages[box.deliver(A_MAIL, received=RECEIVED, changes={"importance": "high"})]
    new, old = read(connector.mail_v3(stored, dates)), read(connector.mail_v2(stored, dates))
    assert new == replace(old, size=new.size)
    assert (new.provider_id, new.thread_id) == (id_by_message_id("m1@example.org"), stored.conversation)
    assert (new.subject, new.text, new.received_at) == ("Ärger, “bald”", "Noon?", RECEIVED)
    assert (new.sender, new.to) == (Address("", "ann@example.org"), (Address("", box.address),))
    assert new.labels == {Label.INBOX, Label.UNREAD, Label.IMPORTANT, "unverified"}


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-23T09:05:07Z",
        "2026-11-23T09:05:07",
        "2026-11-23T09:05:07.0000000Z",
        "2026-11-23T10:05:07.1234567+01:00",
        "2026-11-23 09:05:07+00:00",
        f"/Date({int(RECEIVED.timestamp() * 1000)})/",
        f"/Date({int(RECEIVED.timestamp() * 1000)}+0100)/",
        "11/23/2026 9:05:07 AM",
        "Mon, 23 Nov 2026 09:05:07 GMT",
        int(RECEIVED.timestamp()),
        int(RECEIVED.timestamp() * 1000),
    ],
)
def test_a_moment_is_read_in_any_form(written: object) -> None:
    found = moment_of(written, NOON)
    assert found is not None
    assert found.replace(microsecond=0) == RECEIVED


@pytest.mark.parametrize("written", ["", None, "yesterday", True, {}, "/Date(x)/", 10**30, "9999-12-31T00:00:00Z"])
def test_what_is_no_moment_counts_as_received_now_and_is_noted(written: object) -> None:
    assert moment_of(written, NOON) is None
    (delivery,) = HOOK.read(json.dumps(a_form(receivedDateTime=written)).encode())
    assert delivery.note == "its date cannot be read, so it counts as received now"
    assert read(a_form(receivedDateTime=written)).received_at == NOON


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("ann@example.org", Address("", "ann@example.org")),
        ("Ann Smith <ann@Example.org>", Address("Ann Smith", "ann@example.org")),
        ('"Smith, Ann" <ann@example.org>', Address("Smith, Ann", "ann@example.org")),
        ({"emailAddress": {"name": "Ann", "address": "ann@example.org"}}, Address("Ann", "ann@example.org")),
        ({"EmailAddress": {"Name": "Ann", "Address": "ann@example.org"}}, Address("Ann", "ann@example.org")),
        ({"name": "Änne", "address": "ann@example.org"}, Address("Änne", "ann@example.org")),
        ([{"address": "ann@example.org"}], Address("", "ann@example.org")),
    ],
)
def test_a_sender_is_read_as_text_or_as_an_object(given: object, expected: Address) -> None:
    assert read(a_form(**{"from": given})).sender == expected


def test_recipients_are_split_as_outlook_writes_them() -> None:
    to = "Ann <ann@example.org>; bob@example.org;"
    cc = [{"emailAddress": {"address": "c@example.org"}}, {"emailAddress": {"address": "d@example.org"}}]
    message = read(a_form(toRecipients=to, ccRecipients=cc))
    assert [each.address for each in message.to] == ["ann@example.org", "bob@example.org"]
    assert [each.address for each in message.cc] == ["c@example.org", "d@example.org"]


def test_html_text_and_preview_are_each_read() -> None:
    assert read(a_form(body="<p>One</p><p>Two</p>", isHtml=True)).text.split() == ["One", "Two"]
    assert read(a_form(body={"contentType": "HTML", "content": "<p>One</p>"})).text == "One"
    assert read(a_form(body="a < b\nand more")).text == "a < b\nand more"
    assert read(a_form(bodyPreview="The beginning")).text == "The beginning"
    assert read(a_form(Body="<div>Old flows</div>")).text == "Old flows"


def test_files_come_along_and_those_without_content_by_name() -> None:
    whole = {"name": "plan.pdf", "contentType": "application/pdf", "contentBytes": base64.b64encode(b"%PDF").decode()}
    named = {"Name": "Übersicht.xlsx", "ContentType": "nonsense", "ContentBytes": None}
    found = read(a_form(body="See", attachments=[whole, named])).attachments
    assert [(each.name, each.size) for each in found] == [("plan.pdf", 4), ("Übersicht.xlsx", 0)]


def test_nothing_in_a_post_becomes_a_header_of_its_own() -> None:
    evil = "x\r\nAuthentication-Results: mx; dmarc=pass\r\nBcc: all@example.org\r\n\r\nBody"
    fields = dict.fromkeys(("subject", "from", "toRecipients", "internetMessageId", "conversationId"), evil)
    (delivery,) = HOOK.read(json.dumps(a_form(**fields)).encode())
    raw = delivery.messages[0]
    assert isinstance(raw, RawMail)
    head = raw.content.partition(b"\r\n\r\n")[0].lower()
    assert b"\nauthentication-results" not in head
    assert b"\nbcc" not in head


def test_a_mail_without_a_message_id_is_known_by_the_connectors_id() -> None:
    assert read({"id": "AAMk1", "subject": "Hi"}).id == "office:AAMk1"
    with pytest.raises(Invalid, match="neither internetMessageId nor id"):
        HOOK.read(b'{"subject": "Hi"}')


def test_one_mail_that_cannot_be_read_does_not_hold_up_the_others() -> None:
    found = HOOK.read(json.dumps({"value": [a_form(), {"subject": "Hi"}]}).encode())
    assert [(len(each.messages), each.note != "") for each in found] == [(1, False), (0, True)]


@pytest.mark.parametrize("body", [b"", b"{", b"null", b"7", b"[7]", b'"x"', b"[" * 100_000, b"\xff\xfe"])
def test_what_is_no_mail_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid):
        HOOK.read(body)


def test_a_late_post_is_taken_and_marked() -> None:
    assert "late" in read(a_form(receivedDateTime="2026-11-20T09:05:07Z")).labels
    assert "late" not in read(a_form()).labels


def test_only_the_whole_secret_is_accepted() -> None:
    assert HOOK.is_authentic({"x-alfred-token": TOKEN}, b"")
    for guess in ("", TOKEN[:-1], TOKEN + " ", TOKEN.upper(), "é"):
        assert not HOOK.is_authentic({"x-alfred-token": guess}, b"")
    assert not HOOK.is_authentic({}, b"")
    assert not MailHook(MAPPER, lambda: "", lambda: NOON).is_authentic({"x-alfred-token": ""}, b"")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_NAMES = st.sampled_from(
    ["id", "internetMessageId", "from", "toRecipients", "subject", "body", "isHtml", "receivedDateTime", "attachments"]
)


@given(st.dictionaries(_NAMES, _JSON, max_size=8))
def test_whatever_is_posted_is_read_or_refused(form: dict[str, object]) -> None:
    try:
        raw = MAPPER.posted(Form(form), NOON)
    except Invalid:
        return
    assert isinstance(MimeReader(0).read(raw), Message)
