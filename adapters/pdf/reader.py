"""The reader of statements in PDF."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from adapters.pdf.handover import Question
from adapters.pdf.worker import COMMAND, Worker
from application.ports.documents import NO_HINT, Damaged, Hint, NotAStatement, Reading, StatementReader
from domain.errors import TryLater

PATIENCE = 30.0
LARGEST = 50 * 1024 * 1024
_MANY = 500
"""Documents after which the process is renewed, whatever it may have kept of them."""


class PdfReader(StatementReader):
    """Reads PDFs in a process beside this one, which is kept for the next and renewed when it misbehaves."""

    def __init__(self, command: Sequence[str] = COMMAND, patience: float = PATIENCE) -> None:
        self._command = command
        self._patience = patience
        self._worker: Worker | None = None
        self._lock = threading.Lock()

    def read(self, content: bytes, passwords: Sequence[str] = (), hint: Hint = NO_HINT) -> Reading:
        """Raise `TryLater` where no process can be started."""
        if b"%PDF-" not in content[:1024]:
            return NotAStatement("it is no PDF")
        if len(content) > LARGEST:
            return Damaged(f"it is larger than {LARGEST // 1024 // 1024} MB")
        with self._lock:
            return self._ready().ask(Question(content, tuple(passwords), hint), self._patience)

    def close(self) -> None:
        with self._lock:
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()

    def _ready(self) -> Worker:
        worker = self._worker
        if worker is not None and (worker.is_gone or worker.answered >= _MANY):
            worker.close()
            worker = None
        self._worker = worker or Worker(self._command)
        if self._worker.is_gone:
            raise TryLater("the process that reads documents does not start")
        return self._worker
