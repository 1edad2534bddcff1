"""Address lists (RFC 5322 section 3.4), read in one pass without recursion, groups and comments included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from adapters.mime.encoded_words import decode_words, plain
from adapters.mime.limits import MAX_RECIPIENTS
from domain.hidden import plain_name
from domain.messages import Address

_PLAIN = re.compile(r"[ \t]*([\w.+-]+(?:[ \t][\w.+-]+)*+)?[ \t]*<([\w.+=-]+@[\w.-]+)>[ \t]*\Z", re.ASCII)
_BARE = re.compile(r"[ \t]*([\w.+=-]+@[\w.-]+)[ \t]*\Z", re.ASCII)
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*+)"|([(),:;<>])|((?:[^"(),:;<>\\]|\\.)++)|(.)', re.DOTALL)
_IN_COMMENT = re.compile(r"[^()\\]++|\\.|([()])|\\", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SPACE_AROUND = re.compile(r"\s*([.@])\s*")
INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]"
)
"""Control, zero-width and direction characters: an address that holds one is not what it looks like."""


def read_addresses(raw: bytes, defects: list[str]) -> tuple[Address, ...]:
    """Return the addresses of one field; beyond `MAX_RECIPIENTS` they are only counted, in `defects`."""
    if len(raw) > 300:
        return _read(raw, defects)
    found, noted = _read_short(raw)
    defects.extend(noted)
    return found


@lru_cache(maxsize=2_048)
def _read_short(raw: bytes) -> tuple[tuple[Address, ...], tuple[str, ...]]:
    defects: list[str] = []
    return _read(raw, defects), tuple(defects)


def _read(raw: bytes, defects: list[str]) -> tuple[Address, ...]:
    text = plain(raw, defects).replace("\n", "")
    simple = _PLAIN.match(text)
    if simple:
        return (Address(simple[1] or "", simple[2].lower()),)
    bare = _BARE.match(text)
    if bare:
        return (Address("", bare[1].lower()),)
    found: list[Address] = []
    beyond = 0
    for mailbox in _mailboxes(text):
        if len(found) < MAX_RECIPIENTS:
            _keep(mailbox, found, defects)
        else:
            beyond += 1
    if beyond:
        defects.append(f"{MAX_RECIPIENTS + beyond:,} recipients in one header; {MAX_RECIPIENTS:,} were kept")
    return tuple(found)


class _Mailbox:
    """One mailbox while it is being read: words outside angle brackets, words inside, comments."""

    __slots__ = ("angle", "comments", "inside", "words")

    def __init__(self) -> None:
        self.words: list[str] = []
        self.inside: list[str] = []
        self.comments: list[str] = []
        self.angle = False


def _mailboxes(text: str) -> Iterator[_Mailbox]:
    """Cut a list at its commas, drop group names, and set comments apart."""
    mailbox, in_angle, position = _Mailbox(), False, 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            break
        position = match.end()
        quoted, special, word, _ = match.groups()
        if special == "(":
            position = _comment(text, position, mailbox.comments)
        elif special == "<":
            in_angle = mailbox.angle = True
        elif special == ">":
            in_angle = False
        elif special == ":" and not in_angle:
            mailbox = _Mailbox()
        elif special == ":":
            mailbox.inside.clear()
        elif special == "," and in_angle and not "".join(mailbox.inside).count("@") - 1:
            in_angle = False
            yield mailbox
            mailbox = _Mailbox()
        elif special in (",", ";") and not in_angle:
            yield mailbox
            mailbox = _Mailbox()
        elif in_angle:
            mailbox.inside.append(f'"{quoted}"' if quoted is not None else word or special or "")
        else:
            mailbox.words.append(f'"{quoted}"' if quoted is not None else word or "")
    yield mailbox


def _comment(text: str, position: int, comments: list[str]) -> int:
    """Skip a comment, counting its depth; one that never closes ends where it began."""
    depth, start = 1, position
    for match in _IN_COMMENT.finditer(text, position):
        depth += {"(": 1, ")": -1}.get(match[1] or "", 0)
        if depth == 0:
            comments.append(text[start : match.start()])
            return match.end()
    comments.append(text[start:])
    return len(text)


def _keep(mailbox: _Mailbox, found: list[Address], defects: list[str]) -> None:
    if not mailbox.angle and not any(word.strip() for word in mailbox.words):
        return
    if mailbox.angle:
        name, address = _display(mailbox.words), "".join(mailbox.inside)
    elif any("@" in word for word in mailbox.words):
        name, address = "", "".join(mailbox.words)
    else:
        name, address = _display(mailbox.words), ""
    if not name and mailbox.comments:
        name = " ".join(" ".join(decode_words(_unescaped(comment), defects) for comment in mailbox.comments).split())
    shown = plain_name(name)
    if shown != name:
        defects.append("invisible characters in a name")
    address = _address(address, defects)
    if shown or address:
        found.append(Address(shown, address))


def _display(words: list[str]) -> str:
    """Return a display name: quoted strings unquoted, encoded words decoded, on one line."""
    text = "".join(_unescaped(word[1:-1]) if word[:1] == '"' else word for word in words)
    name = decode_words(text, []) if "=?" in text else text
    return " ".join(name.replace("\x00", "").split())


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text


def _address(text: str, defects: list[str]) -> str:
    """Return an address in lower case, without white space, quotes that say nothing, or invisible characters."""
    text = _SPACE_AROUND.sub(r"\1", text.strip())
    if INVISIBLE.search(text):
        defects.append("invisible characters in an address")
        text = INVISIBLE.sub("", text)
    local, at, domain = text.rpartition("@")
    if at and local[:1] == '"' and local[-1:] == '"' and re.fullmatch(r"[\w.+-]+", local[1:-1], re.ASCII):
        text = f"{local[1:-1]}@{domain}"
    return text.lower()
