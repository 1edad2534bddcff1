"""Mails of shops about money: what was paid is tied to its payment, what is awaited told of; forgeries do nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from application.books.watching import FindingKind
from domain.finance.expected import ExpectedKind
from domain.messages import Label
from sandbox.households.model import Household
from sandbox.statements.promises import Promise
from sandbox.statements.year import PASSWORD
from tests.integration.books.desk import RECEIVED, Bookkeeping, the_household
from tests.integration.books.test_watching import told


@pytest.fixture(scope="module")
def monday() -> Household:
    return the_household()


def receive(books: Bookkeeping, *promises: Promise, spoilt: tuple[bytes, bytes] = (b"", b"")) -> None:
    for each in promises:
        raw = each.mail.raw.replace(*spoilt) if spoilt[0] else each.mail.raw
        books.house.mailbox.deliver(RECEIVED + raw, (Label.INBOX,), each.mail.received, each.mail.id)
    books.house.services.rounds.poll(books.house.mailbox)
    books.house.services.rounds.tidy()


def a_year(books: Bookkeeping) -> None:
    books.money.senders.add_password(PASSWORD, "now")
    books.deliver(books.written)
    books.money.collect()


def found(books: Bookkeeping) -> list[tuple[FindingKind, str]]:
    return [(each.kind, each.text) for each in books.money.watching.findings()]


def test_an_invoice_is_tied_to_its_payment_and_a_refund_is_awaited(books: Bookkeeping, monday: Household) -> None:
    a_year(books)
    receive(books, *monday.promises)
    books.money.watch()
    kept = {each.told.kind: each for each in books.money.expecting.all()}
    for promise in monday.promises:
        told_by = kept[ExpectedKind(promise.kind)].told
        assert (told_by.amount.amount, told_by.due) == (promise.amount, promise.due)
    (met,) = books.money.expecting.met().items()
    payment = books.store.books.transaction(met[1])
    line = monday.promises[0].line
    assert line is not None
    assert (met[0], payment.date, payment.amount) == (kept[ExpectedKind.INVOICE].message_id, line.date, line.amount)
    text = "Awan Air Bki-Kul wrote on 2026-09-03 that MYR 312.50 will come back; the books do not show it."
    assert found(books) == [(FindingKind.REFUND_AWAITED, text)]
    assert told(books) == [text]


def test_an_invoice_that_nothing_paid_is_told_of_once(books: Bookkeeping, monday: Household) -> None:
    a_year(books)
    invoice = monday.promises[0]
    amount = f"MYR {invoice.amount:,.2f}".encode()
    receive(books, invoice, spoilt=(amount, b"MYR 999.90"))
    for _ in range(2):
        books.money.watch()
        books.house.clock.advance(timedelta(hours=2))
        books = books.restarted()
    text = "The books show no payment of MYR 999.90 to Tenaga Elektrik; its invoice was due on 2026-10-20."
    assert told(books) == [text]


@pytest.mark.parametrize(
    "spoilt",
    [(b"dmarc=pass", b"dmarc=fail"), (b"@tenagaelektrik.example", b"@tenagaelektrik.evil.example")],
)
def test_a_forged_or_strange_invoice_urges_nobody(
    books: Bookkeeping, monday: Household, spoilt: tuple[bytes, bytes]
) -> None:
    a_year(books)
    receive(books, monday.promises[0], spoilt=spoilt)
    books.money.watch()
    assert (books.money.expecting.met(), found(books), told(books)) == ({}, [], [])


def test_what_mails_promised_before_the_books_were_filled_is_no_news(books: Bookkeeping, monday: Household) -> None:
    receive(books, *monday.promises)
    a_year(books)
    books.money.watch()
    assert [kind for kind, _ in found(books)] == [FindingKind.REFUND_AWAITED]
    assert told(books) == []
