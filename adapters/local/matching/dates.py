"""Reads when something is to be: days, times of day and spans, in the owner's zone, and what is left of the words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from adapters.local.deadlines import MONTH, WEEKDAY
from adapters.local.matching.numbers import NUMBER_PATTERN, number
from domain.expressions import expression

MORNING, AFTERNOON, EVENING, NIGHT = time(9), time(15), time(19), time(20)
_PARTS_OF_DAY = frozenset({MORNING, AFTERNOON, EVENING, NIGHT})
_TO_HALF_A_DAY = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class When:
    """A day, a time of day, or both, as said; `loose` holds where the hour may be of the morning or the evening."""

    day: date | None = None
    at: time | None = None
    rest: str = ""
    loose: bool = False

    def moment(self, now: datetime) -> datetime | None:
        """Return the moment in UTC, the next one from `now` (in the owner's zone) where no day was said."""
        if self.at is None:
            return _on_some_hour(self.day, now) if self.day else None
        first = datetime.combine(self.day or now.date(), self.at, now.tzinfo)
        steps = [timedelta(0), *([_TO_HALF_A_DAY] if self.loose and self.at.hour < 12 else [])]
        steps += [timedelta(days=1)] if self.day is None else []
        ahead = (first + step for step in steps if first + step > now)
        return next((moment.astimezone(UTC) for moment in ahead), None)

    def due(self, now: datetime) -> date | None:
        """Return the day in the owner's zone."""
        moment = self.moment(now) if self.at else None
        return self.day or (moment.astimezone(now.tzinfo).date() if moment else None)


def _on_some_hour(day: date, now: datetime) -> datetime | None:
    """A reminder for a day comes at nine; for today, at the next of nine and six, or else in an hour."""
    hours = [datetime.combine(day, at, now.tzinfo) for at in (MORNING, time(18))]
    ahead = [moment for moment in hours if moment > now] or ([now + timedelta(hours=1)] if day == now.date() else [])
    return ahead[0].astimezone(UTC) if ahead else None


_Read = Callable[["re.Match[str]", datetime], When | None]
_ALSO_WORDS = frozenset({"sat", "sun", "wed", "mon", "mar", "segunda", "quarta", "quinta", "sexta"})
_DAY_NAME = "|".join(sorted((name for name in WEEKDAY if name not in _ALSO_WORDS), key=len, reverse=True))
_MONTH_NAME = "|".join(sorted(MONTH, key=len, reverse=True))
_ON = r"(?:(?:on|by|before|until|till|due|for|from|at|this|am|bis(?: zum)?|zum|den|le|pour le|avant le|el|para el|antes del?|pada|sebelum)\s+)*"
_ABOUT = r"(?:(?:by|before|until|till|around|about|gegen|bis|vers|avant|sobre|para)\s+)?"


def when(words: str, now: datetime) -> When:
    """Return what `words` say about the time, with the rest of the words; `now` is in the owner's zone."""
    found = When(rest=words)
    for pattern, read in _RULES:
        hit = pattern.search(found.rest)
        part = read(hit, now) if hit else None
        if hit is None or part is None or not _adds(part, found):
            continue
        rest = f"{found.rest[: hit.start()]} {found.rest[hit.end() :]}"
        found = When(found.day or part.day, _hour(found.at, part.at), rest, found.loose or part.loose)
    return replace(found, rest=" ".join(found.rest.split()))


def _adds(part: When, found: When) -> bool:
    if part.day is not None:
        return found.day is None
    return found.at is None or (found.at in _PARTS_OF_DAY and part.at not in _PARTS_OF_DAY)


def _hour(part: time | None, clock: time | None) -> time | None:
    """Return the hour that "in the evening" and "at seven" make together."""
    if part is None or clock is None:
        return part or clock
    return clock.replace(hour=clock.hour + 12) if part >= AFTERNOON and clock.hour < 12 else clock


def _span(hit: re.Match[str], now: datetime) -> When:
    unit, count = hit["unit"].lower(), 1 if hit["half"] else number(hit["count"].lower())
    if unit.startswith(("min", "mnt")):
        return _at(now + timedelta(minutes=30 * count if hit["half"] else count))
    if unit.startswith(("h", "st", "jam", "ore")) and unit != "hari":
        return _at(now + (timedelta(minutes=30) if hit["half"] else timedelta(hours=count)))
    if unit.startswith(("w", "semain", "seman", "minggu")):
        return When(now.date() + timedelta(weeks=count))
    if unit.startswith(("mon", "mois", "mes", "bulan")):
        return When(_months_on(now.date(), count))
    return When(now.date() + timedelta(days=count))


def _at(moment: datetime) -> When:
    return When(moment.date(), moment.time().replace(microsecond=0))


def _months_on(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return (
        min(day.day, _last_of(date(year, month + 1, 1)).day) * timedelta(days=1)
        + date(year, month + 1, 1)
        - timedelta(1)
    )


def _last_of(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _days_on(count: int, at: time | None = None) -> _Read:
    return lambda hit, now: When(now.date() + timedelta(days=count), at)


def _of_day(at: time) -> _Read:
    return lambda hit, now: When(None, at)


def _weekday(hit: re.Match[str], now: datetime) -> When:
    """The coming day of this name; said on that very day, it is meant for a week later."""
    ahead = (WEEKDAY[hit["name"].lower()] - now.date().weekday()) % 7 or 7
    return When(now.date() + timedelta(days=ahead))


def _week_after(hit: re.Match[str], now: datetime) -> When:
    monday = now.date() - timedelta(days=now.date().weekday()) + timedelta(weeks=1)
    return When(monday + timedelta(days=WEEKDAY[hit["name"].lower()]))


def _next_week(hit: re.Match[str], now: datetime) -> When:
    return When(now.date() + timedelta(days=7 - now.date().weekday()))


def _weekend(hit: re.Match[str], now: datetime) -> When:
    return When(now.date() + timedelta(days=(5 - now.date().weekday()) % 7))


def _week_end(hit: re.Match[str], now: datetime) -> When:
    return When(now.date() + timedelta(days=(4 - now.date().weekday()) % 7))


def _month_end(hit: re.Match[str], now: datetime) -> When:
    return When(_last_of(now.date()))


def _next_month(hit: re.Match[str], now: datetime) -> When:
    return When(_last_of(now.date()) + timedelta(days=1))


def _iso(hit: re.Match[str], now: datetime) -> When | None:
    return _real(int(hit[1]), int(hit[2]), int(hit[3]))


def _day_and_month(hit: re.Match[str], now: datetime) -> When | None:
    name = hit["month"].lower()
    month = int(name) if name.isdigit() else MONTH[name]
    day, month = (int(hit["day"]), month) if month <= 12 else (month, int(hit["day"]))
    if hit["year"]:
        return _real(int(hit["year"]) + (2000 if len(hit["year"]) == 2 else 0), month, day)
    this_year = _real(now.year, month, day)
    return this_year if this_year and this_year.day and this_year.day >= now.date() else _real(now.year + 1, month, day)


def _day_of_month(hit: re.Match[str], now: datetime) -> When | None:
    """The next month that has such a day still to come."""
    months = (_months_on(now.date().replace(day=1), ahead) for ahead in range(12))
    days = (_real(first.year, first.month, int(hit["day"])) for first in months)
    return next((day for day in days if day and day.day and day.day >= now.date()), None)


def _real(year: int, month: int, day: int) -> When | None:
    try:
        return When(date(year, month, day))
    except ValueError:
        return None


def _clock(hit: re.Match[str], now: datetime) -> When | None:
    hour, minute, half = int(hit["hour"]), int(hit["minute"] or 0), (hit["half"] or "").lower().replace(".", "")
    if hour > 23 or minute > 59:
        return None
    if half in _AFTER_NOON and hour < 12:
        return When(None, time(hour + 12, minute))
    if half in _BEFORE_NOON:
        return When(None, time(hour % 12, minute))
    if half or (hit["minute"] and len(hit["hour"]) == 2) or hour > 12 or hour == 0:
        return When(None, time(hour, minute))
    return When(None, time(hour + 12 if hour < 7 else hour, minute), loose=True)


_AFTER_NOON = frozenset({"pm", "p", "petang", "malam"})
_BEFORE_NOON = frozenset({"am", "a", "pagi"})
_UNIT = (
    r"(?P<unit>min(?:ute)?[sn]?|minutos?|minit|hours?|hrs?|stunden?|heures?|horas?|jam|days?|tag(?:en)?|jours?|d[ií]as?|hari"
    r"|weeks?|wochen?|semaines?|semanas?|minggu|months?|monat(?:en)?|mois|mes(?:es)?|bulan)"
)
_PARTS = (
    (
        r"(?:in the |this |tomorrow )?morning|in der früh|(?:am |heute )?vormittag|(?:ce )?matin|por la mañana|(?:waktu )?pagi(?: ini)?",
        MORNING,
    ),
    (
        r"(?:in the |this )?afternoon|(?:am |heute )?nachmittag|(?:cet )?(?:après|apres)-midi|(?:por|esta) la tarde|esta tarde|petang(?: ini)?",
        AFTERNOON,
    ),
    (r"(?:in the |this )?evening|(?:am |heute )?abend|(?:ce )?soir|(?:por|esta) la noche|esta noche", EVENING),
)


def _rule(pattern: str, read: _Read) -> tuple[re.Pattern[str], _Read]:
    return expression(rf"(?<![\w'-])(?:{pattern})(?![\w'-])", re.IGNORECASE), read


_RULES: tuple[tuple[re.Pattern[str], _Read], ...] = (
    _rule(
        rf"(?:in|within|dans|en|dentro de|dalam|after) (?:(?P<half>(?:half an?|einer halben|une demi|media|setengah)[ -])|(?:(?P<count>{NUMBER_PATTERN})(?: of)? (?:more )?)){_UNIT}(?:'s time| from now| lagi)?",
        _span,
    ),
    _rule(rf"(?P<half>\b\B)?(?P<count>{NUMBER_PATTERN}) {_UNIT} (?:from now|lagi)", _span),
    _rule(rf"{_ON}(?:the )?(?:day after tomorrow|übermorgen|après-demain|pasado mañana|lusa)", _days_on(2)),
    _rule(rf"{_ON}(?:tonight|heute abend|ce soir|esta noche|malam ini)", _days_on(0, NIGHT)),
    _rule(
        rf"{_ON}(?:tomorrow morning|morgen früh|demain matin|mañana por la mañana|esok pagi|pagi esok)",
        _days_on(1, MORNING),
    ),
    _rule(rf"{_ON}(?:(?:tom+or+ow|demain|esok|besok)|(?<!guten )(?<!am )morgen|(?<!la )mañana)(?:'s)?", _days_on(1)),
    _rule(rf"{_ON}(?:today|heute|aujourd'hui|hoy|hari ini|end of (?:the )?day|eod)", _days_on(0)),
    _rule(r"(\d{4})-(\d{2})-(\d{2})", _iso),
    _rule(
        rf"{_ON}(?:the |den |le |el )?(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.|er|º)? ?(?:of |de )?(?P<month>{_MONTH_NAME})\b\.?(?:,? (?:de )?(?P<year>\d{{4}}))?",
        _day_and_month,
    ),
    _rule(
        rf"{_ON}(?P<month>{_MONTH_NAME})\.? (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|:|\s?[ap]m)(?:,? (?P<year>\d{{4}}))?",
        _day_and_month,
    ),
    _rule(rf"{_ON}(?P<day>\d{{1,2}})[/.](?P<month>\d{{1,2}})(?:[/.](?P<year>\d{{4}}|\d{{2}}))?\.?", _day_and_month),
    _rule(
        rf"{_ON}(?:the )?(?P<name>{_DAY_NAME})(?:,? (?:of )?(?:the )?next week| nächster woche| minggu depan)",
        _week_after,
    ),
    _rule(
        rf"{_ON}(?:(?:the|next|coming|nächsten|kommenden|prochain|próximo|proximo|hari) )*(?P<name>{_DAY_NAME})(?: (?:prochain|next|depan|ini))?(?:'s)?",
        _weekday,
    ),
    _rule(
        rf"{_ON}(?:the )?(?:end of (?:the |this )?month|ende des monats|monatsende|fin (?:du|de) mo?i?s|hujung bulan)",
        _month_end,
    ),
    _rule(rf"{_ON}(?:the )?(?:end of (?:the |this )?week|ende der woche|fin de semaine|hujung minggu ini)", _week_end),
    _rule(rf"{_ON}(?:the |this |next )?(?:weekend|wochenende|week-end|fin de semana|hujung minggu)", _weekend),
    _rule(rf"{_ON}(?:next week|nächste woche|la semaine prochaine|la próxima semana|minggu depan)", _next_week),
    _rule(rf"{_ON}(?:next month|nächsten monat|le mois prochain|el próximo mes|bulan depan)", _next_month),
    _rule(rf"{_ON}(?:the )(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of (?:the|this) month)?(?! of)", _day_of_month),
    _rule(rf"{_ON}(?P<day>\d{{1,2}})(?:st|nd|rd|th)", _day_of_month),
    _rule(
        rf"{_ABOUT}(?:pukul|jam) (?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d{{2}}))? (?P<half>pagi|petang|malam)", _clock
    ),
    *(_rule(pattern, _of_day(at)) for pattern, at in _PARTS),
    _rule(rf"{_ABOUT}(?:at )?(?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d{{2}}))? ?(?P<half>[ap]\.?m\.?|o'clock)", _clock),
    _rule(
        rf"{_ABOUT}(?:at|@|um|à|a las?|pukul|jam) (?P<hour>\d{{1,2}})(?:[:.h](?P<minute>\d{{2}}))? ?(?P<half>uhr|h|heures|pagi|petang|malam)?",
        _clock,
    ),
    _rule(rf"{_ABOUT}(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?P<half>(?!.))?", _clock),
    _rule(rf"{_ABOUT}(?P<hour>\d{{1,2}}) ?(?P<half>uhr|h)(?P<minute>\d{{2}})?", _clock),
    _rule(r"(?:at )?(?:noon|midday|mittags|midi|al mediodía|tengah hari)", _of_day(time(12))),
    _rule(r"(?:at )?(?:midnight|mitternacht|minuit|medianoche|tengah malam)", _of_day(time(0))),
)

NAMES_A_TIME = expression(
    r"\b(?:today|tomorrow|tonight|morning|afternoon|evening|noon|\d{1,2} ?[ap]m|o'clock|next week|hours?|minutes?|"
    rf"{_DAY_NAME})\b",
    re.IGNORECASE,
)
