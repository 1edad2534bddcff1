"""What Alfred may do by himself, what waits for the owner, and what may never be automatic."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.errors import CannotBe, Refused
from domain.free_mail import FREE_MAIL
from domain.hidden import hidden_in
from domain.kinds import ChangeLabels, Kind, KindFacts, OutgoingMail, Risk, facts
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


def outgoing_warnings(
    mail: OutgoingMail, thread: Sequence[Message], own_domains: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Point out recipients outside the thread, look-alike domains, and invisible or bidirectional characters.

    Whom a mail names for answers is no part of the conversation by that alone: anybody can write that.
    """
    known = {address for message in thread for address in _people(message)}
    senders = {message.sender.address for message in thread}
    elsewhere = {address: message for message in thread for address in _answered_elsewhere(message)}
    domains = {address.rpartition("@")[2] for address in known} | own_domains
    warnings: list[str] = []
    for recipient in (*mail.to, *mail.cc, *mail.bcc):
        address = bare_address(recipient)
        if address in elsewhere and address not in senders:
            warnings.append(_asks_elsewhere(elsewhere[address], address))
        elif thread and address not in known:
            warnings.append(f"{address} is not in this conversation")
        warnings += [
            f"{address} looks like {real}, but is another domain"
            for real in sorted(domains)
            if _looks_like(address, real)
        ]
    warnings += hidden_in(mail)
    return tuple(dict.fromkeys(warnings))


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
    return _is_within(address.domain, sender.domain)


def _asks_elsewhere(message: Message, address: str) -> str:
    domain = message.sender.domain
    other = "address" if address.endswith(f"@{domain}") else "domain"
    is_listed = message.mail is not None and message.mail.list_id
    claim = " and calls itself a mailing list" if is_listed else ""
    return f"{message.sender.address} asks for answers to {address}, which is another {other}{claim}"


def _reply_to(message: Message) -> tuple[Address, ...]:
    return message.mail.reply_to if message.mail is not None else ()


def _is_within(domain: str, other: str) -> bool:
    """Whether one of the two domains is the other, or a part of it."""
    return f".{domain}".endswith(f".{other}") or f".{other}".endswith(f".{domain}")


def _looks_like(address: str, domain: str) -> bool:
    """Whether the address's domain differs from `domain` by one edit or by look-alike characters only."""
    candidate, domain = _readable(address.rpartition("@")[2]), _readable(domain)
    if not candidate or candidate == domain or min(len(candidate), len(domain)) < 5:
        return False
    return skeleton(candidate) == skeleton(domain) or _one_edit_apart(candidate, domain)


def _readable(domain: str) -> str:
    """Return `domain` as a person would see it: labels in Punycode decoded (RFC 5891, 4.4), where they can be."""
    return ".".join(_decoded(label) if label.startswith("xn--") else label for label in domain.split("."))


def _decoded(label: str) -> str:
    try:
        return label.removeprefix("xn--").encode("ascii").decode("punycode").lower()
    except ValueError:
        return label


_LOOK_ALIKE = str.maketrans(
    {
        "0": "o",
        "1": "l",
        "i": "l",
        "|": "l",
        "5": "s",
        "3": "e",
        "а": "a",
        "е": "e",
        "о": "o",
        "р": "p",
        "с": "c",
        "х": "x",
        "і": "l",
    }
)


def skeleton(domain: str) -> str:
    """Return `domain` with characters that look alike made the same (after Unicode TS 39, the common cases)."""
    return domain.replace("rn", "m").replace("vv", "w").translate(_LOOK_ALIKE)


def _one_edit_apart(left: str, right: str) -> bool:
    if abs(len(left) - len(right)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    return any(
        left[start + skip_left :] == right[start + skip_right :] for skip_left, skip_right in ((1, 1), (1, 0), (0, 1))
    )
