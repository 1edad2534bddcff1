"""Structured statements from other projects' test suites: read as they say, or refused with a clear reason."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.ledgers.reader import LedgerReader
from application.ports.documents import Damaged, Hint, NotAStatement, ReadDocument, SetAside
from domain.finance.statements import Proof

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("ALFRED_CORPUS") or ROOT.parent / "shared" / "data") / "bank-structured"
BANKS = DATA / "bankstatementparser" / "tests" / "test_data"
SWIFT = DATA / "mt940-wolph" / "mt940_tests"
TABLES = DATA / "beanhub-extract" / "tests" / "extractors" / "fixtures"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not DATA.is_dir(), reason="the structured statements are not on this machine"),
]

Summary = tuple[str, int, str]


def read(path: Path) -> object:
    return LedgerReader().read(path.read_bytes(), (), Hint(currency="USD"))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("camt.053.001.02.xml", [("SEK", 3, "-64321.50")]),
        ("golden/camt053_multicurrency.xml", [("EUR", 2, "750.25"), ("USD", 1, "-99.99")]),
        ("golden/camt053_no_namespace.xml", [("GBP", 1, "250.00")]),
        ("sample.mt940", [("EUR", 2, "1170.25")]),
        ("sample.ofx", [("EUR", 2, "1170.25")]),
        ("sample.qfx", [("USD", 1, "-15.00")]),
        ("golden/csv_european_decimals.csv", [("EUR", 3, "2260.94")]),
        ("golden/csv_french_headers.csv", [("EUR", 3, "2260.94")]),
        ("golden/csv_spanish_headers.csv", [("EUR", 3, "2260.94")]),
        ("sample_split_amounts.csv", [("EUR", 2, "1050.25")]),
        ("sample_statement.csv", [("EUR", 2, "1300.00")]),
    ],
)
def test_sound_files_are_read(path: str, expected: list[Summary]) -> None:
    reading = read(BANKS / path)
    assert isinstance(reading, ReadDocument), reading
    found = [(each.currency, len(each.transactions), each.moved()) for each in reading.statements]
    assert found == [(currency, count, Decimal(moved)) for currency, count, moved in expected]


def test_two_like_entries_on_one_day_are_both_kept() -> None:
    reading = read(BANKS / "golden" / "camt053_duplicate_same_day.xml")
    assert isinstance(reading, ReadDocument)
    assert len(reading.statements[0].transactions) == 2


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("golden/csv_garbled_amount.csv", "line 3: '12..34' is not an amount"),
        ("golden/camt053_garbled_amount.xml", "'12..34'"),
    ],
)
def test_garbled_files_are_refused_with_the_place(path: str, reason: str) -> None:
    reading = read(BANKS / path)
    assert isinstance(reading, Damaged)
    assert reason in reading.reason


@pytest.mark.parametrize("path", ["invalid.xml", "pain.001.001.03.xml", "camt_file.csv", "pain_file.csv"])
def test_other_files_are_no_statements(path: str) -> None:
    assert isinstance(read(BANKS / path), NotAStatement)


def test_every_swift_message_is_proved_or_says_what_is_wrong() -> None:
    files = [path for path in SWIFT.rglob("*") if path.suffix in (".sta", ".txt") and path.name != "requirements.txt"]
    proved = 0
    for path in files:
        reading = read(path)
        if isinstance(reading, ReadDocument):
            assert all(each.proof is not Proof.NONE for each in reading.statements)
            proved += 1
        else:
            assert isinstance(reading, Damaged | NotAStatement | SetAside)
            assert reading.reason
    assert proved >= 17


def test_american_dates_are_told_from_european_ones() -> None:
    reading = read(TABLES / "chase_credit_card.csv")
    assert isinstance(reading, ReadDocument)
    assert {each.date.month for each in reading.statements[0].transactions} == {4}


def test_what_is_not_booked_yet_is_left_out() -> None:
    reading = read(TABLES / "csv.csv")
    assert isinstance(reading, ReadDocument)
    assert [str(each.date) for each in reading.statements[0].transactions] == ["2025-07-01"]
