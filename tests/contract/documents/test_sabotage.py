"""What was lost from a statement, or changed in it, never makes it one that says another thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from adapters.pdf.examination import understand
from adapters.pdf.extraction import Opened, open_pdf, placed_lines, text_lines
from adapters.pdf.sheet import Line
from application.ports.documents import NO_HINT
from tests.contract.documents.layouts import MANNERS, Books, Manner, Movement, amounts, books, render, unsigned

NAMED = {manner.name: manner for manner in MANNERS}


def rounded(what: Books) -> Books:
    """Return the books in whole fives up to 150, where what was lost is made up for by chance now and then."""
    moved = (replace(each, amount=_rounded(each.amount)) for each in what.movements)
    return replace(what, opening=what.opening.quantize(Decimal(1)), movements=tuple(moved))


def _rounded(amount: Decimal) -> Decimal:
    return (5 + abs(amount) % 30 // 1 * 5).copy_sign(amount)


def readings(what: Books, manner: Manner) -> Iterator[list[Line]]:
    """Yield the lines as their text stands in the document, and by their places."""
    opened = open_pdf(render(what, manner), ())
    assert isinstance(opened, Opened)
    yield text_lines(opened.pdf)
    yield placed_lines(opened.pdf)


def torn(lines: Sequence[Line], movement: Movement) -> Iterator[list[Line]]:
    """Yield the lines without those of a movement's first words, and with them twice, one at a time."""
    for at, line in enumerate(lines):
        if movement.words[0] in line.text:
            yield [*lines[:at], *lines[at + 1 :]]
            yield [*lines[: at + 1], *lines[at:]]


def told(lines: Sequence[Line]) -> list[tuple[object, Decimal]]:
    statements = understand(lines, NO_HINT).statements
    return [(each.date, each.amount) for statement in statements for each in statement.transactions]


BARE = (
    NAMED["german two columns"],
    replace(NAMED["german"], name="unsigned", sign=unsigned),
    replace(NAMED["british"], name="two columns", has_running=False, head=NAMED["british"].head[:4]),
)
"""Manners without running balances, where nothing but the sum shows that a line is lost."""


@pytest.mark.parametrize("manner", BARE, ids=lambda manner: manner.name)
def test_no_sign_is_guessed_to_make_up_for_a_line_that_is_lost_or_doubled(manner: Manner) -> None:
    tried, believed = 0, []
    for seed in (3, 5):
        written = rounded(books(seed, 5 + seed))
        for lines in readings(written, manner):
            for sabotaged in torn(lines, written.movements[seed % 3]):
                tried += 1
                if told(sabotaged) not in ([], amounts(written)):
                    believed.append(f"{seed}: {len(lines)} lines to {len(sabotaged)}")
    assert tried > 10
    assert believed == []
