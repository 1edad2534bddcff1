"""The reading process as seen from this side: asked one thing at a time, and killed when it does not answer."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, cast

from adapters.pdf.handover import Question, load_reading, read_frame, write_question
from application.ports.documents import Damaged, Reading
from domain.errors import Invalid

COMMAND = (sys.executable, "-m", "adapters.pdf.child")
_ROOT = Path(__file__).resolve().parents[2]
_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
"""All that the process is given: a document that takes it over finds no secret there."""

_START = 60.0
"""Seconds a process may take to start, on a machine with much else to do."""


class Worker:
    """One reading process. It ends with its input, so it cannot outlive this one."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env=environment,
        )
        self._input = cast(BinaryIO, self._process.stdin)
        self._output = cast(BinaryIO, self._process.stdout)
        self._answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._questions: queue.SimpleQueue[Question | None] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=each, daemon=True) for each in (self._listen, self._feed)]
        for thread in self._threads:
            thread.start()
        self.answered = 0
        self.is_gone = not self._is_ready()

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, question: Question, patience: float) -> Reading:
        """Return the reading, or how the document ended the process that read it."""
        self._questions.put(question)
        self.answered += 1
        try:
            data = self._answers.get(timeout=patience)
        except queue.Empty:
            return self._gone(f"reading it took longer than {patience:.0f} seconds")
        if data is None:
            return self._gone("reading it ended the process that read it")
        try:
            return load_reading(data)
        except (Invalid, KeyError, ValueError, TypeError):
            return self._gone("reading it gave an answer that makes no sense")

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._questions.put(None)
        for thread in self._threads:
            thread.join()
        self._output.close()

    def _gone(self, reason: str) -> Damaged:
        self.is_gone = True
        return Damaged(reason)

    def _is_ready(self) -> bool:
        try:
            return self._answers.get(timeout=_START) is not None
        except queue.Empty:
            return False

    def _listen(self) -> None:
        while (data := read_frame(self._output)) is not None:
            self._answers.put(data)
        self._answers.put(None)

    def _feed(self) -> None:
        try:
            with self._input:
                while (question := self._questions.get()) is not None:
                    write_question(self._input, question)
        except OSError:
            self._answers.put(None)
