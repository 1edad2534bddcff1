"""Tools about money: a fixed catalogue of questions. Figures come from the books; no model sums anything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from application.chat.registry import Effect, Errand, Found, Passage, Tool, Workshop
from application.chat.tools.counting import counted
from application.chat.tools.money_words import (
    about,
    besides,
    budget_line,
    difference,
    line_of,
    shares_told,
    sum_of,
    when,
)
from application.chat.tools.proposing import outcome_of, propose
from application.finance.budgets import budget_name, check_budget
from application.finance.figures import Balance, Period, month_of
from domain.errors import Invalid, NotFound
from domain.finance.categories import GROUPS, Spending, categories_called
from domain.finance.transactions import StatementState
from domain.kinds import Kind, arguments_of
from domain.messages import account_of_message
from domain.own_records import NewBudget
from domain.privacy import BY_HAND

ORIGIN = "bank statements"
MOST_SHOWN = 20
MOST_MERCHANTS = 5
USUAL_DAYS = 365
_WORDS = ("spend", "spent", "spending", "money", "cost", "paid", "pay", "bank", "transactions", "how much")


@dataclass(frozen=True, slots=True)
class InPeriod:
    since: dt.date | None = field(default=None, metadata={"doc": "first day; a year ago where it is left out"})
    until: dt.date | None = field(default=None, metadata={"doc": "last day, included; today where it is left out"})


@dataclass(frozen=True, slots=True)
class AskSpending(InPeriod):
    category: str = field(default="", metadata={"doc": "such as dining, groceries, food; empty for all"})
    merchant: str = field(default="", metadata={"doc": "only at this merchant"})


@dataclass(frozen=True, slots=True)
class CompareSpending:
    since: dt.date
    until: dt.date = field(metadata={"doc": "last day of the first period, included"})
    other_since: dt.date
    other_until: dt.date = field(metadata={"doc": "last day of the other period, included"})
    category: str = ""
    merchant: str = ""


@dataclass(frozen=True, slots=True)
class LargestTransactions(InPeriod):
    limit: int = field(default=5, metadata={"doc": "1 to 20"})


@dataclass(frozen=True, slots=True)
class FindTransactions(InPeriod):
    text: str = field(default="", metadata={"doc": "words of the wording, or the merchant"})
    category: str = field(default="", metadata={"doc": "such as dining, groceries, food; empty for all"})


@dataclass(frozen=True, slots=True)
class Nothing:
    """No arguments."""


@dataclass(frozen=True, slots=True)
class SetBudget:
    category: str = field(metadata={"doc": "such as dining, groceries, food"})
    limit: Decimal = field(metadata={"doc": "the monthly limit, a decimal number as text"})
    currency: str = field(default="", metadata={"doc": "ISO 4217, such as MYR; that of the books where left out"})


def spending(workshop: Workshop, _: Errand, wanted: AskSpending) -> Found:
    period = _period(workshop, wanted.since, wanted.until)
    _check_merchant(workshop, wanted.merchant)
    spent = workshop.finance.figures.spent(period, _categories(wanted.category), wanted.merchant)
    on = about(wanted.category, wanted.merchant)
    said = f"You spent {sum_of(spent.totals)}{on} {when(period)}{besides(spent)}"
    months = spent.by_month if len({each.name for each in spent.by_month}) > 1 else ()
    shares = (*spent.by_category, *months, *spent.by_merchant[:MOST_MERCHANTS])
    return _found(workshop, said, shares_told(shares), period)


def compare_spending(workshop: Workshop, _: Errand, wanted: CompareSpending) -> Found:
    figures, categories = workshop.finance.figures, _categories(wanted.category)
    _check_merchant(workshop, wanted.merchant)
    periods = [
        _period(workshop, wanted.since, wanted.until),
        _period(workshop, wanted.other_since, wanted.other_until),
    ]
    one, other = (figures.spent(period, categories, wanted.merchant) for period in periods)
    on = about(wanted.category, wanted.merchant)
    first, second = (f"{when(each.period)}{besides(each)}" for each in (one, other))
    said = f"{sum_of(one.totals)}{on} {first}, and {sum_of(other.totals)} {second}"
    return _found(workshop, f"{said}; {difference(one.totals, other.totals)}", [], *periods)


def largest_transactions(workshop: Workshop, _: Errand, wanted: LargestTransactions) -> Found:
    period = _period(workshop, wanted.since, wanted.until)
    found = workshop.finance.figures.largest(period, max(1, min(wanted.limit, MOST_SHOWN)))
    said = f"The {len(found)} largest purchases {when(period)}" if found else f"No purchases {when(period)}"
    return _found(workshop, said, map(line_of, found), period)


def find_transactions(workshop: Workshop, _: Errand, wanted: FindTransactions) -> Found:
    period = _period(workshop, wanted.since, wanted.until)
    categories = _categories(wanted.category)
    found = workshop.finance.figures.find(wanted.text, period, categories)
    having = (f" with “{wanted.text}”" if wanted.text else "") + about(wanted.category, "")
    out = workshop.finance.figures.spent(period, categories, wanted.text)
    said = f"{counted(len(found), 'transaction')}{having} {when(period)}, {sum_of(out.totals)} spent"
    return _found(workshop, said, [line_of(each) for each in found[:MOST_SHOWN]], period)


def recurring_payments(workshop: Workshop, _: Errand, __: Nothing) -> Found:
    found = workshop.finance.figures.recurring()
    lines = [f"{each.merchant}: {each.last} {each.rhythm.value}, next about {each.due}" for each in found]
    return _found(workshop, counted(len(found), "recurring payment"), lines)


def cash_flow(workshop: Workshop, _: Errand, wanted: InPeriod) -> Found:
    period = _period(workshop, wanted.since, wanted.until)
    flows = workshop.finance.figures.cash_flow(period)
    lines = [f"{each.month}: in {each.came_in}, out {each.went_out}, left {each.net}" for each in flows]
    return _found(workshop, f"What came in and went out {when(period)}", lines, period)


def balances(workshop: Workshop, _: Errand, wanted: InPeriod) -> Found:
    known = workshop.finance.figures.balances()
    if wanted.since or wanted.until:
        return _balances_in(workshop, known, _period(workshop, wanted.since, wanted.until))
    latest = {(each.bank, each.account, each.balance.currency): each for each in known}
    return _found(workshop, counted(len(latest), "account"), map(_held, latest.values()))


def _balances_in(workshop: Workshop, known: Iterable[Balance], period: Period) -> Found:
    """Tell the balance at the end of each statement, month by month."""
    held = [each for each in known if period.start <= each.date < period.end]
    months = groupby(held, key=lambda each: f"{each.date:%Y-%m}")
    lines = [f"{month}: {'; '.join(map(_held, group))}" for month, group in months]
    said = f"{counted(len(held), 'balance')} at the ends of statements {when(period)}"
    return _found(workshop, said, lines, period)


def _held(each: Balance) -> str:
    return f"{each.bank} {each.account}: {each.balance} on {each.date}"


def list_budgets(workshop: Workshop, _: Errand, __: Nothing) -> Found:
    states = workshop.finance.budgets.all()
    months = {month_of(each.month) for each in states}
    return _found(workshop, counted(len(states), "budget"), map(budget_line, states), *months)


def set_budget(workshop: Workshop, errand: Errand, wanted: SetBudget) -> Found:
    currency = wanted.currency or _usual_currency(workshop)
    check_budget(wanted.category, wanted.limit, currency)
    arguments = arguments_of(NewBudget(budget_name(wanted.category), str(wanted.limit), currency))
    return outcome_of([propose(workshop, errand, Kind.SET_BUDGET, "", arguments)])


def _found(workshop: Workshop, said: str, lines: Iterable[str], *periods: Period) -> Found:
    """Sums are Alfred's own words, wordings are not; both are as private as every statement in the books.

    What the books lack of the periods asked about is a part of every answer.
    """
    shown, accounts = tuple(lines), _brought_by(workshop)
    figures, today = workshop.finance.figures, workshop.finance.today()
    lacking = dict.fromkeys(phrase for each in periods for phrase in figures.not_in_the_books(each, today))
    outside = (Passage("", text, accounts) for text in (*lacking, *shown))
    whole = "; ".join([said, *lacking])
    return Found(
        "", whole, (Passage("", said, accounts, ours=True), *outside), ORIGIN,
        lines=shown, sums=True, caveats=tuple(lacking),
    )  # fmt: skip


def _brought_by(workshop: Workshop) -> frozenset[str]:
    """Return the accounts whose mail brought the statements, and `BY_HAND` where the owner gave one himself."""
    counted = (each for each in workshop.store.books.statements() if each.state is StatementState.COUNTED)
    return frozenset(account_of_message(each.message_id) if each.message_id else BY_HAND for each in counted)


def _period(workshop: Workshop, since: dt.date | None, until: dt.date | None) -> Period:
    last = until or workshop.now().astimezone(workshop.zone).date()
    return Period(since or last - dt.timedelta(days=USUAL_DAYS), last + dt.timedelta(days=1))


def _categories(name: str) -> frozenset[Spending]:
    found = categories_called(name)
    if name and not found:
        known = ", ".join([*(each.value for each in Spending), *GROUPS])
        raise Invalid(f"{name!r} is no category; there are {known}", where="arguments.category")
    return found


def _check_merchant(workshop: Workshop, name: str) -> None:
    """Raise `NotFound` for a name that nothing in the books bears: “nothing was spent” would sound as if one did."""
    if name and not workshop.finance.figures.knows(name):
        raise NotFound(f"there is nothing called “{name}” in the books")


def _usual_currency(workshop: Workshop) -> str:
    balances = workshop.finance.figures.balances()
    if not balances:
        raise Invalid("say in which currency, such as EUR", where="arguments.currency")
    return balances[-1].balance.currency


TOOLS = (
    Tool(
        "spending",
        "What was spent in a period, by category and merchant.",
        AskSpending,
        Effect.READS,
        spending,
        (*_WORDS, "category", "month", "on"),
    ),
    Tool(
        "compare_spending",
        "Compare what was spent in two periods.",
        CompareSpending,
        Effect.READS,
        compare_spending,
        (*_WORDS, "more than", "less than", "compare", "compared"),
    ),
    Tool(
        "largest_transactions",
        "The largest purchases of a period.",
        LargestTransactions,
        Effect.READS,
        largest_transactions,
        (*_WORDS, "largest", "biggest", "most expensive", "top"),
    ),
    Tool(
        "find_transactions",
        "Find transactions by merchant or wording.",
        FindTransactions,
        Effect.READS,
        find_transactions,
        (*_WORDS, "find", "all", "at", "merchant"),
    ),
    Tool(
        "recurring_payments",
        "Subscriptions and standing payments.",
        Nothing,
        Effect.READS,
        recurring_payments,
        ("subscription", "subscriptions", "recurring", "standing", "monthly payments"),
    ),
    Tool(
        "cash_flow",
        "What came in and went out, by month.",
        InPeriod,
        Effect.READS,
        cash_flow,
        (*_WORDS, "income", "earn", "saved", "cash flow", "came in"),
    ),
    Tool(
        "balances",
        "What each account held at its last statement or, where days are given, at each one in them.",
        InPeriod,
        Effect.READS,
        balances,
        ("balance", "balances", "account", "accounts", "how much money"),
    ),
    Tool(
        "list_budgets",
        "Budgets of the latest month and how far each is used.",
        Nothing,
        Effect.READS,
        list_budgets,
        ("budget", "budgets", "limit", "left"),
    ),
    Tool(
        "set_budget",
        "Set a monthly budget; he is told at 80 and at 100 %.",
        SetBudget,
        Effect.PROPOSES,
        set_budget,
        ("budget", "limit", "tell me if", "passes", "at most", "warn"),
    ),
)
