"""Structured statements from other projects' test suites: read as they say, or refused with a clear reason."""

from __future__ import annotations

import json
import os
import re
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from adapters.ledgers.reader import LedgerReader
from adapters.pdf.examination import understand
from adapters.pdf.sheet import Line
from application.ports.documents import NO_HINT, Damaged, Hint, NotAStatement, ReadDocument, SetAside
from domain.finance.statements import Proof, Statement

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("ALFRED_CORPUS") or ROOT.parent / "shared" / "data") / "bank-structured"
BANKS = DATA / "bankstatementparser" / "tests" / "test_data"
SWIFT = DATA / "mt940-wolph" / "mt940_tests"
TABLES = DATA / "beanhub-extract" / "tests" / "extractors" / "fixtures"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not DATA.is_dir(), reason="the structured statements are not on this machine"),
]

SPRING = "2026-04-02 -1234.56, 2026-04-05 3500.00, 2026-04-09 -4.50"


def read(path: Path) -> object:
    return LedgerReader().read(path.read_bytes(), (), Hint(currency="USD"))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("camt.053.001.02.xml", ["SEK 2010-10-18 105678.50, 2010-10-18 -200000, 2010-10-18 30000"]),
        (
            "golden/camt053_multicurrency.xml",
            ["EUR 2026-04-10 1250.50, 2026-04-15 -500.25", "USD 2026-04-20 -99.99"],
        ),
        ("golden/camt053_no_namespace.xml", ["GBP 2026-04-12 250.00"]),
        ("golden/camt053_duplicate_same_day.xml", ["EUR 2026-04-07 -4.50, 2026-04-07 -4.50"]),
        ("sample.mt940", ["EUR 2026-03-20 1250.50, 2026-03-21 -80.25"]),
        ("sample.ofx", ["EUR 2026-03-20 1250.50, 2026-03-21 -80.25"]),
        ("sample.qfx", ["USD 2026-03-22 -15.00"]),
        ("golden/csv_european_decimals.csv", [f"EUR {SPRING}"]),
        ("golden/csv_french_headers.csv", [f"EUR {SPRING}"]),
        ("golden/csv_spanish_headers.csv", [f"EUR {SPRING}"]),
        ("sample_split_amounts.csv", ["EUR 2026-03-20 1250.50, 2026-03-21 -200.25"]),
        ("sample_statement.csv", ["EUR 2026-03-20 2500.00, 2026-03-21 -1200.00"]),
    ],
)
def test_sound_files_are_read_line_by_line(path: str, expected: list[str]) -> None:
    """Each statement is its currency and its lines."""
    reading = read(BANKS / path)
    assert isinstance(reading, ReadDocument), reading
    found = [(each.currency, moves(each)) for each in reading.statements]
    assert found == [(each[:3], _listed(each[4:])) for each in expected]


def moves(statement: Statement) -> list[tuple[str, Decimal]]:
    return [(str(each.date), each.amount) for each in statement.transactions]


def _listed(lines: str) -> list[tuple[str, Decimal]]:
    return [(day, Decimal(amount)) for day, amount in (line.split() for line in lines.split(", "))]


@pytest.mark.parametrize("path", sorted((BANKS / "eval").glob("*.json")), ids=lambda path: path.stem)
def test_printed_statements_are_read_as_their_values_say(path: Path) -> None:
    case = json.loads(path.read_text("utf-8"))
    lines = [Line(" ".join(line.split()), 0) for line in case["statement_text"].splitlines() if line.strip()]
    (statement,) = understand(lines, NO_HINT).statements
    said = case["expected"]
    assert moves(statement) == [(each["booking_date"], Decimal(each["amount"])) for each in said["transactions"]]
    balances = (Decimal(said["opening_balance"]), Decimal(said["closing_balance"]))
    assert (statement.account, statement.currency) == (said["account_id"], said["currency"])
    assert (statement.opening, statement.closing) == balances


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


class Loose(yaml.SafeLoader):
    """Reads what the other project dumped of its objects as the plain data that they hold."""


def _plain(loader: Loose, _: str, node: yaml.Node) -> object:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    return loader.construct_sequence(node, deep=True) if isinstance(node, yaml.SequenceNode) else str(node.value)


Loose.add_multi_constructor("tag:yaml.org,2002:python/", _plain)


_OWNER = re.compile(r"^  transactions: \*\w+$", re.MULTILINE)
"""Each line names the list that holds it, which plain data cannot."""


def _said_by(path: Path) -> list[tuple[str, Decimal]]:
    """Return day and amount of each line; a day is dumped as the bytes of year, month and day.

    Reversals (RC, RD) are dumped with the sign of what they take back; the balances hold only without it.
    """
    said = []
    text = _OWNER.sub("", path.read_text("utf-8"))
    for each in yaml.load(text, Loose)["transactions"]:  # noqa: S506 - a safe loader
        day = each["data"].get("entry_date") or each["data"]["date"]
        high, low, month, date_ = day[0]
        amount = Decimal(each["data"]["amount"]["amount"][0])
        is_reversal = each["data"]["status"].startswith("R")
        said.append((f"{high * 256 + low}-{month:02d}-{date_:02d}", -amount if is_reversal else amount))
    return said


def test_swift_messages_are_read_line_by_line_as_their_values_say() -> None:
    compared = 0
    for path in sorted(SWIFT.rglob("*.sta")):
        reading = read(path)
        if isinstance(reading, ReadDocument):
            found = [line for statement in reading.statements for line in moves(statement)]
            assert found == _said_by(path.with_suffix(".yml")), path.name
            compared += len(found)
    assert compared > 100


def test_american_dates_are_told_from_european_ones() -> None:
    reading = read(TABLES / "chase_credit_card.csv")
    assert isinstance(reading, ReadDocument)
    assert {each.date.month for each in reading.statements[0].transactions} == {4}


def test_what_is_not_booked_yet_is_left_out() -> None:
    reading = read(TABLES / "csv.csv")
    assert isinstance(reading, ReadDocument)
    assert [str(each.date) for each in reading.statements[0].transactions] == ["2025-07-01"]
