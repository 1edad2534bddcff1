"""The full-text index, and making it anew from what is stored."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from adapters.sqlite.connection import Row
from adapters.sqlite.message_rows import BODY, CLASSIFIED, ENVELOPE, INSERT_WORDS, read_whole, words_row

SCHEMA = """
DROP TABLE search;;
CREATE VIRTUAL TABLE search USING fts5 (
    subject, people, text, content='', columnsize=0, prefix='2', tokenize="unicode61 remove_diacritics 2"
);;
INSERT INTO search (search, rank) VALUES ('automerge', 0);;
INSERT INTO search (search, rank) VALUES ('crisismerge', 64)
"""
_STORED = f"""
SELECT m.seq, {ENVELOPE}, {CLASSIFIED}, {BODY}
FROM messages m JOIN bodies b ON b.seq = m.seq LEFT JOIN classifications c ON c.seq = m.seq ORDER BY m.seq
"""


def make_anew(connection: sqlite3.Connection) -> None:
    """Replace the index; run within a transaction."""
    for statement in SCHEMA.split(";;"):
        connection.execute(statement)
    connection.executemany(f"{INSERT_WORDS} VALUES (?, ?, ?, ?)", _words(connection))


def _words(connection: sqlite3.Connection) -> Iterator[Row]:
    for seq, *row in connection.execute(_STORED):
        yield words_row(seq, read_whole(tuple(row)).message)
