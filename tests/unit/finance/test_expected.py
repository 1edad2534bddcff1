"""What a mail says of money to come or to go, and the transaction that it turns out to be."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from domain.finance.coverage import covers
from domain.finance.expected import SEARCHES, Expected, ExpectedKind, Told, is_at, lacking, met, told_in
from domain.finance.money import Money
from domain.finance.transactions import StatementRecord, StatementState, Transaction
from domain.search import read_search, words

WRITTEN = dt.date(2026, 10, 2)
DUE = dt.date(2026, 10, 20)
TODAY = dt.date(2026, 11, 23)
BILL = Money(Decimal("143.20"), "MYR")
INVOICE = Expected("m1", "billing.tenaga.com.my", WRITTEN, Told(ExpectedKind.INVOICE, BILL, DUE))
REFUND = Expected("m2", "tenaga.com.my", WRITTEN, Told(ExpectedKind.REFUND, BILL))
BOOKED = dt.datetime(2026, 11, 3, tzinfo=dt.UTC)


def paid(day: str, amount: str, merchant: str = "Tenaga", id: str = "", currency: str = "MYR") -> Transaction:
    on = dt.date.fromisoformat(day)
    return Transaction(id or day, "s1", "Bank", "1", on, merchant, Decimal(amount), currency, merchant)


def statement(start: str, end: str, account: str = "1") -> StatementRecord:
    days = dt.date.fromisoformat(start), dt.date.fromisoformat(end)
    return StatementRecord(end, end, "s.pdf", StatementState.COUNTED, BOOKED, "Bank", account, "MYR", *days)


BEFORE = paid("2026-09-12", "-150.00")
EARLIER = Expected("m0", "tenaga.com.my", dt.date(2026, 9, 10), Told(ExpectedKind.INVOICE, Money(Decimal(150), "MYR")))
COVERED = (statement("2026-09-01", "2026-09-30"), statement("2026-10-01", "2026-10-31"))


NOUNS = (
    "invoice", "invoices", "bill", "bil", "Rechnung", "factura", "facture", "Fattura", "Factuur", "invois",
    "refund", "refunds", "refunded", "refunding", "Rückerstattung", "erstattet", "remboursement", "reembolso",
    "Rimborso", "bayaran balik",
)  # fmt: skip


@pytest.mark.parametrize("noun", NOUNS)
def test_every_word_that_is_understood_is_searched_for(noun: str) -> None:
    assert told_in(f"{noun} of MYR 143.20", f"Your {noun}: the amount of MYR 143.20 is due.", WRITTEN) is not None
    found = words(noun)
    terms = [term for search in SEARCHES for term in read_search(search).wanted]
    assert any(found == words(term.text) or (term.prefix and found[0].startswith(*words(term.text))) for term in terms)


@pytest.mark.parametrize(
    ("subject", "text", "amount", "due"),
    [
        ("Your bill", "Total amount due: MYR 143.20\nPlease pay by 20 October 2026.", "143.20", DUE),
        ("Rechnung 12", "Gesamtbetrag 1.240,00 EUR, zahlbar bis 20.10.2026.", "1240.00", DUE),
        ("Invoice 7", "Items 10.00 EUR and 20.00 EUR.\nTotal: 30.00 EUR\nDue on 2026-10-20", "30.00", DUE),
        ("Invoice 7", "Total: 30.00 EUR. Paid by card, thank you.", "30.00", None),
        ("Invoice 7", "Total: 30.00 EUR. Due 05/06/2026.", "30.00", None),
    ],
)
def test_an_invoice_is_read(subject: str, text: str, amount: str, due: dt.date | None) -> None:
    told = told_in(subject, text, WRITTEN)
    assert told is not None
    assert (told.kind, told.amount.amount, told.due) == (ExpectedKind.INVOICE, Decimal(amount), due)


def test_a_promised_refund_is_read() -> None:
    told = told_in("Your flight", "We are sorry. We will refund MYR 312.50 to your card.", WRITTEN)
    assert told == Told(ExpectedKind.REFUND, Money(Decimal("312.50"), "MYR"))


@pytest.mark.parametrize(
    "text",
    [
        "Refunds of up to MYR 300.00 are possible.",
        "Tickets for MYR 300.00 are non-refundable.",
        "We cannot refund MYR 300.00.",
        "Your invoice: 10.00 EUR, or 12.00 EUR with the case.",
        "The invoice is attached.",
        "Your invoice of 143.20 is attached.",
        "Lunch costs MYR 12.00.",
    ],
)
def test_what_is_uncertain_is_left(text: str) -> None:
    assert told_in("About your order", text, WRITTEN) is None


def test_each_payment_meets_one_invoice_and_the_nearest_is_taken() -> None:
    second = replace(INVOICE, message_id="m3", written=WRITTEN + dt.timedelta(days=1))
    lines = [paid("2026-10-19", "-143.20"), paid("2026-10-05", "-143.20")]
    assert met([second, INVOICE], lines) == {"m1": "2026-10-05", "m3": "2026-10-19"}


@pytest.mark.parametrize(
    "other",
    [
        paid("2026-10-12", "143.20"),
        paid("2026-10-12", "-143.21"),
        paid("2026-10-12", "-143.20", currency="SGD"),
        paid("2026-10-12", "-143.20", merchant="Kedai Kopi"),
        paid("2026-09-12", "-143.20"),
        paid("2027-06-12", "-143.20"),
    ],
)
def test_a_payment_that_differs_in_anything_is_another(other: Transaction) -> None:
    assert met([INVOICE], [other]) == {}


def test_a_refund_comes_in() -> None:
    lines = [paid("2026-10-12", "-143.20", id="out"), paid("2026-10-13", "143.20", id="in")]
    assert met([REFUND], lines) == {"m2": "in"}


def lacked(*expected: Expected, lines: list[Transaction] | None = None) -> list[tuple[str, str]]:
    found = lacking(expected, [BEFORE] if lines is None else lines, COVERED, TODAY)
    return [(each.message_id, merchant) for each, merchant in found]


def test_what_did_not_move_is_lacking_until_it_does() -> None:
    assert lacked(EARLIER, INVOICE, REFUND) == [("m1", "Tenaga"), ("m2", "Tenaga")]
    moved = [BEFORE, paid("2026-10-12", "-143.20", id="out"), paid("2026-10-13", "143.20", id="in")]
    assert lacked(EARLIER, INVOICE, REFUND, lines=moved) == []


def test_no_stranger_is_urged_to_be_paid() -> None:
    assert lacked(EARLIER, INVOICE, lines=[]) == []
    assert lacked(EARLIER, INVOICE, lines=[paid("2026-09-12", "-150.00", "Other")]) == []
    assert lacked(EARLIER, REFUND, lines=[paid("2026-09-12", "-1.00")]) == []


@pytest.mark.parametrize("domain", ["tenaga.click", "tenaga.my", "tenaga.com", "mail.tenaga.co"])
@pytest.mark.parametrize("mail", [INVOICE, REFUND])
def test_a_namesake_of_a_paid_merchant_stays_a_stranger(domain: str, mail: Expected) -> None:
    namesake = replace(mail, domain=domain)
    assert lacked(EARLIER, namesake) == []
    assert lacked(namesake) == []
    assert lacked(replace(EARLIER, domain=domain, message_id="m9", written=mail.written), namesake) == []


def test_a_namesake_that_hit_upon_an_amount_later_stays_a_stranger() -> None:
    copied = replace(EARLIER, message_id="m9", domain="tenaga.click", written=EARLIER.written + dt.timedelta(days=15))
    lines = [BEFORE, paid("2026-09-26", "-150.00")]
    assert met([EARLIER, copied], lines).keys() == {"m0", "m9"}
    assert lacked(EARLIER, copied, replace(INVOICE, domain="tenaga.click"), lines=lines) == []
    assert lacked(EARLIER, copied, INVOICE, lines=lines) == [("m1", "Tenaga")]


@pytest.mark.parametrize(
    ("words", "known"),
    [
        ("CARD TENAGA.COM.MY KUALA LUMPUR", True),
        ("tenaga.com.my/bill", True),
        ("TENAGA.COM", False),
        ("MYTENAGA.COM.MY", False),
        ("TENAGA.COM.MY.EXAMPLE", False),
        ("PAY-TENAGA.COM.MY", False),
        ("TENAGA", False),
    ],
)
def test_a_domain_that_the_bank_wrote_beside_a_payment_is_known(words: str, known: bool) -> None:
    assert (lacked(INVOICE, lines=[replace(BEFORE, description=words)]) == [("m1", "Tenaga")]) is known


def test_nothing_is_missed_where_no_statement_tells() -> None:
    assert list(lacking([EARLIER, INVOICE], [BEFORE], COVERED[:1], TODAY)) == []
    second_account = statement("2026-09-01", "2026-09-30", "2")
    assert list(lacking([EARLIER, INVOICE], [BEFORE], (*COVERED, second_account), TODAY)) == []
    assert not covers((), DUE)


@pytest.mark.parametrize(
    ("merchant", "domain", "owns"),
    [
        ("Rumah Kita Home Store", "mail.rumahkita.com.my", True),
        ("Awan Air", "awanair.example", True),
        ("Buku & Lampu", "bukulampu.example", True),
        ("Grab", "grab.evil.example", False),
        ("Grab", "grab-billing.example", False),
        ("Grab", "example", False),
        (None, "grab.example", False),
        ("A1", "a1.example", False),
    ],
)
def test_a_merchant_is_known_by_the_domain_that_it_registered(merchant: str | None, domain: str, owns: bool) -> None:
    assert is_at(merchant, domain) is owns
