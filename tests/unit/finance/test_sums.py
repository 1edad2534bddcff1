"""What is summed and what is left out of the sums, and that whatever is left out is said."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from adapters.memory import MemoryStore
from application.finance.figures import Figures, Period, Share
from application.finance.sorting import Sorting
from application.models.budget import Budget
from application.models.models import Models
from application.ports.books import TransactionQuery
from domain.finance.categories import Spending
from domain.finance.merchants import merchant_in
from domain.finance.money import Money
from domain.finance.transactions import Judge, StatementRecord, StatementState, Transaction

NOW = datetime(2026, 3, 9, tzinfo=UTC)
FEBRUARY = Period(dt.date(2026, 2, 1), dt.date(2026, 3, 1))


class Clock:
    def now(self) -> datetime:
        return NOW


class Books:
    """What one account's statement holds, sorted as it is in earnest."""

    def __init__(self, *lines: tuple[str, str]) -> None:
        self.store = MemoryStore()
        models = Models(self.store, Clock(), ZoneInfo("UTC"), dict, Budget())
        self.sorting = Sorting(self.store, models, lambda _: [], Clock())
        self.figures = Figures(self.store)
        record = StatementRecord("s", "s", "s.pdf", StatementState.COUNTED, NOW, "Bank", "1", "MYR")
        booked = [_line(f"s-{n}", wording, amount) for n, (wording, amount) in enumerate(lines, 1)]
        self.store.books.book(record, self.sorting.sorted(booked))
        self.sorting.tie_together()


def _line(id: str, wording: str, amount: str) -> Transaction:
    day = dt.date(2026, 2, 3)
    return Transaction(id, "s", "Bank", "1", day, wording, Decimal(amount), "MYR", merchant_in(wording))


def myr(amount: str) -> Money:
    return Money(Decimal(amount), "MYR")


def test_a_card_payment_whose_card_is_not_in_the_books_is_spent_and_named() -> None:
    spent = Books(("CREDIT CARD PAYMENT", "-2100.00"), ("TESCO 1", "-20.00")).figures.spent(FEBRUARY)
    assert spent.totals == (myr("2120.00"),)
    assert spent.unmatched == (Share("transfer", myr("2100.00"), 1),)


def test_what_went_into_savings_is_not_spent_and_is_named() -> None:
    spent = Books(("SPARPLAN 7", "-300"), ("TESCO 1", "-20")).figures.spent(FEBRUARY)
    assert (spent.totals, spent.saved) == ((myr("20"),), (Share("savings", myr("300"), 1),))


def test_a_card_payment_whose_card_is_not_in_the_books_stands_in_the_cash_flow() -> None:
    (flow,) = Books(("CREDIT CARD PAYMENT", "-2100"), ("SALARY", "5000")).figures.cash_flow(FEBRUARY)
    assert (flow.went_out, flow.net) == (myr("2100"), myr("2900"))


def test_what_an_older_word_took_out_of_the_sums_comes_back_with_a_stricter_one() -> None:
    books = Books(("OFFICE DEPOT 221", "-99"))
    (line,) = books.store.books.transactions(TransactionQuery())
    books.store.books.update([replace(line, category=Spending.SAVINGS, judge=Judge.KEYWORDS)])
    books.sorting.repair()
    assert books.figures.spent(FEBRUARY).totals == (myr("99"),)
