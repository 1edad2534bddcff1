"""Raw mail to a `Message`: lazily, on the bytes, and never with an exception for a bad mail."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator

from adapters.mime.addresses import read_addresses
from adapters.mime.authentication import read_authentication
from adapters.mime.body import Body, is_body, read_body
from adapters.mime.dates import sent_at
from adapters.mime.headers import Head, read_head
from adapters.mime.limits import MAX_MAIL, MAX_REFERENCES, MAX_SUBJECT
from adapters.mime.parts import read_parts
from adapters.mime.transfer import undo
from adapters.mime.workers import Desk
from application.ports.mime import MailReader, RawMail, Unreadable
from domain.errors import NotFound
from domain.messages import Address, Authentication, Mail, Message, message_id

log = logging.getLogger(__name__)

_ID = re.compile(r"<([^<>]{1,998})>")
_BULK = frozenset({"bulk", "list", "junk"})
_NOBODY = Address("", "")


class MimeReader(MailReader):
    """Reads mail in this process, and a long run of mail in `workers` processes beside it."""

    def __init__(self, workers: int = 0) -> None:
        self._desk = Desk(workers, self.read) if workers else None

    def read(self, raw: RawMail) -> Message | Unreadable:
        if len(raw.content) > MAX_MAIL:
            return Unreadable(raw, f"a mail of {len(raw.content):,} bytes; the limit is {MAX_MAIL:,}")
        if not raw.content or raw.content.isspace():
            return Unreadable(raw, "an empty mail")
        try:
            return read_message(raw)
        except Exception as error:  # noqa: BLE001 - one mail may never stop the rest, whatever is wrong with it
            log.warning("mail set aside", extra={"mail": raw.provider_id, "error": repr(error)[:200]})
            return Unreadable(raw, f"the mail could not be read: {type(error).__name__}: {str(error)[:200]}")

    def read_many(self, raws: Iterable[RawMail]) -> Iterator[Message | Unreadable]:
        return map(self.read, raws) if self._desk is None else self._desk.read(raws)

    def close(self) -> None:
        """Let the workers go."""
        if self._desk is not None:
            self._desk.close()

    def attachment(self, content: bytes, index: int) -> bytes:
        content = _with_line_feeds(content)
        attached = [
            part for part in read_parts(content, read_head(content, 0, len(content), []), []) if not is_body(part)
        ]
        if not 0 <= index < len(attached):
            raise NotFound(f"the mail has no attachment {index}; it has {len(attached)}")
        part = attached[index]
        return undo(content[part.start : part.end], part.encoding, [])


def read_message(raw: RawMail) -> Message:
    """Return the message in `raw`; whatever was broken or cut stands in its defects."""
    content = _with_line_feeds(raw.content)
    defects: list[str] = []
    head = read_head(content, 0, len(content), defects)
    sender = _sender(head, defects)
    body = read_body(content, read_parts(content, head, defects), defects)
    subject = _subject(head, defects)
    to, cc = _list(head, b"to", defects), _list(head, b"cc", defects)
    written = sent_at(head.first(b"date"), raw.received_at, defects)
    authentication = read_authentication(head, raw.provider, sender.domain)
    mail = _mail(head, body, authentication, defects)
    identity = message_id(raw.account, raw.provider_id)
    return Message(
        id=identity,
        account=raw.account,
        provider=raw.provider,
        source=raw.source,
        thread_id=raw.thread_id or next(iter(mail.references), mail.in_reply_to or mail.message_id or identity),
        sent_at=written,
        received_at=raw.received_at,
        sender=sender,
        to=to,
        subject=subject,
        body=mail,
        cc=cc,
        labels=raw.labels,
        attachments=body.attachments,
        size=len(raw.content),
    )


def _mail(head: Head, body: Body, authentication: Authentication, defects: list[str]) -> Mail:
    own_id, answered, references = _references(head)
    list_id = head.text(b"list-id", defects)
    unsubscribe = head.text(b"list-unsubscribe", defects)
    reply_to, bcc = _list(head, b"reply-to", defects), _list(head, b"bcc", defects)
    return Mail(
        text=body.text,
        quoted=body.quoted,
        signature=body.signature,
        html=body.html,
        message_id=own_id,
        in_reply_to=answered,
        references=references,
        reply_to=reply_to,
        bcc=bcc,
        list_id=list_id,
        list_unsubscribe=unsubscribe,
        one_click_unsubscribe=b"one-click" in head.first(b"list-unsubscribe-post").lower(),
        auto_submitted=head.first(b"auto-submitted").strip().lower() not in (b"", b"no"),
        bulk=bool(list_id or unsubscribe) or head.text(b"precedence", []).lower() in _BULK,
        authentication=authentication,
        invitations=body.invitations,
        defects=tuple(dict.fromkeys(defects)),
    )


def _with_line_feeds(content: bytes) -> bytes:
    """Some old systems end lines with a carriage return alone."""
    return content.replace(b"\r", b"\n") if b"\n" not in content else content


def _sender(head: Head, defects: list[str]) -> Address:
    for name in (b"from", b"sender"):
        found = _list(head, name, defects)
        if found:
            return found[0]
    defects.append("no sender")
    return _NOBODY


def _list(head: Head, name: bytes, defects: list[str]) -> tuple[Address, ...]:
    fields = head.fields.get(name)
    if not fields:
        return ()
    return read_addresses(fields[0] if len(fields) == 1 else b",".join(fields), defects)


def _subject(head: Head, defects: list[str]) -> str:
    subject = head.text(b"subject", defects)
    if len(subject) > MAX_SUBJECT:
        defects.append(f"a subject of {len(subject):,} characters was cut")
    return subject[:MAX_SUBJECT]


def _references(head: Head) -> tuple[str, str, tuple[str, ...]]:
    """Return Message-ID, In-Reply-To and References without angle brackets, oldest first."""
    answered = _ids(head.first(b"in-reply-to"))
    references = _ids(head.first(b"references"))
    if len(references) > MAX_REFERENCES:
        references = references[:1] + references[1 - MAX_REFERENCES :]
    own = _ids(head.first(b"message-id"))
    return own[0] if own else "", answered[0] if answered else "", references


def _ids(raw: bytes) -> tuple[str, ...]:
    if not raw:
        return ()
    text = raw.decode("ascii", "replace")
    found = _ID.findall(text)
    if found:
        return tuple("".join(each.split()) for each in found)
    bare = text.strip(" \t\n<>")
    return (bare[:998],) if bare and not any(space in bare for space in " \t\n") else ()
