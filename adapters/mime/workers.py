"""Reading a long run of mail in processes beside this one, in order, whatever becomes of them."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, cast

from adapters.mime.handover import dump_raws, load_results, read_frame, write_frame
from application.ports.mime import RawMail, Unreadable
from domain.messages import Message

COMMAND = (sys.executable, "-m", "adapters.mime.worker")
_ROOT = Path(__file__).resolve().parents[2]
_CHUNK_MAILS = 32
_CHUNK_BYTES = 4 * 1024 * 1024
_UNDER_WAY = 3
"""Chunks handed to one worker at a time: enough that it never waits, few enough to stay small in memory."""

_PATIENCE = 120.0
"""Seconds after which a worker that does not answer is given up."""

_PIPE = 1024 * 1024 if sys.platform == "linux" else -1

Result = Message | Unreadable


class Worker:
    """One parsing process. It ends with its input, so it cannot outlive this one."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=_ROOT, pipesize=_PIPE
        )
        self._input = cast(BinaryIO, self._process.stdin)
        self._output = cast(BinaryIO, self._process.stdout)
        self.is_gone = False
        self.is_ready = False
        self._answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._tasks: queue.SimpleQueue[Sequence[RawMail] | None] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=each, daemon=True) for each in (self._listen, self._feed)]
        for thread in self._threads:
            thread.start()

    def send(self, chunk: Sequence[RawMail]) -> None:
        """Hand over a chunk, without waiting for the worker to take it."""
        self._tasks.put(chunk)

    def receive(self, chunk: Sequence[RawMail]) -> list[Result] | None:
        """Return the results of the oldest unanswered chunk, nothing where the worker died or hangs."""
        try:
            data = self._answers.get(timeout=_PATIENCE)
        except queue.Empty:
            data = None
        if data is None:
            self.is_gone = True
            return None
        return load_results(data, chunk)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._tasks.put(None)
        for thread in self._threads:
            thread.join()
        self._output.close()

    def _listen(self) -> None:
        if read_frame(self._output) is not None:
            self.is_ready = True
        while (data := read_frame(self._output)) is not None:
            self._answers.put(data)
        self._answers.put(None)

    def _feed(self) -> None:
        try:
            with self._input:
                while (chunk := self._tasks.get()) is not None:
                    write_frame(self._input, dump_raws(chunk))
        except OSError:
            self._answers.put(None)


class Workers:
    """Some workers that take turns; a mail that kills one is set aside, the rest is read."""

    def __init__(self, count: int, command: Sequence[str] = COMMAND) -> None:
        self._command = command
        self._workers = [Worker(command) for _ in range(count)]

    @property
    def are_ready(self) -> bool:
        return all(worker.is_ready for worker in self._workers)

    def read(self, raws: Iterable[RawMail]) -> Iterator[Result]:
        """Return the results in order."""
        waiting: deque[tuple[int, list[RawMail]]] = deque()
        for turn, chunk in enumerate(_chunks(raws)):
            place = turn % len(self._workers)
            self._workers[place].send(chunk)
            waiting.append((place, chunk))
            if len(waiting) >= _UNDER_WAY * len(self._workers):
                yield from self._oldest(waiting)
        while waiting:
            yield from self._oldest(waiting)

    def close(self) -> None:
        for worker in self._workers:
            worker.close()

    def _oldest(self, waiting: deque[tuple[int, list[RawMail]]]) -> list[Result]:
        place, chunk = waiting.popleft()
        found = self._workers[place].receive(chunk)
        if found is not None:
            return found
        found = [self._alone(place, raw) for raw in chunk]
        if self._workers[place].is_gone:
            self._renew(place)
        for other, pending in waiting:
            if other == place:
                self._workers[place].send(pending)
        return found

    def _alone(self, place: int, raw: RawMail) -> Result:
        """Read one mail of a chunk that killed its worker, each in a process of its own if need be."""
        if self._workers[place].is_gone:
            self._renew(place)
        self._workers[place].send([raw])
        found = self._workers[place].receive([raw])
        if found is not None:
            return found[0]
        return Unreadable(raw, "reading the mail ended the process that read it")

    def _renew(self, place: int) -> None:
        self._workers[place].close()
        self._workers[place] = Worker(self._command)


def _chunks(raws: Iterable[RawMail]) -> Iterator[list[RawMail]]:
    chunk: list[RawMail] = []
    size = 0
    for raw in raws:
        chunk.append(raw)
        size += len(raw.content)
        if len(chunk) >= _CHUNK_MAILS or size >= _CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


class Desk:
    """Reads a short run here, and a long one in `count` workers beside this process.

    The workers are kept for the long run that follows, as history brings many, until a short one comes or `close`.
    """

    def __init__(self, count: int, read: Callable[[RawMail], Result], command: Sequence[str] = COMMAND) -> None:
        self._count = count
        self._read = read
        self._command = command
        self._kept: Workers | None = None
        self._lock = threading.Lock()

    def read(self, raws: Iterable[RawMail]) -> Iterator[Result]:
        """Return the results in order."""
        source = iter(raws)
        first = list(islice(source, _CHUNK_MAILS))
        if len(first) < _CHUNK_MAILS:
            self.close()
            return map(self._read, first)
        return self._read_on(first, source)

    def close(self) -> None:
        """Let the workers go."""
        workers = self._take_up()
        if workers is not None:
            workers.close()

    def _read_on(self, first: list[RawMail], rest: Iterator[RawMail]) -> Iterator[Result]:
        """Use the time in which the workers start. A run that is given up takes its workers with it."""
        workers = self._take_up() or Workers(self._count, self._command)
        unread = chain(first, rest)
        try:
            while not workers.are_ready and (raw := next(unread, None)) is not None:
                yield self._read(raw)
            yield from workers.read(unread)
        except BaseException:
            workers.close()
            raise
        self._keep(workers)

    def _take_up(self) -> Workers | None:
        with self._lock:
            workers, self._kept = self._kept, None
        return workers

    def _keep(self, workers: Workers) -> None:
        with self._lock:
            superfluous, self._kept = self._kept, workers
        if superfluous is not None:
            superfluous.close()
