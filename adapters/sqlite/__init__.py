"""The store in one SQLite file: `open_store(path)`."""

from adapters.sqlite.store import SqliteStore, open_store

__all__ = ["SqliteStore", "open_store"]
