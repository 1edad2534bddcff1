"""The past is filled in by itself, month by month, and goes on after a restart where it was."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event

import pytest

from application.finance.filling import FILLED
from application.ports.mail import Batch
from application.ports.mime import RawMail
from domain.errors import TryLater
from domain.messages import Label
from sandbox.statements.year import PASSWORD
from tests.integration.finance.desk import Bookkeeping


def deliver_the_past(books: Bookkeeping) -> None:
    """Everything is in the mailbox, and a poll has passed that saw only what came after."""
    books.deliver([])
    for each in books.written:
        books.put(each)
    books.finance.senders.add_password(PASSWORD, "now")


def test_a_year_of_statements_is_found_and_entered(books: Bookkeeping) -> None:
    deliver_the_past(books)
    filled = books.finance.fill_in(60)
    assert (filled.done, filled.total, filled.found, filled.running) == (26, 26, 24, False)
    assert {each.state.value for each in books.store.books.statements()} == {"counted"}


def test_it_goes_on_after_a_restart_where_it_was(books: Bookkeeping) -> None:
    deliver_the_past(books)
    for _ in range(5):
        half = books.finance.filling.step()
    assert (half.done, half.running) == (5, True)
    assert books.restarted().finance.filling.progress() == half
    assert books.restarted().finance.fill_in(60).found == 24


def test_marks_of_how_it_was_done_before_do_not_stay(books: Bookkeeping) -> None:
    books.deliver([])
    books.store.preferences.put("books/filled/home/mail/bank.example", {"months": 3})
    books.finance.filling.step()
    assert [len(books.store.preferences.names(each)) for each in ("books/filled/", FILLED)] == [0, 1]


def test_the_newest_months_come_first(books: Bookkeeping) -> None:
    deliver_the_past(books)
    assert books.finance.filling.step().month == "2026-11"
    assert {f"{each.end:%Y-%m}" for each in books.store.books.statements()} == {"2026-10"}


@pytest.mark.parametrize("by", [timedelta(hours=1), -timedelta(days=1)], ids=["later", "the clock set back"])
def test_trouble_is_said_and_tried_again_in_a_while(books: Bookkeeping, by: timedelta) -> None:
    deliver_the_past(books)
    books.house.mailbox.fail_next(TryLater("the mailbox is closed"))
    waiting = books.finance.fill_in(60)
    assert (waiting.done, waiting.running, waiting.error) == (0, True, "the mailbox is closed")
    assert books.finance.fill_in(60).done == 0
    books.house.clock.advance(by)
    assert books.finance.fill_in(60).found == 24


def test_a_mail_that_its_mailbox_refuses_is_said_and_holds_nothing_up(
    books: Bookkeeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver_the_past(books)
    attached, refused = books.house.mailbox.attached, books.written[0].mail.id

    def all_but_one(sender: str, after: datetime, before: datetime) -> Iterator[Batch]:
        for batch in attached(sender, after, before):
            mails = [each for each in batch.arrived if isinstance(each, RawMail)]
            left = tuple(each for each in mails if each.provider_id != refused)
            yield replace(batch, arrived=left, refused={refused: "not now"} if len(left) < len(mails) else {})

    monkeypatch.setattr(books.house.mailbox, "attached", all_but_one)
    filled = books.finance.fill_in(60)
    (unread,) = [each for each in books.store.books.statements() if each.state == "not_read"]
    assert (filled.found, filled.running, "would not hand it over: not now" in unread.reason) == (23, False, True)
    assert len(books.store.messages.set_aside_since(books.house.clock.now())) == 1


def test_a_mail_that_was_refused_and_comes_after_all_is_no_longer_told_of(books: Bookkeeping) -> None:
    books.deliver([])
    late = next(each for each in books.written if not each.password)
    books.finance.collecting.note_refused("home/mail", "bank.example", {late.mail.id: "not now"})
    books.deliver([late])
    books.finance.collect()
    assert {each.state.value for each in books.store.books.statements()} == {"counted"}


def test_nobody_waits_while_a_month_is_fetched(books: Bookkeeping, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver_the_past(books)
    books.deliver(books.written[:2])
    asked, goes_on = Event(), Event()

    def slow(sender: str, after: datetime, before: datetime) -> Iterator[Batch]:
        asked.set()
        assert goes_on.wait(30)
        yield Batch()

    monkeypatch.setattr(books.house.mailbox, "attached", slow)
    with ThreadPoolExecutor() as threads:
        filling = threads.submit(books.finance.fill_in, 0.001)
        try:
            assert asked.wait(30)
            threads.submit(books.finance.collect).result(10)
            threads.submit(books.finance.watch).result(10)
            assert threads.submit(books.finance.fill_in).result(10).done == 0
        finally:
            goes_on.set()
        assert filling.result(30).done == 1
    assert {each.state.value for each in books.store.books.statements()} == {"counted"}


def test_no_job_waits_for_another_that_is_at_the_books(books: Bookkeeping, monkeypatch: pytest.MonkeyPatch) -> None:
    books.deliver(books.written[:2])
    attachment = books.house.mailbox.attachment
    asked, goes_on = Event(), Event()

    def slow(provider_id: str, index: int) -> tuple[bytes, str, str]:
        asked.set()
        assert goes_on.wait(30)
        return attachment(provider_id, index)

    monkeypatch.setattr(books.house.mailbox, "attachment", slow)
    with ThreadPoolExecutor() as threads:
        collecting = threads.submit(books.finance.collect)
        try:
            assert asked.wait(30)
            assert threads.submit(books.finance.collect).result(10) == 0
            threads.submit(books.finance.watch).result(10)
        finally:
            goes_on.set()
        assert collecting.result(30) == 2


def test_a_bank_that_is_added_later_is_filled_in_too(books: Bookkeeping) -> None:
    deliver_the_past(books)
    books.finance.fill_in(60)
    books.finance.senders.add("third-bank.example")
    assert books.finance.filling.is_due()
    assert (books.finance.fill_in(60).total, books.finance.filling.is_due()) == (39, False)


def test_what_is_filled_in_is_no_news_but_what_is_locked_is_asked_for(books: Bookkeeping) -> None:
    books.deliver([])
    for each in books.written:
        books.put(each)
    before = books.store.feed.head()
    books.finance.fill_in(60)
    told = [each.ref for each in books.store.feed.after(before, 5000) if each.topic == "notification"]
    assert told == ["announced/locked-Straits-Kinara-Bank"]


def test_daily_alerts_of_a_bank_push_nothing_of_the_year_out(books: Bookkeeping) -> None:
    deliver_the_past(books)
    sender = books.written[0].sender
    alert = f"From: Bank <{sender}>\r\nTo: jo@home.example\r\nSubject: Alert\r\n\r\n{sender} took 1.00\r\n".encode()
    for number in range(500):
        at = books.house.clock.now() - timedelta(hours=number)
        books.house.mailbox.deliver(alert, (Label.INBOX,), at, f"alert{number}")
    assert books.finance.fill_in(60).found == 24
