"""Formats for machines, in small samples of our own: read as they stand, or refused with the place."""

# ruff: noqa: E501 (a format reads best as it stands)

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.ledgers.reader import LedgerReader
from application.ports.documents import Damaged, Hint, NeedsCurrency, NotAStatement, ReadDocument, SetAside
from domain.finance.statements import AccountKind, Proof, Statement

READER = LedgerReader()

MT940 = """:20:HARBOUR
:25:10020030/1234567
:28C:1/1
:60F:C240101EUR1000,00
:61:2401020102D12,30NTRFNONREF
:86:Bakery
:61:2401030103C500,00NTRFNONREF
:86:Salary
:62F:C240103EUR{closing}
"""
OFX_CARD = """OFXHEADER:100
DATA:OFXSGML

<OFX><CREDITCARDMSGSRSV1><CCSTMTTRNRS><CCSTMTRS><CURDEF>SGD
<CCACCTFROM><ACCTID>4000-xxxx</CCACCTFROM>
<BANKTRANLIST><STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20240105120000[-8:PST]<TRNAMT>{amount}<NAME>GRAB</STMTTRN></BANKTRANLIST>
</CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>
"""
CAMT = """<?xml version="1.0"?>{head}<Document><BkToCstmrStmt><Stmt><Acct><Id><IBAN>AT00</IBAN></Id></Acct>
<Ntry><Amt Ccy="EUR">5.00</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>{status}</Cd></Sts>
<BookgDt><Dt>2024-01-05</Dt></BookgDt></Ntry></Stmt></BkToCstmrStmt></Document>"""


def test_swift_messages_that_add_up_are_read() -> None:
    reading = READER.read(MT940.format(closing="1487,70").encode())
    assert isinstance(reading, ReadDocument)
    (statement,) = reading.statements
    assert [(each.amount, each.description) for each in statement.transactions] == [
        (Decimal("-12.30"), "Bakery"),
        (Decimal("500.00"), "Salary"),
    ]
    assert statement.proof is Proof.BALANCES


def test_swift_messages_that_do_not_add_up_are_set_aside_with_their_lines() -> None:
    reading = READER.read(MT940.format(closing="1487,71").encode())
    assert isinstance(reading, SetAside)
    assert "by 0.01" in reading.reason
    assert ":86:Bakery" in reading.lines


def test_a_reversed_credit_is_money_out() -> None:
    message = MT940.format(closing="487,70").replace("C500,00", "RC500,00")
    reading = READER.read(message.encode())
    assert isinstance(reading, ReadDocument), reading
    assert reading.statements[0].transactions[1].amount == Decimal("-500.00")


def test_a_transaction_line_that_cannot_be_read_is_not_passed_over() -> None:
    reading = READER.read(MT940.format(closing="1487,70").replace("D12,30", "X12..30").encode())
    assert isinstance(reading, Damaged)
    assert "2401020102X12..30" in reading.reason


def test_a_card_in_ofx_is_known_as_one_whatever_its_header_lacks() -> None:
    reading = READER.read(OFX_CARD.format(amount="-12.40").encode())
    assert isinstance(reading, ReadDocument)
    (statement,) = reading.statements
    assert (statement.kind, statement.currency, statement.proof) == (AccountKind.CARD, "SGD", Proof.FORMAT)
    assert str(statement.transactions[0].date) == "2024-01-05"


def test_pending_entries_wait_until_they_are_booked() -> None:
    booked = READER.read(CAMT.format(head="", side="DBIT", status="BOOK").encode())
    assert isinstance(booked, ReadDocument)
    assert booked.statements[0].transactions[0].amount == Decimal("-5.00")


@pytest.mark.parametrize("status", ["PDNG", "INFO", "FUTR"])
def test_what_is_not_booked_is_left_out(status: str) -> None:
    assert isinstance(READER.read(CAMT.format(head="", side="DBIT", status=status).encode()), NotAStatement)


QUIET_CAMT = """<?xml version="1.0"?><Document><BkToCstmrStmt><Stmt><Acct><Id><IBAN>AT00</IBAN></Id></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">9.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2024-01-01</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{closing}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2024-01-31</Dt></Dt></Bal>
</Stmt></BkToCstmrStmt></Document>"""
QUIET_OFX = """OFXHEADER:100

<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>1<ACCTID>7</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20240101<DTEND>20240131</BANKTRANLIST><LEDGERBAL><BALAMT>9.00<DTASOF>20240131</LEDGERBAL>
</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""


@pytest.mark.parametrize("content", [QUIET_CAMT.format(closing="9.00"), QUIET_OFX], ids=["CAMT", "OFX"])
def test_a_month_in_which_nothing_moved_is_a_statement(content: str) -> None:
    (statement,) = _read(content)
    assert (statement.transactions, statement.closing, str(statement.end)) == ((), Decimal("9.00"), "2024-01-31")


def test_a_month_without_lines_whose_balance_changed_is_set_aside() -> None:
    assert isinstance(READER.read(QUIET_CAMT.format(closing="8.00").encode()), SetAside)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (CAMT.format(head="", side="OUT", status="BOOK"), "'OUT' is neither CRDT nor DBIT"),
        (CAMT.format(head="<!DOCTYPE a [<!ENTITY b 'c'>]>", side="DBIT", status="BOOK"), "which no bank does"),
        (CAMT.format(head="", side="DBIT", status="BOOK")[:-30], "breaks off or is broken"),
        (OFX_CARD.format(amount="1..2"), "'1..2' is not an amount"),
        ("Date,Description,Amount (EUR),Balance (USD)\n2024-01-02,a,5.00,6.00\n", "several currencies: EUR, USD"),
        ("Date,Amount,Currency\n2024-01-02,5.00,EUR\n2024-13-02,1.00,EUR\n", "line 3: '2024-13-02' is not a date"),
    ],
)  # fmt: skip
def test_garbled_files_are_refused_with_the_place(content: str, reason: str) -> None:
    reading = READER.read(content.encode())
    assert isinstance(reading, Damaged), reading
    assert reason in reading.reason


@pytest.mark.parametrize("state", ["PENDING", "REVERTED", "DECLINED", "FAILED", "Cancelled", "abgelehnt", "refusée"])
def test_what_a_bank_never_books_is_left_out(state: str) -> None:
    table = f"Completed Date,Description,Amount,Currency,State\n{_row('COMPLETED')}{_row(state)}"
    (statement,) = _read(table)
    assert [str(each.amount) for each in statement.transactions] == ["-5.00"]


def test_any_column_that_says_so_leaves_a_row_out() -> None:
    table = "Date,Description,Amount,Currency,Pending,Status\n2024-01-02,Bakery,-5.00,EUR,False,Failed\n"
    assert isinstance(READER.read(table.encode()), NotAStatement)


def test_a_column_of_types_tells_money_out() -> None:
    table = "Date,Description,Amount,Currency,Type\n2024-01-02,Bakery,5.00,EUR,Debit\n2024-01-03,Pay,9.00,EUR,Credit\n"
    (statement,) = _read(table)
    assert [str(each.amount) for each in statement.transactions] == ["-5.00", "9.00"]


@pytest.mark.parametrize("word", ["Purchase", "withdrawal", "OUT", "支出", "Money out"])
def test_where_no_amount_has_a_sign_a_word_beside_it_tells_money_out(word: str) -> None:
    table = (
        f"Date,Description,Amount,Currency,Type\n2024-01-02,Bakery,5.00,EUR,{word}\n2024-01-03,Pay,9.00,EUR,Deposit\n"
    )
    (statement,) = _read(table)
    assert [str(each.amount) for each in statement.transactions] == ["-5.00", "9.00"]


@pytest.mark.parametrize("types", [("Card", "Card"), ("Purchase", "Other")])
def test_a_table_that_nowhere_tells_money_out_from_money_in_is_set_aside(types: tuple[str, str]) -> None:
    rows = "".join(f"2024-01-0{day},Shop {day},5.00,EUR,{word}\n" for day, word in enumerate(types, 1))
    reading = READER.read(f"Date,Description,Amount,Currency,Type\n{rows}".encode())
    assert isinstance(reading, SetAside)
    assert "no amount in it has a sign" in reading.reason
    assert len(reading.drafts[0].transactions) == len(types)


def _typed(*rows: tuple[str, str], heading: str = "Type") -> str:
    lines = (f"2024-01-{day:02},Shop {day},{amount},USD,{word}\n" for day, (amount, word) in enumerate(rows, 1))
    return f"Date,Description,Amount,Currency,{heading}\n{''.join(lines)}"


def test_no_currency_is_taken_for_a_sign() -> None:
    assert isinstance(READER.read(_typed(("5.00 USD", "Card"), ("7.00 USD", "Card")).encode()), SetAside)


def test_a_table_in_which_what_was_bought_is_plus_is_turned() -> None:
    (statement,) = _read(_typed(("5.00", "Purchase"), ("7.00", "Purchase"), ("-12.00", "Payment")))
    assert [str(each.amount) for each in statement.transactions] == ["-5.00", "-7.00", "12.00"]


def _of_cards(*rows: tuple[str, str, str]) -> str:
    lines = (
        f"2024-01-{day:02},A B,Shop {day},{amount},USD,{word},{on}\n" for day, (amount, word, on) in enumerate(rows, 1)
    )
    return f"Date,Card Member,Description,Amount,Currency,Type,Balance\n{''.join(lines)}"


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (_typed(("-5.00", "Card"), ("7.00", "Card"), ("-12.00", "Deposit")), "(deposit -12.00)"),
        (_typed(("5000.00", "charge"), ("51.00", "charge"), ("-51.00", "refund")), "(refund -51.00)"),
        (_typed(("51.00", "charge"), ("-5.00", "refund"), ("-51.00", "refund")), "(refund -5.00, refund -51.00)"),
        (_typed(("-7.00", "Purchase"), ("5.00", "Purchase"), ("-12.00", "Payment")), "(purchase 5.00)"),
        (_typed(("5.00", "Card"), ("7.00 CR", "Card")), "a column Type that says In or Out"),
        (_of_cards(("50.00", "", ""), ("51.00", "", ""), ("10.00", "Charge", "")), "a column Type that says In or Out"),
        (_of_cards(("50.00", "", ""), ("51.00", "", ""), ("10.00", "Debit", "")), "a column Type that says In or Out"),
        (_of_cards(("50.00", "", ""), ("-300.00", "Autopay", "")), "whether plus is what was spent"),
        (_of_cards(("50.00", "", "350.00"), ("-300.00", "", "50.00")), "whether plus is what was spent"),
    ],
)
def test_signs_that_are_in_doubt_set_a_table_aside(table: str, reason: str) -> None:
    reading = READER.read(table.encode())
    assert isinstance(reading, SetAside), reading
    assert reason in reading.reason


def test_an_account_of_which_few_rows_name_a_card_is_not_a_cards() -> None:
    rows = "2024-01-02,1234,Shop,-5.00,EUR\n2024-01-03,,Pay,900.00,EUR\n2024-01-04,,Gift,50.00,EUR\n"
    (statement,) = _read(f"Date,Card Number,Description,Amount,Currency\n{rows}")
    assert statement.moved() == Decimal("945.00")


def test_beside_words_for_money_out_alone_no_word_means_money_in() -> None:
    (statement,) = _read(_typed(("5.00", "D"), ("7.00", "")))
    assert [str(each.amount) for each in statement.transactions] == ["-5.00", "7.00"]


def test_words_of_rows_that_are_not_booked_cast_no_doubt() -> None:
    table = "Date,Description,Amount,Currency,Type,Status\n2024-01-02,a,5.00,EUR,Debit,Completed\n"
    (statement,) = _read(f"{table}2024-01-03,b,9.00,EUR,Hold,Pending\n")
    assert str(statement.moved()) == "-5.00"


@pytest.mark.parametrize(("code", "amount"), [("KWD", "-12.500"), ("EUR", "-12500")])
def test_three_digits_behind_a_mark_are_a_fraction_where_the_currency_has_one(code: str, amount: str) -> None:
    (statement,) = _read(f"Date,Description,Amount,Currency\n2024-01-02,Tea,-12.500,{code}\n")
    assert str(statement.transactions[0].amount) == amount


def test_lakhs_and_crores_are_amounts() -> None:
    (statement,) = _read('Date,Description,Amount,Currency\n2024-01-02,Rent,"-1,23,45,678.90",INR\n')
    assert str(statement.transactions[0].amount) == "-12345678.90"


def test_a_table_in_two_bytes_a_letter_is_read() -> None:
    reading = READER.read("Date,Description,Amount,Currency\n2024-01-02,Bäcker,-5.00,EUR\n".encode("utf-16"))
    assert isinstance(reading, ReadDocument)
    assert reading.statements[0].transactions[0].description == "Bäcker"


def _read(table: str) -> tuple[Statement, ...]:
    reading = READER.read(table.encode())
    assert isinstance(reading, ReadDocument), reading
    return reading.statements


def _row(state: str) -> str:
    return f"2024-01-02 10:00:00,Bakery,-5.00,EUR,{state}\n"


def test_running_balances_in_a_table_prove_it() -> None:
    table = "Datum;Verwendungszweck;Betrag;Saldo\n03.01.2024;Miete;-700,00;{rent}\n02.01.2024;Lohn;2.500,00;2.600,00\n"
    reading = READER.read(table.format(rent="1.900,00").encode(), (), Hint(currency="EUR"))
    assert isinstance(reading, ReadDocument)
    (statement,) = reading.statements
    assert (statement.opening, statement.closing, statement.proof) == (Decimal(100), Decimal(1900), Proof.RUNNING)
    assert isinstance(READER.read(table.format(rent="1.900,01").encode(), (), Hint(currency="EUR")), SetAside)


@pytest.mark.parametrize(
    ("heading", "currency"),
    [("Amount (MYR)", "MYR"), ("Betrag (EUR)", "EUR"), ("Umsatz in CHF", "CHF"), ("Amount SGD", "SGD")],
)
def test_the_currency_may_stand_behind_the_name_of_a_column(heading: str, currency: str) -> None:
    (statement,) = _read(f"Date,Description,{heading}\n2024-01-02,Bakery,-5.00\n")
    assert (statement.currency, statement.moved()) == (currency, Decimal("-5.00"))


def test_a_table_that_names_no_currency_takes_the_accounts_else_the_owners_word() -> None:
    table = b"Date,IBAN,Amount\n2024-01-02,AT61 1904 3002,-5.00\n2024-01-03,Other,-6.00\n"
    known = (("AT6119043002", "EUR"),)
    assert READER.read(table, (), Hint(accounts=known)) == NeedsCurrency()
    reading = READER.read(table, (), Hint(currency="MYR", accounts=known))
    assert isinstance(reading, ReadDocument)
    assert [each.currency for each in reading.statements] == ["EUR", "MYR"]


FEES = """Date,Description,Amount,Fee,Currency,Balance
2024-01-02,Abroad,-10.00,0.50,EUR,{}
2024-01-03,Bus,-3.00,0,EUR,{}
"""


@pytest.mark.parametrize("balances", [("89.50", "86.50"), ("", "")])
def test_a_fee_counts(balances: tuple[str, str]) -> None:
    (statement,) = _read(FEES.format(*balances))
    assert statement.moved() == Decimal("-13.50")


def test_a_fee_that_is_within_the_amount_counts_once() -> None:
    table = FEES.format("90.00", "87.00") + "2024-01-04,Abroad,-20.00,1.00,EUR,67.00\n"
    (statement,) = _read(table)
    assert (statement.moved(), statement.proof) == (Decimal("-33.00"), Proof.RUNNING)


def test_one_table_of_several_accounts_gives_several_statements() -> None:
    table = "Date,Account,Description,Debit,Credit,Currency\n2024-01-02,A,x,5.00,,EUR\n2024-01-02,B,y,,7.00,MYR\n"
    reading = READER.read(table.encode())
    assert isinstance(reading, ReadDocument)
    assert [(each.account, each.currency, each.moved()) for each in reading.statements] == [
        ("A", "EUR", Decimal("-5.00")),
        ("B", "MYR", Decimal("7.00")),
    ]


def test_the_same_day_is_read_in_the_order_of_its_own_table() -> None:
    table = "Date,Description,Amount,Currency\n03/04/2024,Bakery,-5.00,EUR\n{},Rent,-9.00,EUR\n"
    (day_first,), (month_first,) = _read(table.format("13/04/2024")), _read(table.format("04/13/2024"))
    assert [str(each.date) for each in day_first.transactions] == ["2024-04-03", "2024-04-13"]
    assert [str(each.date) for each in month_first.transactions] == ["2024-03-04", "2024-04-13"]


@given(st.binary(max_size=400))
def test_noise_is_never_read_as_money(content: bytes) -> None:
    assert isinstance(READER.read(content), NotAStatement | Damaged)


@given(st.integers(0, len(MT940) - 1), st.characters(codec="ascii"))
def test_a_changed_character_never_makes_a_false_sum(at: int, letter: str) -> None:
    text = MT940.format(closing="1487,70")
    reading = READER.read((text[:at] + letter + text[at + 1 :]).encode())
    if isinstance(reading, ReadDocument):
        assert all(each.proof is not Proof.NONE for each in reading.statements)


@pytest.mark.parametrize("head", [MT940, OFX_CARD, CAMT, "Date,Amount\n"], ids=["MT940", "OFX", "CAMT", "CSV"])
def test_what_is_too_large_to_be_read_in_the_daemon_says_what_to_do(head: str) -> None:
    content = head.encode().ljust(4 * 1024 * 1024 + 1)
    assert READER.read(content) == Damaged("it is larger than 4 MB; export shorter periods, one file each")
