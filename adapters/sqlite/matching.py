"""From what the owner typed to an FTS5 expression."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from domain.search import Term, read_search

VOCABULARY = "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab (main, search, instance)"
_NEXT = "SELECT term FROM temp.vocabulary WHERE term > ? LIMIT 1"
_BEYOND = "\U0010ffff"  # stands in no word and comes after all that do
_MOST = 64


def match(connection: sqlite3.Connection, text: str) -> str:
    """Return what the owner typed as an FTS5 expression in which nothing but his words has a meaning.

    https://www.sqlite.org/fts5.html, 3.1: everything stands in quotation marks.
    """
    search = read_search(text)
    wanted = " AND ".join(_expression(connection, term) for term in search.wanted)
    unwanted = [_expression(connection, term) for term in search.unwanted if not term.sender]
    return f"({wanted}) NOT ({' OR '.join(unwanted)})" if unwanted else wanted


def sender_checks(text: str) -> Iterator[tuple[str, str]]:
    """Yield a condition on `m` and its value for each sender named: the index knows people, not which of them wrote."""
    search = read_search(text)
    for terms, negation in ((search.wanted, ""), (search.unwanted, "NOT ")):
        for term in terms:
            if term.sender:
                yield (
                    f"{negation}is_from(m.sender_name || ' ' || m.sender_address, ?)",
                    f"{term.text}{'*' * term.prefix}",
                )


def is_from(sender: str, name: str) -> bool:
    """Whether who wrote is called so; registered with SQLite."""
    return Term(name.rstrip("*"), name.endswith("*")).is_in(sender)


def _expression(connection: sqlite3.Connection, term: Term) -> str:
    return f"people : ({_words(connection, term)})" if term.sender else _words(connection, term)


def _words(connection: sqlite3.Connection, term: Term) -> str:
    if not term.prefix:
        return f'"{term.text}"'
    if len(term.text) == 1 and term.text.isascii():
        return _first_letter(connection, term.text.lower())
    return f'"{term.text}"*'


def _first_letter(connection: sqlite3.Connection, letter: str) -> str:
    """Return one letter's words by their first two: two have an index of their own, one has not."""
    beginnings = _beginnings(connection, letter)
    if len(beginnings) > _MOST:
        return f'"{letter}"*'
    longer = "".join(f' OR "{beginning}"*' for beginning in beginnings)
    return f'("{letter}"{longer})'


def _beginnings(connection: sqlite3.Connection, letter: str) -> list[str]:
    """Return the two letters that the longer words from `letter` on begin with; one more than the most is enough."""
    found: list[str] = []
    after = letter
    while len(found) <= _MOST:
        following = connection.execute(_NEXT, (after,)).fetchall()
        if not following or not following[0][0].startswith(letter):
            break
        found.append(following[0][0][:2])
        after = found[-1] + _BEYOND
    return found
