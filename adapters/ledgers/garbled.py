"""Why a file cannot be taken at its word."""

from __future__ import annotations

from domain.finance.statements import Statement


class Garbled(Exception):
    """The file is in a known format and breaks it; the message says where and how."""


class Nameless(Exception):
    """A table names no currency, and nothing else does."""


class Unsigned(Exception):
    """A table has one column of amounts, and it is in doubt which way their money went."""

    def __init__(self, doubt: str, drafts: tuple[Statement, ...]) -> None:
        super().__init__(doubt)
        self.drafts = drafts
