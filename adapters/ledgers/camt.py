"""CAMT.053, .052 and .054 (ISO 20022 bank-to-customer statements, reports and notifications)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from adapters.ledgers.garbled import Garbled
from application.ports.documents import LETTERS_OF_A_LINE
from domain.finance.money import currencies
from domain.finance.statements import Statement, StatementTransaction

_HEAD = 20_000  # bytes within which a document says what it is
_SPACE = re.compile(r"\{[^}]*\}")
_DECIMAL = re.compile(r"[+-]?\d+(?:\.\d+)?")
_FORBIDDEN = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


_NOT_BOOKED = frozenset({"PDNG", "INFO", "FUTR"})
"""Pending, for information alone, and to come (ISO 20022, external entry status)."""


def is_camt(content: bytes) -> bool:
    return b"BkToCstmr" in content[:_HEAD]


def read_camt(content: bytes) -> tuple[Statement, ...]:
    """Return every statement in the document; raise `Garbled` for what breaks the format."""
    root = _parsed(content)
    for element in root.iter():
        element.tag = _SPACE.sub("", str(element.tag))
    found = tuple(_statement(each) for name in ("Stmt", "Rpt", "Ntfctn") for each in root.iter(name))
    if not found:
        raise Garbled("the CAMT document holds no statement")
    return found


def _parsed(content: bytes) -> Element:
    """Parse without definitions of entities, which is how XML is made to explode."""
    if _FORBIDDEN.search(content):
        raise Garbled("a document type or entity is defined in it, which no bank does")
    try:
        return ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise Garbled(f"the XML breaks off or is broken: {error}") from None


def _statement(element: Element) -> Statement:
    balances = {_text(each, "Tp/CdOrPrtry/Cd"): each for each in element.findall("Bal")}
    opening = balances.get("OPBD", balances.get("PRCD"))
    closing = balances.get("CLBD")
    every = element.findall("Ntry")
    entries = [each for each in every if _status(each) not in _NOT_BOOKED]
    currency = _currency(element, [*balances.values(), *(entries or every)])
    days = [_day(each, "Dt") for each in (opening, closing) if each is not None]
    return Statement(
        bank=_text(element, "Acct/Svcr/FinInstnId/Nm"),
        account=_text(element, "Acct/Id/IBAN") or _text(element, "Acct/Id/Othr/Id"),
        currency=currency,
        start=_moment(_text(element, "FrToDt/FrDtTm")) or (days[0] if days else None),
        end=_moment(_text(element, "FrToDt/ToDtTm")) or (days[-1] if days else None),
        opening=None if opening is None else _amount(opening),
        closing=None if closing is None else _amount(closing),
        transactions=tuple(_transaction(each) for each in entries),
        reader="camt",
        is_machine_made=True,
    )


def _status(entry: Element) -> str:
    return _text(entry, "Sts") or _text(entry, "Sts/Cd")


def _currency(element: Element, holders: list[Element]) -> str:
    found = {each.get("Ccy", "") for holder in holders for each in holder.findall("Amt")} - {""}
    named = _text(element, "Acct/Ccy")
    if len(found | ({named} - {""})) > 1:
        raise Garbled(f"one statement speaks of several currencies: {', '.join(sorted(found))}")
    currency = next(iter(found), named)
    if currency not in currencies():
        raise Garbled(f"{currency!r} is not a currency of ISO 4217")
    return currency


def _transaction(entry: Element) -> StatementTransaction:
    booked = _day(entry, "BookgDt") or _day(entry, "ValDt")
    if booked is None:
        raise Garbled(f"entry {_text(entry, 'NtryRef') or _text(entry, 'Amt')!r} has no date")
    words = tuple(dict.fromkeys(_words(entry)))
    described = " ".join(words)[:LETTERS_OF_A_LINE]
    return StatementTransaction(booked, described, _amount(entry), _day(entry, "ValDt"), lines=words)


def _words(entry: Element) -> Iterator[str]:
    """Yield who was on the other side, and what it was for."""
    other = "Dbtr" if _text(entry, "CdtDbtInd") == "CRDT" else "Cdtr"
    names = (f".//RltdPties/{other}/Nm", f".//RltdPties/{other}/Pty/Nm", ".//RmtInf/Ustrd", ".//AddtlTxInf")
    for path in (*names, "AddtlNtryInf"):
        for element in entry.findall(path):
            if text := " ".join((element.text or "").split()):
                yield text


def _amount(holder: Element) -> Decimal:
    text = _text(holder, "Amt")
    if not _DECIMAL.fullmatch(text):
        raise Garbled(f"{text!r} is not an amount")
    side = _text(holder, "CdtDbtInd")
    if side not in ("CRDT", "DBIT"):
        raise Garbled(f"{side!r} is neither CRDT nor DBIT, beside the amount {text}")
    try:
        return Decimal(text) * (1 if side == "CRDT" else -1)
    except InvalidOperation:
        raise Garbled(f"{text!r} is not an amount") from None


def _day(holder: Element, name: str) -> dt.date | None:
    return _moment(_text(holder, f"{name}/Dt") or _text(holder, f"{name}/DtTm") or _text(holder, name))


def _moment(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        raise Garbled(f"{text!r} is not a date") from None


def _text(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()
