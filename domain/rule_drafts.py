"""From plain words to a rule: a small grammar that says what it did not understand.

"archive newsletters older than 7 days", "label mails from @acme.example as Client".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from domain.errors import Invalid
from domain.kinds import Kind
from domain.leaving_out import leaves_out
from domain.messages import Label
from domain.rules import Conditions, Outcome, Rule, check_rule
from domain.triage import Category

LONGEST = 500
LONGEST_NAME = 60
SAMPLES = "“archive newsletters older than 7 days”, “label mails from @acme.example as Client”"
VERBS = (
    "archive, delete, label … as …, forward … to …, notify me, follow up, add a task, create a work item, "
    "approve pull requests"
)

_CATEGORIES = (
    (Category.NEWSLETTER, r"newsletters?|promotions?|marketing|advertis\w+|ads"),
    (Category.TRANSACTIONAL, r"receipts?|invoices?|orders?|shipping notices?|transactional"),
    (Category.SPAM, r"spam|junk"),
    (Category.URGENT, r"urgent"),
    (Category.WORK, r"work"),
    (Category.PERSONAL, r"personal"),
)
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "six": 6, "ten": 10}
_THING = r"(.+?)"
_QUOTED = re.compile(r"\"[^\"]+\"|“[^”]+”|(?<!\w)'[^']+'(?!\w)")
_ABOUT = r"\b(?:about|contain(?:s|ing)?|mention(?:s|ing)?|say(?:s|ing)?|with the words?)\s+"
_END = (
    r"(?=\s+(?:as|under|older|with|without|about|containing|mentioning|from|by|in|that|and|when|to)\b|[,;.]?\s*$|,\s)"
)
_FILLER = re.compile(
    r"\b(please|always|automatically|all|any|every|my|the|mails?|e-?mails?|messages?|that|which|are|is|it|them|and|when|"
    r"if|whenever|i|get|a|an|of|me|comes?|in)\b|[,;.]",
    re.IGNORECASE,
)


def draft_rule(text: str) -> Rule:
    """Return the rule that `text` asks for; raise `Invalid` (`not_understood`) naming what says nothing here."""
    said = " ".join(text.split())
    if not said or len(said) > LONGEST:
        raise Invalid(f"1 to {LONGEST} characters are needed, such as {SAMPLES}", where="text", code="not_understood")
    if re.match(r"(never|do not|don't)\b", said, re.IGNORECASE):
        raise _not_understood("a rule proposes something and cannot forbid it; narrow the rule that does it instead")
    reading = _Reading(said)
    outcome = reading.outcome()
    if left_out := leaves_out(reading.rest):
        raise _not_understood(
            f"“{left_out}” leaves mail out, and a rule only says which mail is meant; if it stands in the mail, "
            "put it between quotation marks"
        )
    conditions = reading.conditions()
    left = " ".join(_FILLER.sub(" ", reading.whole(reading.rest)).split())
    if left:
        raise _not_understood(f"I do not know what to make of “{left}”; I understand {SAMPLES}")
    if conditions.is_empty:
        raise _not_understood("it does not say which mail: a sender, a kind of mail, words in it, or its age")
    return check_rule(Rule(_name(said), conditions, (outcome,), said=said))


def _name(said: str) -> str:
    name = said[:1].upper() + said[1:].rstrip(".")
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rsplit(" ", 1)[0] + "…"


def _not_understood(message: str) -> Invalid:
    return Invalid(message, where="text", code="not_understood")


class _Reading:
    """What is left of a sentence while its pieces are taken out; what is quoted is none of its own words."""

    def __init__(self, text: str) -> None:
        self._quoted: list[str] = []
        self.rest = _QUOTED.sub(self._put_aside, text)

    def _put_aside(self, match: re.Match[str]) -> str:
        self._quoted.append(match[0][1:-1])
        return f"“{len(self._quoted) - 1}”"

    def whole(self, text: str) -> str:
        """Put back what was quoted in a piece of the sentence."""
        return re.sub(r"“(\d+)”", lambda match: self._quoted[int(match[1])], text)

    def take(self, pattern: str) -> tuple[str, ...] | None:
        """Take the first match out of the sentence and return its groups that are not empty."""
        match = re.search(pattern, self.rest, re.IGNORECASE)
        if match is None:
            return None
        self._cut(match)
        return tuple(group.strip() for group in match.groups() if group)

    def _cut(self, match: re.Match[str]) -> None:
        self.rest = f"{self.rest[: match.start()]} {self.rest[match.end() :]}"

    def outcome(self) -> Outcome:
        """Take out what is to be done."""
        if self.take(r"^(?:please\s+)?(?:label|tag|file|mark|sort|put)\b") is not None:
            name = self.take(rf"\s(?:as|under|into)\s+(?:{_THING})[.]?$")
            if name is None:
                raise _not_understood("which label? Say “… as Travel”")
            return Outcome(Kind.LABEL, {"add": [self.whole(name[0])]})
        kind, arguments = self._asked()
        if kind is Kind.FORWARD:
            to = self.take(r"\bto\s+(\S+@\S+?)[.,]?(?=\s|$)")
            if to is None:
                raise _not_understood("forward to whom? Say “… to ann@example.org”")
            return Outcome(kind, {"to": [to[0]]})
        return Outcome(kind, {**arguments, **(self._project() if kind is Kind.CREATE_WORK_ITEM else {})})

    def _project(self) -> Mapping[str, str]:
        """Take out the project of a work item, where one is named."""
        ending = r"(?=\s+(?:for|from|by|about|with|when|if|of)\b|[,;.]?\s*$|,\s)"
        project = self.take(rf"\bin\s+(?:the\s+)?project\s+(?:{_THING}){ending}")
        self.take(r"\bfor\b")
        return {"project": self.whole(project[0])} if project else {}

    def _asked(self) -> tuple[Kind, Mapping[str, str]]:
        """Take out the first verb that says what is to be done, and not what stands in the mail."""
        asked = [
            (match, kind, arguments)
            for pattern, kind, arguments in _OUTCOMES
            for match in re.finditer(pattern, self.rest, re.IGNORECASE)
            if not re.search(rf"{_ABOUT}(?:the\s+)?$", self.rest[: match.start()], re.IGNORECASE)
        ]
        if not asked:
            raise _not_understood(f"it names nothing to do; I can {VERBS}")
        match, kind, arguments = min(asked, key=lambda each: each[0].start())
        self._cut(match)
        return kind, arguments

    def conditions(self) -> Conditions:
        """Take out which mail is meant."""
        given: dict[str, Any] = {
            "older_than_days": self._age(),
            "max_priority": self._priority(),
            "has_attachment": self._attachment(),
            "sender": self._many(rf"\b(?:from|by|sent by)\s+(?:{_THING}){_END}"),
            "words": self._many(rf"{_ABOUT}(?:{_THING}){_END}"),
            "labels": self._labels(),
            "category": tuple(
                category for category, words in _CATEGORIES if self.take(rf"\b(?:{words})\b") is not None
            ),
        }
        return Conditions(**given)

    def _many(self, pattern: str) -> tuple[str, ...]:
        found: list[str] = []
        while (taken := self.take(pattern)) is not None:
            named = re.split(r"\s+or\s+|\s*,\s*", taken[0])
            found += [
                self.whole(re.sub(r"^(?:the|my)\s+", "", each.strip(), flags=re.IGNORECASE))
                for each in named
                if each.strip()
            ]
        return tuple(dict.fromkeys(each.lower() if "@" in each else each for each in found))

    def _age(self) -> int | None:
        found = self.take(
            r"\b(?:that are )?(?:older than|after|over)\s+(\d{1,4}|\w+)\s+(day|week|month|year)s?(?:\s+old)?\b"
        )
        if found is None:
            return None
        number = int(found[0]) if found[0].isdecimal() else _NUMBERS.get(found[0].lower())
        if number is None:
            raise _not_understood(f"“{found[0]}” is no number")
        return number * _DAYS[found[1].lower()]

    def _priority(self) -> int | None:
        found = self.take(r"\b(?:with |of )?priority\s+([1-5])\b(?:\s+(?:or higher|or more))?")
        return int(found[0]) if found else None

    def _attachment(self) -> bool | None:
        if self.take(r"\bwithout (?:an )?attachments?\b") is not None:
            return False
        return True if self.take(r"\bwith (?:an )?attachments?\b") is not None else None

    def _labels(self) -> tuple[str, ...]:
        labels = {Label.UNREAD: r"\bunread\b", Label.INBOX: r"\bin (?:my |the )?inbox\b", Label.STARRED: r"\bstarred\b"}
        return tuple(label.value for label, pattern in labels.items() if self.take(pattern) is not None)


_OUTCOMES: tuple[tuple[str, Kind, Mapping[str, str]], ...] = (
    (r"\bunsubscribe(?:\s+me)?\b", Kind.UNSUBSCRIBE, {}),
    (r"\barchive\b", Kind.ARCHIVE, {}),
    (r"\bforward\b", Kind.FORWARD, {}),
    (r"\b(?:add|create|make|open)\s+(?:an?\s+)?(?:new\s+)?work\s?items?\b", Kind.CREATE_WORK_ITEM, {"title": ""}),
    (r"\b(?:delete|trash|bin)\b", Kind.DELETE, {}),
    (r"\b(?:notify|tell|alert)(?:\s+me)?(?:\s+of)?\b", Kind.NOTIFY, {"text": ""}),
    (r"\bfollow up(?:\s+on)?\b", Kind.CREATE_FOLLOW_UP, {"about": "", "owed_by": "me"}),
    (
        r"\bapprove\s+(?:the\s+|my\s+|all\s+|any\s+|every\s+|an?\s+)?(?:pull[ -]?requests?|PRs?)\b",
        Kind.VOTE_PULL_REQUEST,
        {"vote": "approve"},
    ),
    (r"\b(?:add|create|make)\s+a\s+task(?:\s+for)?\b", Kind.CREATE_TASK, {"title": ""}),
)
