"""What belongs together in the books: the two halves of a move between own accounts, and money that came back."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from domain.finance.categories import NO_SPENDING, Spending
from domain.finance.transactions import Judge, Transaction

MOST_DAYS_APART = dt.timedelta(days=4)
CALLED_SO = dt.timedelta(days=10)
"""Days that two halves may be apart where the words of both call them a transfer, as over a long holiday."""

MOST_DAYS_TO_REFUND = dt.timedelta(days=180)
TELLING = 4
"""Digits at the end of an account's number that tell it where a wording calls itself a transfer."""

_DIGITS = re.compile(rf"\d{{{TELLING},}}")


def tied_together(transactions: Sequence[Transaction]) -> tuple[Transaction, ...]:
    """Return `transactions` with transfers and refunds marked anew; what no longer belongs together is let go."""
    return with_refunds(with_transfers(transactions))


def with_transfers(
    transactions: Sequence[Transaction], within: dt.timedelta = MOST_DAYS_APART
) -> tuple[Transaction, ...]:
    """Return `transactions` with the two halves of each move between own accounts marked and tied together.

    The halves are equal and opposite, in one currency, in two accounts, and a few days apart at most; each half is
    used once, the nearest in time first. What a shop was paid is never half of a transfer. What words call a transfer
    is one as well where they name another account in the books, whose statement with the other half is still to come.
    """
    free = tuple(map(_let_go, transactions))
    arrivals: dict[tuple[str, Decimal], list[Transaction]] = defaultdict(list)
    for each in free:
        if each.amount > 0 and _may_be_transfer(each):
            arrivals[(each.currency, each.amount)].append(each)
    tied: dict[str, Transaction] = {}
    for out in (each for each in free if each.amount < 0 and _may_be_transfer(each)):
        equal = arrivals.get((out.currency, -out.amount), ())
        fits = [into for into in equal if into.id not in tied and _are_halves(out, into, within)]
        if fits:
            into = min(fits, key=lambda each: abs(each.date - out.date))
            tied[out.id], tied[into.id] = _half(out, into.id), _half(into, out.id)
    accounts = {(each.bank, each.account) for each in free}
    return tuple(tied.get(each.id) or _to_known_account(each, accounts) for each in free)


def _to_known_account(each: Transaction, accounts: Iterable[tuple[str, str]]) -> Transaction:
    if not each.is_unmatched:
        return each
    named = _DIGITS.findall(each.description)
    others = (other for other in sorted(accounts) if other != (each.bank, each.account))
    known = next((other for other in others if any(_is_end_of(number, other[1]) for number in named)), None)
    return each if known is None else _half(each, " ".join(known))


def _is_end_of(number: str, account: str) -> bool:
    """Whether one number ends as the other does, for as much as is printed of both."""
    printed = re.sub(r"[\s.-]", "", account)
    seen = re.search(r"\d*$", printed)
    shorter, longer = sorted((number, seen.group() if seen else ""), key=len)
    return len(shorter) >= TELLING and longer.endswith(shorter)


def _half(each: Transaction, other: str) -> Transaction:
    judge = each.judge if each.category is Spending.TRANSFER else Judge.NOBODY
    return replace(each, category=Spending.TRANSFER, judge=judge, own_transfer=other)


def _let_go(each: Transaction) -> Transaction:
    """Return a half by itself: where only the other half said that it was a transfer, it is nothing known again."""
    if each.own_transfer is None:
        return each
    category = Spending.OTHER if each.judge is Judge.NOBODY else each.category
    return replace(each, category=category, own_transfer=None)


def _may_be_transfer(transaction: Transaction) -> bool:
    if transaction.judge is Judge.OWNER:
        return transaction.category is Spending.TRANSFER
    # A card paid every month looks like a subscription for as long as the card's own statements are not known.
    was_guessed = transaction.judge is Judge.LOCAL and transaction.category is Spending.SUBSCRIPTIONS
    return was_guessed or transaction.category in (Spending.TRANSFER, Spending.OTHER)


def _are_halves(out: Transaction, into: Transaction, within: dt.timedelta) -> bool:
    apart = (out.bank, out.account) != (into.bank, into.account)
    called_so = out.category is into.category is Spending.TRANSFER
    return apart and abs(out.date - into.date) <= (max(within, CALLED_SO) if called_so else within)


def with_refunds(transactions: Sequence[Transaction]) -> tuple[Transaction, ...]:
    """Return `transactions` with money that came back from a merchant paid before marked, in the same category.

    What the owner said, income, and what moves between own accounts are no refunds.
    """
    paid: dict[tuple[str, str], list[Transaction]] = defaultdict(list)
    marked: list[Transaction] = []
    for each in sorted(transactions, key=lambda each: (each.date, each.id)):
        key = ((each.merchant or "").casefold(), each.currency)
        if each.amount < 0 and each.merchant and each.category not in NO_SPENDING:
            paid[key].append(each)
        marked.append(_as_refund(each, paid.get(key, ())))
    return tuple(marked)


def _as_refund(each: Transaction, paid: Sequence[Transaction]) -> Transaction:
    before = _paid_for(each, paid) if each.amount > 0 and _may_be_refund(each) else None
    if before is None:
        return replace(each, refund=False) if each.refund else each
    category = each.category if each.judge is Judge.OWNER else before.category
    return each if each.refund and each.category is category else replace(each, refund=True, category=category)


def _may_be_refund(each: Transaction) -> bool:
    return each.own_transfer is None and (each.category not in NO_SPENDING or each.refund)


def _paid_for(each: Transaction, paid: Sequence[Transaction]) -> Transaction | None:
    """Return the latest purchase that is large enough and not too long ago."""
    since = each.date - MOST_DAYS_TO_REFUND
    return next((one for one in reversed(paid) if -one.amount >= each.amount and one.date >= since), None)
