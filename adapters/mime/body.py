"""The readable body of a mail: which parts are its text, which its HTML, which are attachments or invitations."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from adapters.mime import charset
from adapters.mime.html_text import text_of_html
from adapters.mime.limits import MAX_INVITATION, MAX_INVITATIONS, MAX_TEXT
from adapters.mime.parameters import Parameters, read_parameters
from adapters.mime.parts import Part
from adapters.mime.quoting import SetApart, set_apart
from adapters.mime.transfer import decoded_size, undo
from domain.hidden import without_hidden
from domain.messages import Attachment

_STUB = re.compile(
    r"(?:html|view|open|read|display|see|browser|ansehen|anzeigen|darstell|navigateur|navegador|浏览器|瀏覽器|pelayar)",
    re.IGNORECASE,
)
_STUB_LENGTH = 300
_UNDATED: Parameters = {}


@dataclass(slots=True)
class Body:
    """What was found in the parts; `text`, `quoted` and `signature` together hold all of the text."""

    text: str = ""
    quoted: str = ""
    signature: str = ""
    html: str = ""
    invitations: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()


@dataclass(slots=True)
class _Slot:
    """One text of the mail: its plain and its HTML alternatives."""

    plain: list[Part] = field(default_factory=list)
    html: list[Part] = field(default_factory=list)


def read_body(content: bytes, parts: list[Part], defects: list[str]) -> Body:
    """Sort the parts and decode what is text; attachments are listed, never decoded."""
    slots: dict[int, _Slot] = {}
    attached: list[Part] = []
    for part in parts:
        if not is_body(part):
            attached.append(part)
            continue
        slot = slots.setdefault(part.group, _Slot())
        (slot.html if part.media_type == "text/html" else slot.plain).append(part)
    body = Body(attachments=tuple(_attachment(content, index, part, defects) for index, part in enumerate(attached)))
    _read_text(content, list(slots.values()), body, defects)
    if any(part.media_type == "text/calendar" for part in attached):
        body.invitations = _invitations(content, attached, defects)
    return body


def is_body(part: Part) -> bool:
    """Say whether a part is text to read here rather than an attachment (the rule of RFC 8621 section 4.1.4)."""
    if part.media_type not in ("text/plain", "text/html"):
        return part.media_type.startswith("text/") and part.group == 0
    disposition, given = _disposition(part)
    if disposition == "attachment":
        return False
    return part.first or not ("filename" in given or "name" in part.parameters)


def _disposition(part: Part) -> tuple[str, Parameters]:
    raw = part.head.first(b"content-disposition")
    return read_parameters(raw) if raw else ("", _UNDATED)


def _attachment(content: bytes, index: int, part: Part, defects: list[str]) -> Attachment:
    disposition, given = _disposition(part)
    given_name = given.get("filename") or part.parameters.get("name") or _default_name(part)
    name = without_hidden(given_name)
    if name != given_name:
        defects.append("invisible characters in the name of an attachment")
    fields = part.head.fields
    inline = disposition != "attachment" and (b"content-id" in fields or disposition == "inline")
    size = decoded_size(content, part.start, part.end, part.encoding)
    return Attachment(index, " ".join(name.split()), part.media_type, size, inline)


def _default_name(part: Part) -> str:
    return "message.eml" if part.media_type == "message/rfc822" else ""


def _read_text(content: bytes, slots: list[_Slot], body: Body, defects: list[str]) -> None:
    """Fill in text and HTML; HTML is only turned into text where no plain alternative says it."""
    texts: list[str] = []
    quotes: list[str] = []
    pages: list[str] = []
    for slot in slots:
        plain = _with_line_feeds("\n".join(part_text(content, part, defects) for part in slot.plain))
        page = "\n".join(part_text(content, part, defects) for part in slot.html)
        quoted = ""
        if page and _says_nothing(plain):
            plain, quoted = text_of_html(page)
        pages.append(page)
        texts.append(plain)
        quotes.append(quoted)
    apart = set_apart(_capped("\n".join(texts), "text", defects))
    _put(apart, [quote for quote in quotes if quote], body)
    body.html = _capped("\n".join(page for page in pages if page), "HTML", defects)


def _put(apart: SetApart, quotes: list[str], body: Body) -> None:
    body.text, body.signature = apart.text, apart.signature
    body.quoted = "\n".join([apart.quoted, *quotes] if apart.quoted else quotes)
    if not body.text:
        body.text, body.quoted = body.quoted, ""


def _says_nothing(plain: str) -> bool:
    """An empty plain text, or one that only says that the mail is HTML or can be viewed in a browser."""
    if len(plain) > _STUB_LENGTH:
        return False
    words = plain.strip()
    return not words or (_STUB.search(words) is not None and ("http" in words or "html" in words.lower()))


def _capped(text: str, what: str, defects: list[str]) -> str:
    if len(text) > MAX_TEXT:
        defects.append(f"{what} of {len(text):,} characters was cut")
    return text[:MAX_TEXT]


def part_text(content: bytes, part: Part, defects: list[str]) -> str:
    """Return a text part decoded, its line ends as they came."""
    end = min(part.end, part.start + 8 * MAX_TEXT)
    data = undo(content[part.start : end], part.encoding, defects)
    if end < part.end:
        defects.append(f"a text part of {part.end - part.start:,} bytes was cut")
    text = charset.decode(data, part.parameters.get("charset", "").lower(), defects)
    return text.replace("\0", "") if "\0" in text else text


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _invitations(content: bytes, attached: list[Part], defects: list[str]) -> tuple[str, ...]:
    calendars = [part for part in attached if part.media_type == "text/calendar"][:MAX_INVITATIONS]
    return tuple(part_text(content, part, defects)[:MAX_INVITATION] for part in calendars)
