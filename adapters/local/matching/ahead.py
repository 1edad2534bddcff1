"""Reads which day, part of a day, week or month ahead is asked about, and when a meeting is to be."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

from adapters.local.matching.dates import AFTERNOON, EVENING, MORNING, NIGHT, When, when
from domain.expressions import expression

_PARTS = {MORNING: (0, 12), AFTERNOON: (12, 18), EVENING: (17, 24), NIGHT: (17, 24)}
"""From which hour to which a part of the day goes: whoever asks after an afternoon means all of it."""

_CLOCK = expression(r"\d ?(?:[ap]\.?m\b|uhr\b|h\b|o'clock)|\d:\d|\b(?:at|um|à) \d", re.IGNORECASE)
_WEEK = expression(
    r"\b(?:(?:for |in |during )?(?:the |my |meine |ma |mi )?(?P<next>next|coming|nächste[rn]?|prochaine|próxima|depan)? ?(?:this |diese[r]? "
    r"|cette |esta )?(?:week|woche|semaine|semana|minggu)(?P<behind> prochaine| próxima| depan)?|(?P<days>next few days))\b",
    re.IGNORECASE,
)
_MONTH = expression(
    r"\b(?:(?:for|in|during|over|im) )?(?:(?:the|this|diese[nm]|ce|este) )?(?P<next>next |coming |nächsten |kommenden |prochain |próximo )?"
    r"(?:month|monat|mois|mes)(?P<behind> prochain| próximo)?\b",
    re.IGNORECASE,
)
_WEEKEND = expression(r"\b(?:weekend|wochenende|week-end|fin de semana)\b", re.IGNORECASE)


def span(words: str, now: datetime) -> tuple[datetime, datetime, str]:
    """Return the day, part of a day, week or month that the words name, in UTC, and the rest of them; else today."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for pattern, span_of in ((_WEEK, _week), (_MONTH, _month)):
        if hit := pattern.search(words):
            start, end = span_of(hit, midnight)
            return utc(start), utc(end), f"{words[: hit.start()]} {words[hit.end() :]}"
    found = when(words, now)
    first = datetime.combine(found.day, time(), now.tzinfo) if found.day else midnight
    if found.at is None:
        return utc(first), utc(first + timedelta(days=2 if _WEEKEND.search(words) else 1)), found.rest
    if found.at in _PARTS and not _CLOCK.search(words):
        begins, ends = (utc(first + timedelta(hours=hour)) for hour in _PARTS[found.at])
        return begins, ends, found.rest
    moment = moment_of(found, now)
    return moment, moment + timedelta(hours=1), found.rest


def _week(hit: re.Match[str], midnight: datetime) -> tuple[datetime, datetime]:
    later = 7 - midnight.weekday() if hit["next"] or hit["behind"] else 0
    start = midnight + timedelta(days=later)
    return start, start + timedelta(days=7 if later else max(7 - midnight.weekday(), 3))


def _month(hit: re.Match[str], midnight: datetime) -> tuple[datetime, datetime]:
    next_one = _first_of_next(midnight)
    return (next_one, _first_of_next(next_one)) if hit["next"] or hit["behind"] else (midnight, next_one)


def _first_of_next(month: datetime) -> datetime:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def moment_of(found: When, now: datetime) -> datetime:
    """Return the moment that is meant of a meeting: "at 3" is in the afternoon, "at 9" in the morning."""
    assert found.at is not None
    at = found.at.replace(hour=found.at.hour + 12) if found.loose and 1 <= found.at.hour <= 6 else found.at
    day = found.day or now.date()
    moment = datetime.combine(day, at, now.tzinfo)
    if found.day is None and moment <= now:
        moment += timedelta(days=1)
    return utc(moment)


def names_days(words: str, now: datetime) -> bool:
    """Whether the words name a day, week or month, and nothing else."""
    is_named = _WEEK.search(words) or _MONTH.search(words) or when(words, now).rest != words
    return bool(is_named) and not span(words, now)[2].strip()


def without_weeks(words: str) -> str:
    """Return the words without a week that they name."""
    return _WEEK.sub("", words)
