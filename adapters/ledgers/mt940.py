"""MT940 and MT942 (SWIFT's customer statement messages), by the library mt-940."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from adapters.ledgers.garbled import Garbled
from application.ports.documents import LETTERS_OF_A_LINE
from domain.finance.statements import Statement, StatementTransaction

if TYPE_CHECKING:
    from mt940.tags import Tag

_TAG = re.compile(r"^:\d{2}[A-Z]?:", re.MULTILINE)
_BEGIN = re.compile(r"^(?:\{\d:.*?)?:20:", re.MULTILINE)
_MOVED = re.compile(r"^:61:(.*(?:\n(?!:|-).*)?)", re.MULTILINE)
_CURRENCY = re.compile(r"^:(?:34F|60[FM]|62[FM]|90[CD]):(?:[CD]?\d{6}|\d{0,5})?([A-Z]{3})", re.MULTILINE)


def is_mt940(text: str) -> bool:
    return bool(_TAG.search(text)) and (":61:" in text or ":60F:" in text or ":60M:" in text or ":25:" in text)


def read_mt940(text: str) -> tuple[Statement, ...]:
    """Return one statement per account and unbroken run of balances; raise `Garbled` for what breaks the format."""
    messages = [_read_message(message) for message in _messages(text)]
    statements: list[Statement] = []
    for each in (message for message in messages if message is not None):
        if statements and _continues(statements[-1], each):
            statements[-1] = _joined(statements[-1], each)
        else:
            statements.append(each)
    if not statements:
        raise Garbled("no message in it holds a transaction or a balance")
    return tuple(statements)


def _messages(text: str) -> Iterator[str]:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    begins = [match.start() for match in _BEGIN.finditer(text)] or [0]
    for start, end in zip(begins, [*begins[1:], len(text)], strict=True):
        yield text[start:end]


def _read_message(message: str) -> Statement | None:
    from mt940.models import Transactions

    try:
        found = Transactions(tags=_tags(message))
        found.parse(message)
    except (RuntimeError, ValueError, ArithmeticError, KeyError, AssertionError, TypeError) as error:
        raise Garbled(f"an MT940 message breaks the format: {str(error)[:120]}") from None
    data = cast(Mapping[str, Any], found.data)
    opening = data.get("final_opening_balance") or data.get("intermediate_opening_balance")
    closing = data.get("final_closing_balance") or data.get("intermediate_closing_balance")
    transactions = tuple(_transaction(each.data) for each in found if each.data.get("amount") is not None)
    if not transactions and opening is None and closing is None:
        return None
    currency = _CURRENCY.search(message)
    if currency is None:
        raise Garbled("an MT940 message names no currency")
    days = [each.date for each in transactions]
    return Statement(
        bank="",
        account=str(data.get("account_identification") or ""),
        currency=currency[1],
        start=_day(opening) or min(days, default=None),
        end=_day(closing) or max(days, default=None),
        opening=None if opening is None else Decimal(opening.amount.amount),
        closing=None if closing is None else Decimal(closing.amount.amount),
        transactions=transactions,
        reader="mt940",
        is_machine_made=True,
    )


def _tags(message: str) -> dict[int | str, Tag] | None:
    """Return the dialect in which the transactions are written, for the library passes over what it cannot read."""
    from mt940.tags import Statement as Standard
    from mt940.tags import StatementASNB

    lines = _MOVED.findall(message)
    if all(Standard().re.match(line) for line in lines):
        return None
    if all(StatementASNB().re.match(line) for line in lines):
        return {61: StatementASNB()}
    unread = next(line for line in lines if Standard().re.match(line) is None)
    raise Garbled(f"a transaction line breaks the format: {unread[:60]!r}")


def _transaction(data: Mapping[str, Any]) -> StatementTransaction:
    details = str(data.get("transaction_details") or data.get("extra_details") or "")
    words = [str(data.get(name) or "") for name in ("applicant_name", "purpose", "posting_text")]
    described = " ".join(" ".join([*words, "" if any(words) else details]).split())
    value = cast(dt.date, data["date"])
    booked = data.get("entry_date") or data.get("guessed_entry_date") or value
    return StatementTransaction(
        dt.date(booked.year, booked.month, booked.day),
        described[:LETTERS_OF_A_LINE] or str(data.get("customer_reference") or ""),
        _amount(data),
        dt.date(value.year, value.month, value.day),
        lines=tuple(details.splitlines()),
    )


def _amount(data: Mapping[str, Any]) -> Decimal:
    """Return the amount with its sign; a reversed credit (RC) is money out, which the library takes for money in."""
    amount = abs(Decimal(data["amount"].amount))
    return -amount if str(data.get("status") or "").upper() in ("D", "RC", "ED") else amount


def _day(balance: Any) -> dt.date | None:
    date = getattr(balance, "date", None)
    return None if date is None else dt.date(date.year, date.month, date.day)


def _continues(last: Statement, each: Statement) -> bool:
    same = (last.account, last.currency) == (each.account, each.currency)
    return same and last.closing is not None and last.closing == each.opening


def _joined(last: Statement, each: Statement) -> Statement:
    transactions = last.transactions + each.transactions
    return replace(last, closing=each.closing, end=each.end or last.end, transactions=transactions)
