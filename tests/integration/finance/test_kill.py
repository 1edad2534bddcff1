"""Killed before and after every single write: nothing of a statement is lost, and nothing stands twice."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from adapters.sqlite import open_store
from application.ports.books import TransactionQuery
from application.ports.store import Store
from domain.finance.categories import Spending
from sandbox.statements.year import PASSWORD, BankStatement
from tests.integration.finance.desk import Bookkeeping, keep_books
from tests.integration.finance.misprinted import MENDED, misprinted

MOST_WRITES = 60
Work = Callable[[Bookkeeping], object]


class Killed(BaseException):
    """The process is no more."""


class Fuse:
    """Kills at the n-th moment: each write has one before and one after it. `burnt` tells whether it came to that."""

    def __init__(self, moments: int) -> None:
        self._left = moments
        self.burnt = False

    def arm(self, patch: pytest.MonkeyPatch, store: Store) -> None:
        for part, names in ((store.books, ("book", "strike", "update")), (store.preferences, ("put", "delete"))):
            for name in names:
                patch.setattr(type(part), name, self._guarded(getattr(type(part), name)))

    def _guarded(self, write: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*arguments: Any) -> Any:
            self._pass()
            written = write(*arguments)
            self._pass()
            return written

        return guarded

    def _pass(self) -> None:
        self._left -= 1
        if self._left < 0:
            self.burnt = True
            raise Killed


def killed_at(moment: int, books: Bookkeeping, work: Work) -> bool:
    """Do `work` until it is killed at `moment`; return whether it was."""
    fuse = Fuse(moment)
    with pytest.MonkeyPatch.context() as patch:
        fuse.arm(patch, books.store)
        with suppress(Killed):
            work(books)
    return fuse.burnt


def lines(books: Bookkeeping) -> list[tuple[date, Decimal]]:
    return sorted((each.date, each.amount) for each in books.store.books.transactions(TransactionQuery()))


def written_lines(*written: BankStatement) -> list[tuple[date, Decimal]]:
    return sorted((line.date, line.amount) for each in written for line in each.lines)


def tied(books: Bookkeeping) -> int:
    return sum(each.own_transfer is not None for each in books.store.books.transactions(TransactionQuery()))


def collect(books: Bookkeeping) -> object:
    return books.finance.collect()


def unlock(books: Bookkeeping) -> object:
    return books.finance.unlock(PASSWORD)


def strike(books: Bookkeeping) -> None:
    books.finance.collecting.strike(books.store.books.statements()[0].id)


def fill_in(books: Bookkeeping) -> object:
    return books.finance.fill_in(60)


@pytest.mark.parametrize("work", [collect, unlock, strike, fill_in], ids=lambda work: work.__name__)
def test_a_kill_at_any_write_loses_and_doubles_nothing(work: Work, tmp_path: Path) -> None:
    moment, burnt = 0, True
    while burnt:
        assert moment < MOST_WRITES
        store = open_store(tmp_path / f"{moment}.db")
        books = keep_books(store, tmp_path)
        account, card = books.written[-2:]
        books.deliver([account, card])
        if work is not collect:
            books.finance.collect()
        if work in (strike, fill_in):
            books.finance.unlock(PASSWORD)
        burnt = killed_at(moment, books, work)
        after = books.restarted()
        after.finance.collect()
        after.finance.fill_in(60)
        after.finance.unlock(PASSWORD)
        assert lines(after) == written_lines(account, card), moment
        assert tied(after) == 2, moment
        assert {each.state.value for each in store.books.statements()} == {"counted"}, moment
        store.close()
        moment += 1
    assert moment > 4


def _correct(id: str, books: Bookkeeping) -> object:
    return books.finance.sorting.correct(id, Spending.GIFTS)


def test_a_word_is_not_lost_by_a_kill_at_any_write(tmp_path: Path) -> None:
    moment, burnt = 0, True
    while burnt:
        store = open_store(tmp_path / f"{moment}.db")
        books = keep_books(store, tmp_path)
        books.deliver(books.written[:1])
        books.finance.collect()
        rent = store.books.transactions(TransactionQuery(text="rent"))[0]
        burnt = killed_at(moment, books, partial(_correct, rent.id))
        said = bool(books.restarted().finance.sorting.corrections())
        books.restarted().finance.collect()
        assert (store.books.transaction(rent.id).category is Spending.GIFTS) == said, moment
        store.close()
        moment += 1
    assert moment > 2


def _mend(id: str, books: Bookkeeping) -> object:
    return books.finance.mend(id, MENDED)


def test_a_statement_that_is_being_mended_is_counted_whole_or_set_aside_as_it_was(tmp_path: Path) -> None:
    moment, burnt = 0, True
    while burnt:
        store = open_store(tmp_path / f"{moment}.db")
        books = keep_books(store, tmp_path)
        books.deliver([misprinted(books.written[0])])
        books.finance.collect()
        (aside,) = store.books.statements()
        burnt = killed_at(moment, books, partial(_mend, aside.id))
        after = books.restarted()
        after.finance.collect()
        (left,) = store.books.statements()
        assert (left == aside, len(lines(after))) in ((True, 0), (False, 2)), moment
        if left == aside:
            after.finance.mend(aside.id, MENDED)
        assert [str(amount) for _, amount in lines(after)] == ["-40.30", "900.00"], moment
        store.close()
        moment += 1
    assert moment > 2
