"""Messages: one envelope for mail and chat, with a body that is `Mail` or `Chat`."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.hidden import plain_name


class MessageKind(StrEnum):
    MAIL = "mail"
    CHAT = "chat"


class Label(StrEnum):
    """Labels that mean the same at every provider; a provider's own labels stand beside them as plain text."""

    INBOX = "inbox"
    UNREAD = "unread"
    SENT = "sent"
    DRAFT = "draft"
    SPAM = "spam"
    TRASH = "trash"
    IMPORTANT = "important"
    STARRED = "starred"
    PROMOTIONS = "promotions"
    SOCIAL = "social"
    UPDATES = "updates"
    FORUMS = "forums"


ME = "me"
"""Who answers, or owes, where it is the owner."""

_SPECIALS = re.compile(r'[()<>\[\]:;@\\,"]')


@dataclass(frozen=True, slots=True)
class Address:
    """A name, perhaps empty, and an address in lower case, perhaps empty where the header was unreadable."""

    name: str
    address: str

    @classmethod
    def told(cls, name: str, address: str = "") -> Address:
        """Return a person as others tell of him, without the letters by which a name looks like another's."""
        return cls(plain_name(name), plain_name(address).lower())

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def __str__(self) -> str:
        """Return it as a header has it (RFC 5322 section 3.4): what could end a name is quoted, and a name that holds
        what nobody sees is left out. Who writes a chat may have a name alone."""
        if not self.name or not self.name.isprintable():
            return self.address
        escaped = self.name.replace("\\", "\\\\").replace('"', '\\"')
        name = f'"{escaped}"' if _SPECIALS.search(self.name) else self.name
        return f"{name} <{self.address}>" if self.address else name


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part of a mail that is not its text. `size` is in bytes as decoded, 0 where unknown; `index` counts from 0."""

    index: int
    name: str
    media_type: str
    size: int
    inline: bool = False
    provider_ref: str = ""


class Authentication(StrEnum):
    """What the receiving server said of the sender (RFC 8601): it passed, it failed, or nothing was said."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Mail:
    """The body and the telling headers of an RFC 5322 mail.

    `text` is what the sender wrote now; `quoted` and `signature` were set apart from it. `html` is as received and
    must be sanitised before it is shown. `defects` says what was broken or cut, for people.
    """

    text: str
    quoted: str = ""
    signature: str = ""
    html: str = ""
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    reply_to: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    list_id: str = ""
    list_unsubscribe: str = ""
    one_click_unsubscribe: bool = False
    auto_submitted: bool = False
    bulk: bool = False
    authentication: Authentication = Authentication.UNKNOWN
    invitations: tuple[str, ...] = ()
    defects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chat:
    """The body of a chat message: plain text, the HTML it came as, the channel it stands in, and who is mentioned.

    `reply_to` is the message that began the thread, and `link` leads to this one in the provider's own program.
    """

    text: str
    html: str = ""
    channel: str = ""
    mentions: tuple[Address, ...] = ()
    reply_to: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One message in one form, whatever its source.

    `id` is `account:provider-id` and opaque; `source` is `account/mail` or the like; `sent_at` and
    `received_at` are aware UTC; `labels` holds `Label` values and the provider's own names.
    """

    id: str
    account: str
    provider: str
    source: str
    thread_id: str
    sent_at: datetime
    received_at: datetime
    sender: Address
    to: tuple[Address, ...]
    subject: str
    body: Mail | Chat
    cc: tuple[Address, ...] = ()
    labels: frozenset[str] = frozenset()
    attachments: tuple[Attachment, ...] = field(default=())
    size: int = 0

    @property
    def kind(self) -> MessageKind:
        return MessageKind.MAIL if isinstance(self.body, Mail) else MessageKind.CHAT

    @property
    def mail(self) -> Mail | None:
        return self.body if isinstance(self.body, Mail) else None

    @property
    def is_read(self) -> bool:
        return Label.UNREAD not in self.labels

    @property
    def is_from_owner(self) -> bool:
        return self.was_sent or Label.DRAFT in self.labels

    @property
    def was_sent(self) -> bool:
        """Whether the owner sent it; a draft he may still be writing."""
        return Label.SENT in self.labels

    @property
    def text(self) -> str:
        """The body's own words, without what is quoted."""
        return self.body.text

    @property
    def snippet(self) -> str:
        """The first 200 characters of the body on one line."""
        return " ".join(self.body.text[:400].split())[:200]

    @property
    def provider_id(self) -> str:
        return self.id.removeprefix(self.account + ":")


def answers(message: Message, asked: Message, by: str = ME) -> bool:
    """Whether `message`, sent later, is the answer to `asked` of the one who owes it; a draft answers nobody."""
    if message.received_at <= asked.received_at:
        return False
    return message.was_sent if by == ME else message.sender.address == by


def message_id(account: str, provider_id: str) -> str:
    """Return Alfred's id of a provider's message."""
    return f"{account}:{provider_id}"


def account_of_message(id: str) -> str:
    """Return whose a message is, by Alfred's id of it."""
    return id.partition(":")[0]


def id_by_message_id(internet_message_id: str) -> str:
    """Return the provider id of a mail that is known by its Internet Message-ID alone, without its angle brackets.

    Those of one office end alike, so eight digits follow by which people can tell them apart.
    """
    return f"{internet_message_id}~{hashlib.sha256(internet_message_id.encode()).hexdigest()[:8]}"
