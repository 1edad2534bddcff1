"""A mail as the connector tells it, as raw mail: so it is read like any other, with the same caps and the same care.

Forms: https://learn.microsoft.com/connectors/office365, GraphClientReceiveMessage (V3) and ClientReceiveMessage (V2).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from adapters.power_automate.forms import Form, moment_of
from adapters.power_automate.ids import provider_id_of
from application.ports.mime import RawMail
from domain.errors import Invalid
from domain.messages import Address, Label

# Labels of ours: what a flow posted and nobody has fetched since, and what came long after it was received.
UNVERIFIED = "unverified"
LATE = "late"

_RECEIVED = ("receivedDateTime", "dateTimeReceived", "receivedTime", "received", "sentDateTime", "createdDateTime")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}", re.ASCII)
_HTML = re.compile(r"<(html|body|div|p|br|table|span)\b", re.IGNORECASE)
_MOST_FILES = 100


@dataclass(frozen=True, slots=True)
class MailMapper:
    """Maps the mails of one account; one received longer ago than `late_after` is marked."""

    account: str
    late_after: timedelta

    def posted(self, form: Form, now: datetime) -> RawMail:
        """Return a mail that a flow posted: it is in the inbox, and nobody has fetched it."""
        mail = self._read(form, now)
        late = {LATE} if now - mail.received_at > self.late_after else set()
        return _labelled(mail, {Label.INBOX, UNVERIFIED, *late})

    def fetched(self, form: Form, now: datetime, places: Iterable[str]) -> RawMail:
        """Return a mail that was searched for, in one of `places`."""
        return _labelled(self._read(form, now), places)

    def _read(self, form: Form, now: datetime) -> RawMail:
        message_id = form.text("internetMessageId", "messageId")
        provider_id = provider_id_of(message_id, form.text("id"))
        if not provider_id:
            raise Invalid("neither internetMessageId nor id says which mail this is", where=form.where)
        received = moment_of(form.first(*_RECEIVED), now) or now
        return RawMail(
            account=self.account,
            provider="power_automate",
            source=f"{self.account}/mail",
            provider_id=provider_id,
            thread_id=form.text("conversationId"),
            received_at=received,
            labels=frozenset(_marks(form)),
            content=_written(form, received, message_id),
        )


def says_when(form: Form, now: datetime) -> bool:
    """Whether a mail tells when it was received, in a form that is known."""
    return moment_of(form.first(*_RECEIVED), now) is not None


def _labelled(mail: RawMail, more: Iterable[str]) -> RawMail:
    return RawMail(
        mail.account,
        mail.provider,
        mail.source,
        mail.provider_id,
        mail.thread_id,
        mail.received_at,
        mail.labels | frozenset(more),
        mail.content,
    )


def _marks(form: Form) -> Iterator[str]:
    """Yield what is said beside the mail; one that nobody says was read is new."""
    if not form.truth("isRead"):
        yield Label.UNREAD
    if form.text("importance").lower() in ("high", "2"):
        yield Label.IMPORTANT


def _written(form: Form, received: datetime, message_id: str) -> bytes:
    """Return the mail in RFC 5322; nothing that the post says may become a header of its own."""
    part = _content(form)
    for file in form.forms("attachments")[:_MOST_FILES]:
        _attach(part, file)
    fields = [
        ("From", _listed(form.people("from", "sender")[:1])),
        ("To", _listed(form.people("toRecipients", "to"))),
        ("Cc", _listed(form.people("ccRecipients", "cc"))),
        ("Bcc", _listed(form.people("bccRecipients", "bcc"))),
        ("Reply-To", _listed(form.people("replyTo"))),
        ("Subject", _words(form.text("subject"))),
        ("Date", format_datetime(received)),
        ("Message-ID", _plain(message_id)),
    ]
    head = "".join(f"{name}: {value}\r\n" for name, value in fields if value)
    return head.encode("utf-8", "replace") + part.as_bytes()


def _content(form: Form) -> EmailMessage:
    body = form.form("body")
    text = form.text("body") or body.text("content") or form.text("bodyPreview")
    said = form.truth("isHtml")
    kind = body.text("contentType").lower()
    is_html = said if said is not None else "html" in kind if kind else bool(_HTML.search(text))
    part = EmailMessage(policy=SMTP)
    part.set_content(_encodable(text), subtype="html" if is_html else "plain", cte="base64")
    return part


def _attach(mail: EmailMessage, file: Form) -> None:
    """Attach a file; where the flow hands over its name alone, it stands there empty."""
    media_type = file.text("contentType").partition(";")[0].strip().lower()
    main, _, sub = (media_type if _TYPE.fullmatch(media_type) else "application/octet-stream").partition("/")
    if main in ("multipart", "message"):
        main, sub = "application", "octet-stream"
    mail.add_attachment(
        _decoded(file.text("contentBytes")),
        maintype=main,
        subtype=sub,
        filename=_plain(_encodable(file.text("name"))) or "attachment",
        disposition="inline" if file.truth("isInline") else "attachment",
        cid=_content_id(file.text("contentId")),
    )


def _content_id(said: str) -> str | None:
    bare = said.strip().strip("<>")
    return f"<{bare}>" if bare and bare.isascii() and bare.isprintable() and " " not in bare else None


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=False)
    except (binascii.Error, ValueError):
        return b""


def _listed(people: Iterable[Address]) -> str:
    return ",\r\n ".join(filter(None, map(_mailbox, people)))


def _mailbox(person: Address) -> str:
    """Return a person as a header wants one; a name without an address stays readable."""
    address = re.sub(r"[\s<>,;\"]", "", person.address)
    name = _quoted(_plain(person.name))
    return f"{name} <{address}>".strip() if address or name else ""


def _quoted(name: str) -> str:
    if not name:
        return ""
    if not name.isascii() or "=?" in name:
        return Header(_encodable(name), "utf-8").encode(linesep="\r\n")
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _words(text: str) -> str:
    plain = _plain(_encodable(text))
    return plain if plain.isascii() and "=?" not in plain else Header(plain, "utf-8").encode(linesep="\r\n")


def _plain(text: str) -> str:
    return _CONTROLS.sub(" ", text).strip()


def _encodable(text: str) -> str:
    """Half of a character outside the basic plane cannot be written."""
    return text.encode("utf-8", "replace").decode("utf-8")
