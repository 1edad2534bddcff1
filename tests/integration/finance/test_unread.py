"""What a bank's mail brought and was not read: said once for each mail, tried again where that helps, never lost."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

import pytest

from application.finance.collecting import AGAIN, PAUSE
from domain.errors import CannotBe, NotFound
from domain.finance.transactions import StatementRecord
from domain.messages import Label
from sandbox.statements.canvas import Page, Text, pdf
from sandbox.statements.year import BankStatement
from tests.integration.finance.desk import RECEIVED, Bookkeeping

PASSED = "Authentication-Results: mx.google.com; dmarc=pass header.from=serimelati.example\r\n"


def first(books: Bookkeeping) -> BankStatement:
    return next(each for each in books.written if not each.password)


def only(books: Bookkeeping) -> StatementRecord:
    (record,) = books.store.books.statements()
    return record


def deliver(books: Bookkeeping, raw: bytes, id: str = "m1") -> None:
    books.house.mailbox.deliver(RECEIVED + raw, (Label.INBOX,), first(books).mail.received, id)
    books.deliver([])


def mail(books: Bookkeeping, *files: tuple[str, str, bytes], verdict: str = PASSED) -> bytes:
    """Return a mail of the bank with these files, each with its name, media type and content."""
    wrote = EmailMessage()
    wrote["From"] = f"Seri Melati <{books.finance.senders.all()[0]}>"
    wrote["To"], wrote["Subject"], wrote["Message-ID"] = "jo@home.example", "Your papers", "<papers@serimelati.example>"
    wrote.set_content("Dear customer")
    for name, media_type, content in files:
        main, sub = media_type.split("/")
        wrote.add_attachment(content, maintype=main, subtype=sub, filename=name or None)
    return verdict.encode() + wrote.as_bytes()


def letter() -> bytes:
    words = ("Dear customer, we have changed our terms of business.", "Yours sincerely, the bank")
    return pdf([Page([Text(50, 700 - 20 * at, each) for at, each in enumerate(words)])])


def test_what_no_server_vouches_for_is_not_read_and_says_so(books: Bookkeeping) -> None:
    raw = first(books).mail.raw
    deliver(books, b"".join(line for line in raw.splitlines(True) if not line.startswith(b"Authentication-Results")))
    assert books.finance.collect() == 0
    assert (only(books).state, "no server vouches" in only(books).reason) == ("not_read", True)
    assert [each.message_id for each in books.finance.watching.findings()] == [only(books).message_id]


@pytest.mark.parametrize("error", [CannotBe("a flow hands over no attachments"), NotFound("it is elsewhere just now")])
def test_what_could_not_be_fetched_is_said_and_tried_again_after_a_day(
    books: Bookkeeping, error: CannotBe | NotFound
) -> None:
    books.deliver([first(books)])
    books.house.mailbox.fail_next(error)
    assert books.finance.collect() == 0
    assert (only(books).state, str(error) in only(books).reason) == ("not_read", True)
    books.house.clock.advance(timedelta(hours=1))
    assert books.finance.collect() == 0
    books.house.clock.advance(AGAIN)
    books.store.preferences.put("anything", "new")
    assert books.finance.collect() == 1
    assert only(books).state == "counted"


def test_a_bank_whose_papers_are_never_read_is_told_of(books: Bookkeeping) -> None:
    deliver(books, mail(books, ("terms.pdf", "application/pdf", letter())))
    assert books.finance.collect() == 0
    assert (only(books).state, only(books).filename) == ("no_statement", "terms.pdf")
    assert ["terms.pdf" in each.text for each in books.finance.watching.findings()] == [True]


def test_other_papers_of_a_bank_that_is_read_stand_in_the_books_alone(books: Bookkeeping) -> None:
    deliver(books, mail(books, ("terms.pdf", "application/pdf", letter())))
    books.deliver([first(books)])
    assert books.finance.collect() == 1
    assert {each.state.value for each in books.store.books.statements()} == {"counted", "no_statement"}
    assert books.finance.watching.findings() == ()


def test_a_mail_with_many_unread_files_is_one_line(books: Bookkeeping) -> None:
    files = [(f"{number}.zip", "application/zip", b"PK") for number in range(5)]
    deliver(books, mail(books, *files, ("terms.pdf", "application/pdf", letter())))
    books.finance.collect()
    assert (only(books).state, only(books).filename) == ("not_read", "0.zip, 1.zip, 2.zip, 3.zip, 4.zip, terms.pdf")


@pytest.mark.parametrize("name", ["", "statement", "October 2026"])
def test_a_statement_is_known_by_its_type_where_its_name_does_not_tell(books: Bookkeeping, name: str) -> None:
    deliver(books, mail(books, (name, "application/pdf", first(books).content)))
    assert books.finance.collect() == 1
    assert only(books).state == "counted"


def test_a_picture_beside_the_text_is_no_paper(books: Bookkeeping) -> None:
    deliver(books, mail(books, ("logo.png", "image/png", b"png")))
    assert (books.finance.collect(), books.store.books.statements()) == (0, ())


def test_what_the_owner_put_away_is_looked_at_once_more_and_stays_away(books: Bookkeeping) -> None:
    deliver(books, mail(books, ("terms.pdf", "application/pdf", letter())))
    books.finance.collect()
    books.finance.collecting.strike(only(books).id)
    books.finance.collect()
    assert books.store.books.statements() == ()
    assert books.restarted().finance.collect() == 0
    assert books.store.books.statements() == ()


def test_a_second_look_changes_nothing(books: Bookkeeping) -> None:
    deliver(books, mail(books, ("terms.pdf", "application/pdf", letter()), verdict=""))
    books.finance.collect()
    before = books.store.books.revision
    books.finance.collect()
    books.restarted().finance.collect()
    assert books.store.books.revision == before


def test_while_its_account_is_still_being_connected_a_mail_just_waits(books: Bookkeeping) -> None:
    books.deliver([first(books)])
    connections = books.house.services.connections
    (connection,) = connections.all()
    connections.remove(connection.account.name)
    assert (books.finance.collect(), books.store.books.statements()) == (0, ())
    connections.add(connection)
    books.house.clock.advance(PAUSE)
    assert books.finance.collect() == 1
