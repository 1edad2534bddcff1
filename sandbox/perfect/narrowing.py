"""Narrows a question about money: the days that it names, and on what or with whom it was spent."""

from __future__ import annotations

import re
from calendar import month_name
from datetime import date, timedelta

from sandbox.perfect import filling
from sandbox.perfect.asked import Offer

_OF_MONEY = re.compile(r"spending|transactions|cash_flow|balances")
_MONTHS = {name.lower(): number for number, name in enumerate(month_name) if name}
_TIME = re.compile(rf"\b(?P<which>this|last) (?P<length>month|year)\b|\b(?P<name>{'|'.join(_MONTHS)})\b", re.IGNORECASE)
_ON = re.compile(r"\bon (?!my\b|the\b)([a-z]+)\b")
_AT = re.compile(r"\b(?:at|with|from) ((?:[A-Z][\w'&-]*)(?: [A-Z][\w'&-]*)*)")
_ALL_OF = re.compile(r"\b([A-Z][\w'&-]*) (?:transactions|purchases|payments)\b")
Days = tuple[date, date]


def narrowed(offer: Offer, question: str, today: date | None) -> dict[str, object]:
    """The arguments of a tool about money that the question tells; none for another tool."""
    if not _OF_MONEY.search(offer.name):
        return {}
    told = {**_days(question, today), **_about(question)}
    return {name: what for name, what in told.items() if name in filling.properties(offer.schema)}


def _days(question: str, today: date | None) -> dict[str, object]:
    spans = [_span(found, today) for found in _TIME.finditer(question)] if today else []
    return {
        f"{which}{end}": day.isoformat()
        for which, span in zip(("", "other_"), spans, strict=False)
        for end, day in zip(("since", "until"), span, strict=True)
    }


def _span(found: re.Match[str], today: date) -> Days:
    """The first and the last day; a month without a year is the latest that has begun."""
    if found["length"] and found["length"].lower() == "year":
        year = today.year - (found["which"].lower() == "last")
        return date(year, 1, 1), date(year, 12, 31)
    if found["name"]:
        month = _MONTHS[found["name"].lower()]
        return _month(date(today.year - (month > today.month), month, 1))
    first = today.replace(day=1)
    return _month(first if found["which"].lower() == "this" else (first - timedelta(days=1)).replace(day=1))


def _month(first: date) -> Days:
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _about(question: str) -> dict[str, object]:
    about: dict[str, object] = {}
    if on := _ON.search(question):
        about["category"] = on[1]
    if at := _AT.search(question):
        about["merchant"] = about["text"] = at[1]
    if every := _ALL_OF.search(question):
        about["text"] = every[1]
    return about
