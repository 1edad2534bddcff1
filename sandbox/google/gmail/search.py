"""Gmail's search language, as far as a mail client uses it (https://support.google.com/mail/answer/7190)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from sandbox.google.gmail.message import StoredMessage

Test = Callable[[StoredMessage], bool]

_TOKEN = re.compile(r'-?(?:\w[\w-]*:)?"[^"]*"|-?(?:\w[\w-]*:)?[({]|[)}]|[^\s(){}"]+')
_FIELD = re.compile(r"(\w[\w-]*):(.*)", re.DOTALL)
_AGE = re.compile(r"(\d+)([dmyh])")
# https://developers.google.com/workspace/gmail/api/guides/filtering: dates are midnight PST.
_PST = timezone(timedelta(hours=-8))
_DAYS = {"h": 1 / 24, "d": 1, "m": 30, "y": 365}
_PLACES = {
    "inbox": "INBOX", "sent": "SENT", "draft": "DRAFT", "drafts": "DRAFT", "trash": "TRASH", "spam": "SPAM",
    "chats": "CHAT", "starred": "STARRED", "important": "IMPORTANT", "unread": "UNREAD",
}  # fmt: skip
_CATEGORIES = {
    "primary": "CATEGORY_PERSONAL", "social": "CATEGORY_SOCIAL", "promotions": "CATEGORY_PROMOTIONS",
    "updates": "CATEGORY_UPDATES", "forums": "CATEGORY_FORUMS",
}  # fmt: skip
_ADDRESSES = {
    "from": ("From",), "to": ("To", "Cc", "Bcc"), "cc": ("Cc",), "bcc": ("Bcc",),
    "subject": ("Subject",), "deliveredto": ("Delivered-To",), "list": ("List-ID", "List-Id"),
}  # fmt: skip
_SIZES = {"k": 1024, "m": 1024**2}


@dataclass(frozen=True, slots=True)
class Search:
    """A parsed query; `everywhere` when it asks for spam or trash by itself."""

    matches: Test
    everywhere: bool


def parse(query: str, labels: Mapping[str, str], now: datetime) -> Search:
    """Understand a query; `labels` maps label names in lower case to their ids."""
    parser = _Parser(_TOKEN.findall(query), labels, now)
    return Search(parser.every(), parser.everywhere)


@dataclass
class _Parser:
    tokens: list[str]
    labels: Mapping[str, str]
    now: datetime
    everywhere: bool = field(default=False)

    def every(self, closing: str = "") -> Test:
        """Terms that must all hold, where OR binds its two neighbours."""
        tests: list[Test] = []
        while self.tokens and self.tokens[0] != closing:
            if self.tokens[0] == "OR" and tests and len(self.tokens) > 1:
                self.tokens.pop(0)
                tests.append(_any([tests.pop(), self.term()]))
            else:
                tests.append(self.term())
        self.tokens[:1] = []
        return _all(tests)

    def term(self) -> Test:
        token = self.tokens.pop(0)
        if token.startswith("-") and len(token) > 1:
            self.tokens.insert(0, token[1:])
            return _not(self.term())
        if token.endswith(("(", "{")):
            return self.group(token)
        return self.word(token)

    def group(self, token: str) -> Test:
        closing = ")" if token.endswith("(") else "}"
        prefix = token[:-1]
        if not prefix and closing == ")":
            return self.every(closing)
        tests: list[Test] = []
        while self.tokens and self.tokens[0] != closing:
            inner = self.tokens.pop(0)
            if inner != "OR":
                self.tokens.insert(0, prefix + inner)
                tests.append(self.term())
        self.tokens[:1] = []
        return _all(tests) if closing == ")" else _any(tests)

    def word(self, token: str) -> Test:
        found = _FIELD.fullmatch(token)
        if found is None:
            return _contains(token.strip('"'))
        name, value = found[1].lower(), found[2].strip('"')
        test = self.operator(name, value)
        return test or _contains(token.replace('"', ""))

    def operator(self, name: str, value: str) -> Test | None:
        """The test behind `name:value`; None when Gmail knows no such operator."""
        if name in _ADDRESSES:
            return _in_headers(_ADDRESSES[name], value)
        if name in ("in", "is", "label", "l", "category"):
            return self.place(name, value.lower())
        if name in ("after", "newer", "before", "older"):
            return _since(_moment(value), name)
        if name in ("newer_than", "older_than"):
            return _since(self.age(value), name)
        plain = {"has": _has, "filename": _filename, "rfc822msgid": _message_id, "larger": _larger, "size": _larger,
                 "smaller": _smaller}  # fmt: skip
        return plain[name](value) if name in plain else None

    def place(self, name: str, value: str) -> Test:
        self.everywhere |= name != "is" and value in ("anywhere", "spam", "trash")
        if value in ("anywhere", "all"):
            return lambda message: True
        if value == "read":
            return lambda message: "UNREAD" not in message.labels
        if value == "archive":
            return lambda message: not message.labels & {"INBOX", "SENT", "DRAFT", "TRASH", "SPAM"}
        known = _CATEGORIES if name == "category" else _PLACES
        label = known.get(value) or self.labels.get(value) or self.labels.get(value.replace("-", " ")) or value.upper()
        return lambda message: label in message.labels

    def age(self, value: str) -> float | None:
        found = _AGE.fullmatch(value.lower())
        if found is None:
            return None
        return (self.now - timedelta(days=int(found[1]) * _DAYS[found[2]])).timestamp() * 1000


def _contains(phrase: str) -> Test:
    if not any(letter.isalnum() for letter in phrase):
        return lambda message: True
    pattern = _words(phrase)
    return lambda message: pattern.search(message.search_text) is not None


def _words(phrase: str) -> re.Pattern[str]:
    parts = [re.escape(word) for word in phrase.lower().split()]
    tail = "" if phrase.endswith("*") else r"(?!\w)"
    return re.compile(r"(?<!\w)" + r"\s+".join(parts).replace(r"\*", "") + tail)


def _in_headers(names: tuple[str, ...], value: str) -> Test:
    pattern = _words(value)
    return lambda message: pattern.search(message.header_text(*names).lower()) is not None


def _has(value: str) -> Test:
    if value.lower() == "attachment":
        return lambda message: bool(message.filenames)
    return lambda message: value.lower() == "userlabels" and any(name.startswith("Label_") for name in message.labels)


def _filename(value: str) -> Test:
    wanted = value.lower()
    return lambda message: any(
        name.lower() == wanted or name.lower().endswith(f".{wanted}") or _words(wanted).search(name.lower()) is not None
        for name in message.filenames
    )


def _message_id(value: str) -> Test:
    wanted = f"<{value.strip('<>')}>"
    return lambda message: message.message_id == wanted


def _larger(value: str) -> Test:
    return lambda message: len(message.raw) >= _bytes(value)


def _smaller(value: str) -> Test:
    return lambda message: len(message.raw) < _bytes(value)


def _bytes(value: str) -> int:
    digits = re.match(r"\d*", value)
    number = int(digits.group() or 0) if digits else 0
    return number * _SIZES.get(value[-1:].lower(), 1)


def _since(moment: float | None, name: str) -> Test | None:
    if moment is None:
        return None
    if name in ("after", "newer", "newer_than"):
        return lambda message: message.received >= moment
    return lambda message: message.received < moment


def _moment(value: str) -> float | None:
    if value.isdigit() and len(value) > 4:
        return int(value) * 1000
    parts = re.fullmatch(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})", value)
    if parts is None:
        return None
    try:
        return datetime(int(parts[1]), int(parts[2]), int(parts[3]), tzinfo=_PST).timestamp() * 1000
    except ValueError:
        return None


def _all(tests: list[Test]) -> Test:
    return tests[0] if len(tests) == 1 else lambda message: all(test(message) for test in tests)


def _any(tests: list[Test]) -> Test:
    return lambda message: any(test(message) for test in tests)


def _not(test: Test) -> Test:
    return lambda message: not test(message)
