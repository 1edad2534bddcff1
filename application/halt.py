"""The stop: a file named HALT in the data folder, read before every execution; no model can reach it."""

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
        if not self.file.exists():
            self.file.touch()
            with suppress(OSError):
                self.file.write_text(f"{now.isoformat()} {reason}\n", encoding="utf-8")

    def resume(self) -> None:
        self.file.unlink(missing_ok=True)

    @property
    def is_halted(self) -> bool:
        return self.file.exists()

    @property
    def reason(self) -> str:
        """Return what the file says, empty while not halted."""
        return self.file.read_text(encoding="utf-8", errors="replace").strip() if self.is_halted else ""

    def check(self) -> None:
        """Raise `Refused` while halted."""
        if self.is_halted:
            raise Refused("Alfred is halted; nothing is executed until you resume", code="halted")
