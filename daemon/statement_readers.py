"""The readers of bank documents as one: PDFs go to the process beside this one, formats for machines are read here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock

from application.ports.documents import NO_HINT, Hint, NotAStatement, Reading, StatementReader


def shipped_readers() -> Sequence[StatementReader]:
    """Return the readers that come with Alfred; they are not loaded before there is something to read."""
    from adapters.ledgers.reader import LedgerReader
    from adapters.pdf.reader import PdfReader

    return PdfReader(), LedgerReader()


class EveryReader(StatementReader):
    """Asks each reader in turn; the first that knows the format answers. `readers` are made for the first document."""

    def __init__(self, readers: Callable[[], Sequence[StatementReader]] = shipped_readers) -> None:
        self._make = readers
        self._made: Sequence[StatementReader] = ()
        self._making = Lock()

    def read(self, content: bytes, passwords: Sequence[str] = (), hint: Hint = NO_HINT) -> Reading:
        answer: Reading = NotAStatement("it is empty")
        for reader in self._readers():
            answer = reader.read(content, passwords, hint)
            if not isinstance(answer, NotAStatement) or _is_pdf(content):
                return answer
        return answer

    def close(self) -> None:
        for reader in self._made:
            reader.close()

    def _readers(self) -> Sequence[StatementReader]:
        with self._making:
            self._made = self._made or self._make()
        return self._made


def _is_pdf(content: bytes) -> bool:
    return b"%PDF-" in content[:1024]
