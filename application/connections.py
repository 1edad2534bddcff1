"""The accounts that are connected now, and who carries out what for each."""

from __future__ import annotations

import threading
from collections.abc import Callable

from application.ports.executor import Executor
from application.ports.mail import MessageSource
from application.ports.providers import Connection
from domain.errors import NotFound, Refused
from domain.kinds import Kind
from domain.sources import OWN_ACCOUNT


class ConnectedAccounts:
    """Holds each account's connection by name; accounts come and go while Alfred runs.

    Their executors ask `may_write` right before each write.
    """

    def __init__(self, own: Executor | None = None, may_write: Callable[[], None] = lambda: None) -> None:
        self._connections: dict[str, Connection] = {}
        self._own = own
        self._may_write = may_write
        self._lock = threading.Lock()

    def employ(self, own: Executor) -> None:
        """Let `own` carry out what concerns Alfred's own books."""
        self._own = own

    def add(self, connection: Connection) -> None:
        with self._lock:
            self._connections = {**self._connections, connection.account.name: self._asking(connection)}

    def _asking(self, connection: Connection) -> Connection:
        for executor in connection.executors:
            executor.ask_first(self._may_write)
        return connection

    def remove(self, account: str) -> None:
        with self._lock:
            self._connections = {name: each for name, each in self._connections.items() if name != account}

    def all(self) -> tuple[Connection, ...]:
        return tuple(self._connections.values())

    def get(self, account: str) -> Connection:
        if account not in self._connections:
            raise NotFound(f"there is no account called {account!r}")
        return self._connections[account]

    def source(self, name: str) -> MessageSource:
        for connection in self.all():
            for source in connection.messages:
                if source.name == name:
                    return source
        raise NotFound(f"there is no source called {name!r}")

    def executor(self, account: str, kind: Kind) -> Executor:
        executor = self._own if account == OWN_ACCOUNT else self.get(account).executor(kind)
        if executor is None or kind not in executor.kinds:
            raise Refused(f"{account or 'no account'} cannot {kind.in_words}", code="no_executor")
        return executor
