"""Outgoing mail: completed from what it answers, built once, kept, and shown from the very bytes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from application.people import acquaintances
from application.ports.invitations import InvitationReader
from application.ports.mime import MailWriter, ShownMail
from application.ports.providers import Connections
from application.ports.store import Store
from domain.calendar import Response
from domain.errors import CannotBe, Invalid
from domain.invitations import Invitation
from domain.kinds import InvitationReply, Kind, OutgoingMail
from domain.messages import Address, Message
from domain.recipients import Acquaintances, guest_warnings, outgoing_warnings
from domain.subjects import guests_of

MB = 1024 * 1024
MOST_BYTES = 25 * MB
_SUBJECTS = {
    Response.ACCEPTED: "Accepted",
    Response.TENTATIVE: "Tentative",
    Response.DECLINED: "Declined",
}
_WORDS = {
    Response.ACCEPTED: "I will be there.",
    Response.TENTATIVE: "I may be there; I will let you know.",
    Response.DECLINED: "I am afraid I cannot come.",
}


class Outgoing:
    """Builds the bytes of a mail when it is proposed or edited, and reads back what they say."""

    def __init__(
        self,
        store: Store,
        connections: Connections,
        writer: MailWriter,
        invitations: InvitationReader,
        zone: tzinfo,
    ) -> None:
        self._store = store
        self._connections = connections
        self._writer = writer
        self._invitations = invitations
        self._zone = zone

    def complete(self, kind: Kind, mail: OutgoingMail, account: str, answered: Message | None) -> OutgoingMail:
        """Return `mail` with all that follows from what it answers; its bytes are not built yet."""
        sender = self._connections.get(account).address
        if isinstance(mail, InvitationReply):
            return _answering(mail, self._invitation(mail, answered, sender))
        return _completed(kind, mail, answered, sender)

    def build(
        self, kind: Kind, mail: OutgoingMail, account: str, answered: Message | None, now: datetime
    ) -> OutgoingMail:
        """Return `mail` complete, with its bytes kept in the outbox."""
        sender = self._connections.get(account).address
        complete = self.complete(kind, mail, account, answered)
        if not (complete.to or complete.cc or complete.bcc):
            raise Invalid("nobody to send it to", where="arguments.to")
        complete = replace(complete, message_id=complete.message_id or _new_message_id(sender))
        forwarded = self._forwarded(kind, account, answered)
        reference = answered if kind is not Kind.FORWARD else None
        content = self._writer.build(complete, sender, reference, forwarded, now)
        if len(content) > MOST_BYTES:
            raise CannotBe(
                f"this mail has {len(content) // MB} MB; servers take up to {MOST_BYTES // MB}", code="too_large"
            )
        return replace(complete, mime=self._store.outbox.keep(content))

    def show(self, mail: OutgoingMail) -> ShownMail:
        """Return what stands in the bytes that will be sent."""
        return self._writer.show(self._store.outbox.get(mail.mime))

    def warnings(self, mail: OutgoingMail, thread: Sequence[Message]) -> tuple[str, ...]:
        """Point out what the owner should look at twice."""
        return outgoing_warnings(mail, thread, self.familiar())

    def guest_warnings(self, payload: object) -> tuple[str, ...]:
        """Point out whom an event would be sent to that only looks like somebody the owner deals with."""
        guests = guests_of(payload)
        return guest_warnings(guests, self.familiar()) if guests else ()

    def familiar(self) -> Acquaintances:
        """Return whom the owner deals with."""
        own = {each.address.domain for each in self._connections.all() if each.address.domain}
        return acquaintances(self._store, own)

    def _invitation(self, reply: InvitationReply, answered: Message | None, sender: Address) -> Invitation:
        """Return the invitation of the mail that `reply` names; without a name, the only one.

        Raises `CannotBe` where there is none, or nobody to answer, and `Invalid` where any of several may be meant.
        """
        texts = answered.mail.invitations if answered is not None and answered.mail is not None else ()
        read = [each for text in texts for each in self._invitations.read(text, str(self._zone))]
        meant = [each for each in read if each.invites(sender.address) and _is_named(each, reply)]
        found = max(meant, key=lambda each: each.sequence, default=None)
        if found is None or found.organizer is None or not found.organizer.address:
            detail = f"the mail does not invite {sender.address} to that, or names nobody to answer"
            raise CannotBe(detail, code="not_invited")
        if len({(each.uid, each.recurrence_id) for each in meant}) > 1:
            raise Invalid("the mail invites to several things; say which is answered", where="arguments.uid")
        return found

    def _forwarded(self, kind: Kind, account: str, answered: Message | None) -> list[bytes]:
        if kind is not Kind.FORWARD or answered is None:
            return []
        return [self._connections.source(answered.source).raw(answered.provider_id)]


def _is_named(invitation: Invitation, reply: InvitationReply) -> bool:
    return not reply.uid or (invitation.uid, invitation.recurrence_id) == (reply.uid, reply.occurrence)


def _answering(mail: InvitationReply, invitation: Invitation) -> InvitationReply:
    """Return the answer with all that the invitation decides: to whom it goes, and what it is about."""
    if mail.response not in _SUBJECTS:
        raise Invalid("accepted, tentative or declined is needed", where="arguments.response")
    assert invitation.organizer is not None
    return InvitationReply(
        to=(invitation.organizer.address,),
        subject=f"{_SUBJECTS[mail.response]}: {' '.join(invitation.title.split())[:200]}",
        text=_WORDS[mail.response] if mail.text in ("", *_WORDS.values()) else mail.text,
        message_id=mail.message_id,
        response=mail.response,
        uid=invitation.uid,
        sequence=invitation.sequence,
        occurrence=invitation.recurrence_id,
    )


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
