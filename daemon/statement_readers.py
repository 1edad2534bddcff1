"""The readers of bank documents as one: PDFs go to the process beside this one, formats for machines are read here."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.ledgers.reader import LedgerReader
from adapters.pdf.reader import PdfReader
from application.ports.documents import NO_HINT, Hint, NotAStatement, Reading, StatementReader


class EveryReader(StatementReader):
    """Asks each reader in turn; the first that knows the format answers."""

    def __init__(self, readers: Sequence[StatementReader] | None = None) -> None:
        self._readers = tuple(readers) if readers is not None else (PdfReader(), LedgerReader())

    def read(self, content: bytes, passwords: Sequence[str] = (), hint: Hint = NO_HINT) -> Reading:
        answer: Reading = NotAStatement("it is empty")
        for reader in self._readers:
            answer = reader.read(content, passwords, hint)
            if not isinstance(answer, NotAStatement) or _is_pdf(content):
                return answer
        return answer

    def close(self) -> None:
        for reader in self._readers:
            reader.close()


def _is_pdf(content: bytes) -> bool:
    return b"%PDF-" in content[:1024]
