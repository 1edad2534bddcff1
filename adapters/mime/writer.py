"""Outgoing mail, built once and shown from its own bytes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from adapters.mime.addresses import INVISIBLE, read_addresses
from adapters.mime.body import is_body, part_text, read_body
from adapters.mime.headers import Head, read_head
from adapters.mime.itip import reply_text
from adapters.mime.parts import read_parts
from application.ports.mime import MailWriter, ShownMail
from domain.errors import Invalid
from domain.kinds import InvitationReply, OutgoingMail
from domain.messages import Address, Message

_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.)*[\w-]{1,63}", re.ASCII)
_MESSAGE_ID = re.compile(r"<?([!-;=?-~]{1,200}@[!-;=?-~]{1,200})>?")
_LINE_END = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")
_MAX_SUBJECT = 998
_LONG_LINE = 900
_PLAIN_NAME = re.compile(r"[\w !#$%&'*+/=^`{|}~-]+", re.ASCII)
_NOBODY = Address("", "")


class MimeWriter(MailWriter):
    """Writes RFC 5322 with the standard library; the same words, time and Message-ID give the same bytes."""

    def build(
        self, mail: OutgoingMail, sender: Address, answered: Message | None, forwarded: Sequence[bytes], now: datetime
    ) -> bytes:
        fields = [("From", _mailbox(str(sender), "sender"))]
        for field, name, given in (
            ("To", "to", mail.to),
            ("Cc", "cc", mail.cc),
            ("Bcc", "bcc", mail.bcc),
            ("Reply-To", "reply_to", mail.reply_to),
        ):
            if given:
                fields.append((field, ",\r\n ".join(_mailbox(e, f"{name}[{i}]") for i, e in enumerate(given))))
        fields.append(("Subject", _subject(mail.subject)))
        fields.append(("Date", format_datetime(now)))
        fields.append(("Message-ID", f"<{_message_id(mail, sender, now)}>"))
        fields.extend(_thread_fields(answered))
        text = _text_part(mail.text)
        boundary = f"=_{hashlib.sha256(repr((mail, now)).encode()).hexdigest()[:32]}"
        if isinstance(mail, InvitationReply):
            answer = _calendar_part(reply_text(mail, sender, now))
            return _head(fields) + _multipart(boundary, [text, answer], "alternative")
        if not forwarded:
            return _head(fields) + text
        return _head(fields) + _multipart(boundary, [text, *map(_attached, forwarded)], "mixed")

    def show(self, content: bytes) -> ShownMail:
        defects: list[str] = []
        head = read_head(content, 0, len(content), defects)
        parts = read_parts(content, head, defects)
        body = read_body(content, parts, defects)
        texts = [part_text(content, part, defects) for part in parts if is_body(part)]
        return ShownMail(
            sender=(_addresses(head, b"from") or (_NOBODY,))[0],
            to=_addresses(head, b"to"),
            cc=_addresses(head, b"cc"),
            bcc=_addresses(head, b"bcc"),
            reply_to=_addresses(head, b"reply-to"),
            subject=head.text(b"subject", defects),
            text="\n".join(texts).replace("\r\n", "\n").rstrip("\n"),
            attachments=tuple(each.name or each.media_type for each in body.attachments),
            calendars=tuple(each.replace("\r\n", "\n").rstrip("\n") for each in body.invitations),
        )


def _addresses(head: Head, name: bytes) -> tuple[Address, ...]:
    return read_addresses(b",".join(head.all(name)), []) if head.all(name) else ()


def _mailbox(given: str, where: str) -> str:
    """Return one address as a header wants it; refuse what could smuggle in another field or another recipient."""
    if _LINE_END.search(given):
        raise Invalid(f"a line break or control character in the address {given!r}", where=where)
    found = read_addresses(given.encode(), [])
    if len(found) != 1 or INVISIBLE.search(given):
        raise Invalid(f"{given!r} is not one plain address", where=where)
    local, _, domain = found[0].address.rpartition("@")
    address = f"{local}@{_ascii_domain(domain, given, where)}"
    if not _ADDRESS.fullmatch(address):
        raise Invalid(f"{given!r} is not an address that mail can be sent to", where=where)
    name = found[0].name
    if not name:
        return address
    return f"{_phrase(name)}\r\n <{address}>" if not name.isascii() else f"{_phrase(name)} <{address}>"


def _phrase(name: str) -> str:
    """Return a display name in a form in which no character of it can end the name."""
    if not name.isascii():
        return _encoded(name, "Reply-To")
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return name if _PLAIN_NAME.fullmatch(name) else f'"{escaped}"'


def _encoded(text: str, field: str) -> str:
    """Return encoded words (RFC 2047), folded."""
    return Header(text, "utf-8", header_name=field).encode(linesep="\r\n")


def _ascii_domain(domain: str, given: str, where: str) -> str:
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise Invalid(f"the domain of {given!r} cannot be written in ASCII", where=where) from None


def _subject(subject: str) -> str:
    if _LINE_END.search(subject):
        raise Invalid("a line break or control character in the subject", where="subject")
    if len(subject) > _MAX_SUBJECT:
        raise Invalid(f"a subject of {len(subject):,} characters; the limit is {_MAX_SUBJECT}", where="subject")
    plain = subject.isascii() and "=?" not in subject and len(subject) < _LONG_LINE
    return subject if plain else _encoded(subject, "Subject")


def _message_id(mail: OutgoingMail, sender: Address, now: datetime) -> str:
    """Return the given Message-ID, or one made of the mail itself in the sender's domain."""
    if not mail.message_id:
        seed = hashlib.sha256(repr((mail, sender, now)).encode()).hexdigest()[:32]
        domain = sender.domain if sender.domain.isascii() else sender.domain.encode("idna").decode("ascii")
        return f"{seed}@{domain}"
    match = _MESSAGE_ID.fullmatch(mail.message_id)
    if match is None:
        raise Invalid(f"{mail.message_id!r} is not a Message-ID", where="message_id")
    return match[1]


def _thread_fields(answered: Message | None) -> list[tuple[str, str]]:
    """Return In-Reply-To and References as RFC 5322 section 3.6.4 says."""
    body = answered.mail if answered is not None else None
    if body is None or not _is_writable(body.message_id):
        return []
    earlier = body.references or ((body.in_reply_to,) if body.in_reply_to else ())
    known = dict.fromkeys(each for each in (*earlier[-20:], body.message_id) if _is_writable(each))
    ids = [f"<{each.strip('<>')}>" for each in known]
    return [("In-Reply-To", ids[-1]), ("References", "\r\n ".join(ids))]


def _is_writable(message_id: str) -> bool:
    return message_id.isascii() and _MESSAGE_ID.fullmatch(message_id) is not None


def _text(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def _needs_encoding(text: str) -> bool:
    return not text.isascii() or any(len(line) > 900 for line in text.splitlines())


def _text_part(text: str) -> bytes:
    part = EmailMessage(policy=SMTP)
    part.set_content(_text(text), cte="quoted-printable" if _needs_encoding(text) else "7bit")
    return part.as_bytes()


def _calendar_part(text: str) -> bytes:
    part = EmailMessage(policy=SMTP)
    encoding = "quoted-printable" if _needs_encoding(text) else "7bit"
    part.set_content(text, subtype="calendar", cte=encoding, params={"method": "REPLY"})
    return part.as_bytes()


def _head(fields: Sequence[tuple[str, str]]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in fields).encode("ascii")


def _attached(content: bytes) -> bytes:
    """Return a whole mail as a part, byte for byte as it was received (RFC 2046 section 5.2.1)."""
    encoding = b"7bit" if content.isascii() else b"8bit"
    return (
        b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: " + encoding + b"\r\n"
        b'Content-Disposition: attachment; filename="message.eml"\r\n\r\n' + content
    )


def _multipart(boundary: str, parts: Sequence[bytes], subtype: str) -> bytes:
    fields = f'MIME-Version: 1.0\r\nContent-Type: multipart/{subtype}; boundary="{boundary}"\r\n'.encode()
    delimiter = b"\r\n--" + boundary.encode()
    return fields + b"".join(delimiter + b"\r\n" + part for part in parts) + delimiter + b"--\r\n"
