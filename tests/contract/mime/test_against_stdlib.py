"""Wherever the standard library reads a mail without complaint, the reader says the same."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from adapters.mime.reader import MimeReader
from domain.messages import Address as Found
from tests.contract.mime.mails import raw, read

# Folding long lists of names, the standard library encodes commas and addresses into the names: no folding here.
POLICIES = [policy.clone(max_line_length=100_000) for policy in (email.policy.default, email.policy.SMTP)]

words = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), max_size=60)
names = words.map(lambda text: " ".join(text.split()))
locals_ = st.from_regex(r"[a-zA-Z0-9][a-zA-Z0-9._+-]{0,18}[a-zA-Z0-9]", fullmatch=True).filter(lambda t: ".." not in t)
domains = st.from_regex(r"[a-z0-9]{1,10}(\.[a-z]{2,8}){1,2}", fullmatch=True)
addresses = st.builds(Address, names, locals_, domains)
files = st.tuples(names.filter(bool), st.binary(max_size=300))
times = st.datetimes(datetime(1980, 1, 1), datetime(2026, 11, 20)).map(lambda t: t.replace(tzinfo=UTC, microsecond=0))  # noqa: DTZ001 - made aware here


@st.composite
def mails(draw: st.DrawFn) -> EmailMessage:
    """A mail that is not yet bytes: the standard library makes up boundaries by chance as it writes."""
    mail = EmailMessage(policy=draw(st.sampled_from(POLICIES)))
    mail["From"] = draw(addresses)
    mail["To"] = draw(st.lists(addresses, min_size=1, max_size=5))
    cc = draw(st.lists(addresses, max_size=3))
    if cc:
        mail["Cc"] = cc
    mail["Subject"] = draw(names)
    mail["Date"] = format_datetime(draw(times))
    mail["Message-ID"] = f"<{draw(locals_)}@{draw(domains)}>"
    mail.set_content(draw(words) + "\n", cte=draw(st.sampled_from(["base64", "quoted-printable", "8bit"])))
    if draw(st.booleans()):
        mail.add_alternative(f"<p>{draw(st.from_regex(r'[a-z]{0,30}', fullmatch=True))}</p>", subtype="html")
    for name, data in draw(st.lists(files, max_size=3)):
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return mail


def _theirs(header: object) -> list[tuple[str, str]]:
    found = getattr(header, "addresses", ())
    return [(_dense(each.display_name), each.addr_spec.lower()) for each in found]


def _ours(found: tuple[Found, ...]) -> list[tuple[str, str]]:
    return [(_dense(each.name), each.address) for each in found]


def _dense(name: str) -> str:
    """Without white space: between the encoded words of a long name the standard library leaves one too many."""
    return "".join(name.split())


@settings(max_examples=100, deadline=None, phases=[Phase.generate])
@given(mails())
def test_written_mail_reads_as_the_standard_library_reads_it(made: EmailMessage) -> None:
    content = made.as_bytes()
    theirs = email.message_from_bytes(content, policy=email.policy.default)
    ours = read(content)
    assert ours.mail is not None
    assert _dense(ours.subject) == _dense(str(theirs["subject"]))
    assert _ours((ours.sender,)) == _theirs(theirs["from"])
    assert _ours(ours.to) == _theirs(theirs["to"])
    assert _ours(ours.cc) == _theirs(theirs["cc"])
    assert ours.sent_at == theirs["date"].datetime
    assert f"<{ours.mail.message_id}>" == str(theirs["message-id"])
    plain = theirs.get_body(("plain",))
    assert plain is not None
    said = f"{ours.mail.text} {ours.mail.quoted} {ours.mail.signature}"
    words_there = plain.get_content().split()
    assert sorted(said.split()) == sorted(words_there) or not words_there
    attached = list(theirs.iter_attachments()) if theirs.is_multipart() else []
    assert [each.name for each in ours.attachments] == [
        " ".join((each.get_filename() or "").split()) for each in attached
    ]
    for index, each in enumerate(attached):
        data = each.get_content()
        assert ours.attachments[index].size == len(data)
        assert MimeReader().attachment(content, index) == data


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2_000))
def test_no_bytes_raise(content: bytes) -> None:
    MimeReader().read(raw(content))


@settings(max_examples=100, deadline=None)
@given(mails(), st.data())
def test_damaged_mail_does_not_raise(made: EmailMessage, data: st.DataObject) -> None:
    content = bytearray(made.as_bytes())
    for _ in range(data.draw(st.integers(1, 12))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=8))
        if not content:
            return
    MimeReader().read(raw(bytes(content)))
