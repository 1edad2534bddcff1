"""Finds the day that a sentence names as its deadline, in several languages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from adapters.local.lexicon import vocabulary
from adapters.local.words import words
from domain.expressions import expression

_WEEKDAYS = (
    "monday mon montag lundi lunes lunedì lunedi maandag segunda isnin senin 周一 星期一 礼拜一",
    "tuesday tue tues dienstag mardi martes martedì martedi dinsdag terça terca selasa 周二 星期二 礼拜二",
    "wednesday wed mittwoch mercredi miércoles miercoles mercoledì mercoledi woensdag quarta rabu 周三 星期三 礼拜三",
    "thursday thu thurs donnerstag jeudi jueves giovedì giovedi donderdag quinta khamis kamis 周四 星期四 礼拜四",
    "friday fri freitag vendredi viernes venerdì venerdi vrijdag sexta jumaat jumat 周五 星期五 礼拜五",
    "saturday sat samstag sonnabend samedi sábado sabado sabato zaterdag sabtu 周六 星期六 礼拜六",
    "sunday sun sonntag dimanche domingo domenica zondag ahad minggu 周日 星期日 星期天 礼拜天",
)
_MONTHS = (
    "january jan januar janvier enero gennaio januari janeiro",
    "february feb februar février fevrier febrero febbraio februari fevereiro",
    "march mar märz maerz mars marzo maart março marco mac maret",
    "april apr avril abril aprile",
    "may mai mayo maggio mei maio",
    "june jun juni juin junio giugno junho jun",
    "july jul juli juillet julio luglio julho julai",
    "august aug août aout agosto augustus ogos agustus",
    "september sep sept septembre septiembre settembre setembro",
    "october oct oktober octobre octubre ottobre outubro",
    "november nov novembre noviembre novembro",
    "december dec dez dezember décembre decembre diciembre dicembre dezembro disember desember",
)
WEEKDAY = {name: index for index, names in enumerate(_WEEKDAYS) for name in names.split()}
MONTH = {name: index for index, names in enumerate(_MONTHS, start=1) for name in names.split()}
_TODAY = (
    r"today|tonight|this (?:morning|afternoon|evening)|end of (?:the )?day|eod|cob|close of business|heute"
    r"|aujourd['’]hui|ce soir|hoy|esta (?:tarde|noche)|oggi|stasera|vandaag|vanavond|hoje|hari ini|malam ini"
    r"|petang ini|今天|今晚|今日"
)
_TOMORROW = "tomorrow|(?<!guten )(?<!am )morgen(?! früh um)|demain|(?<!la )mañana|domani|amanhã|esok|besok|明天|明日"


def _any_of(names: dict[str, int]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


_BEFORE = (
    r"by|until|till|before|on|no later than|not later than|due|this|next|for|bis(?: zum)?|spätestens(?: am)?|am|vor|"
    r"(?:diesen|nächsten|kommenden)|avant(?: le)?|d['’]ici(?: à| le)?|jusqu['’](?:à|au)|pour(?: le)?"
    r"|au plus tard(?: le)?|ce|"
    r"antes del?|hasta(?: el)?|para(?: el)?|el|este|entro(?: il)?|prima di|per|voor|uiterlijk(?: op)?|op|tot"
    r"|até(?: a)?|na|no|"
    r"sebelum|selewat-lewatnya|pada|menjelang|hari|在|于|到|本|这|下"
)
_WEEKDAY_DUE = expression(
    rf"(?:\b|(?=[在于到本这下]))(?:{_BEFORE})\s*(?:the |dem |den |hari )?(?P<day>{_any_of(WEEKDAY)})(?:\b"
    rf"|(?<=[\u4e00-\u9fff]))"
    r"|(?P<zh>(?:周|星期|礼拜)[一二三四五六日天])(?:.{0,6}(?:前|之前))"
)
_MEANS_NEXT = expression(r"on\b|next\b|am\b|nächsten\b|op\b")
"""Who writes "on Friday" on a Friday means the next; who wants it "by Friday" may mean today."""

_DAY_MONTH = expression(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th|\.|º|er)?\s+(?:of |de |di )?({_any_of(MONTH)})\b\.?(?:,?\s+(?:de )?(\d{{4}}))?"
)
_MONTH_DAY = expression(rf"\b({_any_of(MONTH)})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,?\s+(\d{{4}}))?")
_ISO = expression(r"\b(\d{4})-(\d{2})-(\d{2})\b|(\d{4})年(\d{1,2})月(\d{1,2})日")
_CHINESE = expression(r"(\d{1,2})月(\d{1,2})[日号]")
_NUMERIC = expression(r"\b(\d{1,2})([./])(\d{1,2})(?:\2(\d{4}|\d{2})\b|\.(?!\d)|(?<=/\d)\b|(?<=/\d\d)\b)")
_RELATIVE_TODAY = expression(rf"(?:\b|(?=[今明]))(?:{_TODAY})(?:\b|(?<=[\u4e00-\u9fff]))")
_RELATIVE_TOMORROW = expression(rf"(?:\b|(?=[今明]))(?:{_TOMORROW})(?:\b|(?<=[\u4e00-\u9fff]))")
_WITHIN = expression(
    r"\b(?:within|in|in the next|innerhalb von|binnen|dans|sous|d['’]ici|en|dentro de|entro|fra|tra|em"
    r"|dalam(?: masa)?|over)\s+"
    r"(?:the next\s+)?(\d{1,2})\s*(hours?|days?|weeks?|stunden|tagen?|wochen?|heures?|h\b|jours?|semaines?|horas?"
    r"|días?|dias?|semanas?|ore"
    r"|giorni|settimane?|uur|dagen|weken|jam|hari|minggu)"
)
_DIGIT = expression(r"\d")
_CLOCK = expression(
    r"\b(?:by|before|until|till|no later than|bis|vor|spätestens|avant|jusqu['’]à|antes de las?|hasta las?"
    r"|entro le|prima delle|voor|tot|até às|antes das"
    r"|sebelum(?: jam| pukul)?|pukul)\s+(?:um )?(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm|a\.m\.|p\.m\.|uhr|h\b|heures"
    r"|uur|pagi|petang)?"
    r"|(\d{1,2})[:点](\d{2})?分?(?:之)?前"
)
_WEEK_END = expression(
    r"\b(?:end of (?:the |this )?week|eow|ende (?:der|dieser) woche|fin de (?:la )?(?:semaine|semana)"
    r"|fine settimana|eind(?:e)? van de week"
    r"|fim da semana|hujung minggu|this week|diese woche|cette semaine|esta semana|questa settimana|deze week"
    r"|minggu ini)\b|本周内|这周内"
)
_MONTH_END = expression(
    r"\b(?:end of (?:the |this )?month|ende des monats|monatsende|fin (?:du|de) mo?i?s|fine (?:del )?mese"
    r"|eind van de maand|fim do mês"
    r"|hujung bulan|akhir bulan)\b|月底"
)
_BY_THEN = (
    *(
        "by then",
        "until then",
        "before then",
        "bis dahin",
        "d'ici là",
        "d’ici là",
        "per allora",
        "entro allora",
        "voor die tijd",
    ),
    *("voor dan", "até lá", "para entonces", "antes de entonces", "sebelum itu", "在此之前", "届时"),
)
_DAY_WORDS = frozenset({*WEEKDAY, *MONTH}) | vocabulary(
    """
    today tonight tomorrow day eod cob business week weekend eow month hours days weeks morning afternoon evening
    heute morgen tag tagen woche ende monatsende stunden wochen aujourd ce demain soir semaine mois jours heures
    hoy mañana tarde noche semana mes horas días oggi domani stasera settimana mese giorni ore vandaag morgen vanavond
    maand uur dagen hoje amanhã mês dias semanas hari malam esok besok petang minggu bulan jam
    今天 今晚 今日 明天 明日 本周 这周 月底 周内
    """
)
_NEIGHBOURS = 3


def deadline(sentence: str, said_at: datetime) -> date | None:
    """Return the day by which `sentence` wants something; `said_at` is in the owner's zone. The past is no deadline."""
    lowered = sentence.lower()
    if _DAY_WORDS.isdisjoint(words(lowered)) and not _DIGIT.search(lowered):
        return None
    found = _calendar_day(lowered, said_at.date()) or _relative_day(lowered, said_at)
    if found is None or not timedelta(0) <= found - said_at.date() <= timedelta(days=400):
        return None
    return found


def due_days(said: Sequence[str], asked: Sequence[str], said_at: datetime) -> list[date | None]:
    """Return the day each of `asked` is due: the one it names, or the one that its "by then" points to.

    Where none names any, the first is due on the first day that the sentences around it speak of: "Could you review
    it? We release on Sunday."
    """
    days = [_due(said, sentence, said_at) for sentence in asked]
    if days and not any(days):
        place = said.index(asked[0])
        around = said[max(0, place - _NEIGHBOURS) : place + _NEIGHBOURS + 1]
        days[0] = next((day for sentence in around if (day := deadline(sentence, said_at))), None)
    return days


def _due(said: Sequence[str], sentence: str, said_at: datetime) -> date | None:
    place, lowered = said.index(sentence), sentence.lower()
    if any(phrase in lowered for phrase in _BY_THEN):
        before = (deadline(earlier, said_at) for earlier in reversed(said[max(0, place - 3) : place]))
        return next((day for day in before if day), None)
    return deadline(sentence, said_at)


def _calendar_day(text: str, today: date) -> date | None:
    if found := _ISO.search(text):
        year, month, day = (int(group) for group in found.groups() if group)
        return _real_day(year, month, day)
    if found := _DAY_MONTH.search(text):
        return _day_of(int(found[1]), MONTH[found[2]], found[3], today)
    if found := _MONTH_DAY.search(text):
        return _day_of(int(found[2]), MONTH[found[1]], found[3], today)
    if found := _CHINESE.search(text):
        return _day_of(int(found[2]), int(found[1]), None, today)
    if found := _NUMERIC.search(text):
        return _numeric(int(found[1]), int(found[3]), found[4], today)
    return None


def _numeric(first: int, second: int, year: str | None, today: date) -> date | None:
    """Day first as most of the world writes, unless that is no date."""
    day, month = (first, second) if second <= 12 else (second, first)
    return _day_of(day, month, year, today)


def _day_of(day: int, month: int, year: str | None, today: date) -> date | None:
    if year:
        return _real_day(int(year) if len(year) == 4 else 2000 + int(year), month, day)
    this_year = _real_day(today.year, month, day)
    if this_year and this_year < today - timedelta(days=180):
        return _real_day(today.year + 1, month, day)
    return this_year


def _real_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _relative_day(text: str, said_at: datetime) -> date | None:
    today = said_at.date()
    if found := _WEEKDAY_DUE.search(text):
        weekday = WEEKDAY[found["day"] or found["zh"]]
        ahead = (weekday - today.weekday()) % 7
        return today + timedelta(days=ahead or (7 if _MEANS_NEXT.match(found[0]) else 0))
    if _RELATIVE_TOMORROW.search(text):
        return today + timedelta(days=1)
    if _RELATIVE_TODAY.search(text):
        return today
    if found := _WITHIN.search(text):
        return (said_at + _span(int(found[1]), found[2])).date()
    if _WEEK_END.search(text):
        return today + timedelta(days=(4 - today.weekday()) % 7)
    if _MONTH_END.search(text):
        return (today.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return _next_clock(text, said_at)


def _span(count: int, unit: str) -> timedelta:
    if unit.startswith(("hour", "stunde", "heure", "h", "hora", "ore", "uur", "jam")) and unit != "hari":
        return timedelta(hours=count)
    if unit.startswith(("week", "woche", "semaine", "semana", "settiman", "weken", "minggu")):
        return timedelta(weeks=count)
    return timedelta(days=count)


def _next_clock(text: str, said_at: datetime) -> date | None:
    """A time of day alone means the next such time."""
    found = _CLOCK.search(text)
    if found is None:
        return None
    hour, minute = int(found[1] or found[4]), int(found[2] or found[5] or 0)
    if (found[3] or "").startswith(("p", "petang")) and hour < 12:
        hour += 12
    if hour > 23 or minute > 59:
        return None
    passed = (hour, minute) <= (said_at.hour, said_at.minute)
    return said_at.date() + timedelta(days=1 if passed else 0)
