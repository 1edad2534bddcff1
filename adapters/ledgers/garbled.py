"""Why a file cannot be taken at its word."""

from __future__ import annotations

from domain.finance.statements import Statement


class Garbled(Exception):
    """The file is in a known format and breaks it; the message says where and how."""


class Nameless(Exception):
    """A table names no currency, and nothing else does."""


class Unsigned(Exception):
    """A table has one column of amounts without signs, and no word beside each says which way its money went."""

    def __init__(self, drafts: tuple[Statement, ...]) -> None:
        super().__init__("no amount in it has a sign, so that money out and money in cannot be told apart")
        self.drafts = drafts
