"""Statements that real banks wrote: read exactly or set aside, with each bank's profile and with it left out."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from adapters.pdf.examination import examine, understand
from adapters.pdf.extraction import Opened, open_pdf, text_lines
from adapters.pdf.profiles import profiles
from adapters.pdf.sheet import Line
from application.ports.documents import NO_HINT, NeedsPassword, PasswordTrouble, ReadDocument, Reading
from domain.finance.statements import StatementTransaction

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("ALFRED_CORPUS") or ROOT.parent / "shared" / "data") / "bank-statements"
EUROPEAN, ASIA = DATA / "european", DATA / "asia"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not DATA.is_dir(), reason="the statements are not on this machine"),
]


@dataclass(frozen=True)
class Case:
    said: dict[str, Any]

    @property
    def adds_up(self) -> bool:
        return self.said["reconciles"] is True

    def read(self, *, alone: bool) -> Reading:
        """Read it; `alone` leaves out every profile, the bank's own among them."""
        without = frozenset(profile.name for profile in profiles()) if alone else frozenset[str]()
        passwords = ("wrong", self.said["password"]) if self.said["password"] else ()
        return examine((EUROPEAN / self.said["pdf"]).read_bytes(), passwords, NO_HINT, without)


@cache
def cases() -> tuple[Case, ...]:
    lines = (EUROPEAN / "expected.jsonl").read_text("utf-8").splitlines()
    return tuple(Case(json.loads(line)) for line in lines)


def differs(case: Case, reading: ReadDocument) -> str:
    """Say how the reading differs from what is expected, nothing where it does not.

    The expected values net interest with the taxes on it into one, and bear either the booking or the value date.
    Nothing else may differ by as much as a cent.
    """
    found = [each for statement in reading.statements for each in statement.transactions]
    missing = []
    for said in case.said["transactions"]:
        match = next(
            (each for each in found if each.amount == _cents(said["signed"]) and said["date"] in _days(each)), None
        )
        if match is not None:
            found.remove(match)
        else:
            missing.append(said)
    missing = [said for said in missing if not _netted(said, found)]
    if found or missing:
        return f"left {[(str(each.date), str(each.amount)) for each in found]} missing {missing}"
    currencies = {statement.currency for statement in reading.statements}
    if not currencies <= {said["currency"] for said in case.said["transactions"]}:
        return f"booked in {currencies}"
    balances = (reading.statements[0].opening, reading.statements[-1].closing)
    expected = (_cents(case.said["opening"]), _cents(case.said["closing"]))
    return "" if balances == expected else f"balances {balances}, expected {expected}"


_INTEREST = re.compile(r"zins|steuer|solidaritätszuschlag", re.IGNORECASE)


def _netted(said: dict[str, Any], found: list[StatementTransaction]) -> bool:
    """Take out of `found` the interest of that day with its taxes, where they come to what is expected."""
    parts = [each for each in found if said["date"] in _days(each) and _INTEREST.search(each.description)]
    if said["type"] != "INTEREST" or sum(each.amount for each in parts) != _cents(said["signed"]):
        return False
    for each in parts:
        found.remove(each)
    return True


def _cents(value: float) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))


def _days(transaction: StatementTransaction) -> tuple[str, str]:
    return str(transaction.date), str(transaction.value_date)


def score(chosen: Sequence[Case], *, alone: bool) -> tuple[float, list[str]]:
    """Return the share read exactly, and what was accepted wrongly."""
    exact, wrong = 0, []
    for case in chosen:
        reading = case.read(alone=alone)
        if not isinstance(reading, ReadDocument):
            continue
        if difference := differs(case, reading):
            wrong.append(f"{case.said['pdf']}: {difference}")
        else:
            exact += 1
    return exact / len(chosen), wrong


@pytest.mark.parametrize("alone", [False, True], ids=["with profiles", "left out"])
def test_what_adds_up_is_read_exactly_and_nothing_wrong_is_accepted(alone: bool) -> None:
    share, wrong = score([case for case in cases() if case.adds_up], alone=alone)
    assert wrong == []
    assert share >= 0.95


def test_every_bank_left_out_is_still_read() -> None:
    banks = defaultdict(list)
    for case in cases():
        if case.adds_up:
            banks[case.said["bank"]].append(case)
    shares = {bank: score(chosen, alone=True)[0] for bank, chosen in banks.items()}
    for bank, chosen in banks.items():
        print(f"{bank}: {round(shares[bank] * len(chosen))} of {len(chosen)} read exactly")
    assert {bank: share for bank, share in shares.items() if share < 0.7} == {}


def test_whatever_is_accepted_adds_up_and_moves_as_printed() -> None:
    for case in cases():
        reading = case.read(alone=False)
        if isinstance(reading, ReadDocument):
            assert all(statement.adds_up() for statement in reading.statements), case.said["pdf"]


def test_locked_ones_say_so_and_open_with_the_right_password() -> None:
    locked = [case for case in cases() if case.said["password"]]
    assert locked
    for case in locked:
        content = (EUROPEAN / case.said["pdf"]).read_bytes()
        assert examine(content, (), NO_HINT) == NeedsPassword(PasswordTrouble.NONE_GIVEN)
        assert examine(content, ("wrong",), NO_HINT) == NeedsPassword(PasswordTrouble.NONE_FITS)
        assert not isinstance(case.read(alone=False), NeedsPassword)


def test_the_asian_card_is_read_line_by_line() -> None:
    with (ASIA / "example_statement.csv").open(encoding="utf-8") as file:
        opening, *expected = [(row["date"], Decimal(row["amount"])) for row in csv.DictReader(file)]
    reading = examine((ASIA / "example_statement.pdf").read_bytes(), (), NO_HINT)
    assert isinstance(reading, ReadDocument)
    (statement,) = reading.statements
    assert statement.opening == opening[1]
    assert [(str(each.date), each.amount) for each in statement.transactions] == expected
    assert len(expected) + 1 == 53


def test_the_protected_asian_document_opens() -> None:
    content = (ASIA / "protected__password_foobar123.pdf").read_bytes()
    assert examine(content, ("nothing",), NO_HINT) == NeedsPassword(PasswordTrouble.NONE_FITS)
    assert not isinstance(examine(content, ("nothing", "foobar123"), NO_HINT), NeedsPassword)


_CENTS = re.compile(r"\d,\d\d(?!\d)")


def _sabotaged(lines: Sequence[Line], at: int) -> Iterator[list[Line]]:
    """Yield the lines without the one at `at`, with it twice, and with a digit of its last amount changed."""
    yield [*lines[:at], *lines[at + 1 :]]
    yield [*lines[: at + 1], *lines[at:]]
    text = lines[at].text
    if found := list(_CENTS.finditer(text)):
        place = found[-1].start()
        changed = f"{text[:place]}{(int(text[place]) + 3) % 10}{text[place + 1 :]}"
        yield [*lines[:at], replace(lines[at], text=changed), *lines[at + 1 :]]


WITHOUT = frozenset(profile.name for profile in profiles())
Moved = list[tuple[dt.date, Decimal]]


def _moved(lines: Sequence[Line]) -> Moved:
    """Return what a document comes to without any profile; nothing where it is not believed."""
    statements = understand(lines, NO_HINT, WITHOUT).statements
    return [(each.date, each.amount) for statement in statements for each in statement.transactions]


@dataclass(frozen=True)
class Printed:
    """A statement as printed, what it comes to, and in which lines its transactions begin."""

    name: str
    lines: list[Line]
    sound: tuple[StatementTransaction, ...]

    @property
    def moved(self) -> Moved:
        return [(each.date, each.amount) for each in self.sound]

    def heads(self, chosen: Sequence[StatementTransaction]) -> list[int]:
        texts = {each.lines[0] for each in chosen}
        return [place for place, line in enumerate(self.lines) if line.text in texts]

    def without(self, places: Collection[int]) -> list[Line]:
        return [line for place, line in enumerate(self.lines) if place not in places]


@cache
def printed() -> tuple[Printed, ...]:
    found = []
    for case in cases():
        passwords = (case.said["password"],) if case.said["password"] else ()
        opened = open_pdf((EUROPEAN / case.said["pdf"]).read_bytes(), passwords)
        assert isinstance(opened, Opened)
        lines = text_lines(opened.pdf)
        statements = understand(lines, NO_HINT, WITHOUT).statements
        found.append(Printed(case.said["pdf"], lines, tuple(each for one in statements for each in one.transactions)))
    return tuple(found)


def test_a_lost_doubled_or_changed_line_is_never_accepted_as_another_sum() -> None:
    tried, accepted = 0, []
    for each in printed():
        for at in each.heads((*each.sound[:8], *each.sound[-3:])):
            for sabotaged in _sabotaged(each.lines, at):
                tried += 1
                if _moved(sabotaged) not in ([], each.moved):
                    accepted.append(f"{each.name}: {each.lines[at].text}")
    assert tried > 450
    assert accepted == []


def test_a_lost_page_is_never_accepted() -> None:
    tried, accepted = 0, []
    for each in printed():
        for page in {each.lines[at].page for at in each.heads(each.sound)}:
            tried += 1
            if _moved([line for line in each.lines if line.page != page]) not in ([], each.moved):
                accepted.append(f"{each.name}: page {page + 1}")
    assert tried > 50
    assert accepted == []


def test_two_lost_lines_that_sum_to_nothing_are_noticed_by_running_balances() -> None:
    """Where a bank prints none, nobody can tell: the rest adds up as well."""
    tried, accepted = 0, []
    for each in printed():
        for one, other in combinations(each.sound, 2):
            if one.amount == -other.amount:
                tried += 1
                if _moved(each.without(each.heads((one, other)))) not in ([], each.moved):
                    accepted.append(f"{each.name}: {one.lines[0]}, {other.lines[0]}, {one.balance}")
    assert tried > 5
    assert [line for line in accepted if not line.endswith("None")] == []
