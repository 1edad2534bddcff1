"""The disk that the household lies on: whether there is room, and whether it can be written at all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

LOW_BELOW = 500 * 1024 * 1024
FULL_BELOW = 16 * 1024 * 1024
"""With less than this in bytes the next write may be the one that fails."""
AMPLE_FROM = 600 * 1024 * 1024
"""From here on it is no longer nearly full; above the limit, so that a little to and fro is no news each time."""

MAKE_WRITABLE = "see why (a failing disk is often made so), mount it anew, then start Alfred again"
"""What the owner does about a disk that can only be read."""


class DiskState(Enum):
    """How far the disk can be relied on, from all is well to nothing can be kept."""

    OK = "ok"
    LOW = "low"
    FULL = "full"
    READ_ONLY = "read_only"


@dataclass(frozen=True, slots=True)
class Disk:
    """`free` in bytes, for the owner's own programs."""

    free: int
    read_only: bool = False

    @property
    def is_ample(self) -> bool:
        return not self.read_only and self.free >= AMPLE_FROM

    @property
    def state(self) -> DiskState:
        if self.read_only:
            return DiskState.READ_ONLY
        if self.free < FULL_BELOW:
            return DiskState.FULL
        return DiskState.LOW if self.free < LOW_BELOW else DiskState.OK
