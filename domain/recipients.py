"""Whom a letter or an invitation would reach, and what of that the owner is to look at before he says yes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.free_mail import FREE_MAIL
from domain.hidden import hidden_in
from domain.kinds import OutgoingMail
from domain.look_alikes import is_within, look_alikes
from domain.messages import Address, Message


@dataclass(frozen=True, slots=True)
class Acquaintances:
    """The domains of the owner and of those he deals with, and the addresses that he wrote to himself."""

    domains: frozenset[str] = frozenset()
    written_to: frozenset[str] = frozenset()

    def includes(self, person: Address) -> bool:
        """Whether the owner deals with them: of a domain where anybody has an address, he must have written himself."""
        return person.address in self.written_to or (person.domain in self.domains and person.domain not in FREE_MAIL)


def outgoing_warnings(
    mail: OutgoingMail, thread: Sequence[Message], familiar: Acquaintances = Acquaintances()
) -> tuple[str, ...]:
    """Point out recipients outside the thread, look-alike domains, and invisible or bidirectional characters.

    A stranger's thread knows only his own domain: so all that is `familiar` counts besides.
    Whom a mail names for answers is no part of the conversation by that alone: anybody can write that.
    """
    known = {address for message in thread for address in _people(message)}
    senders = {message.sender.address for message in thread}
    elsewhere = {address: message for message in thread for address in _answered_elsewhere(message)}
    domains = {address.rpartition("@")[2] for address in known} | familiar.domains
    recipients = [bare_address(recipient) for recipient in (*mail.to, *mail.cc, *mail.bcc)]
    warnings: list[str] = []
    for address in recipients:
        if address in elsewhere and address not in senders:
            warnings.append(_asks_elsewhere(elsewhere[address], address))
        elif thread and address not in known:
            warnings.append(f"{address} is not in this conversation")
    warnings += look_alikes(recipients, domains, familiar.written_to)
    warnings += hidden_in(mail)
    return tuple(dict.fromkeys(warnings))


def guest_warnings(guests: Sequence[str], familiar: Acquaintances) -> tuple[str, ...]:
    """Point out those newly invited whose domains look like ones that the owner deals with."""
    addresses = map(bare_address, guests)
    return tuple(dict.fromkeys(look_alikes(addresses, familiar.domains, familiar.written_to)))


def bare_address(recipient: str) -> str:
    """Return the address in `Name <address>` in lower case."""
    inner = recipient.rpartition("<")[2].partition(">")[0] if "<" in recipient else recipient
    return inner.strip().lower()


def is_same_letter(one: OutgoingMail, other: OutgoingMail) -> bool:
    """Whether two letters go to the same people under the same subject, whatever their words; none is no subject."""
    return bool(one.subject.strip()) and _but_for_words(one) == _but_for_words(other)


def _but_for_words(mail: OutgoingMail) -> tuple[OutgoingMail, tuple[frozenset[str], ...]]:
    people = tuple(frozenset(map(bare_address, those)) for those in (mail.to, mail.cc, mail.bcc))
    return replace(mail, to=(), cc=(), bcc=(), text="", message_id="", mime=""), people


def _people(message: Message) -> set[str]:
    """Return who takes part, with other addresses in the sender's domain to which answers are asked for."""
    everyone = (message.sender, *message.to, *message.cc, *_reply_to(message))
    return {person.address for person in everyone if person.address} - _answered_elsewhere(message)


def _answered_elsewhere(message: Message) -> set[str]:
    """Return where answers are asked for in another domain than the sender's; at a free one, under another address.

    That a mail calls itself a list's excuses nothing: anybody can write that.
    """
    return {each.address for each in _reply_to(message) if not _is_the_senders(each, message.sender)}


def _is_the_senders(address: Address, sender: Address) -> bool:
    if sender.domain in FREE_MAIL:
        return address.address == sender.address
    return is_within(address.domain, sender.domain)


def _asks_elsewhere(message: Message, address: str) -> str:
    domain = message.sender.domain
    other = "address" if address.endswith(f"@{domain}") else "domain"
    is_listed = message.mail is not None and message.mail.list_id
    claim = " and calls itself a mailing list" if is_listed else ""
    return f"{message.sender.address} asks for answers to {address}, which is another {other}{claim}"


def _reply_to(message: Message) -> tuple[Address, ...]:
    return message.mail.reply_to if message.mail is not None else ()
