"""From a bank's document to the books: read, told apart from what is there already, sorted, and stored as a whole."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from application.finance.booked_before import BookedBefore
from application.finance.senders import BankSenders
from application.finance.setting_aside import held_back, left_unread, numbered, unproved
from application.finance.sorting import Sorting
from application.finance.table_reading import TableReading
from application.ports.clock import Clock
from application.ports.documents import (
    Hint,
    NeedsCurrency,
    NotAStatement,
    ReadDocument,
    Reading,
    SetAside,
    StatementReader,
)
from application.ports.store import Store
from domain.errors import Invalid
from domain.finance.statements import OWNER, Proof, Statement
from domain.finance.transactions import StatementRecord, StatementState, Transaction, booked

NO_STATEMENT = "not_a_statement"
NO_CURRENCY = "no_currency"
DONE = frozenset({StatementState.COUNTED, StatementState.DUPLICATE})
READ = DONE | {StatementState.SET_ASIDE}


@dataclass(frozen=True, slots=True)
class Document:
    """A bank's document as it came: its bytes, its file name, who sent it, and the message it came with.

    `bank` is what the sender calls himself; it is taken where the document does not name its bank. `currency` is what
    the owner says of one that names none.
    """

    content: bytes
    filename: str = ""
    sender: str = ""
    message_id: str | None = None
    bank: str = ""
    currency: str = ""

    @property
    def file(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


class Entering:
    """Enters documents. The same file, or the same account and period, is entered once."""

    def __init__(
        self,
        store: Store,
        reader: StatementReader,
        tables: TableReading,
        senders: BankSenders,
        sorting: Sorting,
        clock: Clock,
    ) -> None:
        self._store = store
        self._reader = reader
        self._tables = tables
        self._senders = senders
        self._sorting = sorting
        self._clock = clock
        self._before = BookedBefore(store.books)

    def enter(self, document: Document, passwords: Sequence[str] = ()) -> tuple[StatementRecord, ...]:
        """Read a document and book what adds up; return what became of it.

        Raise `Invalid` where it is no statement, or a table of which nobody says the currency.

        What was entered before is returned as it stands; what was not read, or only in part, or was left out as booked
        already, is read again. A reading that fails takes nothing away from one that did not, and none takes away what
        the owner mended.
        """
        known = {each.id: each for each in self._store.books.statements() if each.file == document.file}
        done = [each for each in known.values() if each.state in DONE]
        if done and len(done) >= done[0].of and all(each.state is StatementState.COUNTED for each in done):
            return tuple(done)
        tried = (*passwords, *self._senders.passwords(document.sender))
        reading = self._read(document, tried)
        self._remember(reading, document.sender, tried, given=len(passwords))
        read_before = tuple(each for each in known.values() if each.state in READ)
        if read_before and not isinstance(reading, ReadDocument | SetAside):
            return read_before
        if isinstance(reading, NotAStatement | NeedsCurrency):
            for id in known:
                self._store.books.strike(id)
            raise _refusal(reading)
        entered = self._entered(document, reading, known)
        for id in known.keys() - {each.id for each in entered} - _mended_among(known).keys():
            self._store.books.strike(id)
        return entered

    def accept(self, record: StatementRecord, statement: Statement) -> StatementRecord:
        """Book what the owner made of a statement that was set aside, in its place.

        Raise `Invalid` where it does not add up, or its lines are booked already; then all stays as it was.
        """
        if not statement.adds_up():
            raise Invalid(statement.flaw(), where="closing", code="does_not_add_up")
        if objection := self.objection(record, statement):
            raise Invalid(objection, where="lines", code="booked_already")
        filled, lines = _mended(record, statement)
        self._sorting.book(replace(filled, at=self._clock.now()), lines)
        self._strike_rivals(record)
        self._sorting.tie_together()
        return self._store.books.statement(record.id)

    def _strike_rivals(self, record: StatementRecord) -> None:
        """Take out the other readings of a file that holds one statement alone."""
        for each in self._store.books.statements():
            if each.file == record.file and each.id != record.id and each.of == 1:
                self._store.books.strike(each.id)

    def objection(self, record: StatementRecord, statement: Statement) -> str:
        """Say why what the owner made of it cannot be booked though it adds up; nothing where it can."""
        return self._before.told_apart(*_mended(record, statement)).reason

    def repair(self) -> None:
        """Finish what a crash may have cut short between a statement and what ties it to the others."""
        self._sorting.repair()

    def _read(self, document: Document, passwords: Sequence[str]) -> Reading:
        """Read it by code, and only where that does not add up by a model, whose reading must."""
        hint = Hint(document.filename, document.sender, document.currency, self._currencies_of_accounts())
        reading = self._reader.read(document.content, passwords, hint)
        told = self._tables.read(reading, document.message_id) if isinstance(reading, SetAside) else None
        return ReadDocument((told,), reading.password) if told and isinstance(reading, SetAside) else reading

    def _currencies_of_accounts(self) -> tuple[tuple[str, str], ...]:
        """Return every account in the books that has one currency alone."""
        counted = (each for each in self._store.books.statements() if each.state is StatementState.COUNTED)
        pairs = {(each.account, each.currency) for each in counted if each.account}
        times = Counter(account for account, _ in pairs)
        return tuple(sorted(pair for pair in pairs if times[pair[0]] == 1))

    def _entered(
        self, document: Document, reading: Reading, known: Mapping[str, StatementRecord]
    ) -> tuple[StatementRecord, ...]:
        """Book or set aside what was read; what the owner mended stays as he made it."""
        mended = _mended_among(known)
        if not isinstance(reading, ReadDocument):
            aside = left_unread(self._record(document), reading)
            return tuple(mended.get(each.id) or self._keep(each) for each in aside)
        empty = numbered(self._record(document), len(reading.statements))
        records = tuple(
            mended.get(each.id) or self._book(each, statement)
            for each, statement in zip(empty, reading.statements, strict=True)
        )
        self._sorting.tie_together()
        return records

    def _keep(self, record: StatementRecord) -> StatementRecord:
        self._store.books.book(record, ())
        return record

    def _book(self, empty: StatementRecord, statement: Statement) -> StatementRecord:
        if statement.proof is Proof.NONE:
            return self._keep(unproved(empty, statement))
        if statement.is_ahead_of(self._clock.now().date()):
            return self._keep(held_back(empty, statement))
        record = _filled(empty, statement)
        lines = booked(replace(statement, bank=record.bank), record.id)
        judged = self._before.told_apart(record, lines)
        if judged.state is StatementState.SET_ASIDE:
            judged, lines = self._before.joined(record, lines) or (replace(judged, draft=statement), ())
        counted = judged.state is StatementState.COUNTED
        self._sorting.book(judged, lines if counted else ())
        return judged

    def _record(self, document: Document) -> StatementRecord:
        return StatementRecord(
            id="",
            file=document.file,
            filename=document.filename,
            bank=document.bank,
            state=StatementState.COUNTED,
            at=self._clock.now(),
            message_id=document.message_id,
        )

    def _remember(self, reading: Reading, sender: str, tried: Sequence[str], given: int) -> None:
        """Keep the password that fitted: what the owner gave, and what another bank's documents open with as well."""
        used = reading.password if isinstance(reading, ReadDocument | SetAside) else None
        if used is not None and (used < given or sender):
            self._senders.add_password(tried[used], self._clock.now().isoformat(), sender)


def _refusal(reading: NotAStatement | NeedsCurrency) -> Invalid:
    if isinstance(reading, NeedsCurrency):
        return Invalid("it names no currency; say which it is in", code=NO_CURRENCY)
    return Invalid(f"this is no bank statement that I can tell: {reading.reason}", code=NO_STATEMENT)


def _mended_among(known: Mapping[str, StatementRecord]) -> dict[str, StatementRecord]:
    """Return what the owner mended and the books took, by its id."""
    return {id: each for id, each in known.items() if each.reader == OWNER and each.state in DONE}


def _mended(record: StatementRecord, statement: Statement) -> tuple[StatementRecord, tuple[Transaction, ...]]:
    """Return what is to be booked of a mended statement in place of what was set aside."""
    filled = _filled(replace(record, state=StatementState.COUNTED, reason="", lines=(), draft=None), statement)
    return filled, booked(replace(statement, bank=filled.bank), filled.id)


def _filled(empty: StatementRecord, statement: Statement) -> StatementRecord:
    """Return the record with what its statement says."""
    return replace(
        empty,
        bank=statement.bank or empty.bank,
        account=statement.account,
        currency=statement.currency,
        start=statement.start,
        end=statement.end,
        opening=statement.opening,
        closing=statement.closing,
        kind=statement.kind,
        proof=statement.proof,
        reader=statement.reader,
        transactions=len(statement.transactions),
    )
