"""Transactions in the formats of other programs: CSV (RFC 4180), Ledger and beancount."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping

from domain.finance.transactions import Transaction

_COLUMNS = ("date", "bank", "account", "description", "merchant", "category", "amount", "currency", "balance", "id")
_FORMULA = ("=", "+", "-", "@", "|", "%")


def as_csv(transactions: Iterable[Transaction]) -> str:
    """One row per transaction, with a heading. Wordings that a spreadsheet would take for a formula are quoted."""
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(_COLUMNS)
    rows.writerows(_row(each) for each in transactions)
    return written.getvalue()


def as_ledger(transactions: Iterable[Transaction]) -> str:
    """Double entries as Ledger reads them; what is spent goes from the account to its category."""
    return "\n".join(_entry(each, f"{each.date:%Y/%m/%d} {_plain(each)}") for each in transactions)


def as_beancount(transactions: Iterable[Transaction]) -> str:
    """Double entries as beancount reads them; every account that is used is opened first."""
    known = list(transactions)
    accounts = {name for each in known for name in (_asset(each), _other_side(each))}
    first = min((each.date for each in known), default=None)
    opened = "".join(f"{first} open {name}\n" for name in sorted(accounts)) if first else ""
    return opened + "\n".join(_entry(each, f'{each.date} * "{_plain(each)}"') for each in known)


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


def _asset(each: Transaction) -> str:
    return f"Assets:{_name(each.bank)}:{_name(each.account)}"


def _other_side(each: Transaction) -> str:
    if each.own_transfer:
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


EXPORTS: Mapping[str, Callable[[Iterable[Transaction]], str]] = {
    "csv": as_csv,
    "ledger": as_ledger,
    "beancount": as_beancount,
}
