"""The owner's money: transactions, sums, budgets, statements and what is to be mended."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from starlette.responses import Response

from application.books.asking import Balance, Flow, Period, Spent
from application.books.budgets import BudgetState, check_budget
from application.books.entering import Document
from application.books.exporting import EXPORTS
from application.books.watching import Finding
from application.ports.books import TransactionQuery
from domain.errors import Invalid
from domain.finance.categories import Spending, categories_called
from domain.finance.keywords import KeywordRule
from domain.finance.recurring import Recurring
from domain.finance.transactions import StatementRecord, Transaction
from domain.kinds import Kind, NewBudget
from web.api.operations import Call, Operation
from web.api.own_word import carry_out

MOST = 500
USUAL_DAYS = 365
LARGEST_UPLOAD = 1_500_000


@dataclass(frozen=True, slots=True)
class TransactionsQuery:
    """`month` (YYYY-MM) is short for its first and last day; `until` is excluded; `category` may be a group."""

    month: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    category: str = ""
    q: str = ""
    account: str = ""
    statement: str = ""
    cursor: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class TransactionList:
    items: tuple[Transaction, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class SummaryQuery:
    month: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    category: str = ""
    merchant: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """What was spent, what came in and went out month by month, what recurs, and what is worth a word."""

    spent: Spent
    cash_flow: tuple[Flow, ...]
    balances: tuple[Balance, ...]
    recurring: tuple[Recurring, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class StatementList:
    items: tuple[StatementRecord, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """`content` is the file in base64; `password` opens it, and is kept in the vault where it fits."""

    filename: str
    content: str
    password: str = ""


@dataclass(frozen=True, slots=True)
class PasswordForm:
    """A password to try on every statement that waits for one; it is kept in the vault."""

    password: str


@dataclass(frozen=True, slots=True)
class CategoryForm:
    category: Spending


@dataclass(frozen=True, slots=True)
class BudgetForm:
    """A monthly limit; `category` is one of the categories, or a group such as food."""

    category: str
    limit: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class MonthQuery:
    month: str = ""


@dataclass(frozen=True, slots=True)
class BudgetList:
    items: tuple[BudgetState, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class SenderForm:
    """An address or a domain that the owner banks with."""

    sender: str


@dataclass(frozen=True, slots=True)
class SenderList:
    items: tuple[str, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class KeywordList:
    items: tuple[KeywordRule, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class KeywordForms:
    items: tuple[KeywordRule, ...]


@dataclass(frozen=True, slots=True)
class ExportQuery:
    """`format`: csv, ledger or beancount."""

    format: str = "csv"
    month: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


def list_transactions(call: Call) -> TransactionList:
    query: TransactionsQuery = call.query
    if not 1 <= query.limit <= MOST:
        raise Invalid(f"{query.limit} is not 1 to {MOST}", where="limit")
    since, until = _bounds(query.month, query.since, query.until)
    wanted = TransactionQuery(
        since=since,
        until=until,
        categories=_categories(query.category),
        text=query.q,
        account=query.account or None,
        statement_id=query.statement or None,
    )
    page = call.services.store.books.page(wanted, query.cursor, query.limit)
    return TransactionList(page.items, page.next_cursor)


def correct_transaction(call: Call) -> Transaction:
    return call.services.money.sorting.correct(call.path["id"], call.body.category)


def summary(call: Call) -> Summary:
    query, money = call.query, call.services.money
    period = _period(call, query.month, query.since, query.until)
    return Summary(
        spent=money.asking.spent(period, _categories(query.category), query.merchant),
        cash_flow=money.asking.cash_flow(period),
        balances=money.asking.balances(),
        recurring=money.asking.recurring(),
        findings=money.watching.findings(),
    )


def list_statements(call: Call) -> StatementList:
    return StatementList(call.services.store.books.statements())


def upload(call: Call) -> StatementList:
    form: Upload = call.body
    content = _decoded(form.content)
    passwords = (form.password,) if form.password else ()
    entered = call.services.money.entering.enter(Document(content, form.filename), passwords)
    if not entered:
        raise Invalid("this is no bank statement that I can tell", where="content", code="not_a_statement")
    call.services.money.budgets.tell()
    return StatementList(entered)


def unlock(call: Call) -> StatementList:
    """Try a password on everything that waits for one."""
    return StatementList(call.services.money.unlock(call.body.password))


def strike_statement(call: Call) -> None:
    """Take a statement out of the books, so that it can be read again."""
    call.services.money.collecting.strike(call.path["id"])


def list_budgets(call: Call) -> BudgetList:
    return BudgetList(call.services.money.budgets.all(call.query.month))


def set_budget(call: Call) -> BudgetState:
    form: BudgetForm = call.body
    check_budget(form.category, form.limit, form.currency)
    carry_out(call, Kind.SET_BUDGET, None, NewBudget(form.category, str(form.limit), form.currency))
    return call.services.money.budgets.get(form.category)


def show_budget(call: Call) -> BudgetState:
    return call.services.money.budgets.get(call.path["category"], call.query.month)


def delete_budget(call: Call) -> None:
    call.services.money.budgets.delete(call.path["category"])


def list_senders(call: Call) -> SenderList:
    return SenderList(call.services.money.senders.all())


def add_sender(call: Call) -> SenderList:
    call.services.money.senders.add(call.body.sender)
    return list_senders(call)


def remove_sender(call: Call) -> None:
    call.services.money.senders.remove(call.path["sender"])


def list_keywords(call: Call) -> KeywordList:
    return KeywordList(call.services.money.sorting.keywords())


def set_keywords(call: Call) -> KeywordList:
    call.services.money.sorting.set_keywords(call.body.items)
    return list_keywords(call)


def export(call: Call) -> Response:
    query: ExportQuery = call.query
    if query.format not in EXPORTS:
        raise Invalid(f"{query.format!r} is not one of {', '.join(EXPORTS)}", where="format")
    period = _period(call, query.month, query.since, query.until)
    found = call.services.store.books.transactions(TransactionQuery(since=period.start, until=period.end))
    name = f"transactions.{'csv' if query.format == 'csv' else query.format}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(EXPORTS[query.format](found[::-1]), media_type="text/plain; charset=utf-8", headers=headers)


def _categories(name: str) -> frozenset[Spending]:
    found = categories_called(name)
    if name and not found:
        raise Invalid(f"{name!r} is no category of spending", where="category")
    return found


def _period(call: Call, month: str, since: dt.date | None, until: dt.date | None) -> Period:
    first, last = _bounds(month, since, until)
    tomorrow = call.services.clock.now().date() + dt.timedelta(days=1)
    end = last or tomorrow
    return Period(first or end - dt.timedelta(days=USUAL_DAYS), end)


def _bounds(month: str, since: dt.date | None, until: dt.date | None) -> tuple[dt.date | None, dt.date | None]:
    if not month:
        return since, until
    try:
        first = dt.date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Invalid(f"{month!r} is no month; say it as YYYY-MM", where="month") from None
    return first, (first + dt.timedelta(days=32)).replace(day=1)


def _decoded(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("the file is to be sent in base64", where="content") from None


_FINANCE = "/api/finance"
OPERATIONS = (
    Operation(
        "GET",
        f"{_FINANCE}/transactions",
        "Transactions, newest first",
        list_transactions,
        TransactionList,
        TransactionsQuery,
    ),
    Operation(
        "PUT",
        f"{_FINANCE}/transactions/{{id}}",
        "Say what a transaction was for",
        correct_transaction,
        Transaction,
        body=CategoryForm,
    ),
    Operation("GET", f"{_FINANCE}/summary", "What was spent, and what is worth a word", summary, Summary, SummaryQuery),
    Operation("GET", f"{_FINANCE}/statements", "Statements and what became of each", list_statements, StatementList),
    Operation("POST", f"{_FINANCE}/statements", "Read a statement", upload, StatementList, body=Upload, status=201),
    Operation(
        "POST",
        f"{_FINANCE}/statements/unlock",
        "Try a password on what is locked",
        unlock,
        StatementList,
        body=PasswordForm,
    ),
    Operation("DELETE", f"{_FINANCE}/statements/{{id}}", "Take a statement out", strike_statement, status=204),
    Operation("GET", f"{_FINANCE}/budgets", "Budgets and how far each is used", list_budgets, BudgetList, MonthQuery),
    Operation("POST", f"{_FINANCE}/budgets", "Set a budget", set_budget, BudgetState, body=BudgetForm, status=201),
    Operation("GET", f"{_FINANCE}/budgets/{{category}}", "One budget", show_budget, BudgetState, MonthQuery),
    Operation("DELETE", f"{_FINANCE}/budgets/{{category}}", "Remove a budget", delete_budget, status=204),
    Operation("GET", f"{_FINANCE}/senders", "Whose statements are believed", list_senders, SenderList),
    Operation(
        "POST",
        f"{_FINANCE}/senders",
        "Believe a sender's statements",
        add_sender,
        SenderList,
        body=SenderForm,
        status=201,
    ),
    Operation("DELETE", f"{_FINANCE}/senders/{{sender}}", "Believe it no more", remove_sender, status=204),
    Operation("GET", f"{_FINANCE}/keywords", "The owner's keyword rules", list_keywords, KeywordList),
    Operation("PUT", f"{_FINANCE}/keywords", "Change the keyword rules", set_keywords, KeywordList, body=KeywordForms),
    Operation(
        "GET", f"{_FINANCE}/export", "Transactions for another program", export, None, ExportQuery, stream="text/plain"
    ),
)
