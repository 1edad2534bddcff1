"""From the bank's mail to the books: once, whole, and from nobody but the bank."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.memory import MemoryStore
from application.finance.booked_before import BookedBefore
from application.finance.collecting import PAUSE
from application.finance.entering import Document
from application.finance.figures import Period
from application.ports.books import TransactionQuery
from application.ports.documents import NO_HINT, Hint, ReadDocument, Reading, StatementReader
from domain.errors import NotFound, TryLater
from domain.finance.categories import Spending, categories_called
from domain.finance.statements import Statement, StatementTransaction
from domain.finance.transactions import StatementState
from domain.messages import Label
from sandbox.statements.year import PASSWORD, BankStatement
from tests.integration.finance.desk import Bookkeeping, food_of, keep_books

EVERYTHING = TransactionQuery()


def states(books: Bookkeeping) -> dict[str, int]:
    return dict(Counter(each.state.value for each in books.store.books.statements()))


def lines(books: Bookkeeping) -> list[tuple[date, Decimal]]:
    return sorted((each.date, each.amount) for each in books.store.books.transactions(TransactionQuery()))


def written_lines(written: tuple[BankStatement, ...]) -> list[tuple[date, Decimal]]:
    return sorted((line.date, line.amount) for each in written for line in each.lines)


def open_ones(books: Bookkeeping) -> tuple[BankStatement, ...]:
    return tuple(each for each in books.written if not each.password)


def locked_ones(books: Bookkeeping) -> tuple[BankStatement, ...]:
    return tuple(each for each in books.written if each.password)


def test_a_statement_that_came_by_mail_is_booked_line_by_line(books: Bookkeeping) -> None:
    written = open_ones(books)[:2]
    books.deliver(written)
    assert books.finance.collect() == 2
    assert lines(books) == written_lines(written)
    assert {each.closing for each in books.store.books.statements()} == {each.closing for each in written}


def test_a_second_poll_enters_nothing_new(books: Bookkeeping) -> None:
    books.deliver(open_ones(books)[:2])
    books.finance.collect()
    assert (books.finance.collect(), books.restarted().finance.collect(), states(books)) == (0, 0, {"counted": 2})


def test_the_same_file_in_a_second_mail_is_entered_once(books: Bookkeeping) -> None:
    one = open_ones(books)[0]
    again = replace(one, mail=replace(one.mail, id="again"))
    books.deliver([one, again])
    books.finance.collect()
    assert (states(books), lines(books)) == ({"counted": 1}, written_lines((one,)))


def test_a_locked_statement_waits_for_the_password_and_then_is_read(books: Bookkeeping) -> None:
    written = locked_ones(books)[:3]
    books.deliver(written)
    books.finance.collect()
    assert states(books) == {"needs_password": 3}
    assert {each.state for each in books.finance.unlock("14JUN1984")} == {StatementState.NEEDS_PASSWORD}
    assert books.finance.senders.passwords() == ()
    assert {each.state for each in books.finance.unlock(PASSWORD)} == {StatementState.COUNTED}
    assert lines(books) == written_lines(written)
    assert books.finance.senders.passwords() == (PASSWORD,)


def test_the_next_locked_statement_opens_by_itself(books: Bookkeeping) -> None:
    first, second = locked_ones(books)[:2]
    books.deliver([first])
    books.finance.collect()
    books.finance.unlock(PASSWORD)
    books.deliver([second])
    books.finance.collect()
    assert states(books) == {"counted": 2}


def test_whoever_is_not_the_owners_bank_is_not_read(books: Bookkeeping) -> None:
    one = open_ones(books)[0]
    foreign = one.mail.raw.replace(b"serimelati.example", b"serimelatl.example")
    books.house.mailbox.deliver(foreign, (Label.INBOX,), one.mail.received, "foreign")
    books.deliver([])
    assert (books.finance.collect(), states(books)) == (0, {})


def test_what_the_mail_server_calls_forged_is_not_read(books: Bookkeeping) -> None:
    one = open_ones(books)[0]
    verdict = b"Authentication-Results: mx.home.example; dmarc=fail header.from=serimelati.example\r\n"
    books.house.mailbox.deliver(verdict + one.mail.raw, (Label.INBOX,), one.mail.received, "forged")
    books.deliver([])
    assert (books.finance.collect(), states(books)) == (0, {})


def test_a_mail_that_was_not_judged_yet_waits_for_its_judgement(books: Bookkeeping) -> None:
    one = open_ones(books)[0]
    books.put(one)
    intake = books.house.services.rounds._intake
    intake.poll(books.house.mailbox, lambda part: None)
    assert books.finance.collect() == 0
    books.house.services.rounds.tidy()
    assert books.finance.collect() == 1


def test_a_statement_that_is_taken_out_is_read_again_with_the_owners_words(books: Bookkeeping) -> None:
    one = open_ones(books)[0]
    books.deliver([one])
    books.finance.collect()
    rent = next(each for each in books.store.books.transactions(TransactionQuery(text="rent")))
    books.finance.sorting.correct(rent.id, Spending.GIFTS)
    (record,) = books.store.books.statements()
    books.finance.collecting.strike(record.id)
    assert lines(books) == []
    assert books.finance.collect() == 1
    assert lines(books) == written_lines((one,))
    assert books.store.books.transaction(rent.id).category is Spending.GIFTS


def test_what_was_left_out_for_a_statement_is_read_once_that_is_out(books: Bookkeeping) -> None:
    one = open_ones(books)[0]
    books.deliver([one])
    books.finance.collect()
    (by_mail,) = books.store.books.statements()
    (by_hand,) = books.finance.entering.enter(Document(one.content + b"\n", "copy.pdf"))
    assert (by_hand.state, len(lines(books))) == (StatementState.DUPLICATE, len(one.lines))
    books.finance.collecting.strike(by_mail.id)
    with pytest.raises(NotFound):
        books.store.books.statement(by_hand.id)


def test_a_statement_that_repeats_booked_lines_is_set_aside_and_one_that_holds_no_others_is_left(
    books: Bookkeeping,
) -> None:
    one = open_ones(books)[0]
    books.deliver([one])
    books.finance.collect()
    record = books.store.books.statements()[0]
    same = replace(record, id="x", file="x", start=one.lines[0].date, end=one.end)
    there = books.store.books.transactions(TransactionQuery())
    more = (*there, replace(there[0], amount=Decimal("-0.01")))
    told = [BookedBefore(books.store.books).told_apart(same, each) for each in (there, more)]
    assert [each.state for each in told] == [StatementState.DUPLICATE, StatementState.SET_ASIDE]
    assert all(record.filename in each.reason for each in told)


def test_two_equal_purchases_on_one_day_stay_two(books: Bookkeeping) -> None:
    twice = [each for each in locked_ones(books) if len(set(each.lines)) < len(each.lines)]
    books.finance.senders.add_password(PASSWORD, "now")
    books.deliver(twice)
    books.finance.collect()
    assert lines(books) == written_lines(tuple(twice))


@pytest.mark.parametrize("by", [PAUSE, -timedelta(days=1)], ids=["later", "the clock set back"])
def test_trouble_at_the_source_is_tried_again_later(books: Bookkeeping, by: timedelta) -> None:
    books.deliver(open_ones(books)[:1])
    books.house.mailbox.fail_next(TryLater("not now"))
    assert books.finance.collect() == 0
    books.house.clock.advance(by)
    assert books.finance.collect() == 1


def test_a_year_of_two_banks_answers_to_the_cent(books: Bookkeeping) -> None:
    books.finance.senders.add_password(PASSWORD, "now")
    books.deliver(books.written)
    books.finance.collect()
    assert (states(books), lines(books)) == ({"counted": 24}, written_lines(books.written))
    asked = {
        month: books.finance.figures.spent(_month(month), categories_called("food")).totals
        for month in food_of(books.written)
    }
    assert {month: [each.amount for each in totals] for month, totals in asked.items()} == {
        month: [amount] for month, amount in food_of(books.written).items()
    }


def test_the_order_in_which_statements_are_read_changes_nothing(books: Bookkeeping, tmp_path: Path) -> None:
    books.deliver(books.written)
    books.finance.collect()
    books.finance.unlock(PASSWORD)
    other = keep_books(MemoryStore(), tmp_path)
    other.finance.senders.add_password(PASSWORD, "now")
    other.deliver(other.written)
    other.finance.collect()
    kept = [
        {each.id: (each.category, each.own_transfer, each.refund) for each in one.store.books.transactions(EVERYTHING)}
        for one in (books, other)
    ]
    assert kept[0] == kept[1]
    assert sum(tied is not None for _, tied, _ in kept[0].values()) == 24


def _month(name: str) -> Period:
    first = date.fromisoformat(f"{name}-01")
    return Period(first, date(first.year + first.month // 12, first.month % 12 + 1, 1))


def test_a_document_of_which_a_part_was_booked_is_completed(books: Bookkeeping) -> None:
    one, two = open_ones(books)[:2]
    reader = books.finance.entering._reader
    readings = [reader.read(each.content) for each in (one, two)]
    both = ReadDocument(tuple(each.statements[0] for each in readings if isinstance(each, ReadDocument)))
    document = Document(b"two in one", "both.pdf")
    books.finance.entering._reader = Always(both)
    books.finance.entering.enter(document)
    second = next(each for each in books.store.books.statements() if each.id.endswith("-2"))
    books.store.books.strike(second.id)
    assert [each.id for each in books.finance.entering.enter(document)][1] == second.id
    assert lines(books) == written_lines((one, two))


@pytest.mark.parametrize(("ahead", "state"), [(43, StatementState.SET_ASIDE), (0, StatementState.COUNTED)])
def test_what_is_dated_decades_ahead_is_set_aside(books: Bookkeeping, ahead: int, state: StatementState) -> None:
    document = Document(open_ones(books)[0].content, "statement.pdf")
    reading = books.finance.entering._reader.read(document.content)
    assert isinstance(reading, ReadDocument)
    (statement,) = reading.statements
    last = statement.transactions[-1]
    later = (*statement.transactions[:-1], replace(last, date=last.date.replace(year=last.date.year + ahead)))
    books.finance.entering._reader = Always(ReadDocument((replace(statement, transactions=later),)))
    (record,) = books.finance.entering.enter(document)
    assert (record.state, bool(record.reason)) == (state, ahead > 0)


def test_nothing_is_taken_out_while_somebody_is_at_the_books(books: Bookkeeping) -> None:
    (record,) = books.finance.enter(Document(open_ones(books)[0].content, "statement.pdf"))
    striking = threading.Thread(target=books.finance.strike, args=(record.id,))
    with books.finance._collecting_now:
        striking.start()
        striking.join(0.05)
        assert books.store.books.statement(record.id) == record
    striking.join()
    assert books.store.books.statements() == ()


def test_what_a_reader_calls_read_though_it_does_not_add_up_is_set_aside_with_its_lines(books: Bookkeeping) -> None:
    day = date(2024, 1, 2)
    moved = StatementTransaction(day, "Rent", Decimal(-5), lines=("2024-01-02 Rent -5",))
    wrong = Statement("", "1", "EUR", day, day, Decimal(10), Decimal(6), (moved,), "general")
    books.finance.entering._reader = Always(ReadDocument((wrong, replace(wrong, account="2", closing=Decimal(5)))))
    aside, counted = books.finance.entering.enter(Document(b"two accounts"))
    assert (aside.state.value, aside.draft, aside.lines) == ("set_aside", wrong, moved.lines)
    assert "miss the closing 6" in aside.reason
    assert counted.state is StatementState.COUNTED


def test_dates_to_come_hold_back_their_own_account_and_only_where_dates_are_guessed(books: Bookkeeping) -> None:
    moved = StatementTransaction(date(2099, 1, 2), "Rent", Decimal(-5), lines=("2099-01-02 Rent -5",))
    ahead = Statement("", "1", "EUR", moved.date, moved.date, None, None, (moved,), "csv", is_machine_made=True)
    day = date(2024, 1, 2)
    past = replace(ahead, account="2", start=day, end=day, transactions=(replace(moved, date=day),))
    books.finance.entering._reader = Always(ReadDocument((ahead, past, replace(ahead, account="3", reader="ofx"))))
    records = books.finance.entering.enter(Document(b"three accounts"))
    assert [each.state.value for each in records] == ["set_aside", "counted", "counted"]


def test_what_bears_dates_to_come_is_read_again_from_its_mail_once_they_have_come_and_not_before(
    books: Bookkeeping,
) -> None:
    day = books.house.clock.now().date() + timedelta(days=40)
    moved = StatementTransaction(day, "Rent", Decimal(-5), lines=(f"{day} Rent -5",))
    ahead = Statement("", "1", "EUR", day, day, None, None, (moved,), "csv", is_machine_made=True)
    books.deliver(open_ones(books)[:1])
    entered = []
    for days in (0, 1, 38, 1, 1):
        books.house.clock.advance(timedelta(days=days))
        books = books.restarted()
        books.finance.entering._reader = Always(ReadDocument((ahead,)))
        entered.append(books.finance.collect())
    assert entered == [1, 0, 0, 1, 0]
    assert [each.state.value for each in books.store.books.statements()] == ["counted"]


class Always(StatementReader):
    """Reads the same from everything."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def read(self, content: bytes, passwords: Sequence[str] = (), hint: Hint = NO_HINT) -> Reading:
        return self._reading

    def close(self) -> None:
        return None
