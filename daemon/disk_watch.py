"""Tells the owner that the disk is running out, once each time it begins to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from application.announcing import Announcing
from application.ports.clock import Clock
from application.ports.store import Preferences
from domain.disk import Disk, DiskState
from domain.notifications import Notice, NoticeKind

SINCE = "disk/low-since"


@dataclass(frozen=True, slots=True)
class DiskWatch:
    """Looks at the disk; it is told of anew only after there was ample room in between."""

    read: Callable[[], Disk]
    preferences: Preferences
    announcing: Announcing
    clock: Clock

    def look(self) -> None:
        disk, since = self.read(), self.preferences.get(SINCE)
        if disk.is_ample:
            if since is not None:
                self.preferences.delete(SINCE)
        elif disk.state in (DiskState.LOW, DiskState.FULL):
            self._tell(disk, str(since) if since is not None else "")

    def _tell(self, disk: Disk, since: str) -> None:
        """Announce it under the moment it began, so that a look that could not write is made good by the next."""
        if not since:
            since = self.clock.now().isoformat()
            self.preferences.put(SINCE, since)
        self.announcing.announce(_notice(disk), since)


def _notice(disk: Disk) -> Notice:
    return Notice(
        kind=NoticeKind.NEEDS_YOU,
        title="The disk is nearly full",
        body=f"{disk.free // 1_000_000} MB are free where your household lies. Make room, or I can keep nothing more.",
        url="/settings",
        tag="disk-low",
        priority=1,
    )
