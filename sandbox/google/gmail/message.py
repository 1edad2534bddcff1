"""One mail as the mailbox keeps it: raw bytes, with whatever is asked of them parsed at the first asking."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from functools import cached_property

from sandbox.google.gmail import mime

_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_OWN_ID = re.compile(rb"(?im)^message-id[ \t]*:\s*(<[^<>\s]+>)")
_ANSWERS = re.compile(rb"(?im)^(?:references|in-reply-to)[ \t]*:")
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
_SNIPPET_BYTES = 16_384
_SNIPPET_CHARACTERS = 200


@dataclass(eq=False)
class StoredMessage:
    """A mail with its place in the mailbox; `received` is in milliseconds since 1970, as Gmail counts."""

    id: str
    thread_id: str
    raw: bytes
    labels: frozenset[str]
    received: int
    sequence: int
    history_id: int = 0
    found_after: float = 0.0
    found_after_searches: int = 0

    @cached_property
    def head_size(self) -> int:
        end = _END_OF_HEADERS.search(self.raw)
        return end.start() if end else len(self.raw)

    @cached_property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Names and unfolded, decoded values, in the order of the mail."""
        lines = _FOLD.sub(b"", self.raw[: self.head_size]).splitlines()
        pairs = (line.partition(b":") for line in lines if b":" in line and not line.startswith(b"From "))
        return tuple((_text(name).strip(), _decoded(_text(value).strip())) for name, _, value in pairs)

    def header(self, name: str) -> str:
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")

    def header_text(self, *names: str) -> str:
        wanted = {name.lower() for name in names}
        return "\n".join(value for key, value in self.headers if key.lower() in wanted)

    @property
    def message_id(self) -> str:
        found = _OWN_ID.search(self.raw, 0, self.head_size)
        return found[1].decode("latin-1") if found else ""

    @property
    def references(self) -> tuple[str, ...]:
        """Message-IDs that this mail answers, the nearest last."""
        if not _ANSWERS.search(self.raw, 0, self.head_size):
            return ()
        return tuple(_MESSAGE_ID.findall(f"{self.header('References')} {self.header('In-Reply-To')}"))

    @cached_property
    def snippet(self) -> str:
        text = " ".join(mime.plain_text(self.raw[:_SNIPPET_BYTES]).split())
        return html.escape(text[:_SNIPPET_CHARACTERS], quote=True)

    @cached_property
    def search_text(self) -> str:
        """Everything that a free word is looked up in, in lower case."""
        heads = self.header_text("Subject", "From", "To", "Cc")
        return f"{heads}\n{mime.plain_text(self.raw)}".lower()

    @cached_property
    def filenames(self) -> tuple[str, ...]:
        return mime.filenames(self.raw)

    def brief(self) -> dict[str, object]:
        return {"id": self.id, "threadId": self.thread_id}

    def labelled(self) -> dict[str, object]:
        return {**self.brief(), **({"labelIds": sorted(self.labels)} if self.labels else {})}


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _decoded(value: str) -> str:
    if "=?" not in value:
        return value
    try:
        return mime.clean(str(make_header(decode_header(value))))
    except (HeaderParseError, LookupError, ValueError):
        return value
