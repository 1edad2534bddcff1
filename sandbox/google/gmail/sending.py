"""Sending: a copy under SENT, and a delivery to every mailbox of this world that the mail names."""

from __future__ import annotations

import re
import secrets
from email.utils import formatdate, getaddresses

from sandbox.google.discovery import JsonObject
from sandbox.google.errors import invalid
from sandbox.google.gmail.mailbox import Mailboxes
from sandbox.google.gmail.message import StoredMessage

_BCC = re.compile(rb"(?im)^bcc[ \t]*:.*(?:\r?\n[ \t].*)*\r?\n")


def send(mailboxes: Mailboxes, account: str, raw: bytes, thread: str | None) -> StoredMessage:
    """Send a mail from an account; what the mail already says about itself is left as it is."""
    mailbox = mailboxes[account]
    draft = candidate(raw)
    people = recipients(draft)
    if not people:
        raise invalid("Recipient address required")
    for person in people:
        if "@" not in person.strip("@"):
            raise invalid("Invalid To header")
    complete = _completed(draft, account)
    labels = {"SENT", "INBOX", "UNREAD"} if account in people else {"SENT"}
    sent = mailbox.add(complete, labels, thread_id=thread)
    _deliver(mailboxes, complete, people - {account})
    return sent


def candidate(raw: bytes) -> StoredMessage:
    """A mail that is in no mailbox yet."""
    return StoredMessage("", "", raw, frozenset(), 0, 0)


def recipients(message: StoredMessage) -> frozenset[str]:
    fields = [value for name, value in message.headers if name.lower() in ("to", "cc", "bcc")]
    return frozenset(address.lower() for _, address in getaddresses(fields) if address)


def described(message: StoredMessage) -> JsonObject:
    """What a record says of a mail: whose it is, to whom it went, and where it lies."""
    heads = {name: message.header(name) for name in ("From", "To", "Cc", "Bcc", "Subject", "Message-ID", "In-Reply-To")}
    return {
        **message.brief(),
        "labelIds": sorted(message.labels),
        "headers": {name: value for name, value in heads.items() if value},
    }


def _completed(message: StoredMessage, account: str) -> bytes:
    needed = {"From": account, "Date": formatdate(), "Message-ID": f"<CA{secrets.token_urlsafe(24)}@mail.gmail.com>"}
    missing = [f"{name}: {value}\r\n" for name, value in needed.items() if not message.header(name)]
    return "".join(missing).encode() + message.raw


def _deliver(mailboxes: Mailboxes, raw: bytes, people: frozenset[str]) -> None:
    end = candidate(raw).head_size
    without_bcc = _BCC.sub(b"", raw[:end] + b"\r\n")[:-2] + raw[end:]
    for person in people:
        mailbox = mailboxes.find(person)
        if mailbox:
            mailbox.deliver(without_bcc)
