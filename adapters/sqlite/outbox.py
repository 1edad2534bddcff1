"""The bytes of outgoing mail under their SHA-256."""

from __future__ import annotations

import hashlib

from adapters.sqlite.connection import Database
from application.ports.action_log import Outbox
from domain.errors import NotFound


class SqliteOutbox(Outbox):
    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        with self._database.write() as transaction:
            transaction.execute(
                "INSERT INTO outbox (sha256, content) VALUES (?, ?) ON CONFLICT DO NOTHING", (sha256, content)
            )
        return sha256

    def get(self, sha256: str) -> bytes:
        row = self._database.row("SELECT content FROM outbox WHERE sha256 = ?", (sha256,))
        if row is None:
            raise NotFound(f"there is no outgoing mail {sha256}")
        return bytes(row[0])
