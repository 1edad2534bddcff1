"""The general reader: it tries the few ways in which a document may be meant, and believes the one that adds up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from adapters.pdf.balances import Mark
from adapters.pdf.currency import currency_of
from adapters.pdf.document import Document, Manner, understand
from adapters.pdf.entries import dates_of
from adapters.pdf.owed import may_be_turned, turned
from adapters.pdf.proof import currency_between, draft, prove, without_transactions
from adapters.pdf.rows import Row, Shape, rows_of
from adapters.pdf.sheet import Line, items_of, with_years_first
from adapters.pdf.vocabulary import Label, Vocabulary
from domain.finance.amounts import Notation, usual_notations
from domain.finance.money import unusual_digits
from domain.finance.statements import AccountKind, Statement, are_rivals


@dataclass(frozen=True, slots=True)
class Verdict:
    """`statements` add up; without any, `drafts` are what was read and `reason` why it is not believed.

    `is_likely` tells that it is a statement all the same: it states balances, or calls itself one, and has a table.
    """

    statements: tuple[Statement, ...] = ()
    drafts: tuple[Statement, ...] = ()
    reason: str = ""
    rows: int = 0
    is_likely: bool = False


def read(lines: Sequence[Line], vocabulary: Vocabulary, manner: Manner, currency: str = "") -> Verdict:
    """Return what adds up, by whatever notation, shape of rows and meaning of amounts makes it so.

    Amounts have two digits behind the mark; where none add up, so many as are usual in the currency that is named.
    """
    best = _read(lines, vocabulary, manner, currency, 2)
    if best.statements:
        return best
    named = manner.currency or currency_of(items_of(lines, Notation.POINT)) or currency
    for digits in unusual_digits(named):
        verdict = _read(lines, vocabulary, manner, currency, digits)
        if verdict.statements:
            return verdict
        likely = verdict.is_likely or best.is_likely
        best = replace(max(best, verdict, key=lambda each: each.rows), is_likely=likely)
    return best


def _read(lines: Sequence[Line], vocabulary: Vocabulary, manner: Manner, currency: str, digits: int) -> Verdict:
    best = Verdict(reason="no table of transactions was found")
    for notations in usual_notations((line.text for line in lines), digits):
        verdicts = [_by_notation(lines, each, vocabulary, manner, currency, digits) for each in notations]
        verdict = verdicts[0] if len(verdicts) == 1 else _agreed(lines, notations, verdicts, digits)
        if verdict.statements and (verdict.rows or not best.rows):
            return verdict
        likely = verdict.is_likely or best.is_likely
        best = replace(verdict if verdict.rows > best.rows or not best.rows else best, is_likely=likely)
    return best


_TWO_WAYS = "a space in its amounts may group thousands, or part them from a number before them"


def _agreed(lines: Sequence[Line], notations: Sequence[Notation], verdicts: Sequence[Verdict], digits: int) -> Verdict:
    """Choose between what is read with spaces within amounts and without; without them sums agree but for thousands.

    Where the table groups thousands by another mark, or both add up to the same balances, neither is chosen unless
    they are alike. A balance of which the space cuts thousands off is never believed.
    """
    spaced, plain = verdicts if notations[0].is_spaced else verdicts[::-1]
    if plain.statements == spaced.statements:
        return max(verdicts, key=lambda each: each.rows)
    balances = _balances(plain)
    if not spaced.statements:
        is_doubtful = any(each in balances for each in _cut_off(lines, notations, digits))
    else:
        is_doubtful = verdicts[0] is plain or balances == _balances(spaced)
    chosen = spaced if spaced.statements else plain
    if not is_doubtful:
        return chosen
    rivals = (*spaced.statements, *plain.statements)
    drafts = rivals if are_rivals(rivals) else chosen.statements
    return Verdict(drafts=drafts, reason=_TWO_WAYS, rows=chosen.rows, is_likely=True)


def _balances(verdict: Verdict) -> Sequence[Decimal | None]:
    return [balance for each in verdict.statements for balance in (each.opening, each.closing)]


def _cut_off(lines: Sequence[Line], notations: Sequence[Notation], digits: int) -> Iterator[Decimal]:
    """Yield, with either sign, each part of an amount that without its spaces would be several."""
    read = [items_of(lines, each, digits) for each in sorted(notations, key=lambda each: each.is_spaced)]
    for plain, spaced in zip(*read, strict=True):
        longer = [amount for amount in spaced.amounts if amount not in plain.amounts]
        for each in plain.amounts:
            if any(each.start < amount.end and amount.start < each.end for amount in longer):
                yield from (each.value, -each.value)


def _by_notation(
    lines: Sequence[Line], notation: Notation, vocabulary: Vocabulary, manner: Manner, currency: str, digits: int
) -> Verdict:
    items = items_of(lines, notation, digits)
    document = understand(items, vocabulary, manner, currency)
    if document is None:
        return Verdict(reason="no date with a year was found", is_likely=_states_balances(lines, vocabulary))
    verdict = _by_document(document)
    if verdict.statements or manner.order is not None:
        return verdict
    other = understand(with_years_first(items), vocabulary, manner, currency)
    found = _by_document(other) if other is not None and other.period.is_stated else verdict
    return found if found.statements else verdict


def _by_document(document: Document) -> Verdict:
    best = Verdict(reason="no table of transactions was found")
    tried: set[tuple[int, ...]] = set()
    for shape in Shape:
        rows = rows_of(document.sheet, shape)
        heads = tuple(row.item.index for row in rows)
        if heads in tried or not _may_be(document, shape, rows):
            continue
        tried.add(heads)
        verdict = _by_shape(document, shape, rows)
        if verdict.statements:
            return verdict
        best = max(best, verdict, key=lambda each: each.rows)
    if not best.rows and (empty := without_transactions(document)):
        return Verdict((empty,))
    return replace(best, is_likely=_is_likely(document, best.rows))


def _states_balances(lines: Sequence[Line], vocabulary: Vocabulary) -> bool:
    text = "\n".join(line.text.lower() for line in lines)
    return all(vocabulary.labels[label].search(text) for label in (Label.OPENING, Label.CLOSING))


_STATEMENT = re.compile(
    r"kontoauszug|statement|penyata|extracto|relevé|estratto|rekeningafschrift|saldenmitteilung|wyciąg|tiliote|"
    r"výpis|kivonat|extras de cont|αντίγραφο|거래내역|รายการเดินบัญชี|sao kê|对账单|對賬單|月結單|取引明細"
)
_TABLE = 4
"""Rows of a table that make a document with an account's number or a bank's name a statement nobody understands."""


def _is_likely(document: Document, rows: int) -> bool:
    if any(mark.label in (Label.OPENING, Label.CLOSING) for mark in document.marks):
        return rows > 0 or any(_STATEMENT.search(item.lowered) for item in document.sheet.items)
    if rows >= _TABLE and (document.accounts or document.bank):
        return True
    return rows > 1 and any(_STATEMENT.search(item.lowered) for item in document.sheet.items)


def _may_be(document: Document, shape: Shape, rows: Sequence[Row]) -> bool:
    """Refuse the loose shapes where a strict one fits some lines, and undated lines that no column, balance or day
    above holds."""
    if shape is Shape.INNER:
        return not any(row.item.lead for row in rows)
    if shape is Shape.UNDATED:
        held = bool(document.columns) or any(len(row.amounts) > 1 for row in rows)
        return held or all(row.dated is not row.item for row in rows)
    return True


def _by_shape(document: Document, shape: Shape, rows: Sequence[Row]) -> Verdict:
    """Prove the table in one piece, else in one of the ways in which it may be parted into statements."""
    end = len(document.sheet.items)
    whole = prove(document, rows, 0, end)
    if whole is not None:
        return Verdict((whole,), rows=len(rows))
    for stretches in _stretches(document):
        if _passes_over(document, rows, stretches):
            continue
        statements = [prove(document, rows_of(document.sheet, shape, *ends), *ends) for ends in stretches]
        if read := _joined([each for each in statements if each]) if all(statements) else []:
            return Verdict(tuple(read), rows=len(rows))
    drafts = tuple(_drafts(document, rows, end))
    return Verdict(drafts=drafts, reason=_reason(document, rows, next(iter(drafts), None)), rows=len(rows))


def _drafts(document: Document, rows: Sequence[Row], end: int) -> Iterator[Statement]:
    """Yield the likeliest reading, and where nothing settles whose signs they are, that of either kind or way round."""
    if document.kind is not None:
        readings = [draft(document, rows, 0, end)]
    else:
        meant = [replace(document, kind=kind) for kind in AccountKind]
        readings = [prove(each, rows, 0, end) or draft(each, rows, 0, end) for each in meant]
    for each in filter(None, readings):
        yield from (each, turned(each)) if may_be_turned(each) else (each,)


def _passes_over(document: Document, rows: Sequence[Row], stretches: Sequence[tuple[int, int]]) -> bool:
    """Tell whether rows of the period stand outside all of them, as of an account without balances or a torn page.

    What holds more amounts than any row within is a line of a summary, and so is what repeats balances alone.
    """
    inside = [any(start <= row.item.index < end for start, end in stretches) for row in rows]
    most = max((len(row.amounts) for row, is_in in zip(rows, inside, strict=True) if is_in), default=0)
    apart = [row for row, is_in in zip(rows, inside, strict=True) if not is_in and row.dated.dates]
    balances = {abs(mark.value) for mark in document.marks}
    outside = [
        row for row in apart if len(row.amounts) <= most and not {each.value for each in row.amounts} <= balances
    ]
    days = (dates_of(document, row, None)[0] for row in outside)
    return any(document.period.is_near(day, slack=0) or not document.period.is_stated for day in days)


def _reason(document: Document, rows: Sequence[Row], best: Statement | None) -> str:
    if not document.currency:
        return "it names no currency"
    if best and best.adds_up() and document.kind is None:
        return "nothing in it decides whether it is a card's or an account's, and so what is money in"
    if best and best.adds_up() and not currency_between(document, rows, 0, len(document.sheet.items)):
        return "its balances are in several currencies"
    if best and best.adds_up() and best.is_derived:
        return "opening or closing balance is not printed, and nothing else shows that its table is whole"
    if best and may_be_turned(best):
        return "its card owes what it did before, and nothing shows which of its amounts paid for the others"
    if best is None:
        return "no opening or closing balance was found"
    if best.adds_up() and _marks_in_part(rows, best):
        return "only some of its amounts bear a sign, and those that bear none do not all mean the opposite"
    return best.flaw() or "its dates or its currencies contradict what it says of itself"


def _marks_in_part(rows: Sequence[Row], best: Statement) -> bool:
    """Tell whether more amounts are read as money out, or as money in, than bear the one sign that is printed."""
    printed = [row.amounts[0].sign for row in rows]
    sign = sum(set(printed))
    meant = sum(each.amount * sign > 0 for each in best.transactions)
    return meant > printed.count(sign)


def _stretches(document: Document) -> Iterator[list[tuple[int, int]]]:
    """Return how the lines may be parted into statements: between the balances, or one per opening."""
    end = len(document.sheet.items)
    openings = [mark for mark in document.marks if mark.label is Label.OPENING]
    closings = [mark for mark in document.marks if mark.label is Label.CLOSING]
    if openings and closings and openings[0].index < closings[-1].index:
        yield [(openings[0].index, closings[-1].index + 1)]
        later = [mark.index for mark in closings if mark.index > openings[0].index]
        if later[0] != closings[-1].index and openings[-1].index < later[0]:
            yield [(openings[0].index, later[0] + 1)]
    begins = [mark.index for place, mark in enumerate(openings) if not place or mark.value != openings[place - 1].value]
    if len(begins) > 1:
        yield list(zip(begins, [*begins[1:], end], strict=True))
        yield list(zip([0, *(_last_before(closings, at) for at in begins[1:])], [*begins[1:], end], strict=True))


def _last_before(closings: Sequence[Mark], index: int) -> int:
    return max((mark.index + 1 for mark in closings if mark.index < index), default=index)


def _joined(statements: Sequence[Statement]) -> list[Statement]:
    """Make one of those of one account that follow on each other, as pages with balances of their own do."""
    joined: list[Statement] = []
    for each in statements:
        last = joined[-1] if joined else None
        if last and (last.account, last.currency, last.closing) == (each.account, each.currency, each.opening):
            transactions = last.transactions + each.transactions
            joined[-1] = replace(last, closing=each.closing, transactions=transactions, end=each.end)
        else:
            joined.append(each)
    return joined
