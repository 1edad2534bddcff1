"""Monthly limits: how far each is used up, where it will end, and a word at 80 and at 100 %."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from application.acting.limits import Limits
from application.announcing import Announcing
from application.finance.figures import Figures, month_of
from application.ports.books import TransactionQuery
from application.ports.clock import Clock
from application.ports.store import Store
from domain.errors import Invalid, NotFound
from domain.finance.categories import categories_called
from domain.finance.money import Money, check_currency
from domain.finance.months import first_of, months_back
from domain.notifications import Notice, NoticeKind

WARN_AT, FULL = Decimal("0.8"), Decimal(1)
ENOUGH_DAYS = 5


@dataclass(frozen=True, slots=True)
class BudgetState:
    """A monthly budget: what was spent of its `limit` so far, the share of it, and where the month will end.

    `level` is `ok`, `warning` from 80 %, `passed` from 100 %. `projected` is None in the first days of a month.
    `not_counted` was spent in other currencies, which are never converted.
    """

    category: str
    month: str
    limit: Money
    spent: Money
    share: float
    projected: Money | None
    level: str
    not_counted: tuple[Money, ...] = ()

    @property
    def words(self) -> str:
        month = f"{dt.date.fromisoformat(f'{self.month}-01'):%B %Y}"
        return f"{self.spent} of {self.limit} went on {self.category} in {month}{self.besides}."

    @property
    def besides(self) -> str:
        """What is not counted, as the end of a sentence; empty where all is."""
        return f", and {' and '.join(map(str, self.not_counted))}, not counted" if self.not_counted else ""


class Budgets:
    """The owner's budgets, kept by category."""

    def __init__(self, store: Store, figures: Figures, announcing: Announcing, clock: Clock, zone: dt.tzinfo) -> None:
        self._store = store
        self._limits = Limits(store.preferences)
        self._figures = figures
        self._announcing = announcing
        self._clock = clock
        self._zone = zone

    def all(self, month: str = "") -> tuple[BudgetState, ...]:
        """Every budget in a month (YYYY-MM; the latest that the books know of where it is left out), by category."""
        first = self._first_of(month)
        return tuple(self._state(name, first) for name in self._limits.categories())

    def get(self, category: str, month: str = "") -> BudgetState:
        """Raise `NotFound`."""
        name = budget_name(category)
        if name not in self._limits.categories():
            raise NotFound(f"there is no budget for {category!r}")
        return self._state(name, self._first_of(month))

    def limits(self) -> dict[str, Money]:
        """What may be spent a month, by category."""
        return {name: self._limit(name) for name in self._limits.categories()}

    def delete(self, category: str) -> None:
        self._limits.delete(self.get(category).category)

    def tell(self) -> None:
        """Announce each budget that reached 80 or 100 %, once for each and month.

        Statements come when their month is over, so the month before this one is looked at too.
        """
        for first in months_back(self._today(), 2):
            for name in self._limits.categories():
                state = self._state(name, first)
                if state.level != "ok":
                    self._announcing.announce(_notice(state))

    def _limit(self, category: str) -> Money:
        kept = self._limits.get(category)
        if kept is None:
            raise NotFound(f"there is no budget for {category!r}")
        return Money(Decimal(kept.limit), kept.currency)

    def _state(self, category: str, first: dt.date) -> BudgetState:
        limit = self._limit(category)
        spent, others = self._spent(category, first, limit.currency)
        share = spent.amount / limit.amount if limit.amount else FULL
        level = "passed" if share >= FULL else "warning" if share >= WARN_AT else "ok"
        projected = self._projected(spent, first)
        return BudgetState(category, f"{first:%Y-%m}", limit, spent, float(share), projected, level, others)

    def _spent(self, category: str, first: dt.date, currency: str) -> tuple[Money, tuple[Money, ...]]:
        """Return what was spent in the currency of the limit, and in each of the others."""
        totals = self._figures.spent(month_of(f"{first:%Y-%m}"), categories_called(category)).totals
        spent = next((money for money in totals if money.currency == currency), Money(Decimal(0), currency))
        return spent, tuple(money for money in totals if money.currency != currency)

    def _projected(self, spent: Money, first: dt.date) -> Money | None:
        """Return where the month ends if it goes on as it did; a month that is over ends where it is."""
        today = self._today()
        days = calendar.monthrange(first.year, first.month)[1]
        gone = (today - first).days + 1
        if gone >= days:
            return spent
        return Money(spent.amount * days / gone, spent.currency).rounded() if gone >= ENOUGH_DAYS else None

    def _first_of(self, month: str) -> dt.date:
        return first_of(month) if month else self._latest()

    def _latest(self) -> dt.date:
        newest = self._store.books.page(TransactionQuery(until=self._today() + dt.timedelta(days=1)), None, 1).items
        return (newest[0].date if newest else self._today()).replace(day=1)

    def _today(self) -> dt.date:
        return self._clock.now().astimezone(self._zone).date()


def check_budget(category: str, limit: Decimal, currency: str) -> None:
    """Raise `Invalid` for a category that means nothing, a limit that is none, or an unknown currency."""
    if not categories_called(category):
        raise Invalid(f"{category!r} is no category of spending", where="category")
    if not limit.is_finite() or limit <= 0:
        raise Invalid("a limit above nothing is needed", where="limit")
    check_currency(currency)


def budget_name(category: str) -> str:
    """Return how a budget's category is written, however it was said."""
    return " ".join(category.casefold().split())


def _notice(state: BudgetState) -> Notice:
    passed = state.level == "passed"
    return Notice(
        kind=NoticeKind.BUDGET,
        title="The budget is spent" if passed else "The budget runs low",
        body=state.words,
        url="/money",
        tag=f"budget-{state.limit}-{state.category}-{state.month}-{'100' if passed else '80'}".replace(" ", "-"),
        priority=2 if passed else 3,
    )
