"""Chooses tools by the words of a question. No language is understood here; the rules suffice for a demonstration."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sandbox.perfect.asked import Offer

# A word of the question, and the words in a tool's name that it calls for.
_CALLS_FOR = {
    "urgent": ("briefing",),
    "needs": ("briefing",),
    "matters": ("briefing",),
    "morning": ("briefing",),
    "today": ("briefing", "events"),
    "briefing": ("briefing",),
    "mail": ("search_mail", "mail"),
    "mails": ("search_mail", "mail"),
    "email": ("search_mail", "mail"),
    "wrote": ("search_mail", "mail"),
    "writes": ("search_mail", "mail"),
    "newsletters": ("search_mail", "mail"),
    "thread": ("thread",),
    "calendar": ("calendar", "events"),
    "meeting": ("calendar", "events"),
    "appointments": ("calendar", "events"),
    "free": ("free",),
    "task": ("task",),
    "tasks": ("tasks",),
    "remind": ("task", "follow"),
    "owe": ("follow",),
    "follow": ("follow",),
    "waits": ("actions",),
    "approval": ("actions",),
    "approve": ("actions",),
    "remember": ("remember", "recall"),
    "know": ("recall",),
    "spent": ("spending",),
    "spend": ("spending",),
    "budget": ("budget",),
    "balance": ("balances",),
    "transactions": ("find_transactions",),
    "compared": ("compare",),
    "more": ("compare",),
    "less": ("compare",),
    "archive": ("search_mail", "archive"),
    "delete": ("search_mail", "delete"),
    "label": ("search_mail", "label"),
    "reply": ("search_mail", "reply"),
    "snooze": ("search_mail", "snooze"),
    "rules": ("rules",),
}
_ONLY_FOR = {
    "compare": frozenset({"more", "less", "than", "compare", "compared"}),
    "largest": frozenset({"largest", "biggest", "top"}),
}
_EMPTY_WORDS = (
    "a about an and any are at can could did do does for from give have i in is it me my needs of on or please "
    "show tell that the there this to was what when which who why with would you your archive delete label "
    "reply"
)
_EMPTY = frozenset(_EMPTY_WORDS.split())
_ASKING = re.compile(r"^(please |remind me (to |of )?|add (a |the )?task:? ?(to )?|remember( that)? )+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")


def choose(question: str, offers: Sequence[Offer], most: int = 2) -> list[Offer]:
    """The tools that the question calls for, best first; none where no word fits."""
    words = _WORD.findall(question.lower())
    meant = [offer for offer in offers if _is_meant(words, offer)]
    scored = [(_score(words, offer), _exact(words, offer), -place, offer) for place, offer in enumerate(meant)]
    return [offer for score, _, _, offer in sorted(scored, key=lambda each: each[:3], reverse=True) if score > 0][:most]


def named(choices: Sequence[object], question: str) -> object | None:
    """The choice that the question names, in the singular or the plural."""
    words = question.lower()
    return next((each for each in choices if isinstance(each, str) and each.replace("_", " ") in words), None)


def meant(name: str, question: str) -> bool:
    """Whether the question has the stem of a yes-or-no's name: "waiting" is meant by "wait", "mine" by "my"."""
    words = _WORD.findall(question.lower())
    if name == "mine":
        return not {"mine", "my"}.isdisjoint(words)
    stem = re.sub(r"(ing|ed)$", "", name)
    return any(word.startswith(stem) for word in words)


def subject(question: str) -> str:
    """What a question is about: the names in it, else its longest word."""
    words = [word for word in _WORD.findall(question) if word.lower() not in _EMPTY and word.lower() not in _CALLS_FOR]
    names = [word for word in words if word[0].isupper()]
    return " ".join(names[:2]) or max(words, key=len, default="")


def errand(question: str) -> str:
    """What is to be done, without the words that ask for it."""
    return _ASKING.sub("", question.strip()).rstrip(".!?") or question


def _is_meant(words: Sequence[str], offer: Offer) -> bool:
    """A tool that compares, or that finds the largest, is for a question that says so."""
    needed = _ONLY_FOR.get(offer.name.partition("_")[0])
    return needed is None or not needed.isdisjoint(words)


def _score(words: Sequence[str], offer: Offer) -> int:
    name = offer.name.lower()
    called = sum(3 for word in words for wanted in _CALLS_FOR.get(word, ()) if wanted in name)
    parts = _parts(offer)
    return called + sum(2 for word in set(words) if word in parts or word.rstrip("s") in parts)


def _exact(words: Sequence[str], offer: Offer) -> int:
    return len(_parts(offer).intersection(words))


def _parts(offer: Offer) -> set[str]:
    return {part for part in offer.name.lower().split("_") if len(part) > 3}
