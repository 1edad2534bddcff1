"""The owner's transactions: lists, sums, what each was for, and all of it for other programs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from starlette.responses import Response

from application.finance.corrections import SpendingCorrection
from application.finance.exporting import EXPORTS, openings
from application.finance.figures import Balance, Flow, Spent
from application.finance.watching import Finding
from application.ports.books import TransactionQuery
from domain.errors import Invalid
from domain.finance.categories import Spending
from domain.finance.expected import ExpectedKind
from domain.finance.keywords import KeywordRule
from domain.finance.recurring import Recurring
from domain.finance.transactions import Transaction
from web.api.operations import Call, Operation, up_to
from web.api.periods import bounds_of, categories_of, period_of

MOST = 500


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
    limit: int = up_to(MOST, usually=50)


@dataclass(frozen=True, slots=True)
class TiedMail:
    """The mail, an invoice or the promise of a refund, that a transaction turned out to be what it told of."""

    transaction_id: str
    message_id: str
    kind: ExpectedKind


@dataclass(frozen=True, slots=True)
class TransactionList:
    """`mails` are those that told of a transaction on this page."""

    items: tuple[Transaction, ...]
    next_cursor: str | None = None
    mails: tuple[TiedMail, ...] = ()


@dataclass(frozen=True, slots=True)
class SummaryQuery:
    month: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    category: str = ""
    merchant: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """What was spent, what came in and went out month by month, what recurs, and what is worth a word.

    `lacking` says, a phrase for each, whose days of the period no statement covers, and why.
    """

    spent: Spent
    cash_flow: tuple[Flow, ...]
    balances: tuple[Balance, ...]
    recurring: tuple[Recurring, ...]
    findings: tuple[Finding, ...]
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CategoryForm:
    category: Spending


@dataclass(frozen=True, slots=True)
class CorrectionList:
    items: tuple[SpendingCorrection, ...]
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
    """`format`: csv, ledger or beancount; the last two tell what accounts held before, but where `q` picks some."""

    format: str = "csv"
    q: str = ""
    month: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


def list_transactions(call: Call) -> TransactionList:
    query: TransactionsQuery = call.query
    since, until = bounds_of(query.month, query.since, query.until)
    wanted = TransactionQuery(
        since=since,
        until=until,
        categories=categories_of(query.category),
        text=query.q,
        account=query.account or None,
        statement_id=query.statement or None,
    )
    page = call.services.store.books.page(wanted, query.cursor, query.limit)
    return TransactionList(page.items, page.next_cursor, _mails_of(call, {each.id for each in page.items}))


def _mails_of(call: Call, ids: set[str]) -> tuple[TiedMail, ...]:
    expecting = call.services.finance.expecting
    met = expecting.met()
    found = ((each, met.get(each.message_id)) for each in expecting.all())
    return tuple(TiedMail(id, each.message_id, each.told.kind) for each, id in found if id in ids and id is not None)


def correct_transaction(call: Call) -> Transaction:
    return call.services.finance.sorting.correct(call.path["id"], call.body.category)


def list_corrections(call: Call) -> CorrectionList:
    return CorrectionList(call.services.finance.sorting.corrections())


def take_back_correction(call: Call) -> None:
    call.services.finance.sorting.take_back(call.path["id"])


def summary(call: Call) -> Summary:
    query, money = call.query, call.services.finance
    period = period_of(call, query.month, query.since, query.until)
    return Summary(
        spent=money.figures.spent(period, categories_of(query.category), query.merchant),
        cash_flow=money.figures.cash_flow(period),
        balances=money.figures.balances(),
        recurring=money.figures.recurring(),
        findings=money.watching.findings(),
        lacking=money.figures.not_in_the_books(period, money.today()),
    )


def list_keywords(call: Call) -> KeywordList:
    return KeywordList(call.services.finance.sorting.keywords())


def set_keywords(call: Call) -> KeywordList:
    call.services.finance.sorting.set_keywords(call.body.items)
    return list_keywords(call)


def export(call: Call) -> Response:
    query: ExportQuery = call.query
    if query.format not in EXPORTS:
        raise Invalid(f"{query.format!r} is not one of {', '.join(EXPORTS)}", where="format")
    period = period_of(call, query.month, query.since, query.until)
    books = call.services.store.books
    found = books.transactions(TransactionQuery(since=period.start, until=period.end, text=query.q))[::-1]
    held = () if query.q else openings(books, found, period.start)
    name = f"transactions.{'csv' if query.format == 'csv' else query.format}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(EXPORTS[query.format](found, held), media_type="text/plain; charset=utf-8", headers=headers)


_FINANCE = "/api/finance"
_TRANSACTIONS = f"{_FINANCE}/transactions"
_SAID = f"{_FINANCE}/corrections"
_KEYWORDS = f"{_FINANCE}/keywords"
OPERATIONS = (
    Operation(
        "GET", _TRANSACTIONS, "Transactions, newest first", list_transactions, TransactionList, TransactionsQuery
    ),
    Operation(
        "PUT",
        f"{_TRANSACTIONS}/{{id}}",
        "Say what a transaction was for",
        correct_transaction,
        Transaction,
        body=CategoryForm,
    ),
    Operation("GET", _SAID, "What the owner said of transactions", list_corrections, CorrectionList),
    Operation("DELETE", f"{_SAID}/{{id}}", "Take a word about a transaction back", take_back_correction, status=204),
    Operation("GET", f"{_FINANCE}/summary", "What was spent, and what is worth a word", summary, Summary, SummaryQuery),
    Operation("GET", _KEYWORDS, "The owner's keyword rules", list_keywords, KeywordList),
    Operation("PUT", _KEYWORDS, "Change the keyword rules", set_keywords, KeywordList, body=KeywordForms),
    Operation(
        "GET", f"{_FINANCE}/export", "Transactions for another program", export, None, ExportQuery, stream="text/plain"
    ),
)
