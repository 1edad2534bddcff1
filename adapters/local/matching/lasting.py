"""Reads how long something lasts and how often it comes again, and what is left of the words."""

from __future__ import annotations

import re

from adapters.local.deadlines import WEEKDAY
from adapters.local.matching.numbers import NUMBER_PATTERN, number
from domain.codec import Json
from domain.expressions import expression

_LONG = expression(
    rf"\b(?:for |of |lasting )?(?:(?P<half>half an hour)|(?P<count>{NUMBER_PATTERN})[- ]?(?P<unit>min(?:ute)?s?|hours?|h|stunden?|minuten|heures?|horas?|jam|minit))\b",
    re.IGNORECASE,
)
_ALL_DAY = expression(r"\b(?:for )?(?:an? |the )?(?:all|whole|full)[- ]day\b", re.IGNORECASE)
_EACH_DAY = expression(rf"\b(?:every|each) (?=(?:{'|'.join(sorted(WEEKDAY, key=len, reverse=True))})\b)", re.IGNORECASE)
_REPETITIONS = tuple(
    (expression(rf"\b(?:{words})\b", re.IGNORECASE), name)
    for words, name in (
        (r"every (?:weekday|working day|workday)|on weekdays", "weekdays"),
        (r"every day|each day|daily", "daily"),
        (r"every (?:other|second|two) weeks?|fortnightly|every fortnight", "fortnightly"),
        (r"every week|each week|weekly", "weekly"),
        (r"every month|each month|monthly", "monthly"),
        (r"every year|each year|yearly|annually", "yearly"),
    )
)


def length_of(words: str) -> tuple[str, int | None]:
    """Return what is left of the words, and the minutes that they name."""
    hit = _LONG.search(words)
    if hit is None:
        return words, None
    rest = f"{words[: hit.start()]} {words[hit.end() :]}"
    if hit["half"]:
        return rest, 30
    hours = hit["unit"].lower().startswith(("h", "st", "j"))
    return rest, max(1, round(number(hit["count"].lower()) * (60 if hours else 1)))


def manner_of(words: str) -> tuple[str, dict[str, Json]]:
    """Return what is left of the words, and whether they say that it takes whole days or comes again."""
    manner: dict[str, Json] = {}
    left, found = _ALL_DAY.subn(" ", words)
    if found:
        manner["all_day"] = True
    left, found = _EACH_DAY.subn(" ", left)
    if found:
        return left, manner | {"repeat": "weekly"}
    for pattern, name in _REPETITIONS:
        rest, found = pattern.subn(" ", left)
        if found:
            return rest, manner | {"repeat": name}
    return left, manner
