"""One table, every way in which its amounts may be meant, and the one that adds up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice, pairwise, product

from adapters.pdf.balances import distinct
from adapters.pdf.currency import code_of, currency_of, may_be
from adapters.pdf.document import Document
from adapters.pdf.entries import Entry, dates_of, described, meanings
from adapters.pdf.owed import may_be_turned, turned
from adapters.pdf.rows import Row, beyond, hides_day, parts_sides
from adapters.pdf.sheet import Item
from adapters.pdf.signs import Unsigned, signed
from adapters.pdf.vocabulary import Label
from domain.finance.dates import in_order
from domain.finance.statements import AccountKind, Statement, StatementTransaction, plain_number

_ENDS = (Label.OPENING, Label.CLOSING)
_RUN = 3
"""Running balances that must follow on each other before they prove a table without an opening or a closing."""

_DRAFTED = 50
"""Ways of meaning a table among which a draft is looked for."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One way to mean a table. `turn` is -1 where balances are what is owed; `use_interim` heeds balances between."""

    document: Document
    currency: str
    entries: tuple[Entry, ...]
    opening: Decimal | None
    closing: Decimal | None
    turn: int
    start: int
    end: int
    use_interim: bool

    def first(self) -> Decimal | None:
        """Return the opening balance as the account's owner sees it, else what the first running balance implies."""
        if self.opening is not None:
            return self.opening * self.turn
        entry = self.entries[0] if self.entries else None
        if entry is None or entry.balance is None or not (_sign(entry)):
            return None
        return (entry.balance.signed - entry.amount.value * (_sign(entry))) * self.turn

    def last(self) -> Decimal | None:
        if self.closing is not None:
            return self.closing * self.turn
        final = self.entries[-1].balance if self.entries else None
        return final.signed * self.turn if final is not None else None

    def checkpoints(self) -> dict[int, Decimal]:
        """Return the balance after each entry that has one."""
        running = {
            index: entry.balance.signed * self.turn
            for index, entry in enumerate(self.entries)
            if entry.balance is not None
        }
        return {**self._interim(), **running} if self.use_interim else running

    def _interim(self) -> dict[int, Decimal]:
        found: dict[int, Decimal] = {}
        for mark in self.document.marks:
            if mark.label is not Label.INTERIM or mark.index < self.start:
                continue
            before = [index for index, entry in enumerate(self.entries) if entry.row.item.index < mark.index]
            if before and before[-1] + 1 < len(self.entries):
                found[before[-1]] = mark.value * self.turn
        return found


def prove(document: Document, rows: Sequence[Row], start: int, end: int) -> Statement | None:
    """Return the statement that adds up, if there is one."""
    currency = currency_between(document, rows, start, end)
    if not currency or document.kind is None or _opens_another(document, start, end):
        return None
    settled = (found for trial in _trials(document, currency, rows, start, end) if (found := _settled(trial)))
    return next((each for each in settled if not may_be_turned(each)), None)


def _opens_another(document: Document, start: int, end: int) -> bool:
    """Tell whether between two lines an account is closed and one of another number opened, as from 0.00 to 0.00."""
    ends = [mark for mark in document.marks if start <= mark.index < end and mark.label in _ENDS]
    return any(
        before.label is Label.CLOSING
        and after.label is Label.OPENING
        and _names_another(document, before.index, after.index)
        for before, after in pairwise(ends)
    )


def _names_another(document: Document, before: int, after: int) -> bool:
    """Tell whether a number is printed between two lines that is no end of one above them, nor has one for its end."""
    known = [plain_number(number) for at, number in document.accounts if at <= before]
    new = [plain_number(number) for at, number in document.accounts if before < at <= after]
    return bool(known) and any(not any(one.endswith(each) or each.endswith(one) for one in known) for each in new)


def currency_between(document: Document, rows: Sequence[Row], start: int, end: int) -> str:
    """Return the currency of the balances between two lines, as printed with them, else with every amount of the rows,
    else as named around the rows, else in the document; nothing where this contradicts itself or what the bank uses.
    """
    printed = [mark.currency for mark in document.marks if start <= mark.index < end and mark.label in _ENDS]
    codes = {code for each in printed if (code := code_of(each))} | ({document.manner.currency} - {""})
    if len(codes) > 1:
        return ""
    currency = next(iter(codes), "") or _of_rows(rows) or currency_of(_around(document, rows, start, end))
    currency = currency or document.currency
    return currency if all(may_be(each, currency) for each in printed) else ""


def _of_rows(rows: Sequence[Row]) -> str:
    codes = {code_of(printed) for printed in {amount.currency for row in rows for amount in row.amounts}}
    return codes.pop() if len(codes) == 1 else ""


def _around(document: Document, rows: Sequence[Row], start: int, end: int) -> Iterator[Item]:
    """Yield the lines that are no transaction's, from where the account before them was closed."""
    within = {item.index for row in rows for item in (row.item, *row.details)}
    closings = [mark.index for mark in document.marks if mark.label is Label.CLOSING]
    begin = max((index + 1 for index in closings if index < start), default=0)
    stop = max((index + 1 for index in closings if begin <= index < end), default=end)
    return (item for item in document.sheet.items[begin:stop] if item.index not in within)


def without_transactions(document: Document) -> Statement | None:
    """Return the statement of a period in which nothing moved, where the document says so and states both balances."""
    sheet, end = document.sheet, len(document.sheet.items)
    first, last = next(iter(_balances(document, 0, end)))
    currency = currency_between(document, (), 0, end)
    says_so = any(sheet.vocabulary.no_transactions.search(item.lowered) for item in sheet.items)
    if not says_so or first is None or first != last or not currency or not document.period.is_stated:
        return None
    if first and document.kind is None:
        return None
    turn = -1 if document.kind is AccountKind.CARD and first > 0 else 1
    return Statement(
        bank=document.bank,
        account=_account(document, end),
        currency=currency,
        start=document.period.start,
        end=document.period.end,
        opening=first * turn,
        closing=first * turn,
        transactions=(),
        reader=document.manner.name,
        kind=document.kind or AccountKind.BANK,
    )


def draft(document: Document, rows: Sequence[Row], start: int, end: int) -> Statement | None:
    """Return the likeliest reading of what does not add up, of one with both balances where there is any."""
    currency = currency_between(document, rows, start, end) or document.currency
    trials = [trial for trial in islice(_trials(document, currency, rows, start, end), _DRAFTED) if trial.entries]
    trial = next((each for each in trials if None not in (each.first(), each.last())), next(iter(trials), None))
    if trial is None:
        return None
    amounts = [entry.amount.value * (_sign(entry) or _wording(document, entry) or 1) for entry in trial.entries]
    return _statement(trial, amounts, trial.first(), trial.last())


def _trials(document: Document, currency: str, rows: Sequence[Row], start: int, end: int) -> Iterator[Trial]:
    interim = any(mark.label is Label.INTERIM and start <= mark.index < end for mark in document.marks)
    for meaning in meanings(document, rows):
        entries = _oldest_first(document, meaning)
        for opening, closing in _balances(document, start, end):
            for turn in (-1, 1) if document.kind is AccountKind.CARD else (1,):
                trial = Trial(document, currency, entries, opening, closing, turn, start, end, use_interim=False)
                yield trial
                if interim:
                    yield replace(trial, use_interim=True)


def _oldest_first(document: Document, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    first, last = _days(document, [entries[0].row, entries[-1].row])
    if first > last and in_order(_days(document, [entry.row for entry in entries])):
        return tuple(reversed(entries))
    return tuple(entries)


def _balances(document: Document, start: int, end: int) -> Iterator[tuple[Decimal | None, Decimal | None]]:
    """Return the pairs of opening and closing balance that the document may mean."""
    within = [mark for mark in document.marks if start <= mark.index < end]
    openings = distinct([mark.value for mark in within if mark.label is Label.OPENING])
    closings = distinct([mark.value for mark in reversed(within) if mark.label is Label.CLOSING])
    if len(openings) > 1 and len(closings) > 1:
        openings, closings = openings[:1], closings[:1]
    loose = [mark.value for mark in within if mark.label in (Label.INTERIM, Label.CARRY)]
    first: tuple[Decimal | None, ...] = openings or (None, *loose[:1])
    last: tuple[Decimal | None, ...] = closings or (None, *loose[-1:])
    yield from product(first, last)


def _settled(trial: Trial) -> Statement | None:
    first, last = trial.first(), trial.last()
    if first is None or last is None or not trial.entries:
        return None
    checkpoints = trial.checkpoints()
    for unsigned in _unsigned_may_be(trial):
        known = [_known(trial, index, unsigned, checkpoints) for index in range(len(trial.entries))]
        amounts = signed(known, first, last, checkpoints)
        if amounts is not None:
            statement = _statement(trial, amounts, first, last)
            if statement.adds_up() and _is_sound(trial, statement):
                return _as_owner_sees(trial, statement)
    return None


def _known(trial: Trial, index: int, unsigned: int, checkpoints: Mapping[int, Decimal]) -> Unsigned:
    """Return what is known of an amount; its wording is not asked where a balance on either side settles it."""
    entry = trial.entries[index]
    sign = _sign(entry) or unsigned
    is_settled = index in checkpoints and (index == 0 or index - 1 in checkpoints)
    wording = 0 if sign or is_settled else _wording(trial.document, entry)
    return Unsigned(entry.amount.value, sign, wording)


def _wording(document: Document, entry: Entry) -> int:
    return document.sheet.vocabulary.wording(entry.row.words)


def _sign(entry: Entry) -> int:
    return entry.side or entry.amount.sign


def _as_owner_sees(trial: Trial, statement: Statement) -> Statement:
    """Turn a card's statement in which what is owed stands as plus, and payments as minus."""
    owed = (statement.opening or 0) + (statement.closing or 0)
    if trial.document.kind is not AccountKind.CARD or trial.turn < 0 or owed <= 0:
        return statement
    return turned(statement)


def _unsigned_may_be(trial: Trial) -> tuple[int, ...]:
    """Return what the sign of an unsigned amount may be, 0 for each its own: where some bear one, that of the rest;
    where none does and no columns part them, any."""
    if trial.document.manner.unsigned:
        return (trial.document.manner.unsigned,)
    printed = {entry.amount.sign for entry in trial.entries if entry.amount.value}
    if len(printed) == 2:
        return (-sum(printed),)
    if printed != {0} or parts_sides(trial.document.sheet):
        return (0,)
    return (0, -1, 1)


def _statement(trial: Trial, amounts: Sequence[Decimal], first: Decimal | None, last: Decimal | None) -> Statement:
    document = trial.document
    transactions: list[StatementTransaction] = []
    checkpoints = trial.checkpoints() if any(entry.balance for entry in trial.entries) else {}
    day: dt.date | None = None
    for index, (entry, amount) in enumerate(zip(trial.entries, amounts, strict=True)):
        day, value_date = dates_of(document, entry.row, day)
        transactions.append(
            StatementTransaction(
                day,
                described(entry),
                amount,
                value_date,
                checkpoints.get(index) if entry.balance is not None else None,
                entry.row.lines,
            )
        )
    days = [each.date for each in transactions]
    return Statement(
        bank=document.bank,
        account=_account(document, trial.entries[0].row.item.index),
        currency=trial.currency,
        start=document.period.start if document.period.is_stated else min(days),
        end=document.period.end if document.period.is_stated else max(days),
        opening=first,
        closing=last,
        transactions=tuple(each for each in transactions if each.amount),
        reader=document.manner.name,
        kind=document.kind or AccountKind.BANK,
        is_derived=trial.opening is None or trial.closing is None,
    )


def _account(document: Document, index: int) -> str:
    """Return the number printed last before the line, else the first of the document."""
    if not document.accounts:
        return ""
    return next((number for at, number in reversed(document.accounts) if at <= index), document.accounts[0][1])


def _is_sound(trial: Trial, statement: Statement) -> bool:
    """Refuse what adds up by nothing: no transaction, no day or one far from the period, balances only worked out,
    amounts that are printed in another currency, or a table that may go on where no balance ends it."""
    printed = {each.amount.currency for each in trial.entries}
    if not statement.transactions or not all(may_be(each, trial.currency) for each in printed):
        return False
    if not _are_dated(trial.document, [entry.row for entry in trial.entries]):
        return False
    if statement.is_derived and len(trial.checkpoints()) < len(trial.entries):
        return False
    if statement.is_derived and (len(trial.entries) < _RUN or _leaves_amounts(trial)):
        return False
    return all(trial.document.period.is_near(each.date) for each in statement.transactions)


def _are_dated(document: Document, rows: Sequence[Row]) -> bool:
    """Tell whether each row bears a day, and the same one in whatever the period may be."""
    rivals = [replace(document, period=period) for period in document.rivals]
    days = [row.item.text[: row.item.dates[0].end] for row in rows if row.item.lead]
    if not all(row.dated.dates and not hides_day(row, days) for row in rows):
        return False
    return all(_days(each, rows) == _days(document, rows) for each in rivals)


def _days(document: Document, rows: Sequence[Row]) -> list[dt.date]:
    return [dates_of(document, row, None)[0] for row in rows]


def _leaves_amounts(trial: Trial) -> bool:
    """Tell whether amounts stand beyond the rows, on a side of the table that no printed balance closes."""
    document, rows = trial.document, [entry.row for entry in trial.entries]
    above, below = beyond(document.sheet, rows, trial.start, trial.end)
    if rows[0].item.index > rows[-1].item.index:
        above, below = below, above
    return (trial.opening is None and above) or (trial.closing is None and below)
