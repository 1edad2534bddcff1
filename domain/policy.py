"""What Alfred may do by himself, what waits for the owner, and what may never be automatic."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.errors import CannotBe, Refused
from domain.free_mail import FREE_MAIL
from domain.hidden import hidden_in
from domain.kinds import ChangeLabels, Kind, KindFacts, OutgoingMail, Risk, facts
from domain.look_alikes import is_within, look_alikes
from domain.messages import Address, Label, Message
from domain.triage import protection

_BY_ITSELF_NEVER_ON_PROTECTED = frozenset({Kind.ARCHIVE, Kind.DELETE, Kind.SNOOZE, Kind.UNSUBSCRIBE})
_PLACES = frozenset({Label.TRASH, Label.SPAM, Label.SENT, Label.DRAFT})


def may_ever_be_auto(kind: Kind) -> bool:
    """Whether a standing order may cover `kind`: only what can be undone and reaches nobody else."""
    known: KindFacts = facts(kind)
    return known.risk is Risk.AUTO or (known.undoable and not known.reaches_others)


def risk_of(
    kind: Kind,
    payload: object = None,
    *,
    message: Message | None = None,
    tainted: bool = False,
    ordered: bool = False,
    asked: bool = False,
    touches: Sequence[str] = (),
) -> Risk:
    """Return whether this action waits for the owner.

    `tainted`: outside text had a say in it. `ordered`: a standing order covers it. `asked`: the owner himself wants
    it. `touches`: other people's addresses that its effect reaches.
    """
    kind = _as_it_acts(kind, payload)
    known = facts(kind)
    if known.reaches_others or touches or tainted:
        return Risk.APPROVAL
    if message is not None and kind in _BY_ITSELF_NEVER_ON_PROTECTED and protection(message) is not None:
        return Risk.APPROVAL
    if known.when_asked and not asked:
        return Risk.APPROVAL
    if known.risk is Risk.AUTO or (ordered and may_ever_be_auto(kind)):
        return Risk.AUTO
    return Risk.APPROVAL


def _as_it_acts(kind: Kind, payload: object) -> Kind:
    """Taking a message out of the inbox is archiving, whatever it is called; so is taking away what protects it."""
    if isinstance(payload, ChangeLabels) and {Label.INBOX, Label.IMPORTANT}.intersection(payload.remove):
        return Kind.ARCHIVE
    return kind


def refuse_standing_order(kind: Kind) -> None:
    """Raise `Refused` where `kind` may never run by itself."""
    if not may_ever_be_auto(kind):
        raise Refused(f"to {kind.in_words} always needs your word", code="never_auto")


def refuse_places(labels: Iterable[str]) -> None:
    """Raise `CannotBe` for a label that only another kind of action, or sending, may touch."""
    places = sorted(_PLACES.intersection(labels))
    if places:
        raise CannotBe(f"{places[0]} is not for labelling", code="not_a_label")


@dataclass(frozen=True, slots=True)
class Acquaintances:
    """The domains of the owner and of those he deals with, and the addresses that he wrote to himself."""

    domains: frozenset[str] = frozenset()
    written_to: frozenset[str] = frozenset()


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
