"""Databases as earlier releases left them, with data, built from the steps of the schema."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database, Migrations

from adapters.sqlite import word_index
from adapters.sqlite.migrations import STEPS


def database_of_the_past(file: Path, steps: int, today: Path) -> None:
    """Make a database whose schema is that of the first `steps` steps, and fill it with what `today` holds of it."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA recursive_triggers = ON")
        past = Migrations("alfred")
        for step in STEPS[:steps]:
            past(name=step.__name__)(step)
        past.apply(Database(connection))
        connection.execute("ATTACH ? AS today", (str(today),))
        for table in plain_tables(connection):
            shared = columns(connection, "main", table) & columns(connection, "today", table)
            names = ", ".join(sorted(shared))
            connection.execute(f"INSERT OR IGNORE INTO main.{table} ({names}) SELECT {names} FROM today.{table}")
        connection.execute("DETACH today")
        if "m007_short_prefixes" in [step.__name__ for step in STEPS[:steps]]:
            word_index.make_anew(connection)


def plain_tables(connection: sqlite3.Connection) -> list[str]:
    """Name the tables that are neither SQLite's nor part of an index, each after what it refers to."""
    query = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'"
    names = [name for (name,) in connection.execute(query) if not name.startswith("_sqlite")]
    return sorted(names, key=lambda name: (name != "messages", name != "conversations", name))


def columns(connection: sqlite3.Connection, schema: str, table: str) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?, ?)", (table, schema))}
