"""How the household's backups stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Backups:
    """When the last one was made, where it lies, and whether a passphrase encrypts it; `every_hours` 0 wants none."""

    folder: str
    every_hours: int
    last_at: datetime | None = None
    encrypted: bool = False

    def late(self, now: datetime) -> bool:
        """Whether one is wanted and the last is twice as old as it should be, or missing."""
        if not self.every_hours:
            return False
        return self.last_at is None or now - self.last_at > timedelta(hours=2 * self.every_hours)
