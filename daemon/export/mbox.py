"""Mail as an mbox file (RFC 4155), rebuilt from what is kept: attachments are named, not held."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from email.headerregistry import Address as MailAddress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import BinaryIO

from application.ports.store import Store
from daemon.export.records import all_messages
from domain.messages import Address, Mail, Message

CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
NOT_IN_NAMES = re.compile(r"[^\w.-]+")
FROM_LINE = re.compile(rb"^(>*From )", re.MULTILINE)


def write_mbox(store: Store, folder: Path) -> Iterator[tuple[str, int]]:
    """Write `ACCOUNT.mbox` for each account that holds mail."""
    counts: Counter[str] = Counter()
    with ExitStack() as opened:
        files: dict[str, BinaryIO] = {}
        for each in all_messages(store):
            mail = each.message.mail
            if mail is None:
                continue
            name = f"{NOT_IN_NAMES.sub('_', each.message.account)}.mbox"
            if name not in files:
                files[name] = opened.enter_context((folder / name).open("wb"))
            files[name].write(mbox_entry(each.message, mail))
            counts[name] += 1
    yield from sorted(counts.items())


def mbox_entry(message: Message, mail: Mail) -> bytes:
    """Return one mail with its line in front; lines of it that begin alike are quoted."""
    first = f"From alfred@localhost {message.received_at:%a %b %d %H:%M:%S %Y}\n".encode()
    content = _rebuilt(message, mail).as_bytes().replace(b"\r\n", b"\n")
    return first + FROM_LINE.sub(rb">\1", content) + b"\n\n"


def _rebuilt(message: Message, mail: Mail) -> EmailMessage:
    built = EmailMessage(policy=SMTP.clone(refold_source="none"))
    built["From"] = _people([message.sender])
    for name, people in (("To", message.to), ("Cc", message.cc), ("Reply-To", mail.reply_to)):
        if people:
            built[name] = _people(people)
    built["Subject"] = _line(message.subject)
    built["Date"] = format_datetime(message.sent_at)
    for name, value in (("Message-ID", mail.message_id), ("In-Reply-To", mail.in_reply_to), ("List-ID", mail.list_id)):
        if value:
            built[f"X-Alfred-{name}" if _is_odd(value) else name] = _line(value)
    if message.attachments:
        built["X-Alfred-Attachments"] = _line(", ".join(each.name for each in message.attachments))
    built.set_content(_text(mail))
    if mail.html:
        built.add_alternative(_encodable(mail.html), subtype="html")
    return built


def _text(mail: Mail) -> str:
    return _encodable("\n\n".join(part for part in (mail.text, mail.quoted, mail.signature) if part))


def _people(people: Iterable[Address]) -> str:
    return ", ".join(_person(each) for each in people)


def _person(who: Address) -> str:
    user, _, host = who.address.rpartition("@")
    try:
        return str(MailAddress(_line(who.name), user, host))
    except (ValueError, IndexError):
        return f'"{_line(str(who)).translate(str.maketrans("", "", chr(34) + chr(92)))}" <unknown@invalid>'


def _line(text: str) -> str:
    """Return `text` as one line that can stand in a header."""
    return CONTROLS.sub(" ", _encodable(text)).strip()


def _is_odd(identifier: str) -> bool:
    return not re.fullmatch(r"<[!-;=?-~]+>", identifier)


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
