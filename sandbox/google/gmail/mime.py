"""A mail's MIME tree as Gmail shows it, and its plain text; nothing here raises on a broken mail."""

from __future__ import annotations

import base64
import binascii
import html
import re
import secrets
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message

JsonObject = dict[str, object]
_DEEPEST = 60
_TAG = re.compile(r"(?is)<(script|style|head)\b.*?</\1>|<[^>]*>")
_NAMED_PART = re.compile(rb"(?i)name\*?\d*\*?\s*=")
_UNREADABLE = (MessageError, LookupError, ValueError, AttributeError, TypeError, RecursionError)


def parse(raw: bytes) -> Message:
    """The MIME tree; a mail nested beyond all reason becomes one plain part."""
    try:
        return message_from_bytes(raw)
    except RecursionError:
        flat = Message()
        flat.set_payload(raw.partition(b"\n\n")[2].decode("latin-1"))
        return flat


def payload(raw: bytes, message_id: str, headers: tuple[tuple[str, str], ...]) -> JsonObject:
    """The `payload` of format=full: a tree of MessagePart."""
    tree = _part(parse(raw), "", message_id, 0)
    return {**tree, "headers": [{"name": name, "value": value} for name, value in headers]}


def content_type(raw: bytes) -> str:
    return _content_type(parse(raw))


def attachment(raw: bytes, token: str) -> bytes | None:
    """The bytes behind an attachment id; None when it names nothing here."""
    part_id = _part_id(token)
    if part_id is None:
        return None
    part: Message = parse(raw)
    for step in part_id.split(".") if part_id else []:
        children = _children(part)
        if not step.isdigit() or int(step) >= len(children):
            return None
        part = children[int(step)]
    return _content(part)


def plain_text(raw: bytes) -> str:
    """The readable text of all text parts, without tags."""
    return "\n".join(_readable(part) for part in _leaves(parse(raw), 0) if _content_type(part).startswith("text/"))


def clean(text: str) -> str:
    """The text without the lone surrogates that bytes of no charset leave behind, which JSON cannot carry."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def filenames(raw: bytes) -> tuple[str, ...]:
    if not _NAMED_PART.search(raw):
        return ()
    return tuple(name for part in _leaves(parse(raw), 0) if (name := _filename(part)))


def _part(part: Message, part_id: str, message_id: str, depth: int) -> JsonObject:
    shown: JsonObject = {
        "partId": part_id,
        "mimeType": _content_type(part),
        "filename": _filename(part),
        "headers": [{"name": clean(name), "value": clean(str(value))} for name, value in part.raw_items()],
    }
    children = _children(part) if depth < _DEEPEST else []
    if children:
        prefix = f"{part_id}." if part_id else ""
        inner = [_part(child, f"{prefix}{at}", message_id, depth + 1) for at, child in enumerate(children)]
        return {**shown, "body": {"size": 0}, "parts": inner}
    return {**shown, "body": _body(part, part_id, message_id)}


def _body(part: Message, part_id: str, message_id: str) -> JsonObject:
    content = _content(part)
    inline = _content_type(part).startswith("text/") and not _filename(part)
    if inline or not content:
        data = {"data": base64.urlsafe_b64encode(content).decode()} if content else {}
        return {"size": len(content), **data}
    return {"size": len(content), "attachmentId": _token(part_id)}


def _token(part_id: str) -> str:
    """An attachment id; Gmail gives another one at each reading, so nobody may keep it."""
    return "ANGjdJ" + base64.urlsafe_b64encode(f"{part_id}:{secrets.token_hex(12)}".encode()).decode().rstrip("=")


def _part_id(token: str) -> str | None:
    try:
        tail = token.removeprefix("ANGjdJ")
        plain = base64.urlsafe_b64decode(tail + "=" * (-len(tail) % 4)).decode()
    except (binascii.Error, ValueError):
        return None
    return plain.partition(":")[0] if ":" in plain else None


def _children(part: Message) -> list[Message]:
    inner = part.get_payload()
    if not part.is_multipart() or not isinstance(inner, list):
        return []
    return [child for child in inner if isinstance(child, Message)]


def _leaves(part: Message, depth: int) -> list[Message]:
    children = _children(part) if depth < _DEEPEST else []
    if not children:
        return [part]
    return [leaf for child in children for leaf in _leaves(child, depth + 1)]


def _content_type(part: Message) -> str:
    try:
        return clean(part.get_content_type())
    except _UNREADABLE:
        return "text/plain"


def _filename(part: Message) -> str:
    try:
        return clean(part.get_filename() or "")
    except _UNREADABLE:
        return ""


def _content(part: Message) -> bytes:
    try:
        if part.is_multipart():
            return b"".join(child.as_bytes() for child in _children(part))
        content = part.get_payload(decode=True)
    except _UNREADABLE:
        return b""
    return content if isinstance(content, bytes) else b""


def _readable(part: Message) -> str:
    charset = part.get_param("charset") if part.get("content-type") else None
    try:
        text = _content(part).decode(str(charset or "utf-8"), "replace")
    except (LookupError, ValueError):
        text = _content(part).decode("latin-1")
    return clean(html.unescape(_TAG.sub(" ", text)) if _content_type(part) == "text/html" else text)
