"""How figures from the books are put into words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from application.chat.tools.counting import counted
from application.finance.budgets import BudgetState
from application.finance.figures import Period, Share, Spent
from domain.finance.money import Money
from domain.finance.months import next_month
from domain.finance.transactions import Transaction


def besides(spent: Spent) -> str:
    """Say what of the sum may be no spending, and what savings left out of it."""
    doubtful = [
        f"{each.amount} of it in {counted(each.transactions, 'transfer')} whose other half is not in the books"
        for each in spent.unmatched
    ]
    saved = [f"{each.amount} more went into savings" for each in spent.saved]
    return f" ({'; '.join([*doubtful, *saved])})" if doubtful or saved else ""


def sum_of(totals: Sequence[Money]) -> str:
    return " and ".join(map(str, totals)) or "nothing"


def difference(one: Sequence[Money], other: Sequence[Money]) -> str:
    """Say how much more the first is, where both are in one currency."""
    currencies = {money.currency for money in (*one, *other)}
    if len(currencies) != 1:
        return "in different currencies they cannot be compared" if currencies else "nothing either time"
    nothing = Money(Decimal(0), currencies.pop())
    gap = (one[0] if one else nothing) - (other[0] if other else nothing)
    if not gap.amount:
        return "the same"
    return f"{gap if gap.amount > 0 else -gap} {'more' if gap.amount > 0 else 'less'}"


def about(category: str, merchant: str) -> str:
    parts = ([f"on {category}"] if category else []) + ([f"at {merchant}"] if merchant else [])
    return f" {' '.join(parts)}" if parts else ""


def when(period: Period) -> str:
    last = period.end - dt.timedelta(days=1)
    if period.start.day == 1 and period.end == next_month(period.start):
        return f"in {period.start:%B %Y}"
    return f"from {period.start:%d %b %Y} to {last:%d %b %Y}"


def shares_told(shares: Sequence[Share]) -> list[str]:
    return [f"{each.name}: {each.amount} ({counted(each.transactions, 'transaction')})" for each in shares]


def line_of(each: Transaction) -> str:
    return f"{each.date} {each.merchant or each.description[:60]}: {each.money} ({each.category.value})"


def budget_line(state: BudgetState) -> str:
    ahead = f", heading for {state.projected}" if state.projected not in (None, state.spent) else ""
    return (
        f"{state.category} in {state.month}: {state.spent} of {state.limit} ({state.share:.0%}){ahead}{state.besides}"
    )
