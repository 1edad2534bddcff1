"""The store in one SQLite file: `open_store(path)`."""

from adapters.sqlite.checkup import FileReport, check_file
from adapters.sqlite.store import SqliteStore, open_store

__all__ = ["FileReport", "SqliteStore", "check_file", "open_store"]
