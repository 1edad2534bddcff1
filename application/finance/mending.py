"""Statements that the owner mends: read as he typed them, and booked only where they add up."""

from __future__ import annotations

from dataclasses import replace

from application.finance.entering import Entering
from application.ports.store import Store
from domain.errors import Conflict, Invalid
from domain.finance.mended import Check, Flaw, MendedStatement, check_of, is_emptied, statement_of
from domain.finance.statements import Statement
from domain.finance.transactions import StatementRecord, StatementState

EMPTIED = "it has no line, while the document shows some"


class Mending:
    """Puts what the owner mended into the books, in place of what was set aside."""

    def __init__(self, store: Store, entering: Entering) -> None:
        self._store = store
        self._entering = entering

    def check(self, id: str, typed: MendedStatement) -> Check:
        """Say what is still wrong with it. Raise `NotFound`, `Conflict` for what was not set aside."""
        record, check = self._aside(id), check_of(typed)
        objection = self._objection(record, statement_of(typed)) if check.adds_up else ""
        return replace(check, adds_up=False, flaws=(Flaw("lines", objection),)) if objection else check

    def mend(self, id: str, typed: MendedStatement) -> StatementRecord:
        """Book it under its own id. Raise `Invalid` with the place of what is wrong; then nothing is changed."""
        record, statement = self._aside(id), statement_of(typed)
        if is_emptied(record, statement):
            raise Invalid(EMPTIED, where="lines", code="no_lines")
        return self._entering.accept(record, statement)

    def _objection(self, record: StatementRecord, statement: Statement) -> str:
        return EMPTIED if is_emptied(record, statement) else self._entering.objection(record, statement)

    def _aside(self, id: str) -> StatementRecord:
        record = self._store.books.statement(id)
        if record.state is not StatementState.SET_ASIDE:
            raise Conflict(f"only what was set aside can be mended; this is {record.state.value}", code="not_set_aside")
        return record
