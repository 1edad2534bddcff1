"""Whether two statements are of one account, and of one time."""

from __future__ import annotations

from domain.finance.transactions import StatementRecord


def is_same_account(one: StatementRecord, other: StatementRecord) -> bool:
    """Whether both are of one account; a bank that a document does not name may be any."""
    same_bank = one.bank == other.bank or "" in (one.bank, other.bank)
    return same_bank and (one.account, one.currency) == (other.account, other.currency)


def is_same_period(one: StatementRecord, other: StatementRecord) -> bool:
    known = one.start is not None or one.end is not None
    return known and (one.start, one.end) == (other.start, other.end)


def overlap(one: StatementRecord, other: StatementRecord) -> bool:
    """Whether the periods share more than the one day on which one statement ends and the next begins."""
    if one.start is None or one.end is None or other.start is None or other.end is None:
        return False
    return (min(one.end, other.end) - max(one.start, other.start)).days >= 1
