"""Reads which days are meant: last month, in February, from 1 to 15 October, three weeks ago; for what has an end too."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from adapters.local.deadlines import MONTH
from adapters.local.matching.numbers import NUMBER_PATTERN, number
from domain.codec import Json
from domain.expressions import expression

_JOINED = (
    r"(?:(?:in|on|over|during|within|for|of|from|since|throughout|the|all of|whole of|month of|year of|course of|im|en|au"
    r"|pada|dalam|pendant|durante|seit|depuis|desde|sejak|vom|du|del|dari) )*"
)
ALL_MONTHS = "|".join(sorted(MONTH, key=len, reverse=True))
PLAIN_MONTHS = "|".join(
    sorted((name for name in MONTH if name not in ("may", "mar", "sept", "mai")), key=len, reverse=True)
)
_SINCE = expression(r"(?:since|seit|depuis|desde|sejak) ", re.IGNORECASE)
_NO_DIGITS = expression(r"\D+")
_QUARTERS = {
    name: number
    for number, names in enumerate(("first 1st q1", "second 2nd q2", "third 3rd q3", "fourth 4th q4"))
    for name in names.split()
}
_UNITS = {
    "day": "day", "tag": "day", "jou": "day", "día": "day", "dia": "day", "har": "day",
    "wee": "week", "woc": "week", "sem": "week", "min": "week",
    "mon": "month", "moi": "month", "mes": "month", "bul": "month",
    "qua": "quarter", "yea": "year",
}  # fmt: skip
_MOST_MONTHS = 240
_LEAP = 4
"""Years within which there is a 29 February."""


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last day, both included."""

    first: date
    last: date

    @property
    def arguments(self) -> dict[str, Json]:
        return {"since": self.first.isoformat(), "until": self.last.isoformat()}

    def is_like(self, other: Span) -> bool:
        """Whether the two are of one kind, such as months, that people would set side by side."""
        shorter, longer = sorted(each.last - each.first + timedelta(days=1) for each in (self, other))
        return longer < shorter * 2


_Read = Callable[["re.Match[str]", date], Span | None]


def span(words: str, now: datetime) -> tuple[Span | None, str]:
    """Return the days that `words` name, and the rest of the words; `now` is in the owner's zone.

    Days that no calendar has, or that end before they begin, are none, and stay among the words.
    """
    for pattern, read in _SPANS:
        if hit := pattern.search(words):
            found, today = read(hit, now.date()), now.date()
            if found is None:
                return None, words
            if _SINCE.match(hit.group()) and found.first <= today:
                found = Span(found.first, today)
            return found, " ".join(f"{words[: hit.start()]} {words[hit.end() :]}".split())
    return None, words


def _month(first: date) -> Span:
    return Span(first, _months_after(first, 1) - timedelta(days=1))


def _months_after(first: date, count: int) -> date:
    """Return the first day of the month that is `count` after that of `first`, or before it."""
    months = first.year * 12 + first.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def _quarter(first: date) -> Span:
    return Span(first, _months_after(first, 3) - timedelta(days=1))


def _this_month(hit: re.Match[str], today: date) -> Span:
    return _month(today.replace(day=1))


def _last_month(hit: re.Match[str], today: date) -> Span:
    return _month((today.replace(day=1) - timedelta(days=1)).replace(day=1))


def _named_month(hit: re.Match[str], today: date) -> Span:
    """The latest month of this name that has begun, where no year is said."""
    month = MONTH[hit["name"].lower()]
    return _month(date(int(hit["year"]) if hit["year"] else today.year - (month > today.month), month, 1))


def _between(hit: re.Match[str], today: date) -> Span | None:
    """From one day or month to another; what one leaves unsaid, its month or its year, is that of the other."""
    said = hit.groupdict()
    from_name = said["month"] or said.get("month_alone") or said["to_month"]
    month, to_month = MONTH[from_name.lower()], MONTH[(said["to_month"] or from_name).lower()]
    to_year = int(said["to_year"] or today.year - (to_month > today.month))
    year = int(said["year"] or to_year - (month > to_month))
    first = _day(year, month, said["day"] or "1")
    last = _day(to_year, to_month, said["to_day"]) if said["to_day"] else _month(date(to_year, to_month, 1)).last
    return Span(first, last) if first and last and first <= last else None


def _one_day(hit: re.Match[str], today: date) -> Span | None:
    """The latest day of this date that has begun, where no year is said."""
    month = MONTH[hit["month"].lower()]
    years = [int(hit["year"])] if hit["year"] else range(today.year, today.year - _LEAP, -1)
    days = (_day(year, month, hit["day"]) for year in years)
    day = next((each for each in days if each and (hit["year"] or each <= today)), None)
    return Span(day, day) if day else None


def _day(year: int, month: int, said: str) -> date | None:
    """Return this day of a month, nothing where it has fewer."""
    with suppress(ValueError):
        return date(year, month, int(_NO_DIGITS.sub("", said)))
    return None


def _named_quarter(hit: re.Match[str], today: date) -> Span:
    """The latest quarter of this number that has begun, where no year is said."""
    month, said = 3 * _QUARTERS[hit["which"].lower()] + 1, (hit["year"] or "").lower()
    years = {"": today.year - (month > today.month), "this year": today.year, "last year": today.year - 1}
    return _quarter(date(years[said] if said in years else int(said), month, 1))


def _quarters_ago(today: date, count: int) -> Span:
    return _quarter(_months_after(today, -((today.month - 1) % 3) - 3 * count))


def _ago(hit: re.Match[str], today: date) -> Span | None:
    """The day, the week, the month, the quarter or the year in which it was so long ago."""
    count, unit = number(hit["count"].lower()), _UNITS[hit["unit"][:3].lower()]
    if unit == "month":
        return _month(_months_after(today, -min(count, _MOST_MONTHS)))
    if unit == "quarter":
        return _quarters_ago(today, min(count, _MOST_MONTHS // 3))
    if unit == "year":
        return _year(min(count, _MOST_MONTHS // 12))(hit, today)
    return _week(count)(hit, today) if unit == "week" else _days(count, count)(hit, today)


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
    return expression(rf"(?<![\w'/.-]){_JOINED}(?:{pattern})(?:'s)?(?![\w'-])", re.IGNORECASE), read


_UNIT = r"(?P<unit>days?|weeks?|months?|quarters?|years?|tagen?|wochen?|monaten?|jours|semaines|mois|semanas|meses|hari|minggu|bulan)"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|er|º|\.)?"
_YEAR = r"20\d\d"
_TO = r"(?(between) and |(?: (?:to|until|till|through|bis|au|hasta|al|hingga|sampai) | ?[-–] ?))"

_SPANS: tuple[tuple[re.Pattern[str], _Read], ...] = (
    _rule(
        rf"(?P<between>between )?(?P<month>{ALL_MONTHS}) (?P<day>{_DAY})(?:,? (?P<year>{_YEAR}))?{_TO}"
        rf"(?:(?P<to_month>{ALL_MONTHS}) )?(?P<to_day>{_DAY})(?:,? (?P<to_year>{_YEAR}))?",
        _between,
    ),
    _rule(
        rf"(?P<between>between )?(?:(?P<day>{_DAY})(?: of)?(?: (?P<month>{ALL_MONTHS}))?|(?P<month_alone>{ALL_MONTHS}))(?:,? (?P<year>{_YEAR}))?{_TO}"
        rf"(?:(?P<to_day>{_DAY})(?: of)? )?(?P<to_month>{ALL_MONTHS})(?:,? (?P<to_year>{_YEAR}))?",
        _between,
    ),
    _rule(rf"(?P<day>{_DAY})(?: of)? (?P<month>{ALL_MONTHS})(?:,? (?P<year>{_YEAR}))?", _one_day),
    _rule(rf"(?P<month>{ALL_MONTHS}) (?P<day>{_DAY})(?:,? (?P<year>{_YEAR}))?", _one_day),
    _rule(rf"(?P<count>{NUMBER_PATTERN}) {_UNIT} (?:ago|lepas|lalu)", _ago),
    _rule(rf"(?:vor|il y a|hace) (?P<count>{NUMBER_PATTERN}) {_UNIT}", _ago),
    _rule(rf"(?P<which>(?:first|second|third|fourth|1st|2nd|3rd|4th)(?= quarter)|q[1-4])(?: quarter)?(?:(?: of)? (?P<year>{_YEAR}|(?:this|last) year))?", _named_quarter),
    _rule(rf"(?:last|past|previous|letzten|derniers|derni[èe]res|[úu]ltimos|[úu]ltimas) (?P<count>{NUMBER_PATTERN}) {_UNIT}", _counted),
    _rule(r"(?:last|past|previous) quarter", lambda hit, today: _quarters_ago(today, 1)),
    _rule(r"this quarter(?: so far)?", lambda hit, today: _quarters_ago(today, 0)),
    _rule(r"this month(?: so far)?|diesen monat|diesem monat|ce mois(?:-ci)?|este mes|bulan ini", _this_month),
    _rule(r"(?:last|past|previous) month|letzten monat|le mois dernier|el mes pasado|bulan lepas", _last_month),
    _rule(r"this year(?: so far)?|dieses jahr|cette ann[ée]e|este a[ñn]o|tahun ini", _year(0)),
    _rule(r"(?:last|past|previous) year|letztes jahr|l'ann[ée]e derni[èe]re|el a[ñn]o pasado|tahun lepas", _year(1)),
    _rule(r"this week(?: so far)?|diese woche|cette semaine|esta semana|minggu ini", _week(0)),
    _rule(r"(?:last|past|previous) week|letzte woche|la semaine derni[èe]re|la semana pasada|minggu lepas", _week(1)),
    _rule(r"today|heute|aujourd'hui|hoy|hari ini", _days(0, 0)),
    _rule(r"yesterday|last night|gestern|hier|ayer|semalam", _days(1, 1)),
    _rule(r"lately|recently|these days|(?:the )?last few (?:days|weeks)|in letzter zeit|r[ée]cemment|[úu]ltimamente", _days(30, 0)),
    _rule(rf"(?P<name>{PLAIN_MONTHS})(?: (?P<year>20\d\d))?", _named_month),
    _rule(r"(?:(?<=in )|(?<=of )|(?<=than )|(?<=since )|(?<=for ))(?P<name>may|mar|mai|sept)(?: (?P<year>20\d\d))?", _named_month),
    _rule(r"(?P<year>20\d\d)", _named_year),
)  # fmt: skip
