"""From a letter to the bytes that a receiving server hands out (RFC 5322, 2045, 2047, 8058, 8601)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, quote

from sandbox.households.cast import Party
from sandbox.households.documents import Document

_PLAIN_NAME = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 -'")
_DETACHED = {"quoted-printable", "base64", "8bit", "7bit"}


@dataclass(frozen=True, slots=True)
class Bulk:
    """The headers of a mailing list or campaign; `one_click` adds RFC 8058."""

    list_id: str
    unsubscribe: str
    one_click: bool
    campaign: str


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything that one mail says, before it is bytes.

    `charset` is what the mail declares and `written_in` what its text really is in. `authentication` is `pass`, `fail`
    or `none`, as the receiving server found it. `sent` is aware.
    """

    sender: Party
    to: Party
    subject: str
    sent: datetime
    message_id: str
    text: str
    html: str = ""
    cc: tuple[Party, ...] = ()
    reply_to: str = ""
    references: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()
    invitation: str = ""
    charset: str = "utf-8"
    written_in: str = ""
    encoding: str = "quoted-printable"
    authentication: str = "pass"
    bulk: Bulk | None = None
    own: bool = False
    extra: tuple[tuple[str, str], ...] = ()


Part = tuple[list[tuple[str, str]], bytes]


def build(letter: Letter) -> bytes:
    """Return the complete message with CRLF line ends."""
    headers, body = _body(letter)
    trace = [] if letter.own else _trace(letter)
    lines = [f"{name}: {value}" for name, value in (*trace, *_envelope(letter), *headers)]
    return ("\n".join(lines) + "\n\n").encode("ascii").replace(b"\n", b"\r\n") + body.replace(b"\n", b"\r\n")


def _digest(letter: Letter, salt: str) -> str:
    return hashlib.sha256(f"{letter.message_id}{salt}".encode()).hexdigest()


def _envelope(letter: Letter) -> Iterable[tuple[str, str]]:
    yield "MIME-Version", "1.0"
    yield "Date", format_datetime(letter.sent)
    yield "From", _mailbox(letter.sender)
    yield "To", _mailbox(letter.to)
    if letter.cc:
        yield "Cc", ",\n ".join(_mailbox(party) for party in letter.cc)
    if letter.reply_to:
        yield "Reply-To", letter.reply_to
    yield "Subject", encoded(letter.subject, letter.written_in or letter.charset)
    yield "Message-ID", letter.message_id
    if letter.references:
        yield "In-Reply-To", letter.references[-1]
        yield "References", "\n ".join(letter.references)
    if letter.bulk:
        yield from _bulk(letter.bulk)
    yield from letter.extra


def _bulk(bulk: Bulk) -> Iterable[tuple[str, str]]:
    yield "List-Id", bulk.list_id
    yield "List-Unsubscribe", bulk.unsubscribe
    if bulk.one_click:
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"
    yield "Precedence", "bulk"
    yield "Feedback-ID", bulk.campaign


def encoded(text: str, charset: str) -> str:
    """Return a header value, as encoded words (RFC 2047) where it is not ASCII, folded at 76."""
    if text.isascii():
        return text
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        charset = "utf-8"
    return Header(text, charset, maxlinelen=76, header_name="Subject").encode(linesep="\n")


def _mailbox(party: Party) -> str:
    if not party.name:
        return party.address
    if not party.name.isascii():
        return f"{encoded(party.name, 'utf-8')} <{party.address}>"
    name = party.name if set(party.name) <= _PLAIN_NAME else f'"{quote(party.name)}"'
    return f"{name} <{party.address}>"


def _trace(letter: Letter) -> list[tuple[str, str]]:
    """Return what servers on the way added; addresses are from the ranges for documentation (RFC 5737)."""
    digest = _digest(letter, "trace")
    stamp = format_datetime(letter.sent)
    domain = letter.sender.domain
    ip = f"{('192.0.2', '198.51.100', '203.0.113')[int(digest[0], 16) % 3]}.{int(digest[1:3], 16)}"
    host = f"mta{int(digest[3], 16)}.{domain}"
    bounce = f"bounces+{digest[4:12]}@{domain}"
    trace = [
        ("Delivered-To", letter.to.address),
        (
            "Received",
            f"by 2002:a05:6a20:{digest[:4]}:b0:{digest[4:7]}:{digest[7:11]} with SMTP id {digest[:14]};\n {stamp}",
        ),
        ("Return-Path", f"<{bounce}>"),
        (
            "Received",
            f"from {host} ({host}. [{ip}])\n by mx.google.com with ESMTPS id {digest[12:28]}\n"
            f" for <{letter.to.address}>\n (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256);\n {stamp}",
        ),
    ]
    return trace + _authentication(letter.authentication, domain, ip, bounce, digest)


def _authentication(result: str, domain: str, ip: str, bounce: str, digest: str) -> list[tuple[str, str]]:
    verdicts = {
        "pass": (
            f"dkim=pass header.i=@{domain} header.s=s1 header.b={digest[:8]}",
            "pass",
            "pass (p=REJECT sp=REJECT dis=NONE)",
        ),
        "fail": (
            f"dkim=fail header.i=@{domain} header.s=k1 header.b={digest[:8]}",
            "fail",
            "fail (p=NONE sp=NONE dis=NONE)",
        ),
        "none": ("dkim=none", "neutral", "none"),
    }
    dkim, spf, dmarc = verdicts[result]
    said = f"mx.google.com;\n {dkim};\n spf={spf} smtp.mailfrom={bounce};\n dmarc={dmarc} header.from={domain}"
    headers = [
        ("Received-SPF", f"{spf} (google.com: {ip} checked for {bounce}) client-ip={ip};"),
        ("Authentication-Results", said),
    ]
    return headers if result == "none" else [*headers, ("DKIM-Signature", _signature(domain, digest))]


def _signature(domain: str, digest: str) -> str:
    body = base64.b64encode(hashlib.sha256(digest.encode()).digest()).decode()
    made = base64.b64encode(hashlib.sha512(digest.encode()).digest() * 2).decode()
    folded = "\n ".join(made[at : at + 70] for at in range(0, len(made), 70))
    return (
        f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=s1;\n"
        f" h=date:from:to:subject:message-id:mime-version; bh={body};\n b={folded}"
    )


def _body(letter: Letter) -> Part:
    part = _alternatives(letter)
    inline = [document for document in letter.documents if document.content_id]
    attached = [document for document in letter.documents if not document.content_id]
    if inline:
        part = _multipart("related", [part, *map(_attachment, inline)], _digest(letter, "related")[:24])
    if attached:
        part = _multipart("mixed", [part, *map(_attachment, attached)], _digest(letter, "mixed")[:24])
    return part


def _alternatives(letter: Letter) -> Part:
    parts = [_text("plain", letter.text, letter)]
    if letter.html:
        parts.append(_text("html", letter.html, letter))
    if letter.invitation:
        kind = 'text/calendar; charset="UTF-8"; method=REQUEST'
        parts.append(_leaf(kind, letter.invitation.encode(), "quoted-printable"))
    return parts[0] if len(parts) == 1 else _multipart("alternative", parts, _digest(letter, "alternative")[:24])


def _text(subtype: str, text: str, letter: Letter) -> Part:
    data = text.encode(letter.written_in or letter.charset, "xmlcharrefreplace" if subtype == "html" else "replace")
    return _leaf(f'text/{subtype}; charset="{letter.charset.upper()}"', data, letter.encoding)


def _leaf(content_type: str, data: bytes, encoding: str) -> Part:
    if encoding not in _DETACHED:
        raise ValueError(f"{encoding!r} is no transfer encoding; known are {', '.join(sorted(_DETACHED))}")
    if encoding == "quoted-printable":
        data = binascii.b2a_qp(data, istext=True)
    elif encoding == "base64":
        data = base64.encodebytes(data.replace(b"\n", b"\r\n"))
    return [("Content-Type", content_type), ("Content-Transfer-Encoding", encoding)], data


def _attachment(document: Document) -> Part:
    disposition = "inline" if document.content_id else "attachment"
    headers = [
        ("Content-Type", f"{document.media_type}; {_named('name', document.name)}"),
        ("Content-Disposition", f"{disposition}; {_named('filename', document.name)}"),
        ("Content-Transfer-Encoding", "base64"),
    ]
    if document.content_id:
        headers.append(("Content-ID", f"<{document.content_id}>"))
    return headers, base64.encodebytes(document.data)


def _named(parameter: str, name: str) -> str:
    """Return a parameter, by RFC 2231 where the name is not ASCII."""
    if name.isascii():
        return f'{parameter}="{quote(name)}"'
    escaped = "".join(chr(byte) if chr(byte).isalnum() and byte < 128 else f"%{byte:02X}" for byte in name.encode())
    return f"{parameter}*=UTF-8''{escaped}"


def _multipart(subtype: str, parts: list[Part], boundary: str) -> Part:
    mark = f"--{boundary}".encode()
    pieces = []
    for headers, body in parts:
        head = "".join(f"{name}: {value}\n" for name, value in headers).encode("ascii")
        pieces.append(b"%s\n%s\n%s\n" % (mark, head, body))
    return [("Content-Type", f'multipart/{subtype}; boundary="{boundary}"')], b"".join(pieces) + mark + b"--\n"
