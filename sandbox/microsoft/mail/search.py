"""$search and /search/query: the keyword query language, as far as a mail client uses it.

Source: https://learn.microsoft.com/graph/search-query-parameter#using-search-on-message-collections
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from sandbox.microsoft.errors import bad_query
from sandbox.microsoft.mail.mailbox import Mailbox
from sandbox.microsoft.mail.message import StoredMessage

Words = Mapping[str, str]
"""The searchable text of one thing by field; the empty field is everything."""

_TOKEN = re.compile(r'(-?)(?:(\w+)\s*(:|>=|<=|=|>|<)\s*)?("[^"]*"|[^\s()"]+)')
_DATED = ("received", "sent")


def parse(text: str) -> Callable[[Words], bool]:
    """Understand a query: words and fields that must all hold, OR between two, NOT or a minus before one."""
    if not text.strip():
        raise bad_query("An empty $search is not allowed.")
    groups: list[list[Callable[[Words], bool]]] = []
    negated = joined = False
    for minus, field, operator, value in _TOKEN.findall(text):
        if not field and value in ("AND", "OR", "NOT"):
            joined, negated = joined or value == "OR", negated or value == "NOT"
            continue
        test = _test(field.lower(), operator, value.strip('"'))
        test = _not(test) if negated or minus else test
        if joined and groups:
            groups[-1].append(test)
        else:
            groups.append([test])
        negated = joined = False
    return lambda words: all(any(test(words) for test in group) for group in groups)


def unquoted(text: str) -> str:
    """`$search="from:ann"` comes in quotation marks of its own."""
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        raise bad_query("Syntax error: character ':' is not valid in '$search'; the query must be in double quotes.")
    return text[1:-1].replace('\\"', '"')


def search(mailbox: Mailbox, text: str, among: Iterable[StoredMessage]) -> list[StoredMessage]:
    """The messages that a query finds; new ones may be missing while the index lags."""
    matches = parse(text)
    mailbox.searches += 1
    return [one for one in among if _indexed(mailbox, one) and matches(words_of(one))]


def words_of(message: StoredMessage) -> Words:
    people = {"from": message.addresses("from"), "to": message.addresses("toRecipients")}
    people |= {"cc": message.addresses("ccRecipients"), "bcc": message.addresses("bccRecipients")}
    fields = {name: " ".join(found) for name, found in people.items()}
    fields |= {
        "participants": " ".join(fields.values()),
        "recipients": f"{fields['to']} {fields['cc']} {fields['bcc']}",
    }
    files = " ".join(one.name for one in message.attachments.values())
    fields |= {"subject": message.subject, "body": message.text, "attachment": files}
    fields |= {"hasattachment": "true" if files else "false", "received": message.received.isoformat()}
    fields |= {"isread": str(message.properties.get("isRead")), "importance": str(message.properties.get("importance"))}
    everything = " ".join(fields[name] for name in ("participants", "subject", "body", "attachment"))
    return fields | {"sent": (message.sent or message.received).isoformat(), "": everything}


def _indexed(mailbox: Mailbox, message: StoredMessage) -> bool:
    return message.found_after <= mailbox.clock() and message.found_after_searches < mailbox.searches


def _test(field: str, operator: str, value: str) -> Callable[[Words], bool]:
    if field in _DATED:
        return _dated(field, operator, value)
    tail = "" if value.endswith("*") else r"(?!\w)"
    parts = r"\s+".join(re.escape(word) for word in value.rstrip("*").lower().split())
    pattern = re.compile(rf"(?<!\w){parts}{tail}")
    return lambda words: field in words and pattern.search(words[field].lower()) is not None


def _dated(field: str, operator: str, value: str) -> Callable[[Words], bool]:
    first, _, last = value.partition("..")
    start = _day(first)
    if last:
        end = _day(last)
        return lambda words: start <= _moment(words[field]) and _moment(words[field]).date() <= end.date()
    return {
        ">=": lambda words: _moment(words[field]) >= start,
        ">": lambda words: _moment(words[field]) > start,
        "<=": lambda words: _moment(words[field]).date() <= start.date(),
        "<": lambda words: _moment(words[field]) < start,
    }.get(operator, lambda words: _moment(words[field]).date() == start.date())


def _day(text: str) -> datetime:
    for form in ("%Y-%m-%d", "%m/%d/%Y", "%Y-%m-%dT%H:%M:%SZ"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise bad_query(f"'{text}' is no date.")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _not(test: Callable[[Words], bool]) -> Callable[[Words], bool]:
    return lambda words: not test(words)
