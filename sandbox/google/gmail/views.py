"""How messages are shown, listed and turned into pages."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice

from sandbox.google.call import Call, text_of
from sandbox.google.discovery import JsonObject
from sandbox.google.errors import Refusal, invalid, malformed, not_found
from sandbox.google.gmail import mime, search
from sandbox.google.gmail.mailbox import Mailbox
from sandbox.google.gmail.message import StoredMessage

_LARGEST_PAGE = 500
_METADATA = "https://www.googleapis.com/auth/gmail.metadata"


def existing(mailbox: Mailbox, id: str) -> StoredMessage:
    """The message of that id, or Google's 404; an id that cannot be one is refused with 400."""
    message = mailbox.messages.get(id)
    if message is None:
        raise not_found() if _is_hexadecimal(id) else invalid("Invalid id value")
    return message


def show(message: StoredMessage, call: Call) -> JsonObject:
    """A message in the asked format: minimal, metadata, full or raw."""
    form = call.text("format", "full").lower()
    if only_metadata(call) and form in ("full", "raw"):
        raise Refusal(403, f"Metadata scope doesn't allow format {form.upper()}", "forbidden")
    shown: JsonObject = {
        **message.labelled(),
        "snippet": message.snippet,
        "sizeEstimate": len(message.raw),
        "historyId": str(message.history_id),
        "internalDate": str(message.received),
    }
    if form == "raw":
        return {**shown, "raw": base64.urlsafe_b64encode(message.raw).decode()}
    if form == "full":
        return {**shown, "payload": mime.payload(message.raw, message.id, message.headers)}
    return {**shown, "payload": _head(message, call.texts("metadataHeaders"))} if form == "metadata" else shown


def only_metadata(call: Call) -> bool:
    """Whether the token may see headers alone."""
    return _METADATA in call.scopes and not (call.scopes & frozenset(call.method.scopes)) - {_METADATA}


def matching(mailbox: Mailbox, call: Call) -> Iterator[StoredMessage]:
    """The messages that `q`, `labelIds` and `includeSpamTrash` ask for, newest first."""
    wanted = frozenset(call.texts("labelIds"))
    for label in wanted:
        if label not in mailbox.labels:
            raise invalid(f"Invalid label: {label}")
    found = _searched(mailbox, call)
    everywhere = call.flag("includeSpamTrash") or bool(wanted & {"SPAM", "TRASH"}) or found.everywhere
    hidden = frozenset() if everywhere else frozenset({"SPAM", "TRASH"})
    for message in mailbox.newest_first():
        if wanted <= message.labels and not message.labels & hidden and found.matches(message):
            yield message


def page(
    call: Call, found: Iterable[StoredMessage], name: str, show_one: Callable[[StoredMessage], JsonObject]
) -> JsonObject:
    """One page of a list. A page token names the last message shown, so that new mail shifts nothing."""
    size = min(call.number("maxResults", 100), _LARGEST_PAGE) or _LARGEST_PAGE
    rest = _after(found, call.text("pageToken"))
    shown = list(islice(rest, size))
    more = next(rest, None) is not None
    listed: JsonObject = {name: [show_one(message) for message in shown]} if shown else {}
    token = {"nextPageToken": f"{shown[-1].received:015d}{shown[-1].sequence:010d}"} if more else {}
    return {**listed, **token, "resultSizeEstimate": len(shown) + more}


def uploaded(call: Call, message: JsonObject) -> bytes:
    """The RFC 822 bytes of a request: uploaded beside it or base64url in `raw`."""
    if call.media is not None:
        return call.media
    raw = text_of(message, "raw")
    if not raw:
        raise invalid("'raw' RFC822 payload message string or uploading message via /upload/* URL required")
    try:
        return base64.b64decode(raw + "=" * (-len(raw) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        shown = f"Base64 decoding failed for {raw[:40]!r}"
        raise malformed("raw", f"Invalid value at 'raw' (TYPE_BYTES), {shown}") from error


def thread_wanted(mailbox: Mailbox, wanted: str, candidate: StoredMessage) -> str | None:
    """The thread that a request names, when the mail belongs there.

    It must answer a mail of that thread and have its subject; else Gmail begins a new thread
    (https://developers.google.com/workspace/gmail/api/guides/threads).
    """
    if wanted and wanted not in mailbox.threads:
        raise not_found()
    answered = mailbox.thread_answered(candidate)
    return answered if answered and answered == (wanted or answered) else None


def _searched(mailbox: Mailbox, call: Call) -> search.Search:
    query = call.text("q").strip()
    if not query:
        return search.Search(lambda message: True, False)
    if only_metadata(call):
        raise Refusal(403, "Metadata scope does not support 'q' parameter", "forbidden")
    mailbox.searches += 1
    now = mailbox.clock()
    asked = search.parse(query, mailbox.label_ids(), datetime.fromtimestamp(now, UTC))
    return search.Search(
        lambda message: _is_indexed(mailbox, message, now) and asked.matches(message), asked.everywhere
    )


def _is_indexed(mailbox: Mailbox, message: StoredMessage, now: float) -> bool:
    return message.found_after <= now and (
        not message.found_after_searches or mailbox.searches > message.found_after_searches
    )


def _after(found: Iterable[StoredMessage], token: str) -> Iterator[StoredMessage]:
    if not token:
        return iter(found)
    if not token.isdigit() or len(token) != 25:
        raise invalid("Invalid pageToken")
    last = (int(token[:15]), int(token[15:]))
    return (message for message in found if (message.received, message.sequence) < last)


def _head(message: StoredMessage, wanted: list[str]) -> JsonObject:
    names = {name.lower() for name in wanted}
    chosen = [(name, value) for name, value in message.headers if not names or name.lower() in names]
    return {
        "mimeType": mime.content_type(message.raw[: message.head_size]),
        "headers": [{"name": name, "value": value} for name, value in chosen],
    }


def _is_hexadecimal(id: str) -> bool:
    return len(id) <= 16 and all(digit in "0123456789abcdef" for digit in id)
