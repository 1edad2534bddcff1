"""Mails of shops about money: what was paid is tied to its payment, what is awaited told of; forgeries do nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from application.finance.watching import FindingKind
from domain.finance.expected import ExpectedKind
from domain.messages import Label
from sandbox.households.model import Household
from sandbox.statements.promises import Promise, promises
from sandbox.statements.year import PASSWORD
from tests.integration.finance.desk import RECEIVED, Bookkeeping, the_household
from tests.integration.finance.test_watching import told


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
    books.finance.senders.add_password(PASSWORD, "now")
    books.deliver(books.written)
    books.finance.collect()


def bill_before(monday: Household) -> Promise:
    """The power bill of the month before that of the household's newest, which was paid."""
    newest = max(each.end for each in monday.statements)
    return promises(monday.owner.name, monday.owner.address, [each for each in monday.statements if each.end < newest])[
        0
    ]


def found(books: Bookkeeping) -> list[tuple[FindingKind, str]]:
    return [(each.kind, each.text) for each in books.finance.watching.findings()]


def test_an_invoice_is_tied_to_its_payment_and_a_refund_is_awaited(books: Bookkeeping, monday: Household) -> None:
    a_year(books)
    receive(books, *monday.promises)
    books.finance.watch()
    kept = {(each.told.kind, each.told.amount.amount): each for each in books.finance.expecting.all()}
    for promise in monday.promises:
        assert kept[ExpectedKind(promise.kind), promise.amount].told.due == promise.due
    paid = {id: books.store.books.transaction(line) for id, line in books.finance.expecting.met().items()}
    assert {id: (each.date, each.amount) for id, each in paid.items()} == {
        kept[ExpectedKind(each.kind), each.amount].message_id: (each.line.date, each.line.amount)
        for each in monday.promises
        if each.line is not None
    }
    text = (
        "Awan Air Bki-Kul wrote from awanair.example on 2026-09-03 that MYR 312.50 will come back; "
        "the books do not show it."
    )
    assert found(books) == [(FindingKind.REFUND_AWAITED, text)]
    assert told(books) == [text]


def test_an_invoice_that_nothing_paid_is_told_of_once(books: Bookkeeping, monday: Household) -> None:
    a_year(books)
    invoice = monday.promises[0]
    receive(books, bill_before(monday))
    amount = f"MYR {invoice.amount:,.2f}".encode()
    receive(books, invoice, spoilt=(amount, b"MYR 999.90"))
    for _ in range(2):
        books.finance.watch()
        books.house.clock.advance(timedelta(hours=2))
        books = books.restarted()
    text = (
        "The books show no payment of MYR 999.90 to Tenaga Elektrik; "
        "its invoice from tenagaelektrik.example was due on 2026-10-20."
    )
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
    books.finance.watch()
    assert (books.finance.expecting.met(), found(books), told(books)) == ({}, [], [])


def test_a_namesake_of_whom_was_paid_urges_nobody(books: Bookkeeping, monday: Household) -> None:
    a_year(books)
    invoice = monday.promises[0]
    unpaid = invoice.mail.raw.replace(f"MYR {invoice.amount:,.2f}".encode(), b"MYR 999.90")
    receive(books, bill_before(monday))
    receive(
        books,
        replace(invoice, mail=replace(invoice.mail, raw=unpaid)),
        spoilt=(b"tenagaelektrik.example", b"tenagaelektrik.click"),
    )
    books.finance.watch()
    assert [each.home for each in books.finance.expecting.all()] == ["tenagaelektrik.example", "tenagaelektrik.click"]
    assert (len(books.finance.expecting.met()), found(books), told(books)) == (1, [], [])


def test_what_mails_promised_before_the_books_were_filled_is_no_news(books: Bookkeeping, monday: Household) -> None:
    receive(books, *monday.promises)
    a_year(books)
    books.finance.watch()
    assert [kind for kind, _ in found(books)] == [FindingKind.REFUND_AWAITED]
    assert told(books) == []


def test_what_is_too_old_to_be_awaited_is_not_held_in_memory(books: Bookkeeping, monday: Household) -> None:
    a_year(books)
    receive(books, *monday.promises)
    expecting = books.finance.expecting
    expecting.look()
    assert len(expecting._read) >= len(monday.promises)
    books.house.clock.advance(timedelta(days=300))
    receive(books, bill_before(monday))
    expecting.look()
    assert len(expecting._read) == 0
