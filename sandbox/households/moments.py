"""Dates as people write them: days counted from this morning, in the languages of the household."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DEADLINE = time(10, 0)
_MOMENT = re.compile(r"(today|tomorrow|yesterday|deadline|outage|sent)([+-]\d{1,3})?")
_OFFSETS = {"today": 0, "tomorrow": 1, "yesterday": -1, "outage": -3}

_WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "ms": "Isnin Selasa Rabu Khamis Jumaat Sabtu Ahad",
    "zh": "星期一 星期二 星期三 星期四 星期五 星期六 星期日",
}
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "ms": "Januari Februari Mac April Mei Jun Julai Ogos September Oktober November Disember",
    "zh": "1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月",
}
_DATES = {"en": "{d} {m}", "de": "{d}. {m}", "fr": "{d} {m}", "es": "{d} de {m}", "ms": "{d} {m}", "zh": "{m}{d}日"}
_LONG = {
    "en": "{w}, {d} {m} {y}",
    "de": "{w}, {d}. {m} {y}",
    "fr": "{w} {d} {m} {y}",
    "es": "{w}, {d} de {m} de {y}",
    "ms": "{w}, {d} {m} {y}",
    "zh": "{y}年{m}{d}日（{w}）",
}


@dataclass(frozen=True, slots=True)
class Moments:
    """The named moments of one scene: `now` is aware, days are counted in the owner's zone."""

    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def deadline(self) -> datetime:
        """Return the next ten o'clock in the owner's zone."""
        today = datetime.combine(self.today, DEADLINE, self.zone)
        return today if self.now < today else datetime.combine(self.today + timedelta(days=1), DEADLINE, self.zone)

    def find(self, words: str, sent: datetime) -> datetime:
        """Return the moment that `today+3`, `deadline` or `sent` names; a day without an hour is its noon."""
        found = _MOMENT.fullmatch(words)
        if found is None:
            raise ValueError(f"{words!r} names no moment")
        name, shift = found.group(1), timedelta(days=int(found.group(2) or 0))
        if name == "sent":
            return sent.astimezone(self.zone) + shift
        if name == "deadline":
            return self.deadline + shift
        day = self.today + timedelta(days=_OFFSETS[name]) + shift
        return datetime.combine(day, time(12, 0), self.zone)

    def names(self, words: str) -> bool:
        """Say whether `words` is a moment at all."""
        return _MOMENT.fullmatch(words) is not None


def written(moment: datetime, form: str, language: str) -> str:
    """Write `moment` in one of the forms weekday, date, long, month, year, iso, dots, time, day, basic."""
    weekday = _WEEKDAYS[language].split()[moment.weekday()]
    month = _MONTHS[language].split()[moment.month - 1]
    parts = {"w": weekday, "d": moment.day, "m": month, "y": moment.year}
    forms = {
        "weekday": weekday,
        "date": _DATES[language].format(**parts),
        "long": _LONG[language].format(**parts),
        "month": month,
        "day": str(moment.day),
        "year": str(moment.year),
        "iso": moment.date().isoformat(),
        "basic": moment.strftime("%Y%m%d"),
        "dots": moment.strftime("%d.%m.%Y"),
        "time": moment.strftime("%H:%M"),
    }
    if form not in forms:
        raise ValueError(f"{form!r} is no way to write a date; known are {', '.join(forms)}")
    return forms[form]
