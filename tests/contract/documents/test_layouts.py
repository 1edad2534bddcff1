"""The general reader over the manners of many banks: each is read exactly, and nothing false is ever believed."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest

from adapters.pdf.examination import examine
from application.ports.documents import NO_HINT, NeedsPassword, NotAStatement, PasswordTrouble, ReadDocument, SetAside
from domain.finance.statements import AccountKind, Proof
from sandbox.statements.canvas import Page, pdf
from sandbox.statements.protection import Protection
from tests.contract.documents.layouts import MANNERS, Books, Manner, amounts, books, render

NAMED = {manner.name: manner for manner in MANNERS}


@pytest.mark.parametrize("manner", MANNERS, ids=lambda manner: manner.name)
@pytest.mark.parametrize(("seed", "count"), [(1, 5), (2, 24), (3, 70)])
def test_every_manner_is_read_to_the_cent(manner: Manner, seed: int, count: int) -> None:
    written = books(seed, count, owed=manner.is_card)
    reading = examine(render(written, manner), (), NO_HINT)
    assert isinstance(reading, ReadDocument), reading
    (statement,) = reading.statements
    assert [(each.date, each.amount) for each in statement.transactions] == amounts(written)
    assert (statement.opening, statement.closing) == (written.opening, written.closing)
    assert statement.currency == manner.currency
    assert statement.proof is Proof.BALANCES
    assert statement.kind is (AccountKind.CARD if manner.is_card else AccountKind.BANK)


@pytest.mark.parametrize("manner", MANNERS, ids=lambda manner: manner.name)
def test_a_statement_with_a_false_balance_is_set_aside_with_its_lines(manner: Manner) -> None:
    written = books(4, 12, owed=manner.is_card)
    wrong = _Falsified(written.opening, written.movements, written.start, written.end)
    reading = examine(render(wrong, manner), (), NO_HINT)
    assert isinstance(reading, SetAside), reading
    assert reading.reason
    assert len(reading.lines) >= len(written.movements)


class _Falsified(Books):
    """Books whose bank miscounted by seven cents at the end."""

    @property
    def closing(self) -> Decimal:
        return self.opening + sum((each.amount for each in self.movements), Decimal("0.07"))


@pytest.mark.parametrize("manner", MANNERS, ids=lambda manner: manner.name)
def test_a_lost_line_is_noticed(manner: Manner) -> None:
    written = books(5, 16, owed=manner.is_card)
    lost = Random(5).randrange(len(written.movements))
    kept = written.movements[:lost] + written.movements[lost + 1 :]
    torn = _Torn(written.opening, kept, written.start, written.end)
    reading = examine(render(torn, replace(manner, has_running=False, daily=False)), (), NO_HINT)
    assert not isinstance(reading, ReadDocument), reading


class _Torn(Books):
    """Books of which a movement was torn out after the closing balance was written."""

    @property
    def closing(self) -> Decimal:
        whole = books(5, 16, owed=self.opening < 0)
        return self.opening + sum((each.amount for each in whole.movements), Decimal(0))


def test_columns_that_are_headed_dr_and_cr_part_money_out_from_money_in() -> None:
    written = books(2, 12)
    manner = replace(NAMED["british"], head=("Date", "Details", "DR", "CR"), has_running=False)
    reading = examine(render(written, manner), (), NO_HINT)
    assert isinstance(reading, ReadDocument)
    assert [(each.date, each.amount) for each in reading.statements[0].transactions] == amounts(written)


def test_the_words_of_a_line_are_kept_without_its_dates_and_amounts() -> None:
    written = books(2, 24)
    reading = examine(render(written, NAMED["british"]), (), NO_HINT)
    assert isinstance(reading, ReadDocument)
    described = [each.description for each in reading.statements[0].transactions]
    assert described == [re.sub(" +", " ", " ".join(each.words)) for each in written.movements]


def test_real_duplicates_on_one_day_are_kept() -> None:
    twice = books(6, 4).movements[0]
    written = replace(books(6, 4), movements=(twice, twice, twice))
    reading = examine(render(written, NAMED["german letters"]), (), NO_HINT)
    assert isinstance(reading, ReadDocument)
    assert [each.amount for each in reading.statements[0].transactions] == [twice.amount] * 3


def test_passwords_are_tried_in_turn_and_the_right_reason_is_given() -> None:
    content = render(books(7, 5), NAMED["malaysian"], Protection("14Jun1985", "contract"))
    assert examine(content, (), NO_HINT) == NeedsPassword(PasswordTrouble.NONE_GIVEN)
    assert examine(content, ("wrong", "again"), NO_HINT) == NeedsPassword(PasswordTrouble.NONE_FITS)
    reading = examine(content, ("wrong", "14Jun1985"), NO_HINT)
    assert isinstance(reading, ReadDocument)
    assert reading.password == 1


def test_an_invoice_is_no_statement() -> None:
    page = Page()
    lines = ("Invoice 4711", "12.03.2024", "Two chairs 240,00 EUR", "VAT 45,60 EUR", "Total 285,60 EUR")
    for place, line in enumerate(lines):
        page.write(50, 700 - 14 * place, line)
    assert isinstance(examine(pdf([page]), (), NO_HINT), NotAStatement)
