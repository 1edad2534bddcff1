"""Reads which days are meant: last month, in February, this year, the last three weeks; for what has an end too."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from adapters.local.deadlines import MONTH
from adapters.local.matching.numbers import NUMBER_PATTERN, number
from domain.codec import Json
from domain.expressions import expression

_JOINED = (
    r"(?:(?:in|on|over|during|within|for|of|from|since|throughout|the|all of|whole of|month of|year of|course of|im|en|au"
    r"|pada|dalam|pendant|durante) )*"
)
_MONTHS = "|".join(sorted((name for name in MONTH if name not in ("may", "mar", "sept", "mai")), key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last day, both included."""

    first: date
    last: date

    @property
    def arguments(self) -> dict[str, Json]:
        return {"since": self.first.isoformat(), "until": self.last.isoformat()}


_Read = Callable[["re.Match[str]", date], Span]


def span(words: str, now: datetime) -> tuple[Span | None, str]:
    """Return the days that `words` name, and the rest of the words; `now` is in the owner's zone."""
    for pattern, read in _SPANS:
        if hit := pattern.search(words):
            found = read(hit, now.date())
            return found, " ".join(f"{words[: hit.start()]} {words[hit.end() :]}".split())
    return None, words


def _month(first: date) -> Span:
    following = (first + timedelta(days=32)).replace(day=1)
    return Span(first, following - timedelta(days=1))


def _this_month(hit: re.Match[str], today: date) -> Span:
    return _month(today.replace(day=1))


def _last_month(hit: re.Match[str], today: date) -> Span:
    return _month((today.replace(day=1) - timedelta(days=1)).replace(day=1))


def _named_month(hit: re.Match[str], today: date) -> Span:
    """The latest month of this name that has begun, where no year is said."""
    month = MONTH[hit["name"].lower()]
    year = int(hit["year"]) if hit["year"] else today.year - (month > today.month)
    first = date(year, month, 1)
    return Span(first, today) if "since" in hit.group().lower() and first <= today else _month(first)


def _year(years_ago: int) -> _Read:
    return lambda hit, today: Span(date(today.year - years_ago, 1, 1), date(today.year - years_ago, 12, 31))


def _named_year(hit: re.Match[str], today: date) -> Span:
    return Span(date(int(hit["year"]), 1, 1), date(int(hit["year"]), 12, 31))


def _week(weeks_ago: int) -> _Read:
    return lambda hit, today: _week_of(today - timedelta(weeks=weeks_ago))


def _week_of(day: date) -> Span:
    monday = day - timedelta(days=day.weekday())
    return Span(monday, monday + timedelta(days=6))


def _days(first: int, last: int) -> _Read:
    return lambda hit, today: Span(today - timedelta(days=first), today - timedelta(days=last))


def _counted(hit: re.Match[str], today: date) -> Span:
    """The last two months are the two that are over; days and weeks are counted back from today."""
    count, unit = int(number((hit["count"] or "1").lower())), hit["unit"].lower()
    if unit.startswith(("month", "monat", "mois", "mes", "bulan")):
        last = today.replace(day=1) - timedelta(days=1)
        first = today.replace(day=1)
        for _ in range(min(count, 240)):
            first = (first - timedelta(days=1)).replace(day=1)
        return Span(first, last)
    days = {"d": 1, "t": 1, "j": 1, "h": 1, "w": 7, "s": 7, "y": 365, "q": 91}.get(unit[0], 1)
    return Span(today - timedelta(days=min(days * count, 7_300)), today)


def _rule(pattern: str, read: _Read) -> tuple[re.Pattern[str], _Read]:
    return expression(rf"(?<![\w'-]){_JOINED}(?:{pattern})(?:'s)?(?![\w'-])", re.IGNORECASE), read


_UNIT = r"(?P<unit>days?|weeks?|months?|quarters?|years?|tagen?|wochen?|monaten?|jours|semaines|mois|semanas|meses|hari|minggu|bulan)"
_SPANS: tuple[tuple[re.Pattern[str], _Read], ...] = (
    _rule(rf"(?:last|past|previous|letzten|derniers|derni[èe]res|[úu]ltimos|[úu]ltimas) (?P<count>{NUMBER_PATTERN}) {_UNIT}", _counted),
    _rule(r"last (?P<unit>quarter)(?P<count>\b\B)?", _counted),
    _rule(r"this month(?: so far)?|diesen monat|diesem monat|ce mois(?:-ci)?|este mes|bulan ini", _this_month),
    _rule(r"(?:last|past|previous) month|letzten monat|le mois dernier|el mes pasado|bulan lepas", _last_month),
    _rule(r"this year(?: so far)?|dieses jahr|cette ann[ée]e|este a[ñn]o|tahun ini", _year(0)),
    _rule(r"(?:last|past|previous) year|letztes jahr|l'ann[ée]e derni[èe]re|el a[ñn]o pasado|tahun lepas", _year(1)),
    _rule(r"this week(?: so far)?|diese woche|cette semaine|esta semana|minggu ini", _week(0)),
    _rule(r"(?:last|past|previous) week|letzte woche|la semaine derni[èe]re|la semana pasada|minggu lepas", _week(1)),
    _rule(r"today|heute|aujourd'hui|hoy|hari ini", _days(0, 0)),
    _rule(r"yesterday|last night|gestern|hier|ayer|semalam", _days(1, 1)),
    _rule(r"lately|recently|these days|(?:the )?last few (?:days|weeks)|in letzter zeit|r[ée]cemment|[úu]ltimamente", _days(30, 0)),
    _rule(rf"(?P<name>{_MONTHS})(?: (?P<year>20\d\d))?", _named_month),
    _rule(r"(?:(?<=in )|(?<=of )|(?<=than )|(?<=since )|(?<=for ))(?P<name>may|mar|mai|sept)(?: (?P<year>20\d\d))?", _named_month),
    _rule(r"(?P<year>20\d\d)", _named_year),
)  # fmt: skip
