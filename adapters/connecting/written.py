"""Whether a draft still says what Alfred wrote: for one of which the provider's own number was never noted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses

from domain.actions import Action
from domain.kinds import Kind, OutgoingMail
from domain.recipients import bare_address

_ATTACHED: Mapping[Kind, tuple[str, ...]] = {
    Kind.FORWARD: ("message/rfc822",),
    Kind.ANSWER_INVITATION: ("text/calendar",),
}
_FIELDS = ("To", "Cc", "Bcc", "Reply-To")


@dataclass(frozen=True, slots=True)
class _Written:
    """What a mail says and to whom; line ends, folding and display names are the provider's to change."""

    subject: str
    people: tuple[frozenset[str], ...]
    text: str


def message_id_of(action: Action) -> str:
    """Return what the drafts and the copies of the action's mail are found by."""
    assert isinstance(action.payload, OutgoingMail)
    return action.payload.message_id


def is_as_written(content: bytes, action: Action) -> bool:
    """Whether a draft holds what the action wrote into it, no more and no less; what cannot be read does not."""
    standing = _read(content)
    return standing is not None and standing == _asked(action)


def is_begun(content: bytes, action: Action) -> bool:
    """Whether a draft holds what the action wrote into it, or as yet a part of what was to be attached."""
    standing, (asked, to_attach) = _read(content), _asked(action)
    return standing is not None and standing[0] == asked and standing[1] <= to_attach


def _asked(action: Action) -> tuple[_Written, Counter[str]]:
    mail = action.payload
    assert isinstance(mail, OutgoingMail)
    people = tuple(frozenset(map(bare_address, field)) for field in (mail.to, mail.cc, mail.bcc, mail.reply_to))
    return _Written(_words(mail.subject), people, _lines(mail.text)), Counter(_ATTACHED.get(action.kind, ()))


def _read(content: bytes) -> tuple[_Written, Counter[str]] | None:
    try:
        return _parsed(message_from_bytes(content))
    except (ValueError, LookupError, RecursionError):  # what the owner wrote there may be anything
        return None


def _parsed(mail: Message) -> tuple[_Written, Counter[str]]:
    leaves = list(_leaves(mail))
    text = next((leaf for leaf in leaves if leaf.get_content_type() == "text/plain"), None)
    others = Counter(leaf.get_content_type() for leaf in leaves if leaf is not text)
    subject = str(make_header(decode_header(str(mail.get("Subject", "")))))
    people = tuple(frozenset(_addresses(mail.get_all(field, ()))) for field in _FIELDS)
    return _Written(_words(subject), people, _lines(_text(text))), others


def _leaves(part: Message) -> Iterator[Message]:
    if part.get_content_maintype() != "multipart" or not part.is_multipart():
        yield part
        return
    for each in part.get_payload():
        if isinstance(each, Message):
            yield from _leaves(each)


def _addresses(fields: Iterable[object]) -> Iterator[str]:
    return (address.lower() for _, address in getaddresses(map(str, fields)) if address)


def _text(part: Message | None) -> str:
    content = part.get_payload(decode=True) if part is not None else b""
    charset = part.get_content_charset("utf-8") if part is not None else "utf-8"
    return content.decode(charset, "replace") if isinstance(content, bytes) else ""


def _words(text: str) -> str:
    return " ".join(text.split())


def _lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\x00", "").splitlines()).strip()
