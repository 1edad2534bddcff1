"""What was really done: every mutation that a make-believe server carried out, in order."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change of the vendor's state, written down before the answer leaves the server."""

    sequence: int
    at: str
    method: str
    account: str
    resource: str
    arguments: Mapping[str, object]
    state: Mapping[str, object]


class Record:
    """An append-only list of mutations, kept also as JSON lines when a file is given.

    Each line is flushed before the answer is sent, so the file outlives a client that is killed.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._mutations: list[Mutation] = []
        self._lock = threading.Lock()
        self._file: TextIO | None = path.open("a", encoding="utf-8") if path else None

    def __iter__(self) -> Iterator[Mutation]:
        return iter(self.mutations())

    def __len__(self) -> int:
        return len(self._mutations)

    def add(
        self,
        method: str,
        account: str,
        resource: str,
        arguments: Mapping[str, object],
        state: Mapping[str, object],
    ) -> Mutation:
        """Write one mutation down and number it, beginning with 1."""
        with self._lock:
            now = datetime.now(UTC).isoformat()
            mutation = Mutation(len(self._mutations) + 1, now, method, account, resource, arguments, state)
            self._mutations.append(mutation)
            if self._file:
                self._file.write(json.dumps(asdict(mutation), ensure_ascii=False) + "\n")
                self._file.flush()
            return mutation

    def mutations(
        self, method: str | None = None, account: str | None = None, resource: str | None = None, since: int = 0
    ) -> tuple[Mutation, ...]:
        """The mutations after sequence number `since`; `method` may be a tail such as `drafts.send`."""
        with self._lock:
            found = self._mutations[since:]
        return tuple(
            mutation
            for mutation in found
            if (method is None or mutation.method == method or mutation.method.endswith(f".{method}"))
            and account in (None, mutation.account)
            and resource in (None, mutation.resource)
        )

    def close(self) -> None:
        if self._file:
            self._file.close()
            self._file = None
