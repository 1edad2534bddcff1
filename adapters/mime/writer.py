"""Outgoing mail, built once and shown from its own bytes (SECURITY 5)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from adapters.mime.addresses import INVISIBLE, read_addresses
from adapters.mime.body import read_body
from adapters.mime.headers import Head, read_head
from adapters.mime.parts import read_parts
from application.ports.mime import MailWriter, ShownMail
from domain.errors import Invalid
from domain.kinds import OutgoingMail
from domain.messages import Address, Message

_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.)*[\w-]{1,63}", re.ASCII)
_MESSAGE_ID = re.compile(r"<?([^\s<>@]{1,200}@[^\s<>@]{1,200})>?")
_LINE_END = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")
_MAX_SUBJECT = 998
_NOBODY = Address("", "")


class MimeWriter(MailWriter):
    """Writes RFC 5322 with the standard library; the same words, time and Message-ID give the same bytes."""

    def build(
        self, mail: OutgoingMail, sender: Address, answered: Message | None, forwarded: Sequence[bytes], now: datetime
    ) -> bytes:
        message = EmailMessage(policy=SMTP)
        message["From"] = _header_address(str(sender), "sender")
        for field, name, given in (
            ("To", "to", mail.to),
            ("Cc", "cc", mail.cc),
            ("Bcc", "bcc", mail.bcc),
            ("Reply-To", "reply_to", mail.reply_to),
        ):
            if given:
                message[field] = [_header_address(each, f"{name}[{index}]") for index, each in enumerate(given)]
        message["Subject"] = _subject(mail.subject)
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{_message_id(mail, sender, now)}>"
        _put_thread(message, answered)
        text = _text_part(mail.text)
        if not forwarded:
            return _joined(message, text)
        boundary = f"=_{hashlib.sha256(repr((mail, now)).encode()).hexdigest()[:32]}"
        message["MIME-Version"] = "1.0"
        message["Content-Type"] = f'multipart/mixed; boundary="{boundary}"'
        return _joined(message, b"") + _multipart(boundary, [text, *map(_attached, forwarded)])

    def show(self, content: bytes) -> ShownMail:
        defects: list[str] = []
        head = read_head(content, 0, len(content), defects)
        parts = read_parts(content, head, defects)
        body = read_body(content, parts, defects)
        text = "\n\n".join(each for each in (body.text, body.signature, body.quoted) if each)
        return ShownMail(
            sender=(_addresses(head, b"from") or (_NOBODY,))[0],
            to=_addresses(head, b"to"),
            cc=_addresses(head, b"cc"),
            bcc=_addresses(head, b"bcc"),
            reply_to=_addresses(head, b"reply-to"),
            subject=head.text(b"subject", defects),
            text=text,
            attachments=tuple(each.name or each.media_type for each in body.attachments),
        )


def _addresses(head: Head, name: bytes) -> tuple[Address, ...]:
    return read_addresses(b",".join(head.all(name)), []) if head.all(name) else ()


def _header_address(given: str, where: str) -> HeaderAddress:
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
    return HeaderAddress(found[0].name, addr_spec=address)


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
    return subject


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


def _put_thread(message: EmailMessage, answered: Message | None) -> None:
    """Set In-Reply-To and References as RFC 5322 section 3.6.4 says."""
    body = answered.mail if answered is not None else None
    if body is None or not _MESSAGE_ID.fullmatch(body.message_id):
        return
    earlier = body.references or ((body.in_reply_to,) if body.in_reply_to else ())
    known = [each for each in (*earlier[-20:], body.message_id) if _MESSAGE_ID.fullmatch(each) and each.isascii()]
    message["In-Reply-To"] = f"<{body.message_id.strip('<>')}>"
    message["References"] = " ".join(f"<{each.strip('<>')}>" for each in dict.fromkeys(known))


def _text(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def _needs_encoding(text: str) -> bool:
    return not text.isascii() or any(len(line) > 900 for line in text.splitlines())


def _text_part(text: str) -> bytes:
    part = EmailMessage(policy=SMTP)
    part.set_content(_text(text), cte="quoted-printable" if _needs_encoding(text) else "7bit")
    return part.as_bytes()


def _joined(head: EmailMessage, part: bytes) -> bytes:
    """Put the fields of `head` before those of `part`."""
    fields = head.as_bytes().removesuffix(b"\r\n")
    return fields + (part or b"\r\n")


def _attached(content: bytes) -> bytes:
    """Return a whole mail as a part, byte for byte as it was received (RFC 2046 section 5.2.1)."""
    encoding = b"7bit" if content.isascii() else b"8bit"
    return (
        b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: " + encoding + b"\r\n"
        b'Content-Disposition: attachment; filename="message.eml"\r\n\r\n' + content
    )


def _multipart(boundary: str, parts: Sequence[bytes]) -> bytes:
    delimiter = b"\r\n--" + boundary.encode()
    return b"".join(delimiter + b"\r\n" + part for part in parts)[2:] + delimiter + b"--\r\n"
