"""Reads what is asked about money: the days, the category or the merchant, and an amount."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from adapters.local.matching.spans import ALL_MONTHS, PLAIN_MONTHS, span
from adapters.local.matching.subject import Filled, Said
from application.ports.matcher import BEFORE
from domain.codec import Json
from domain.expressions import expression
from domain.finance.categories import categories_called

_ABOUT = expression(
    r"\b(?:on|at|for|from|with|to|of|f[üu]r|bei|chez|pour|en|para|untuk|di) "
    r"(?P<what>(?!(?:my|the) (?:bank|card|account|credit|debit|visa|amex|mastercard))\S.*)$",
    re.IGNORECASE,
)
_BEFORE_WHAT = expression(
    r"^(?:(?:my|the|our|a|an|all|some|buying|meine?|mes|mis|le|la|les|el|los|las) |l')", re.IGNORECASE
)
_AFTER_WHAT = expression(
    r"(?: (?:in total|total|altogether|transactions?|purchases?|lately|recently|all in all|so far|have i made"
    r"|did i make|i made|i've made|ausgegeben|(?:each|every) month))+$",
    re.IGNORECASE,
)
_OR = "and|or|und|oder|et|ou|y|o|dan|atau"
_UNREAD = expression(
    rf"\b(?:{PLAIN_MONTHS}|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|weekends?|weekdays?|quarters?|20\d\d"
    r"|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|(?:early|mid|late|half)(?= (?:on|at|for) |$)"
    r"|(?:first|second) (?:half|(?:\w+ )?(?:days?|weeks?|months?))|ago|between|before|after|until|till|to(?: date)?$"
    rf"|\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{ALL_MONTHS}|{_OR})|(?:{ALL_MONTHS}|{_OR}) \d{{1,2}}"
    r"|(?:this|same) (?:time|days?|weeks?|months?|periods?)|average|usually|typically|daily|weekly|yearly"
    r"|(?:a|per|each|every) (?:day|week|year)|(?:a|per) month"
    r"|except|excluding|without|besides|apart|not|compared|versus|vs|than|(?:over|above|under|below) \D{,5}\d+"
    r"|how (?:much|many)(?=.*how (?:much|many)))(?!\w)",
    re.IGNORECASE,
)
"""What changes a question about money in a way that is not read here: better no answer than that to another one."""

_NUMBERED_NAME = expression(
    rf"\b(?:at|bei|chez) (?:(?!(?:on|in|of|from|since|between|for|to|am|vom|le|du)\b)[^\W\d]\S* ){{1,4}}\d\S* (?:of )?(?:{ALL_MONTHS})\b",
    re.IGNORECASE,
)
"""“At Pier 1 March”: the number may be the shop's or the month's."""

_AND = expression(
    r" (?:and|or|than|to|with|against|versus|vs|compared)(?: (?:to|with))?(?= (?:on|at|for)\b|$)", re.IGNORECASE
)
_SPENT = expression(r"\b(?:spen[dt]|spending|expenditures?|ausgegeben|dépensé|gast\w+|belanja\w*)", re.IGNORECASE)
_MONEY = expression(
    r"(?P<before>rm|myr|\$|us\$|s\$|€|£|[a-z]{3})? ?(?P<amount>\d[\d,. ]*\d|\d)(?P<thousands> ?k\b)?"
    r" ?(?P<after>ringgit|dollars?|euros?|pounds?|€|£|[a-z]{3}\b)?",
    re.IGNORECASE,
)
_BOUGHT = expression(r"transact|transakt|purchas|charges|bought|\bbuy\b|transaksi", re.IGNORECASE)
_TO_COME = expression(r"\b(?:due|bills?|owed?|will i|need to spend|invoice|should i)\b", re.IGNORECASE)
_MOVING = expression(r"\b(?:put|wire|move|transfer|send|deposit|withdraw|phone)\b", re.IGNORECASE)
_AS_TIME_WENT = expression(r"\b(?:over|history|month|develop|change|evolve|move)", re.IGNORECASE)
_A_YEAR = timedelta(days=365)
_LETTERS = expression(r"\b(?:e-?)?mails?\b|\bmessages?\b|\binbox\b|\bwrote\b", re.IGNORECASE)
_CURRENCIES = {
    "rm": "MYR", "ringgit": "MYR", "€": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "pound": "GBP",
    "pounds": "GBP", "us$": "USD", "s$": "SGD",
}  # fmt: skip
_GROUPED = re.compile(r"(?<=\d)[, ](?=\d{3}(?:\D|$))")


def _period(said: Said) -> tuple[dict[str, Json], str] | None:
    """Return the days that are asked about, and the rest of the words; None where more is said of them than is read."""
    found, rest = span(said.words, said.now)
    if span(rest, said.now)[0] or _UNREAD.search(rest) or _NUMBERED_NAME.search(said.words):
        return None
    return (dict(found.arguments) if found else {}), rest


def _subject_of(rest: str) -> dict[str, Json]:
    """Return the category or the merchant that is asked about; nothing for money in general."""
    hit = _ABOUT.search(rest)
    what = _AFTER_WHAT.sub("", _BEFORE_WHAT.sub("", hit["what"])).strip(" ?.,") if hit else ""
    if not what or what.lower() in ("month", "week", "year", "everything", "money", "it", "that"):
        return {}
    known = next((name for name in (what, what.removesuffix("s")) if categories_called(name)), None)
    return {"category": known.lower()} if known else {"merchant": what}


def spending(said: Said) -> Filled | None:
    if _TO_COME.search(said.words) or (not _SPENT.search(said.words) and "what" not in said.slots):
        return None
    read = _period(said)
    return Filled(read[0] | _subject_of(read[1])) if read else None


def compared(said: Said) -> Filled | None:
    """“Is that more than January?” names one time; the other, and what it is about, came before."""
    words = said.words.replace("between ", "")
    only, rest = span(words, said.now)
    if only is None or span(rest, said.now)[0]:
        return both(replace(said, words=words))
    if _subject_of(rest) or _UNREAD.search(_AND.sub("", f" {rest}")):
        return None
    return Filled({f"other_{name}": day for name, day in only.arguments.items()}, lacks=BEFORE)


def both(said: Said) -> Filled | None:
    """“What did I spend in May and in June?” asks of two times, each by itself."""
    first, rest = span(said.words, said.now)
    second, rest = span(rest, said.now)
    if first is None or second is None or not first.is_like(second) or not _AND.search(rest):
        return None
    rest = _AND.sub("", rest)
    if span(rest, said.now)[0] or _UNREAD.search(rest) or _TO_COME.search(rest):
        return None
    times = dict(first.arguments) | {f"other_{name}": day for name, day in second.arguments.items()}
    return Filled(times | _subject_of(rest))


def same_again(said: Said) -> Filled | None:
    """“And in January?” asks the question before of another time."""
    found, rest = span(said.slot("what"), said.now)
    return None if found is None or rest else Filled(dict(found.arguments), lacks=BEFORE)


def found(said: Said) -> Filled | None:
    if _LETTERS.search(said.words):
        return None
    read, (_, what) = _period(said), span(said.slot("what"), said.now)
    return Filled(read[0] | _as_text(_subject_of(f"on {what}") if what else {})) if read else None


def _as_text(about: dict[str, Json]) -> dict[str, Json]:
    return {"text" if name == "merchant" else name: value for name, value in about.items()}


def transactions(said: Said) -> Filled | None:
    if not _BOUGHT.search(said.words) or _LETTERS.search(said.words) or _TO_COME.search(said.words):
        return None
    read = _period(said)
    return Filled(read[0] | _as_text(_subject_of(read[1]))) if read else None


def held(said: Said) -> Filled | None:
    """Moving money, what is owed, and what was held long ago, are other matters."""
    others = (_MOVING, _TO_COME, _UNREAD)
    return None if any(each.search(said.words) for each in others) else Filled({})


def held_over(said: Said) -> Filled | None:
    """What was held at some time, or as time went by: the last year, where no time is named."""
    read = _period(said)
    if read is None or held(replace(said, words=read[1])) is None:
        return None
    arguments = read[0]
    if not arguments and _AS_TIME_WENT.search(said.words):
        arguments = {"since": (said.now.date() - _A_YEAR).isoformat()}
    return Filled(arguments) if arguments else None


def in_period(said: Said) -> Filled | None:
    read = _period(said)
    return Filled(read[0]) if read else None


def budget(said: Said) -> Filled | None:
    category, money = _BEFORE_WHAT.sub("", said.slot("what")), _MONEY.search(said.slot("money"))
    if money is None or not categories_called(category):
        return None
    amount = _GROUPED.sub("", money["amount"]).replace(",", ".").strip()
    if not re.fullmatch(r"\d+(?:\.\d+)?", amount):
        return None
    limit = f"{amount}000" if money["thousands"] and "." not in amount else amount
    named = (money["before"] or money["after"] or "").lower()
    currency = _CURRENCIES.get(named, named.upper() if len(named) == 3 and named.isalpha() else "")
    arguments: dict[str, Json] = {"category": category.lower(), "limit": limit}
    return Filled(arguments | ({"currency": currency} if currency else {}))
