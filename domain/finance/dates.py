"""Dates as banks print them: with or without a year, by number or by name, in several languages."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from itertools import pairwise
from typing import NamedTuple

# The first letters that tell a month's name apart, per month, across the languages of the banks we know.
_MONTHS = (
    "jan janv ene gen januar jän jaen janvier enero gennaio january januari sty ocak"
    " január stycznia ledna tammikuuta tammikuu ianuarie ιανουαρίου ιανουαριου ιαν มกราคม ม.ค",
    "feb févr fév fev fevr febr februar février febrero febbraio february februari lut şub"
    " lutego února helmikuuta helmikuu február februarie φεβρουαρίου φεβρουαριου φεβ กุมภาพันธ์ ก.พ",
    "mar mär maer mrz mars märz maart mac march marzo março mrt marz"
    " marca března maaliskuuta maaliskuu március márc martie μαρτίου μαρτιου μαρ มีนาคม มี.ค",
    "apr avr abr april avril abril aprile kwi nis"
    " kwietnia dubna huhtikuuta huhtikuu április ápr aprilie απριλίου απριλιου απρ เมษายน เม.ย",
    "may mai mei maj mag mayo maggio mayıs maja května toukokuuta toukokuu május máj μαΐου μαιου พฤษภาคม พ.ค",
    "jun juin giu juni june junio giugno cze haz jún"
    " czerwca června kesäkuuta kesäkuu június iunie ιουνίου ιουνιου ιουν มิถุนายน มิ.ย",
    "jul juil lug juli july julio luglio juillet lip tem julai"
    " lipca července heinäkuuta heinäkuu július júl iulie ιουλίου ιουλιου ιουλ กรกฎาคม ก.ค",
    "aug août aou aout ago ogos agosto august augustus sie agu agustus ağu"
    " sierpnia srpna elokuuta elokuu augusztus αυγούστου αυγουστου αυγ สิงหาคม ส.ค",
    "sep sept set september septembre septiembre settembre wrz eyl"
    " września září syyskuuta syyskuu szeptember szept septembrie σεπτεμβρίου σεπτεμβριου σεπ กันยายน ก.ย",
    "oct okt ott out october oktober octobre octubre ottobre paź eki"
    " października října lokakuuta lokakuu október octombrie οκτωβρίου οκτωβριου οκτ ตุลาคม ต.ค",
    "nov november novembre noviembre lis kas"
    " listopada listopadu marraskuuta marraskuu noiembrie νοεμβρίου νοεμβριου νοε พฤศจิกายน พ.ย",
    "dec dez dic déc dis des december dezember décembre diciembre dicembre disember gru ara desember"
    " grudnia prosince joulukuuta joulukuu decembrie δεκεμβρίου δεκεμβριου δεκ ธันวาคม ธ.ค",
)


_SHORTEST = 28
"""Days that every month has."""


class Order(Enum):
    """Which of two numbers is the day."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


class PrintedDate(NamedTuple):
    """A date inside a line. `year` is absent where none is printed; `is_plain` where either number may be
    the day, as points only ever stand after it."""

    first: int
    second: int
    year: int | None
    start: int
    end: int
    is_plain: bool = True

    def from_year(self) -> PrintedDate | None:
        """Return `26-11-23` as it is where the year stands in front; nothing for what is no such date."""
        if not self.is_plain or self.year is None or self.end - self.start != len("26-11-23") or self.first < 10:
            return None
        date = self._replace(first=self.year % 100, year=2000 + self.first, is_plain=False)
        return date if date.fits(Order.DAY_FIRST) else None

    def fits(self, order: Order) -> bool:
        day, month = self._parts(order)
        return 1 <= month <= 12 and 1 <= day <= 31

    def in_year(self, year: int, order: Order) -> dt.date:
        """Return the day; one beyond the month's end is its last, as 30/360 value dates are printed (30.02.)."""
        day, month = self._parts(order)
        return dt.date(year, month, day if day <= _SHORTEST else min(day, calendar.monthrange(year, month)[1]))

    def _parts(self, order: Order) -> tuple[int, int]:
        if order is Order.MONTH_FIRST and self.is_plain:
            return self.second, self.first
        return self.first, self.second


@cache
def _month_numbers() -> dict[str, int]:
    return {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}


def any_of(words: Iterable[str]) -> str:
    """Return what matches any of the words, the longest first, parted by first letters so that few are tried."""
    by_letter: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        by_letter.setdefault(word[0], []).append(re.escape(word[1:]))
    return "|".join(f"{re.escape(letter)}(?:{'|'.join(rests)})" for letter, rests in by_letter.items())


@cache
def _pattern() -> re.Pattern[str]:
    """Return the pattern of a date in a line of lower case."""
    names = any_of(_month_numbers())
    firsts = "".join(sorted({name[0] for name in _month_numbers()}))
    return re.compile(
        rf"(?=[\d{firsts}])(?<![.,/\w-])(?:(?=\d)(?:"
        r"(?P<iy>(?:19|20|25)\d\d)[-/.](?P<im>\d\d)[-/.](?P<id>\d\d)(?![\d])"
        r"|(?P<d>\d{1,2})(?P<sep>[./-])(?P<m>\d{1,2})(?P=sep)(?P<y>(?:19|20|25)\d\d|\d\d)(?![\d,]|[./]\d)"
        r"|(?P<pd>\d{2})\.(?P<pm>\d{2})\.(?=$|[\s/),]|\d\d\.\d\d\.|[a-z])"
        r"|(?P<sd>\d{2})(?P<ssep>[/-])(?P<sm>\d{2})(?=$|\s)"
        rf"|(?P<nd>\d{{1,2}})(?:st|nd|rd|th)?\.?[ /-]?(?P<nm>{names})(?![^\W\d_])\.?,?"
        r"(?:[ /-]?(?P<ny>(?:19|20|25)\d\d(?!\d)|(?<=[/'-])\d\d(?![\d.,:])|(?<= )\d\d(?=\s*$)))?"
        rf"|(?P<hy>(?:19|20)\d\d)\.? (?P<hm>{names})(?![^\W\d_])\.? (?P<hd>\d{{1,2}})(?!\d)"
        r"|(?:(?P<cy>(?:19|20)\d\d) ?[年년] ?)?(?P<cm>\d{1,2}) ?[月월] ?(?P<cd>\d{1,2}) ?[日일]"
        r"|(?P<vd>\d{1,2}) tháng (?P<vm>\d{1,2})(?: năm (?P<vy>(?:19|20)\d\d))?"
        rf")|(?P<xm>{names})(?![^\W\d_])\.?[ -]?(?P<xd>\d{{1,2}})(?![\d.:])(?:st|nd|rd|th)?,?"
        r"(?:[ -]?(?P<xy>(?:19|20)\d\d))?"
        r")"
    )


_TWINS = re.compile(r"(?<=[\d.])/(?=\d\d\.\d\d\.)")
_DOTLESS = re.compile(r"^\s*(\d{2})\.(\d{2})(?=\s)")
_CLOSE = re.compile(r"^\s*((?:19|20)\d\d)(\d{2})(\d{2})(?=\s)")


def dates_in(line: str) -> tuple[PrintedDate, ...]:
    """Return every date, in order; what no calendar knows is none."""
    line = line.replace("İ", "i").lower()
    if "/" in line:
        line = _TWINS.sub(" ", line)
    found = [date for match in _pattern().finditer(line) if (date := _printed(match)) is not None]
    if (not found or found[0].start > 6) and (match := _DOTLESS.match(line)):
        date = PrintedDate(int(match[1]), int(match[2]), None, match.start(1), match.end(), is_plain=False)
        found[:0] = [date] if date.fits(Order.DAY_FIRST) else []
    if (not found or found[0].start > 8) and (match := _CLOSE.match(line)):
        date = PrintedDate(int(match[3]), int(match[2]), int(match[1]), match.start(1), match.end(), is_plain=False)
        found[:0] = [date] if date.fits(Order.DAY_FIRST) else []
    return tuple(found)


def _printed(match: re.Match[str]) -> PrintedDate | None:
    span = match.start(), match.end()
    if match["iy"]:
        date = PrintedDate(int(match["id"]), int(match["im"]), _full(match["iy"]), *span, is_plain=False)
    elif match["d"]:
        date = PrintedDate(int(match["d"]), int(match["m"]), _full(match["y"]), *span, match["sep"] != ".")
    elif match["pd"]:
        date = PrintedDate(int(match["pd"]), int(match["pm"]), None, *span, is_plain=False)
    elif match["sd"]:
        date = PrintedDate(int(match["sd"]), int(match["sm"]), None, *span)
    elif match["cm"] or match["vm"]:
        day, month, year = match["cd"] or match["vd"], match["cm"] or match["vm"], _full(match["cy"] or match["vy"])
        date = PrintedDate(int(day), int(month), year, *span, is_plain=False)
    else:
        month = _month_numbers()[match["nm"] or match["xm"] or match["hm"]]
        year = _full(match["ny"] or match["xy"] or match["hy"])
        date = PrintedDate(int(match["nd"] or match["xd"] or match["hd"]), month, year, *span, is_plain=False)
    return date if date.fits(Order.DAY_FIRST) or date.fits(Order.MONTH_FIRST) else None


_BUDDHIST = 2400
"""From here on a year is one of the Buddhist era."""


def _full(year: str | None) -> int | None:
    if year is None:
        return None
    number = int(year)
    if number >= _BUDDHIST:
        return number - 543
    return number if number >= 100 else number + (2000 if number < 70 else 1900)


def certain_order(dates: Iterable[PrintedDate]) -> Order | None:
    """Tell which number is the day by those dates that leave no choice, if there are any."""
    plain = [date for date in dates if date.is_plain]
    month_first = sum(date.second > 12 for date in plain)
    day_first = sum(date.first > 12 for date in plain)
    if month_first == day_first:
        return None
    return Order.MONTH_FIRST if month_first > day_first else Order.DAY_FIRST


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included; `is_stated` where the document says both."""

    start: dt.date
    end: dt.date
    is_stated: bool = True

    def place(self, date: PrintedDate, order: Order, after: dt.date | None = None) -> dt.date:
        """Return the day with its year: as printed, else the one that falls into the period or nearest to it.

        Where two years fit, the first that does not lie before `after`.
        """
        if date.year is not None:
            return date.in_year(date.year, order)
        first, last = self.start.year, self.end.year
        days = [date.in_year(year, order) for year in range(first, last + 1)]
        inside = [day for day in days if self.start <= day <= self.end]
        if inside:
            return next((day for day in inside if after is None or day >= after), inside[0])
        around = [date.in_year(year, order) for year in (first - 1, last + 1)]
        return min((around[0], *days, around[1]), key=self._distance)

    def beside(self, date: PrintedDate, order: Order, day: dt.date) -> dt.date:
        """Return the day nearest to `day`, as a value date is to its booking."""
        if date.year is not None:
            return date.in_year(date.year, order)
        days = [date.in_year(year, order) for year in (day.year - 1, day.year, day.year + 1)]
        return min(days, key=lambda each: abs((each - day).days))

    def is_near(self, day: dt.date, slack: int = 45) -> bool:
        return self._distance(day) <= slack

    def _distance(self, day: dt.date) -> int:
        return max((self.start - day).days, (day - self.end).days, 0)


def in_order(days: Sequence[dt.date]) -> bool:
    """Tell whether the days run forwards or backwards, as statements do."""
    pairs = list(pairwise(days))
    return all(a <= b for a, b in pairs) or all(a >= b for a, b in pairs)
