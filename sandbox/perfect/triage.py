"""Reads the messages that a triage prompt holds and answers from the household's key, in the form that is asked for."""

from __future__ import annotations

import email
import email.policy
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from email.utils import parseaddr
from html import unescape
from typing import Protocol

from sandbox.perfect import filling
from sandbox.perfect.asked import Asked

_MESSAGE = re.compile(r'<(message|data)\b[^>]*?\b(?:id|from)="(?:message )?([^"]*)"[^>]*>(.*?)</\1>', re.DOTALL)
_SAYS_TRIAGE = re.compile(r'<message\b[^>]*\bid="|<data from="message \d')
_HEADER = re.compile(r"^\s*(from|sender|subject)\s*:\s*(.*)$", re.IGNORECASE | re.MULTILINE)
_SUSPECT = {"phishing": "Pretends to be somebody else.", "hostile": "Tries to give orders."}
_UNKNOWN = {"category": "personal", "priority": 3, "confidence": 0.4}


class RightAnswer(Protocol):
    """What a perfect reader makes of one mail, as a household tells it."""

    @property
    def category(self) -> str: ...
    @property
    def priorities(self) -> frozenset[int]: ...
    @property
    def action(self) -> str | None: ...
    @property
    def due(self) -> date | None: ...
    @property
    def follow_up(self) -> bool: ...
    @property
    def flags(self) -> frozenset[str]: ...
    @property
    def summary_words(self) -> tuple[str, ...]: ...


class KeyedMail(Protocol):
    """A mail with its answer, as a household tells of it."""

    @property
    def id(self) -> str: ...
    @property
    def raw(self) -> bytes: ...
    @property
    def answer(self) -> RightAnswer | None: ...


@dataclass(frozen=True, slots=True)
class AnswerKey:
    """Right answers by message id, and by `fingerprint` for prompts that number their messages otherwise."""

    answers: Mapping[str, Mapping[str, object]]

    @classmethod
    def of(cls, mails: Iterable[KeyedMail]) -> AnswerKey:
        """The key of a household."""
        answers: dict[str, Mapping[str, object]] = {}
        for mail in mails:
            if mail.answer is not None:
                headers = email.message_from_bytes(mail.raw, policy=email.policy.default)
                answers[mail.id] = _facts(mail.answer, str(headers["Subject"] or ""))
                answers[fingerprint(str(headers["Subject"] or ""), str(headers["From"] or ""))] = answers[mail.id]
        return cls(answers)

    def find(self, id: str, text: str) -> Mapping[str, object]:
        """The answer for a message of a prompt: by its id, by the tail of it, by subject and sender."""
        headers = {name.lower(): value for name, value in reversed(_HEADER.findall(unescape(text)))}
        sender = headers.get("from") or headers.get("sender") or ""
        subject = headers.get("subject", "")
        for name in (id, id.rpartition(":")[2], fingerprint(subject, sender)):
            if name in self.answers:
                return self.answers[name]
        return {**_UNKNOWN, "summary": subject or "A message."}


def fingerprint(subject: str, sender: str) -> str:
    """Names a mail by the words of its subject and the address of its sender."""
    return f"{' '.join(subject.lower().split())}|{parseaddr(sender)[1].lower() or sender.strip().lower()}"


def concerns(asked: Asked) -> bool:
    """Whether this is a triage prompt."""
    return bool(_SAYS_TRIAGE.search(asked.last_words))


def answer(asked: Asked, key: AnswerKey) -> str:
    """JSON of the form asked for, with the right answer to each message in the prompt."""
    found = [(id, text) for _, id, text in _MESSAGE.findall(asked.last_words)]
    items = [
        {"id": id, "number": int(id) if id.isdecimal() else place, **key.find(id, text)}
        for place, (id, text) in enumerate(found, 1)
    ]
    return json.dumps(filling.listing(asked.schema or {}, items), ensure_ascii=False)


def _facts(right: RightAnswer, subject: str) -> Mapping[str, object]:
    due = right.due.isoformat() if right.due else None
    words = ", ".join(right.summary_words)
    return {
        "category": right.category,
        "priority": min(right.priorities),
        "summary": f"{subject} ({words})" if words else subject,
        "actions": [{"text": right.action, "due": due}] if right.action else [],
        "due": due,
        "follow_up": right.follow_up,
        "by": (due or "") if right.follow_up else None,
        "confidence": 0.99,
        "suspicion": next((said for flag, said in _SUSPECT.items() if flag in right.flags), ""),
    }
