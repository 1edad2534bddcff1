"""Reads from when on something is meant: today, this week, the last three days."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from adapters.local.deadlines import MONTH, WEEKDAY
from adapters.local.matching.numbers import NUMBER_PATTERN, number
from domain.expressions import expression

_DAYS = {"h": 1 / 24, "d": 1, "w": 7, "m": 30, "y": 365, "t": 1, "j": 1, "s": 7, "b": 30}
_UNIT = r"(?P<unit>hours?|days?|weeks?|months?|years?|tage?n?|wochen?|monate?n?|jours?|semaines?|mois|d[ií]as?|semanas?|meses|hari|minggu|bulan)"
_Begin = Callable[["re.Match[str]", datetime], datetime]


def since(words: str, now: datetime) -> tuple[datetime | None, str]:
    """Return from when on, in UTC, and the rest of the words; `now` is in the owner's zone."""
    for pattern, begin in _PERIODS:
        if hit := pattern.search(words):
            start = begin(hit, now).replace(minute=0, second=0, microsecond=0)
            return start.astimezone(UTC), " ".join(f"{words[: hit.start()]} {words[hit.end() :]}".split())
    return None, words


def age(words: str) -> tuple[int | None, str]:
    """Return how many days old something must at least be ("older than two weeks"), and the rest of the words."""
    hit = _OLDER.search(words)
    if hit is None:
        return None, words
    rest = " ".join(f"{words[: hit.start()]} {words[hit.end() :]}".split())
    if hit["unit"] is None:
        return 30, rest
    return max(1, round(number(hit["count"].lower()) * _days(hit["unit"]))), rest


def _days(unit: str) -> float:
    return 7.0 if unit.lower().startswith(("minggu", "sem")) else float(_DAYS[unit[0].lower()])


def _midnight(now: datetime, days_ago: int) -> datetime:
    return (now - timedelta(days=days_ago)).replace(hour=0)


def _ago(days: int) -> _Begin:
    return lambda hit, now: _midnight(now, days)


def _monday(weeks_ago: int) -> _Begin:
    return lambda hit, now: _midnight(now, now.weekday() + 7 * weeks_ago)


def _first_of_month(hit: re.Match[str], now: datetime) -> datetime:
    return now.replace(day=1, hour=0)


def _last_month(hit: re.Match[str], now: datetime) -> datetime:
    return (now.replace(day=1, hour=0) - timedelta(days=1)).replace(day=1)


def _counted(hit: re.Match[str], now: datetime) -> datetime:
    days = number((hit["count"] or "1").lower()) * _days(hit["unit"])
    return now - timedelta(days=days) if days < 1 else _midnight(now, round(days))


def _on_weekday(hit: re.Match[str], now: datetime) -> datetime:
    return _midnight(now, (now.weekday() - WEEKDAY[hit["name"].lower()]) % 7 or 7)


def _in_month(hit: re.Match[str], now: datetime) -> datetime:
    month = MONTH[hit["name"].lower()]
    return now.replace(year=now.year - (month > now.month), month=month, day=1, hour=0)


def _period(pattern: str, begin: _Begin) -> tuple[re.Pattern[str], _Begin]:
    joined = (
        r"(?:(?:from|since|in|on|over|during|within|of|for|the|this|that came|received|seit|von|depuis|desde|sejak) )*"
    )
    return expression(rf"(?<![\w'-]){joined}(?:{pattern})(?:'s)?(?![\w'-])", re.IGNORECASE), begin


_WEEKDAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo|isnin|selasa|rabu|khamis|jumaat|sabtu|ahad"
_MONTHS = "january|february|march|april|june|july|august|september|october|november|december"
_OLDER = expression(
    rf"(?:that (?:are|is) |which are )?(?:(?:older|more) than|from (?:more than|over)|over|älter als|de plus de|de hace más de|lebih (?:lama )?daripada) (?P<count>{NUMBER_PATTERN}) {_UNIT}(?: old| ago)?|\b(?:old|ancient)(?= \w)",
    re.IGNORECASE,
)
_PERIODS: tuple[tuple[re.Pattern[str], _Begin], ...] = (
    _period(
        rf"(?:last|past|previous|letzten|derniers?|dernières?|últimos?|últimas?) (?P<count>{NUMBER_PATTERN}) {_UNIT}",
        _counted,
    ),
    _period(rf"(?P<count>{NUMBER_PATTERN}) {_UNIT} (?:ago|terakhir)", _counted),
    _period(
        r"last (?P<count>\b\B)?(?P<unit>year|hour)|(?:last|past) (?P<a>24) hours",
        lambda hit, now: now - timedelta(days=365 if hit["unit"] == "year" else 1),
    ),
    _period(r"today|this morning|this afternoon|tonight|heute|aujourd'hui|hoy|hari ini|pagi ini", _ago(0)),
    _period(r"yesterday|last night|gestern|hier|ayer|semalam", _ago(1)),
    _period(r"this week|(?<=this )week|diese[r]? woche|cette semaine|esta semana|minggu ini", _monday(0)),
    _period(r"last week|letzte[r]? woche|la semaine dernière|la semana pasada|minggu lepas|past week", _monday(1)),
    _period(r"this month|(?<=this )month|diese[nm]? monat|ce mois(?:-ci)?|este mes|bulan ini", _first_of_month),
    _period(r"last month|letzten monat|le mois dernier|el mes pasado|bulan lepas|past month", _last_month),
    _period(r"(?:the )?(?:last )?weekend|wochenende", lambda hit, now: _midnight(now, (now.weekday() - 5) % 7)),
    _period(rf"(?:last |am |on )?(?P<name>{_WEEKDAYS})", _on_weekday),
    _period(rf"(?P<name>{_MONTHS})", _in_month),
)
