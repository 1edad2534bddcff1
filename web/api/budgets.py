"""The owner's monthly budgets."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from application.finance.budgets import BudgetState, budget_name, check_budget
from domain.kinds import Kind
from domain.own_records import NewBudget
from web.api.operations import Call, Operation
from web.api.own_word import carry_out


@dataclass(frozen=True, slots=True)
class BudgetForm:
    """A monthly limit; `category` is one of the categories, or a group such as food."""

    category: str
    limit: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class LimitForm:
    """The monthly limit of a category that the path names."""

    limit: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class MonthQuery:
    month: str = ""


@dataclass(frozen=True, slots=True)
class BudgetList:
    items: tuple[BudgetState, ...]
    next_cursor: str | None = None


def list_budgets(call: Call) -> BudgetList:
    return BudgetList(call.services.finance.budgets.all(call.query.month))


def set_budget(call: Call) -> BudgetState:
    return _set(call, call.body.category)


def set_limit(call: Call) -> BudgetState:
    return _set(call, call.path["category"])


def _set(call: Call, category: str) -> BudgetState:
    form: BudgetForm | LimitForm = call.body
    check_budget(category, form.limit, form.currency)
    carry_out(call, Kind.SET_BUDGET, None, NewBudget(budget_name(category), str(form.limit), form.currency))
    return call.services.finance.budgets.get(category)


def show_budget(call: Call) -> BudgetState:
    return call.services.finance.budgets.get(call.path["category"], call.query.month)


def delete_budget(call: Call) -> None:
    call.services.finance.budgets.delete(call.path["category"])


_BUDGETS = "/api/finance/budgets"
OPERATIONS = (
    Operation("GET", _BUDGETS, "Budgets and how far each is used", list_budgets, BudgetList, MonthQuery),
    Operation("POST", _BUDGETS, "Set a budget", set_budget, BudgetState, body=BudgetForm, status=201),
    Operation("GET", f"{_BUDGETS}/{{category}}", "One budget", show_budget, BudgetState, MonthQuery),
    Operation("PUT", f"{_BUDGETS}/{{category}}", "Set the limit of one", set_limit, BudgetState, body=LimitForm),
    Operation("DELETE", f"{_BUDGETS}/{{category}}", "Remove a budget", delete_budget, status=204),
)
