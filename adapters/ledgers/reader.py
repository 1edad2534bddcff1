"""The reader of statements in formats for machines."""

from __future__ import annotations

import codecs
from collections.abc import Sequence

from adapters.ledgers.camt import is_camt, read_camt
from adapters.ledgers.csv_table import read_csv
from adapters.ledgers.garbled import Garbled, Nameless, Unsigned
from adapters.ledgers.mt940 import is_mt940, read_mt940
from adapters.ledgers.ofx import is_ofx, read_ofx
from application.ports.documents import (
    LETTERS_OF_A_LINE,
    NO_HINT,
    Damaged,
    Hint,
    NeedsCurrency,
    NotAStatement,
    ReadDocument,
    Reading,
    SetAside,
    StatementReader,
)
from domain.finance.statements import Proof, Statement

LARGEST = 4 * 1024 * 1024
"""They are read in the daemon itself, where larger ones would hold everything else up."""
_LINES_SHOWN = 2000


class LedgerReader(StatementReader):
    """Tells the formats apart by their bytes; what states balances has to add up, the rest is taken at its word."""

    def read(self, content: bytes, passwords: Sequence[str] = (), hint: Hint = NO_HINT) -> Reading:
        if len(content) > LARGEST:
            return Damaged(f"it is larger than {LARGEST // 1024 // 1024} MB; export shorter periods, one file each")
        try:
            statements = _statements(content, hint)
        except Garbled as error:
            return Damaged(str(error))
        except Nameless:
            return NeedsCurrency()
        except Unsigned as error:
            return SetAside(str(error), _lines(content), error.drafts)
        except RecursionError:
            return Damaged("it is nested deeper than any statement is")
        if statements is None:
            return NotAStatement("it is in no format of statements that is known")
        return _judged(statements, content)

    def close(self) -> None:
        """Nothing is kept."""


def _statements(content: bytes, hint: Hint) -> tuple[Statement, ...] | None:
    if is_camt(content):
        return read_camt(content)
    if is_ofx(content):
        return read_ofx(content)
    text = _decoded(content)
    if "\x00" in text or content.lstrip()[:5] in (b"%PDF-", b"<?xml"):
        return None
    return read_mt940(text) if is_mt940(text) else read_csv(text, hint)


def _decoded(content: bytes) -> str:
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for charset in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(charset)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _judged(statements: tuple[Statement, ...], content: bytes) -> Reading:
    flawed = [each for each in statements if each.proof is Proof.NONE]
    if not any(each.transactions or _is_of_a_quiet_time(each) for each in statements):
        return NotAStatement("there is no transaction in it")
    if flawed:
        return SetAside(flawed[0].flaw(), _lines(content), statements)
    return ReadDocument(statements)


def _lines(content: bytes) -> tuple[str, ...]:
    return tuple(line[:LETTERS_OF_A_LINE] for line in _decoded(content).splitlines()[:_LINES_SHOWN])


def _is_of_a_quiet_time(statement: Statement) -> bool:
    """Tell whether it states a period and how it closed, so that no transaction means that nothing moved."""
    return None not in (statement.start, statement.end, statement.closing)
