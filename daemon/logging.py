"""Structured logs: one JSON object a line, rotated daily, secrets masked."""

from __future__ import annotations

import json
import logging
import logging.handlers
import os
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from pathlib import Path

from application.ports.clock import Clock
from daemon.clock import SYSTEM_CLOCK

JOB: ContextVar[str] = ContextVar("job", default="")
"""The run of a job that this thread works on, such as `poll-3f9a1c`; every line logged meanwhile carries it."""

REQUEST: ContextVar[str] = ContextVar("request", default="")
"""The id of the request that is being answered, empty outside one."""

MOST_BYTES = 20 * 1024 * 1024
OUTPUT = ("launchd.out", "launchd.err")
TUNNEL_OUTPUT = ("tunnel.out", "tunnel.err")
_A_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
MOST_OUTPUT, KEPT_OUTPUT = 5 * 1024 * 1024, 256 * 1024
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
_SECRET_NAMES = re.compile(r"token|secret|password|api_?key|authorization|cookie|code_verifier", re.IGNORECASE)
_SECRET_VALUES = re.compile(
    r"(ya29\.[\w.-]+|1//[\w-]{10,}|sk-ant-[\w-]+|eyJ[\w-]{1,600}\.[\w-]{1,8000}\.[\w-]+|(?<=Bearer )\S+|(?<=Basic )\S+"
    r"|(?<![A-Za-z0-9])(?:[A-Za-z0-9]{84}|[a-z0-9]{52})(?![A-Za-z0-9])"  # Azure DevOps' tokens, the new and the old
    r"|(?<=code=)[^&\s]+|(?<=token=)[^&\s]+|(?<=secret=)[^&\s]+|(?<=sig=)[^&\s]+"  # the last: that of a flow's address
    r"|(?<![\w-])[\w-]{43}(?![\w-]))"  # 32 random bytes in base64
)


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object: time, level, logger, event, and what was given as `extra`."""

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        super().__init__()
        self._clock = clock

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, object] = {
            "at": self._clock.now().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": masked(record.getMessage()),
        }
        if JOB.get():
            fields["job"] = JOB.get()
        if REQUEST.get():
            fields["request"] = REQUEST.get()
        for name, value in vars(record).items():
            if name not in _STANDARD:
                fields[name] = "•••" if _SECRET_NAMES.search(name) else masked(str(value))
        if record.exc_info:
            fields["error"] = masked(self.formatException(record.exc_info))
        return json.dumps(fields, ensure_ascii=False)


def masked(text: str) -> str:
    """Return `text` with everything that looks like a token masked."""
    return _SECRET_VALUES.sub("•••", text)


@contextmanager
def in_job(name: str) -> Iterator[None]:
    """Mark what is logged inside as one run of the job `name`."""
    mark = JOB.set(f"{name}-{uuid.uuid4().hex[:6]}")
    try:
        yield
    finally:
        JOB.reset(mark)


class BoundedLog(logging.handlers.BaseRotatingHandler):
    """A new file each day, and whenever one has grown too large; so many files are kept, whatever happens."""

    def __init__(self, file: Path, keep: int, clock: Clock = SYSTEM_CLOCK) -> None:
        super().__init__(file, "a", encoding="utf-8", delay=True)
        self._file = file
        self._keep = keep
        self._clock = clock
        self._day = _last_written(file) or clock.now().date()

    def shouldRollover(self, record: logging.LogRecord) -> bool:  # noqa: N802 (the base class calls it so)
        is_full = self.stream is not None and self.stream.tell() > MOST_BYTES
        return is_full or self._clock.now().date() != self._day

    def doRollover(self) -> None:  # noqa: N802
        """Put the file away under its day, begin another, and remove those that are too many."""
        if self.stream is not None:
            self.stream.close()
            self.stream = None
        if self._file.exists():
            self._file.rename(self._free_name())
        self._day = self._clock.now().date()
        for old in sorted(self._file.parent.glob(f"{self._file.name}.{_A_DAY}*"))[: -self._keep]:
            old.unlink(missing_ok=True)

    def _free_name(self) -> Path:
        """Return the next name of that day: several are told apart by a number, and sort by age."""
        day = self._file.with_name(f"{self._file.name}.{self._day}")
        numbers = [int(file.suffix[1:]) for file in day.parent.glob(f"{day.name}.[0-9][0-9][0-9][0-9]")]
        return day.with_name(f"{day.name}.{max(numbers, default=0) + 1:04}")


def _last_written(file: Path) -> date | None:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC).date() if file.exists() else None


def shorten_output(folder: Path) -> None:
    """Keep the end alone of what launchd writes there of a process's output, which nothing else ever shortens.

    It goes on writing at the end, whatever became of the rest (open(2), O_APPEND).
    """
    for name in (*OUTPUT, *TUNNEL_OUTPUT):
        file = folder / name
        if file.exists() and file.stat().st_size > MOST_OUTPUT:
            with file.open("r+b") as handle:
                handle.seek(-KEPT_OUTPUT, os.SEEK_END)
                end = handle.read()
                handle.truncate(0)
                handle.seek(0)
                handle.write(end)


def start_logging(folder: Path, level: str, keep_days: int, clock: Clock = SYSTEM_CLOCK) -> None:
    """Write the program's log into `folder/alfred.log`, a new file each day, and sooner where it grows large."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    shorten_output(folder)
    handler = BoundedLog(folder / "alfred.log", keep_days, clock)
    handler.setFormatter(JsonLines(clock))
    root = logging.getLogger()
    for former in root.handlers:
        if isinstance(former, BoundedLog):
            former.close()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for chatty in ("googleapiclient", "google_auth_httplib2", "apscheduler", "httpx", "httpx2", "anthropic", "urllib3"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
