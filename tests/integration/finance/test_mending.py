"""A statement that was set aside: its draft is kept, the owner mends it, and only what adds up is counted."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from application.finance.entering import Document
from application.ports.books import TransactionQuery
from application.ports.documents import (
    Damaged,
    NeedsPassword,
    NotAStatement,
    PasswordTrouble,
    ReadDocument,
    Reading,
    Scanned,
    SetAside,
)
from domain.errors import Conflict, Invalid
from domain.finance.mended import MendedStatement, statement_of
from domain.finance.statements import OWNER, AccountKind, Proof
from domain.finance.transactions import StatementRecord, StatementState
from tests.integration.finance.desk import Bookkeeping
from tests.integration.finance.misprinted import CONTENT, LINES, MENDED, NAME, misprinted
from tests.integration.finance.test_collecting import Always


def amounts(books: Bookkeeping) -> list[str]:
    return [str(each.amount) for each in reversed(books.store.books.transactions(TransactionQuery()))]


@pytest.fixture
def aside(books: Bookkeeping) -> StatementRecord:
    books.deliver([misprinted(books.written[0])])
    books.finance.collect()
    (record,) = books.store.books.statements()
    return record


def test_the_best_reading_is_kept_beside_the_lines(books: Bookkeeping, aside: StatementRecord) -> None:
    assert (aside.state, aside.lines) == (StatementState.SET_ASIDE, LINES)
    assert aside.draft is not None
    assert [str(each.amount) for each in aside.draft.transactions] == ["-40.00", "900.00"]
    assert aside.draft.transactions[0].lines == (LINES[3],)
    assert amounts(books) == []


def test_what_was_mended_is_counted_in_the_place_of_what_was_set_aside(
    books: Bookkeeping, aside: StatementRecord
) -> None:
    mended = books.finance.mend(aside.id, MENDED)
    assert (mended.id, mended.state, mended.reader, mended.proof) == (
        aside.id,
        StatementState.COUNTED,
        OWNER,
        Proof.BALANCES,
    )
    assert (mended.file, mended.message_id, mended.draft, mended.lines) == (aside.file, aside.message_id, None, ())
    assert amounts(books) == ["-40.30", "900.00"]


def test_what_does_not_add_up_changes_nothing(books: Bookkeeping, aside: StatementRecord) -> None:
    wrong = replace(MENDED, closing="959.71")
    assert books.finance.mending.check(aside.id, wrong).gap == Decimal("-0.01")
    with pytest.raises(Invalid, match="miss the closing"):
        books.finance.mend(aside.id, wrong)
    assert (books.store.books.statement(aside.id), amounts(books)) == (aside, [])


def test_what_is_counted_already_is_not_mended_again(books: Bookkeeping, aside: StatementRecord) -> None:
    books.finance.mend(aside.id, MENDED)
    with pytest.raises(Conflict):
        books.finance.mend(aside.id, MENDED)
    assert amounts(books) == ["-40.30", "900.00"]


def test_taken_out_it_is_read_again_as_the_bank_wrote_it(books: Bookkeeping, aside: StatementRecord) -> None:
    books.finance.mend(aside.id, MENDED)
    books.finance.collecting.strike(aside.id)
    books.finance.collect()
    (again,) = books.store.books.statements()
    assert (again.state, again.draft, amounts(books)) == (StatementState.SET_ASIDE, aside.draft, [])


def test_the_same_file_given_again_leaves_it_as_it_was_mended(books: Bookkeeping, aside: StatementRecord) -> None:
    mended = books.finance.mend(aside.id, MENDED)
    assert books.finance.enter(Document(CONTENT, NAME)) == (mended,)
    assert amounts(books) == ["-40.30", "900.00"]


def test_a_period_that_is_booked_from_elsewhere_is_not_booked_twice(books: Bookkeeping, aside: StatementRecord) -> None:
    books.finance.mend(aside.id, MENDED)
    (other,) = books.finance.enter(Document(CONTENT + b"\n", "copy.pdf"))
    (flaw,) = books.finance.mending.check(other.id, MENDED).flaws
    assert (flaw.where, flaw.says) == ("lines", "this account and period is booked already")
    with pytest.raises(Invalid, match="booked already"):
        books.finance.mend(other.id, MENDED)
    later = replace(MENDED, start="2024-03-02", opening="140.30", closing="1000.00")
    with pytest.raises(Invalid, match="its lines are booked already, from auszug"):
        books.finance.mend(other.id, later)
    assert amounts(books) == ["-40.30", "900.00"]


BOTH = Document(b"two in one", "both.pdf")


def two_in_one(books: Bookkeeping) -> tuple[StatementRecord, StatementRecord]:
    """Two statements of one file, both set aside; the second is of another account."""
    reading = books.finance.entering._reader.read(CONTENT)
    assert isinstance(reading, SetAside)
    sound = replace(reading.drafts[0], account="2", closing=Decimal("960.00"))
    books.finance.entering._reader = Always(replace(reading, drafts=(reading.drafts[0], sound)))
    first, second = books.finance.enter(BOTH)
    return first, second


def test_of_two_statements_in_one_file_none_is_lost_when_one_is_mended(books: Bookkeeping) -> None:
    first, second = two_in_one(books)
    assert second.reason == "another statement of this file does not add up"
    mended = books.finance.mend(first.id, MENDED)
    assert books.finance.enter(BOTH) == (mended, second)
    books.finance.mend(second.id, typed(second))
    assert sorted(amounts(books)) == sorted(["-40.30", "900.00", "-40.00", "900.00"])


@pytest.mark.parametrize(
    "reading",
    [Damaged("it took too long to read"), NeedsPassword(PasswordTrouble.NONE_FITS), Scanned(2), NotAStatement("no")],
)
def test_a_reading_that_fails_takes_nothing_away(books: Bookkeeping, reading: Reading) -> None:
    first, second = two_in_one(books)
    mended = books.finance.mend(second.id, typed(second))
    books.finance.entering._reader = Always(reading)
    books.finance.enter(BOTH)
    assert set(books.store.books.statements()) == {first, mended}
    assert amounts(books) == ["-40.00", "900.00"]


def test_a_reading_with_fewer_statements_leaves_what_was_mended(books: Bookkeeping) -> None:
    first, second = two_in_one(books)
    mended = books.finance.mend(second.id, typed(second))
    assert first.draft is not None
    books.finance.entering._reader = Always(SetAside("it does not add up", LINES, (first.draft,)))
    (again,) = books.finance.enter(BOTH)
    assert (again.id, again.draft) == (first.id, first.draft)
    assert set(books.store.books.statements()) == {again, mended}
    assert amounts(books) == ["-40.00", "900.00"]


def test_when_one_of_two_readings_is_mended_the_other_is_gone_for_good(books: Bookkeeping) -> None:
    reading = books.finance.entering._reader.read(CONTENT)
    assert isinstance(reading, SetAside)
    meant = tuple(replace(reading.drafts[0], kind=kind) for kind in AccountKind)
    books.finance.entering._reader = Always(replace(reading, drafts=meant))
    first, second = books.finance.enter(BOTH)
    assert first.reason == second.reason == reading.reason
    mended = books.finance.mend(second.id, MENDED)
    assert books.finance.enter(BOTH) == (mended,) == tuple(books.store.books.statements())


def test_of_rival_drafts_of_one_file_only_one_is_counted(books: Bookkeeping) -> None:
    first, second = two_in_one(books)
    books.finance.mend(first.id, MENDED)
    assert [flaw.where for flaw in books.finance.mending.check(second.id, MENDED).flaws] == ["lines"]
    with pytest.raises(Invalid, match="booked already") as refused:
        books.finance.mend(second.id, MENDED)
    assert refused.value.code == "booked_already"
    assert amounts(books) == ["-40.30", "900.00"]


def test_what_was_mended_as_the_second_is_not_counted_again_as_the_first(books: Bookkeeping) -> None:
    _, second = two_in_one(books)
    books.finance.mend(second.id, MENDED)
    books.finance.entering._reader = Always(ReadDocument((replace(statement_of(MENDED), reader="general"),)))
    (again,) = books.finance.enter(BOTH)
    assert again.state is StatementState.DUPLICATE
    assert amounts(books) == ["-40.30", "900.00"]


@pytest.mark.parametrize("drafted", [True, False])
def test_a_statement_is_not_emptied_to_make_it_add_up(
    books: Bookkeeping, aside: StatementRecord, drafted: bool
) -> None:
    if not drafted:
        books.store.books.book(replace(aside, draft=None), ())
    emptied = replace(MENDED, closing=MENDED.opening, lines=())
    check = books.finance.mending.check(aside.id, emptied)
    assert (check.adds_up, [flaw.where for flaw in check.flaws]) == (False, ["lines"])
    with pytest.raises(Invalid, match="no line, while the document shows some"):
        books.finance.mend(aside.id, emptied)
    assert books.store.books.statement(aside.id).state is StatementState.SET_ASIDE


def test_a_month_in_which_nothing_moved_may_be_mended(books: Bookkeeping, aside: StatementRecord) -> None:
    quiet = ("Kontoauszug 01.03.2024 - 31.03.2024", "Saldo am 01.03. 100,00 EUR", "Saldo am 31.03. 100,00 EUR")
    books.store.books.book(replace(aside, draft=None, lines=quiet), ())
    emptied = replace(MENDED, closing=MENDED.opening, lines=())
    assert books.finance.mend(aside.id, emptied).state is StatementState.COUNTED


def typed(record: StatementRecord) -> MendedStatement:
    """Return a draft as the owner's form holds it, unchanged."""
    assert record.draft is not None
    draft = record.draft
    lines = tuple(
        replace(line, date=str(each.date), description=each.description, amount=str(each.amount))
        for line, each in zip(MENDED.lines, draft.transactions, strict=True)
    )
    return replace(MENDED, account=draft.account, closing=str(draft.closing), lines=lines)
