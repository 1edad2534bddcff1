"""The Monday household's year of money: it adds up, it is the same every time, and it says what each line was for."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from adapters.pdf.examination import examine
from application.ports.documents import NO_HINT, NeedsPassword, ReadDocument
from domain.finance.statements import AccountKind
from sandbox import household
from sandbox.households.model import Household
from sandbox.statements.ledger import CATEGORIES
from sandbox.statements.year import PASSWORD

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)


@pytest.fixture(scope="module", params=[0, 3])
def monday(request: pytest.FixtureRequest) -> Household:
    return household.load("monday", seed=request.param, now=NOW)


def test_two_banks_send_twelve_months_and_one_locks_its_files(monday: Household) -> None:
    by_bank = {
        bank: [each for each in monday.statements if each.bank == bank] for bank in {s.bank for s in monday.statements}
    }
    assert sorted(len(each) for each in by_bank.values()) == [12, 12]
    assert sorted({bool(each.password) for each in chosen} == {True} for chosen in by_bank.values()) == [False, True]
    assert monday.statements[-1].end < NOW.date()


def test_every_statement_is_read_as_its_key_says(monday: Household) -> None:
    for written in monday.statements:
        reading = examine(written.content, (PASSWORD,), NO_HINT)
        assert isinstance(reading, ReadDocument), (written.name, reading)
        (read,) = reading.statements
        assert [(each.date, each.amount) for each in read.transactions] == [
            (each.date, each.amount) for each in written.lines
        ]
        assert (read.opening, read.closing, read.currency) == (written.opening, written.closing, written.currency)
        assert (read.kind is AccountKind.CARD) == bool(written.password)


def test_locked_files_do_not_open_without_the_password(monday: Household) -> None:
    locked = [each for each in monday.statements if each.password]
    assert {type(examine(each.content, ("0000",), NO_HINT)) for each in locked} == {NeedsPassword}


def test_each_month_follows_on_the_last(monday: Household) -> None:
    for bank in {each.bank for each in monday.statements}:
        chosen = [each for each in monday.statements if each.bank == bank]
        assert [each.closing for each in chosen[:-1]] == [each.opening for each in chosen[1:]]


def test_lines_have_categories_and_food_is_bought_every_month(monday: Household) -> None:
    assert {line.category for each in monday.statements for line in each.lines} <= set(CATEGORIES)
    spent: dict[tuple[int, int], Decimal] = {}
    for each in monday.statements:
        food = sum((line.amount for line in each.lines if line.category in ("dining", "groceries")), Decimal(0))
        month = (each.start.year, each.start.month)
        spent[month] = spent.get(month, Decimal(0)) + food
    assert len(spent) == 12
    assert all(amount < 0 for amount in spent.values())


def test_what_leaves_one_account_for_the_other_arrives_there(monday: Household) -> None:
    moved = [line for each in monday.statements for line in each.lines if line.kind == "transfer"]
    assert len(moved) == 24
    assert sum((line.amount for line in moved), Decimal(0)) == 0


def test_the_mail_brings_the_very_file(monday: Household) -> None:
    for written in monday.statements:
        message = email.message_from_bytes(written.mail.raw, policy=email.policy.default)
        (attached,) = message.iter_attachments()
        assert attached.get_filename() == written.name
        assert attached.get_content() == written.content
        assert written.sender in str(message["From"])
    assert len({each.mail.id for each in monday.statements}) == 24


def test_the_same_seed_gives_the_same_files() -> None:
    one, other = (household.load("monday", seed=5, now=NOW) for _ in range(2))
    assert [each.content for each in one.statements] == [each.content for each in other.statements]
