"""From a bank's document to the books: read, told apart from what is there already, sorted, and stored as a whole."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from application.books.senders import BankSenders
from application.books.sorting import Sorting
from application.ports.clock import Clock
from application.ports.documents import (
    Damaged,
    Hint,
    NeedsPassword,
    NotAStatement,
    PasswordTrouble,
    Read,
    Reading,
    Scanned,
    SetAside,
    StatementReader,
)
from application.ports.store import Store
from domain.finance.statements import Statement
from domain.finance.transactions import StatementRecord, StatementState, booked

log = logging.getLogger(__name__)

MOST_LINES_KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Document:
    """A bank's document as it came: its bytes, its file name, who sent it, and the message it came with."""

    content: bytes
    filename: str = ""
    sender: str = ""
    message_id: str | None = None

    @property
    def file(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


class Entering:
    """Enters documents. The same file, or the same account and period, is entered once."""

    def __init__(
        self, store: Store, reader: StatementReader, senders: BankSenders, sorting: Sorting, clock: Clock
    ) -> None:
        self._store = store
        self._reader = reader
        self._senders = senders
        self._sorting = sorting
        self._clock = clock

    def enter(self, document: Document, passwords: Sequence[str] = ()) -> tuple[StatementRecord, ...]:
        """Read a document and book what adds up; return what became of it, nothing where it is no statement.

        What was entered before is returned as it stands, unless it waits for a password or was not read.
        """
        known = [each for each in self._store.books.statements() if each.file == document.file]
        if any(each.state in (StatementState.COUNTED, StatementState.DUPLICATE) for each in known):
            return tuple(known)
        tried = (*passwords, *self._senders.passwords())
        reading = self._reader.read(document.content, tried, Hint(document.filename, document.sender))
        if isinstance(reading, NotAStatement):
            log.info("no statement", extra={"reason": reading.reason})
            return ()
        self._remember(reading, passwords)
        for each in known:
            self._store.books.strike(each.id)
        return self._entered(document, reading)

    def _entered(self, document: Document, reading: Reading) -> tuple[StatementRecord, ...]:
        if isinstance(reading, Read):
            numbered = enumerate(reading.statements, 1)
            return tuple(self._book(document, statement, number) for number, statement in numbered)
        record = self._set_aside(document, reading)
        self._store.books.book(record, ())
        return (record,)

    def _book(self, document: Document, statement: Statement, number: int) -> StatementRecord:
        record = replace(
            self._record(document, StatementState.COUNTED, number),
            bank=statement.bank,
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
        if self._is_there(record):
            record = replace(record, state=StatementState.DUPLICATE, reason="this account and period is booked already")
            self._store.books.book(record, ())
            return record
        self._store.books.book(record, self._sorting.sorted(booked(statement, record.id)))
        self._sorting.tie_together()
        return record

    def _is_there(self, record: StatementRecord) -> bool:
        """Whether the same account and period is booked from another file."""
        if record.start is None and record.end is None:
            return False
        return any(
            each.state is StatementState.COUNTED and each.file != record.file and _period(each) == _period(record)
            for each in self._store.books.statements()
        )

    def _set_aside(self, document: Document, reading: Reading) -> StatementRecord:
        match reading:
            case NeedsPassword(trouble=trouble):
                none = trouble is PasswordTrouble.NONE_GIVEN
                reason = "it is locked, and no password is known" if none else "none of the known passwords opens it"
                return replace(self._record(document, StatementState.NEEDS_PASSWORD), reason=reason)
            case Scanned(pages=pages):
                reason = f"its {pages} pages are pictures without text; ask the bank for the document itself"
                return replace(self._record(document, StatementState.SCANNED), reason=reason)
            case SetAside(reason=reason, lines=lines):
                aside = self._record(document, StatementState.SET_ASIDE)
                return replace(aside, reason=reason, lines=lines[:MOST_LINES_KEPT])
            case Damaged(reason=reason):
                return replace(self._record(document, StatementState.DAMAGED), reason=reason)
        raise TypeError(f"no state for {type(reading).__name__}")

    def _record(self, document: Document, state: StatementState, number: int = 1) -> StatementRecord:
        return StatementRecord(
            id=f"{document.file[:16]}-{number}",
            file=document.file,
            filename=document.filename,
            state=state,
            at=self._clock.now(),
            message_id=document.message_id,
        )

    def _remember(self, reading: Reading, passwords: Sequence[str]) -> None:
        """Keep the password that the owner gave and that fitted."""
        used = reading.password if isinstance(reading, Read | SetAside) else None
        if used is not None and used < len(passwords):
            self._senders.add_password(passwords[used], self._clock.now().isoformat())


def _period(record: StatementRecord) -> tuple[object, ...]:
    return (record.bank, record.account, record.currency, record.start, record.end)
