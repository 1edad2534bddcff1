"""Transactions in the formats of other programs: CSV (RFC 4180), Ledger and beancount."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from application.ports.books import Books, TransactionQuery
from domain.finance.transactions import Transaction

_COLUMNS = ("date", "bank", "account", "description", "merchant", "category", "amount", "currency", "balance", "id")
_FORMULA = ("=", "+", "-", "@", "|", "%")
_EQUITY = "Equity:Opening-Balances"


@dataclass(frozen=True, slots=True)
class Opening:
    """What an account held before the first of its transactions that are written out."""

    first: Transaction
    amount: Decimal


def openings(books: Books, transactions: Iterable[Transaction], since: date) -> tuple[Opening, ...]:
    """Return what each account held before `transactions`, the oldest of which come first and all are since a day.

    Nothing is said of an account whose bank printed no balance to begin with.
    """
    firsts: dict[tuple[str, str, str], Transaction] = {}
    for each in transactions:
        firsts.setdefault((each.bank, each.account, each.currency), each)
    found = ((first, _held_before(books, first, since)) for first in firsts.values())
    return tuple(Opening(first, held) for first, held in found if held)


def _held_before(books: Books, first: Transaction, since: date) -> Decimal | None:
    held = books.statement(first.statement_id).opening
    before = books.transactions(TransactionQuery(statement_id=first.statement_id, until=since))
    return None if held is None else held + sum((each.amount for each in before), Decimal(0))


def as_csv(transactions: Iterable[Transaction]) -> str:
    """One row per transaction, with a heading. Wordings that a spreadsheet would take for a formula are quoted."""
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(_COLUMNS)
    rows.writerows(_row(each) for each in transactions)
    return written.getvalue()


def as_ledger(transactions: Iterable[Transaction], held: Sequence[Opening] = ()) -> str:
    """Double entries as Ledger reads them; what is spent goes from the account to its category."""
    began = [_opened(each, f"{each.first.date:%Y/%m/%d} Opening balance") for each in held]
    return "\n".join([*began, *(_entry(each, f"{each.date:%Y/%m/%d} {_plain(each)}") for each in transactions)])


def as_beancount(transactions: Iterable[Transaction], held: Sequence[Opening] = ()) -> str:
    """Double entries as beancount reads them; every account that is used is opened first."""
    known = list(transactions)
    accounts = {name for each in known for name in (_asset(each), _other_side(each))} | ({_EQUITY} if held else set())
    first = min((each.date for each in known), default=None)
    opened = "".join(f"{first} open {name}\n" for name in sorted(accounts)) if first else ""
    began = [_opened(each, f'{each.first.date} * "Opening balance"') for each in held]
    return opened + "\n".join([*began, *(_entry(each, f'{each.date} * "{_plain(each)}"') for each in known)])


def _row(each: Transaction) -> tuple[str, ...]:
    texts = (each.bank, each.account, each.description, each.merchant or "")
    bank, account, description, merchant = (_harmless(text) for text in texts)
    balance = "" if each.balance is None else str(each.balance)
    money = (str(each.amount), each.currency, balance)
    return (each.date.isoformat(), bank, account, description, merchant, each.category.value, *money, each.id)


def _harmless(text: str) -> str:
    """Return the text so that no spreadsheet computes it: with a mark before what would begin a formula."""
    return f"'{text}" if text.lstrip().startswith(_FORMULA) or text[:1].isspace() else text


def _entry(each: Transaction, head: str) -> str:
    return (
        f"{head}\n    {_asset(each)}  {each.amount} {each.currency}\n"
        f"    {_other_side(each)}  {-each.amount} {each.currency}\n"
    )


def _opened(opening: Opening, head: str) -> str:
    currency = opening.first.currency
    return (
        f"{head}\n    {_asset(opening.first)}  {opening.amount} {currency}\n"
        f"    {_EQUITY}  {-opening.amount} {currency}\n"
    )


def _asset(each: Transaction) -> str:
    return f"Assets:{_name(each.bank)}:{_name(each.account)}"


def _other_side(each: Transaction) -> str:
    if each.is_own_move:
        return "Assets:Transfers"
    side = "Income" if each.amount > 0 and not each.refund else "Expenses"
    return f"{side}:{_name(each.category.value)}"


def _name(text: str) -> str:
    """Return a name that both programs take: letters, digits and dashes, beginning with a capital or a digit."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")
    return plain[:1].upper() + plain[1:] if plain else "Unknown"


def _plain(each: Transaction) -> str:
    """Return who was paid in one line; what both programs would read as a mark before it is taken off."""
    named = " ".join((each.merchant or each.description).replace('"', "'").replace("\\", "/").split())
    return named.replace(";", ",").lstrip("!*(=~%#@|- ") or "Unknown"


EXPORTS: Mapping[str, Callable[[Sequence[Transaction], Sequence[Opening]], str]] = {
    "csv": lambda transactions, _: as_csv(transactions),
    "ledger": as_ledger,
    "beancount": as_beancount,
}
