"""Between RFC 5322 bytes and what Graph tells of a message."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from email.utils import format_datetime, formataddr, getaddresses, parsedate_to_datetime
from typing import TYPE_CHECKING

from sandbox.microsoft.call import JsonObject, object_of, objects_of, text_of

if TYPE_CHECKING:
    from sandbox.microsoft.mail.message import StoredMessage

_LISTS = {"toRecipients": "To", "ccRecipients": "Cc", "bccRecipients": "Bcc", "replyTo": "Reply-To"}


@dataclass(frozen=True, slots=True)
class Part:
    """A file found in a mail."""

    name: str
    content_type: str
    content: bytes
    content_id: str | None
    inline: bool


@dataclass(frozen=True, slots=True)
class Read:
    """What a mail says: the properties of a Graph message, its headers and files."""

    properties: JsonObject
    headers: list[JsonObject]
    parts: list[Part]
    message_id: str
    answers: str
    sent: datetime | None


def read(raw: bytes) -> Read:
    """Understand a mail as Exchange does when it comes in."""
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("html", "plain"))
    kind = "html" if body is not None and body.get_content_type() == "text/html" else "text"
    sender = next(iter(_people(mail, "From")), None)
    properties: JsonObject = {name: _people(mail, header) for name, header in _LISTS.items()}
    properties |= {"from": sender, "sender": sender, "subject": _header(mail, "Subject")}
    properties["body"] = {"contentType": kind, "content": _content(body) if body is not None else ""}
    properties["importance"] = _header(mail, "Importance").lower() or "normal"
    headers: list[JsonObject] = [{"name": name, "value": str(value)} for name, value in mail.items()]
    message_id, answers = _header(mail, "Message-ID"), _header(mail, "In-Reply-To")
    return Read(properties, headers, _parts(mail, body), message_id, answers, _date(mail))


def written(message: StoredMessage) -> bytes:
    """The bytes of a message that a client wrote by its properties."""
    mail = EmailMessage(policy=policy.SMTP)
    sender = object_of(object_of(message.properties, "from"), "emailAddress")
    if sender:
        mail["From"] = _address(sender)
    for name, header in _LISTS.items():
        people = [_address(object_of(one, "emailAddress")) for one in objects_of(message.properties, name)]
        if people:
            mail[header] = ", ".join(people)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(message.sent or message.created)
    mail["Message-ID"] = message.message_id
    if message.answers:
        mail["In-Reply-To"] = mail["References"] = message.answers
    for extra in message.headers:
        name = text_of(extra, "name")
        if name not in mail and not name.lower().startswith(("content-", "mime-")):
            mail[name] = text_of(extra, "value")
    body = object_of(message.properties, "body")
    subtype = "html" if text_of(body, "contentType").lower() == "html" else "plain"
    mail.set_content(text_of(body, "content"), subtype=subtype)
    for file in message.attachments.values():
        main, _, sub = file.content_type.partition("/")
        mail.add_attachment(
            file.content, maintype=main or "application", subtype=sub or "octet-stream", filename=file.name
        )
    return mail.as_bytes()


def new_message_id() -> str:
    return f"<{secrets.token_hex(12).upper()}@SANDBOX.example.prod.outlook.com>"


def _header(mail: EmailMessage, name: str) -> str:
    return " ".join(str(mail.get(name, "")).split())


def _people(mail: EmailMessage, header: str) -> list[JsonObject]:
    found = getaddresses([str(value) for value in mail.get_all(header, [])])
    return [{"emailAddress": {"name": name or address, "address": address}} for name, address in found if address]


def _content(part: MIMEPart) -> str:
    try:
        return str(part.get_content())
    except (LookupError, ValueError):
        data = part.get_payload(decode=True)
        return data.decode("utf-8", "replace") if isinstance(data, bytes) else str(part.get_payload())


def _parts(mail: EmailMessage, body: object) -> list[Part]:
    found = []
    for part in mail.walk():
        if part.is_multipart() or part is body or not isinstance(part, EmailMessage):
            continue
        if part.get_content_disposition() is None and part.get_content_maintype() == "text" and not part.get_filename():
            continue
        content = part.get_payload(decode=True)
        content_id = str(part.get("Content-ID", "")).strip("<> ") or None
        inline = part.get_content_disposition() == "inline" or content_id is not None
        data = content if isinstance(content, bytes) else b""
        found.append(Part(part.get_filename() or "attachment", part.get_content_type(), data, content_id, inline))
    return found


def _date(mail: EmailMessage) -> datetime | None:
    try:
        moment = parsedate_to_datetime(_header(mail, "Date"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _address(address: JsonObject) -> str:
    return formataddr((text_of(address, "name"), text_of(address, "address")))
