"""Finds what tool the owner's words call for: patterns first, then likeness to what people say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from functools import cached_property

from adapters.local.matching.likeness import Likeness, shipped
from adapters.local.matching.subject import Filled, Intent, Said, Subject, compiled, slots
from adapters.local.matching.subjects import SUBJECTS
from adapters.local.matching.wording import plain
from application.ports.matcher import IntentMatcher, Match

SURE = 0.95
HINTED = 0.8
LIKELY_ENOUGH = 0.35
"""What a likeness alone must reach; measured so that nineteen in twenty of what is none of ours are turned away."""

OBJECTION = 0.5
LONGEST = 240
_SENTENCES = re.compile(r"[.!?]\s+\S")


class LocalMatcher(IntentMatcher):
    """Matches with no model; `zone` is the owner's."""

    def __init__(self, zone: tzinfo, subjects: Sequence[Subject] = SUBJECTS, likeness: Likeness | None = None) -> None:
        self._zone = zone
        self._given = likeness
        self._intents = tuple(intent for subject in subjects for intent in subject.intents)

    @cached_property
    def _likeness(self) -> Likeness:
        return self._given or shipped()

    @cached_property
    def _sure(self) -> list[tuple[re.Pattern[str], Intent]]:
        return [(pattern, intent) for intent in self._intents for pattern in compiled(intent.patterns)]

    @cached_property
    def _hints(self) -> list[tuple[re.Pattern[str], Intent]]:
        return [(pattern, intent) for intent in self._intents for pattern in compiled(intent.hints)]

    @cached_property
    def _by_likeness(self) -> dict[str, Intent]:
        return {intent.label: intent for intent in reversed(self._intents) if intent.by_likeness}

    def match(self, words: str, now: datetime) -> Match | None:
        if not words.strip() or len(words) > LONGEST:
            return None
        said = Said(plain(words), words, now.astimezone(self._zone))
        try:
            return next(self._found(said), None)
        except OverflowError:  # a day that no calendar of ours reaches
            return None

    def likely(self, words: str) -> Mapping[str, float]:
        shares = self._likeness.shares(plain(words[:LONGEST]))
        return {label: share for label, share in shares.items() if ":" not in label and label != "none"}

    def _found(self, said: Said) -> Iterator[Match]:
        yield from _matches(self._sure, said, SURE)
        if _SENTENCES.search(said.words):
            return
        shares = self._likeness.shares(said.words)
        if shares.get("none", 0.0) < OBJECTION:
            yield from _matches(self._hints, said, HINTED)
        label = max(shares, key=lambda each: shares[each], default="none")
        intent = self._by_likeness.get(label)
        filled = intent.fill(said) if intent and shares[label] >= LIKELY_ENOUGH else None
        if intent and filled:
            yield _match(intent, filled, shares[label])


def _matches(patterns: Sequence[tuple[re.Pattern[str], Intent]], said: Said, sureness: float) -> Iterator[Match]:
    for pattern, intent in patterns:
        hit = pattern.fullmatch(said.words)
        if hit is None:
            continue
        filled = intent.fill(Said(said.words, said.original, said.now, slots(hit)))
        if filled is not None:
            yield _match(intent, filled, sureness)


def _match(intent: Intent, filled: Filled, sureness: float) -> Match:
    return Match(intent.tool, filled.arguments, round(sureness, 3), intent.talk, filled.lacks)
