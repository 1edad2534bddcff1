"""What a model tells of a table is believed only where the printed lines prove it, whatever it makes up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.finance.statements import AccountKind, Statement
from domain.finance.tables import MODEL, ToldRow, ToldTable, proved

LINES = (
    "Bank Beispiel",
    "Kontoauszug 01.03.2024 - 31.03.2024",
    "Bestand zu Beginn 100,00 EUR",
    "02.03. Lastschrift Strom 40,00-",
    "Kunde 4711",
    "05.03. Gutschrift Lohn 900,00+",
    "06.03. Restaurant 20,00-",
    "USD 21,60",
    "Bestand am Ende 940,00 EUR",
)
ROWS = (
    ToldRow((4, 5), dt.date(2024, 3, 2), Decimal(-40)),
    ToldRow((6,), dt.date(2024, 3, 5), Decimal(900)),
    ToldRow((7, 8), dt.date(2024, 3, 6), Decimal("-20.00")),
)
TOLD = ToldTable(Decimal(100), 3, Decimal(940), 9, ROWS)
DRAFT = Statement("Bank", "1", "EUR", dt.date(2024, 3, 1), dt.date(2024, 3, 31), None, None, (), "general")
RUNNING = (
    "Start 100.00",
    "03/02 Power 40.00 60.00",
    "03/05 Pay 900.00 960.00",
    "End 960.00",
)
TOLD_RUNNING = ToldTable(
    Decimal(100),
    1,
    Decimal(960),
    4,
    (
        ToldRow((2,), dt.date(2024, 3, 2), Decimal(-40), Decimal(60)),
        ToldRow((3,), dt.date(2024, 3, 5), Decimal(900), Decimal(960)),
    ),
)


def rows(statement: Statement) -> list[tuple[dt.date, Decimal]]:
    return [(each.date, each.amount) for each in statement.transactions]


def with_row(place: int, row: ToldRow) -> ToldTable:
    return replace(TOLD, rows=(*ROWS[:place], row, *ROWS[place + 1 :]))


def test_a_table_told_rightly_is_a_statement_in_the_lines_own_words() -> None:
    statement = proved(TOLD, LINES, DRAFT)
    assert (statement.adds_up(), statement.reader, statement.currency) == (True, MODEL, "EUR")
    assert [each.description for each in statement.transactions] == [
        "Lastschrift Strom Kunde 4711",
        "Gutschrift Lohn",
        "Restaurant USD 21,60",
    ]
    assert statement.transactions[0].lines == LINES[3:5]


def test_running_balances_settle_what_no_sign_says() -> None:
    assert [str(each.balance) for each in proved(TOLD_RUNNING, RUNNING, DRAFT).transactions] == ["60", "960"]


def test_the_newest_first_come_out_the_oldest_first() -> None:
    lines = (*LINES[:3], LINES[6], LINES[7], LINES[5], LINES[3], LINES[4], LINES[8])
    told = [replace(ROWS[2], lines=(4, 5)), replace(ROWS[1], lines=(6,)), replace(ROWS[0], lines=(7, 8))]
    statement = proved(replace(TOLD, rows=tuple(told)), lines, DRAFT)
    assert [each.date.day for each in statement.transactions] == [2, 5, 6]


def test_a_balance_that_is_carried_over_between_pages_is_no_transaction() -> None:
    lines = (*LINES[:5], "Zwischenstand 60,00", *LINES[5:])
    moved = (ROWS[0], replace(ROWS[1], lines=(7,)), replace(ROWS[2], lines=(8, 9)))
    told = replace(TOLD, closing_line=10, rows=moved)
    assert len(proved(told, lines, DRAFT).transactions) == 3
    other = (*lines[:5], "Zwischenstand 60,01", *lines[6:])
    with pytest.raises(Invalid, match="left over"):
        proved(told, other, DRAFT)


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(replace(TOLD, rows=()), id="nothing told"),
        pytest.param(
            replace(TOLD, rows=ROWS[:2], closing=Decimal(960)), id="a closing balance that is printed nowhere"
        ),
        pytest.param(replace(TOLD, closing=Decimal("NaN")), id="no number"),
        pytest.param(replace(TOLD, closing=Decimal("sNaN")), id="no number that can be compared"),
        pytest.param(replace(TOLD, closing=Decimal("1e999999")), id="more than there is"),
        pytest.param(replace(TOLD, opening_line=99), id="a line that is not there"),
        pytest.param(replace(TOLD, opening_line=0), id="a line before the first"),
        pytest.param(replace(TOLD, opening_line=5), id="a balance among the rows"),
        pytest.param(replace(TOLD, opening=Decimal(-100), closing=Decimal(740)), id="a balance turned round"),
        pytest.param(with_row(0, replace(ROWS[0], amount=Decimal(40))), id="a sign turned round"),
        pytest.param(with_row(0, replace(ROWS[0], date=dt.date(2024, 3, 3))), id="another day"),
        pytest.param(with_row(0, replace(ROWS[0], date=dt.date(2023, 3, 2))), id="another year"),
        pytest.param(with_row(1, replace(ROWS[1], lines=(4,))), id="a line used twice"),
        pytest.param(with_row(1, replace(ROWS[1], lines=())), id="a row of no line"),
        pytest.param(with_row(2, replace(ROWS[2], amount=Decimal("-21.60"))), id="the foreign amount"),
        pytest.param(replace(TOLD, rows=ROWS[1:]), id="a row left out"),
        pytest.param(replace(TOLD, rows=(ROWS[0], replace(ROWS[1], lines=(6, 7, 8)))), id="a row swallowed"),
    ],
)
def test_a_lie_is_found_out(told: ToldTable) -> None:
    with pytest.raises(Invalid):
        proved(told, LINES, DRAFT)


def test_totals_are_not_taken_for_balances_though_they_always_add_up() -> None:
    lines = (*LINES[:8], "Summe Lastschriften 60,00", "Summe Gutschriften 900,00", LINES[8])
    totals = replace(TOLD, opening=Decimal(60), opening_line=9, closing=Decimal(900), closing_line=10)
    with pytest.raises(Invalid, match="always add up"):
        proved(totals, lines, DRAFT)
    assert proved(replace(TOLD, closing_line=11), lines, DRAFT).closing == Decimal(940)


def test_a_balance_after_the_first_row_settles_that_balances_are_no_totals() -> None:
    lines = ("Beginn 0.00", "02.03. Lohn 900.00+ 900.00", "Ende 900.00")
    row = ToldRow((2,), dt.date(2024, 3, 2), Decimal(900), Decimal(900))
    told = ToldTable(Decimal(0), 1, Decimal(900), 3, (row,))
    assert proved(told, lines, DRAFT).closing == Decimal(900)
    with pytest.raises(Invalid):
        proved(replace(told, rows=(replace(row, balance=None),)), lines, DRAFT)


def test_signs_that_nothing_settles_are_refused() -> None:
    lines = ("Start 100.00", *(f"03/{day:02} Thing {day}.00" for day in range(2, 14)), "End 94.00")
    signs = (1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1)
    told = [
        ToldRow((day,), dt.date(2024, 3, day), Decimal(day * sign))
        for day, sign in zip(range(2, 14), signs, strict=True)
    ]
    with pytest.raises(Invalid, match="cannot be proved"):
        proved(ToldTable(Decimal(100), 1, Decimal(94), 14, tuple(told)), lines, DRAFT)


def test_signs_that_add_up_by_chance_where_a_row_was_lost_are_refused() -> None:
    lines = ("Start 100.00", "03/02 Bakery 30.00", "03/03 Jo 15.00", "03/04 Kim 25.00", "End 60.00")
    made_up = ((2, -30), (3, 15), (4, -25))
    told = tuple(ToldRow((day,), dt.date(2024, 3, day), Decimal(amount)) for day, amount in made_up)
    with pytest.raises(Invalid, match="cannot be proved"):
        proved(ToldTable(Decimal(100), 1, Decimal(60), 5, told), lines, DRAFT)


def test_days_that_can_be_read_in_two_ways_are_refused() -> None:
    lines = ("Start 100.00", "03/04 Pay 900.00+", "04/04 Rent 40.00-", "End 960.00")
    told = (ToldRow((2,), dt.date(2024, 3, 4), Decimal(900)), ToldRow((3,), dt.date(2024, 4, 4), Decimal(-40)))
    april = replace(DRAFT, end=dt.date(2024, 4, 30))
    with pytest.raises(Invalid, match="two ways"):
        proved(ToldTable(Decimal(100), 1, Decimal(960), 4, told), lines, april)


def test_what_is_owed_on_a_card_is_minus() -> None:
    lines = ("Owed before 100.00", "02.03. Shop 40.00", "05.03. Payment 60.00 CR", "Owed now 80.00")
    told = (ToldRow((2,), dt.date(2024, 3, 2), Decimal(-40)), ToldRow((3,), dt.date(2024, 3, 5), Decimal(60)))
    table = ToldTable(Decimal(-100), 1, Decimal(-80), 4, told)
    assert proved(table, lines, replace(DRAFT, kind=AccountKind.CARD)).closing == Decimal(-80)
    with pytest.raises(Invalid):
        proved(table, lines, DRAFT)


def printed(amounts: Sequence[int]) -> tuple[tuple[str, ...], ToldTable]:
    """Return a statement's lines, each amount in cents with its sign behind it, and the truth about them."""
    lines, told, at = ["Beginn 500.00"], [], Decimal(500)
    for number, cents in enumerate(amounts):
        day, amount = dt.date(2024, 3, 1 + number), Decimal(cents).scaleb(-2)
        lines += [f"{day:%d.%m.} Ding {abs(amount)}{'+' if cents > 0 else '-'}", "mit Text"]
        told.append(ToldRow((len(lines) - 1, len(lines)), day, amount))
        at += amount
    lines.append(f"Ende {abs(at)}{'' if at >= 0 else '-'}")
    return tuple(lines), ToldTable(Decimal(500), 1, at, len(lines), tuple(told))


Lie = Callable[[ToldTable, int, int], ToldTable]


def _changed(told: ToldTable, place: int, **what: object) -> ToldTable:
    row = replace(told.rows[place], **what)  # type: ignore[arg-type]
    return replace(told, rows=(*told.rows[:place], row, *told.rows[place + 1 :]))


LIES: tuple[Lie, ...] = (
    lambda told, one, other: _changed(told, one, amount=told.rows[other].amount),
    lambda told, one, other: _changed(told, one, date=told.rows[other].date),
    lambda told, one, other: _changed(told, one, lines=told.rows[other].lines),
    lambda told, one, _: _changed(told, one, amount=-told.rows[one].amount),
    lambda told, one, _: _changed(told, one, balance=told.closing),
    lambda told, one, _: replace(told, rows=(*told.rows[:one], *told.rows[one + 1 :])),
    lambda told, one, other: replace(told, opening=told.opening + told.rows[one].amount, opening_line=other + 1),
    lambda told, one, other: replace(told, closing=told.closing - told.rows[one].amount, closing_line=other + 1),
    lambda told, _, __: replace(told, opening=told.closing, closing=told.opening),
    lambda told, one, other: _changed(told, one, lines=(*told.rows[one].lines, *told.rows[other].lines)),
)
cents = st.integers(-20_000, 20_000).filter(bool)


@given(st.lists(cents, min_size=1, max_size=12), st.data())
def test_whatever_is_made_up_nothing_but_the_printed_is_believed(amounts: list[int], data: st.DataObject) -> None:
    lines, truth = printed(amounts)
    assert rows(proved(truth, lines, DRAFT)) == [(row.date, row.amount) for row in truth.rows]
    told = truth
    for lie in data.draw(st.lists(st.sampled_from(LIES), min_size=1, max_size=3)):
        if told.rows:
            most = st.integers(0, len(told.rows) - 1)
            told = lie(told, data.draw(most), data.draw(most))
    with suppress(Invalid):
        statement = proved(told, lines, DRAFT)
        assert rows(statement) == [(row.date, row.amount) for row in truth.rows]
        assert (statement.opening, statement.closing) == (truth.opening, truth.closing)
