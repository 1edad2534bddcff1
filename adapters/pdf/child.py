"""A process that does nothing but read documents, within limits, and is gone when its input ends.

Run as `python -m adapters.pdf.child`.
"""

from __future__ import annotations

import contextlib
import resource
import signal
import sys
from typing import BinaryIO

from adapters.pdf.examination import examine
from adapters.pdf.handover import Question, dump_reading, read_question, write_frame
from application.ports.documents import Damaged, Reading

MEMORY = 512 * 1024 * 1024
"""Bytes of address space. macOS accepts the limit and does not enforce it; there the time limit is what holds."""

_LIMITS = ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0))


def serve(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Say by an empty frame that it is ready; then answer until the other end is closed, or memory ran out once."""
    write_frame(outgoing, b"")
    while (question := read_question(incoming)) is not None:
        try:
            answer = dump_reading(_answer(question))
        except MemoryError:
            write_frame(outgoing, dump_reading(Damaged("it needs more memory than any statement does")))
            return
        write_frame(outgoing, answer)


def _answer(question: Question) -> Reading:
    try:
        return examine(question.content, question.passwords, question.hint)
    except RecursionError:
        return Damaged("it is nested deeper than any statement is")


def limit_itself() -> None:
    for name, most in _LIMITS:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(name, (most, most))


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit_itself()
    serve(sys.stdin.buffer, sys.stdout.buffer)
