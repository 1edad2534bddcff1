"""The stop: a file named HALT in the data folder, read before every execution; no model can reach it.

An update that is being tried has a stop of its own, HALT.update: its end lifts that one and never the owner's.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from domain.errors import Refused


@dataclass(frozen=True, slots=True)
class HaltSwitch:
    """Stops every execution while its file is there, whoever made it; outlives restarts."""

    file: Path

    def halt(self, reason: str, now: datetime) -> None:
        """Stop; a second halt keeps the first reason. On a full disk the stop counts and its reason is lost."""
        _put(self.file, reason, now)

    def resume(self) -> None:
        """Lift every halt, also what an update that was cut off has left."""
        self.file.unlink(missing_ok=True)
        self.end_trial()

    def begin_trial(self, reason: str, now: datetime) -> None:
        """Stop while an update is tried; a halt of the owner's stands beside it."""
        _put(self._trial, reason, now)

    def end_trial(self) -> None:
        self._trial.unlink(missing_ok=True)

    @property
    def is_on_trial(self) -> bool:
        """Whether an update is being tried, so that nothing was executed since it began."""
        return self._trial.exists()

    @property
    def is_halted(self) -> bool:
        return self.file.exists() or self._trial.exists()

    @property
    def reason(self) -> str:
        """Return what the file says, the owner's before an update's; empty while not halted."""
        return next((_said(each) for each in (self.file, self._trial) if each.exists()), "")

    def check(self) -> None:
        """Raise `Refused` while halted."""
        if self.is_halted:
            raise Refused("Alfred is halted; nothing is executed until you resume", code="halted")

    @property
    def _trial(self) -> Path:
        return self.file.with_name(f"{self.file.name}.update")


def _put(file: Path, reason: str, now: datetime) -> None:
    if not file.exists():
        file.touch()
        with suppress(OSError):
            file.write_text(f"{now.isoformat()} {reason}\n", encoding="utf-8")


def _said(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        return ""
