"""What is set, and what the log says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from web.api.operations import Call, Operation

LOG_LINES = 500
LOG_BYTES = 512 * 1024


@dataclass(frozen=True, slots=True)
class LogList:
    """The last lines, oldest first; a line that is no JSON stands as `event`."""

    items: tuple[dict[str, Any], ...]
    next_cursor: str | None = None


def settings(call: Call) -> dict[str, Any]:
    return dict(call.services.settings_shown())


def logs(call: Call) -> LogList:
    file = call.services.web.log_file
    if file is None or not file.exists():
        return LogList(())
    return LogList(tuple(_log_line(line) for line in _last_lines(file)))


def _last_lines(file: Path) -> list[str]:
    """Return the last whole lines, without reading what lies far back."""
    with file.open("rb") as log:
        start = max(0, file.stat().st_size - LOG_BYTES)
        log.seek(start)
        lines = log.read(LOG_BYTES).decode("utf-8", "replace").splitlines()
    return lines[1 if start else 0 :][-LOG_LINES:]


def _log_line(line: str) -> dict[str, Any]:
    try:
        form = json.loads(line)
    except ValueError:
        return {"event": line}
    return form if isinstance(form, dict) else {"event": line}


OPERATIONS = (
    Operation("GET", "/api/settings", "What is set, secrets left out", settings, dict[str, Any]),
    Operation("GET", "/api/logs", "The last lines of the log", logs, LogList),
)
