"""OFX and QFX (1.x in SGML, 2.x in XML): the library ofxtools makes the tree, whatever the header lacks."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Protocol, cast
from xml.etree.ElementTree import Element, ParseError

from adapters.ledgers.garbled import Garbled
from application.ports.documents import LETTERS_OF_A_LINE
from domain.errors import Invalid
from domain.finance.amounts import read_amount
from domain.finance.money import currencies
from domain.finance.statements import AccountKind, Statement, StatementTransaction

_HEAD = 2000  # bytes
_BODY = re.compile(rb"<OFX>.*</OFX>", re.IGNORECASE | re.DOTALL)
_CHARSET = re.compile(rb"(?:CHARSET:|encoding=\")\s*([\w-]+)", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)")


class _Tree(Protocol):
    def feed(self, data: str) -> None: ...

    def close(self) -> Element: ...


def is_ofx(content: bytes) -> bool:
    head = content[:_HEAD].upper()
    return b"OFXHEADER" in head or b"<OFX>" in head


def read_ofx(content: bytes) -> tuple[Statement, ...]:
    """Return every account's statement; raise `Garbled` for what breaks the format."""
    root = _parsed(content)
    found = [(each, name) for name in ("STMTRS", "CCSTMTRS") for each in root.iter(name)]
    if not found:
        raise Garbled("the OFX file holds no statement")
    return tuple(_statement(each, AccountKind.CARD if name == "CCSTMTRS" else AccountKind.BANK) for each, name in found)


def _parsed(content: bytes) -> Element:
    from ofxtools.Parser import TreeBuilder

    body = _BODY.search(content)
    if body is None:
        raise Garbled("the OFX file breaks off: there is no <OFX> … </OFX> in it")
    tree = cast(_Tree, TreeBuilder())
    try:
        tree.feed(_decoded(body[0], content))
        return tree.close()
    except (ParseError, SyntaxError, AssertionError, IndexError, ValueError) as error:
        raise Garbled(f"the OFX file breaks the format: {str(error)[:120]}") from None


def _decoded(body: bytes, content: bytes) -> str:
    match = _CHARSET.search(content[:_HEAD])
    named = match[1].decode("ascii") if match else "utf-8"
    for charset in ("utf-8", f"cp{named}" if named.isdigit() else named, "cp1252"):
        try:
            return body.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("latin-1")


def _statement(element: Element, kind: AccountKind) -> Statement:
    currency = _text(element, "CURDEF").upper()
    if currency not in currencies():
        raise Garbled(f"{currency!r} is not a currency of ISO 4217")
    listed = element.find("BANKTRANLIST")
    account = element.find("CCACCTFROM" if kind is AccountKind.CARD else "BANKACCTFROM")
    closing = _text(element, "LEDGERBAL/BALAMT")
    transactions = sorted((_transaction(each) for each in element.iter("STMTTRN")), key=lambda each: each.date)
    return Statement(
        bank="" if account is None else _text(account, "BANKID"),
        account="" if account is None else _text(account, "ACCTID"),
        currency=currency,
        start=None if listed is None else _day(_text(listed, "DTSTART")),
        end=None if listed is None else _day(_text(listed, "DTEND")),
        opening=None,
        closing=_amount(closing) if closing else None,
        transactions=tuple(transactions),
        reader="ofx",
        kind=kind,
        is_machine_made=True,
    )


def _transaction(element: Element) -> StatementTransaction:
    day = _day(_text(element, "DTPOSTED"))
    if day is None:
        raise Garbled(f"transaction {_text(element, 'FITID')!r} has no date")
    words = (_text(element, "NAME"), _text(element, "PAYEE/NAME"), _text(element, "MEMO"))
    described = " ".join(dict.fromkeys(word for word in words if word))
    amount = _amount(_text(element, "TRNAMT"))
    value_date = _day(_text(element, "DTAVAIL"))
    return StatementTransaction(day, described[:LETTERS_OF_A_LINE], amount, value_date, lines=(described,))


def _amount(text: str) -> Decimal:
    """Read an amount as OFX has it: no marks of thousands, a point or a comma before the cents."""
    try:
        return read_amount(text, "," if "," in text else ".")
    except Invalid as error:
        raise Garbled(str(error)) from None


def _day(text: str) -> dt.date | None:
    """Read the day of `YYYYMMDDHHMMSS.XXX[offset:zone]`, as the bank wrote it."""
    if not text:
        return None
    match = _DAY.match(text)
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3])) if match else _no_date(text)
    except ValueError:
        return _no_date(text)


def _no_date(text: str) -> dt.date:
    raise Garbled(f"{text!r} is not a date")


def _text(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()
