"""What becomes of a document that cannot be counted: a record for each of its statements, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from application.ports.documents import Damaged, NeedsPassword, PasswordTrouble, Reading, Scanned, SetAside
from domain.finance.statements import Proof, Statement, are_rivals
from domain.finance.transactions import MOST_LINES_KEPT, StatementRecord, StatementState

AHEAD = (
    "it bears dates that are still to come; set them right, or book it as it is where they are right; "
    "what came by mail is read again when they have come"
)
OF_ANOTHER = "another statement of this file does not add up"


def numbered(record: StatementRecord, many: int) -> Sequence[StatementRecord]:
    """Return the records of a file that holds so many statements."""
    return [replace(record, id=f"{record.file[:16]}-{number}", of=many) for number in range(1, many + 1)]


def left_unread(record: StatementRecord, reading: Reading) -> tuple[StatementRecord, ...]:
    """Return what is kept of a document that was not read, or does not add up."""
    (alone,) = numbered(record, 1)
    match reading:
        case NeedsPassword(trouble=trouble):
            none = trouble is PasswordTrouble.NONE_GIVEN
            reason = "locked, and no password is known" if none else "none of the known passwords fits"
            return (replace(alone, state=StatementState.NEEDS_PASSWORD, reason=reason),)
        case Scanned(reason=reason):
            reason = f"{reason}; ask the bank for the document itself"
            return (replace(alone, state=StatementState.SCANNED, reason=reason),)
        case SetAside():
            return tuple(_drafted(record, reading))
        case Damaged(reason=reason):
            return (replace(alone, state=StatementState.DAMAGED, reason=reason),)
    raise TypeError(f"no state for {type(reading).__name__}")


def _drafted(record: StatementRecord, reading: SetAside) -> Iterator[StatementRecord]:
    """Yield a record for each draft, so that none is lost when another is mended; one where there is none.

    Rivals are of one statement: when one is mended, the others go.
    """
    drafts = reading.drafts or (None,)
    are_of_one = len(drafts) == 1 or are_rivals(reading.drafts)
    is_flawed = not are_of_one and any(each.proof is Proof.NONE for each in reading.drafts)
    for empty, draft in zip(numbered(record, len(drafts)), drafts, strict=True):
        reason = _flaw(draft) or OF_ANOTHER if is_flawed else reading.reason
        many = 1 if are_of_one else len(drafts)
        yield replace(_aside(empty, reason, reading.lines), draft=draft, of=many)


def _flaw(draft: Statement | None) -> str:
    return draft.flaw() if draft and draft.proof is Proof.NONE else ""


def held_back(record: StatementRecord, statement: Statement) -> StatementRecord:
    """Return the record of what is dated after the day on which it is read."""
    return _as_draft(record, statement, AHEAD)


def unproved(record: StatementRecord, statement: Statement) -> StatementRecord:
    """Return the record of what its reader calls read though it does not add up."""
    return _as_draft(record, statement, statement.flaw())


def _as_draft(record: StatementRecord, statement: Statement, reason: str) -> StatementRecord:
    lines = [line for each in statement.transactions for line in each.lines]
    return replace(_aside(record, reason, lines), draft=statement)


def comes_on(records: Iterable[StatementRecord]) -> date | None:
    """Return the first day on which all dates of one that was held back have come; None where none was."""
    drafts = (each.draft for each in records if each.reason == AHEAD)
    return min((max(line.date for line in draft.transactions) for draft in drafts if draft is not None), default=None)


def _aside(record: StatementRecord, reason: str, lines: Sequence[str]) -> StatementRecord:
    return replace(record, state=StatementState.SET_ASIDE, reason=reason, lines=tuple(lines[:MOST_LINES_KEPT]))
