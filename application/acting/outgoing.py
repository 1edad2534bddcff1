"""Outgoing mail: completed from what it answers, built once, kept, and shown from the very bytes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from application.ports.mime import MailWriter, ShownMail
from application.ports.providers import Connections
from application.ports.store import Store
from domain.errors import Invalid
from domain.kinds import Kind, OutgoingMail
from domain.messages import Address, Message
from domain.policy import outgoing_warnings


class Outgoing:
    """Builds the bytes of a mail when it is proposed or edited, and reads back what they say."""

    def __init__(self, store: Store, connections: Connections, writer: MailWriter) -> None:
        self._store = store
        self._connections = connections
        self._writer = writer

    def build(
        self, kind: Kind, mail: OutgoingMail, account: str, answered: Message | None, now: datetime
    ) -> OutgoingMail:
        """Return `mail` complete, with its bytes kept in the outbox."""
        sender = self._connections.get(account).address
        complete = _completed(kind, mail, answered, sender)
        if not (complete.to or complete.cc or complete.bcc):
            raise Invalid("nobody to send it to", where="arguments.to")
        complete = replace(complete, message_id=complete.message_id or _new_message_id(sender))
        forwarded = self._forwarded(kind, account, answered)
        reference = answered if kind is not Kind.FORWARD else None
        content = self._writer.build(complete, sender, reference, forwarded, now)
        return replace(complete, mime=self._store.outbox.keep(content))

    def show(self, mail: OutgoingMail) -> ShownMail:
        """Return what stands in the bytes that will be sent."""
        return self._writer.show(self._store.outbox.get(mail.mime))

    def warnings(self, mail: OutgoingMail, thread: Sequence[Message]) -> tuple[str, ...]:
        """Point out what the owner should look at twice."""
        own = frozenset(each.address.domain for each in self._connections.all() if each.address.domain)
        return outgoing_warnings(mail, thread, own)

    def _forwarded(self, kind: Kind, account: str, answered: Message | None) -> list[bytes]:
        if kind is not Kind.FORWARD or answered is None:
            return []
        return [self._connections.source(answered.source).raw(answered.provider_id)]


def _completed(kind: Kind, mail: OutgoingMail, answered: Message | None, sender: Address) -> OutgoingMail:
    if answered is None:
        return mail
    if kind is Kind.FORWARD:
        return replace(mail, subject=mail.subject or _prefixed("Fwd: ", answered.subject))
    subject = mail.subject or _prefixed("Re: ", answered.subject)
    return replace(mail, subject=subject, to=mail.to or _reply_recipients(answered, sender))


def _reply_recipients(answered: Message, sender: Address) -> tuple[str, ...]:
    """Return the Reply-To of the mail answered, else its sender; of one's own mail, its recipients (RFC 5322)."""
    people = answered.mail.reply_to if answered.mail is not None and answered.mail.reply_to else (answered.sender,)
    if answered.sender.address == sender.address:
        people = answered.to
    return tuple(str(person) for person in people if person.address)


def _prefixed(prefix: str, subject: str) -> str:
    return subject if subject.lower().startswith(prefix.strip().lower()) else prefix + subject


def _new_message_id(sender: Address) -> str:
    return f"<{uuid.uuid4()}@{sender.domain or 'localhost'}>"
