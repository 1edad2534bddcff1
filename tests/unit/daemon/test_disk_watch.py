"""The watch on the disk: told of once each time it runs out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adapters.memory import MemoryStore
from application.announcing import Announcing, announced
from application.ports.clock import Clock
from daemon.disk_watch import DiskWatch
from domain.disk import AMPLE_FROM, FULL_BELOW, LOW_BELOW, Disk
from domain.notifications import NoticeKind

LOW, FULL, WELL = Disk(LOW_BELOW - 1), Disk(FULL_BELOW - 1), Disk(AMPLE_FROM)
HARDLY_WELL = Disk(LOW_BELOW)
UNWRITABLE = Disk(LOW_BELOW - 1, read_only=True)


class Ticking(Clock):
    """A clock on which each look is a minute later than the one before."""

    def __init__(self) -> None:
        self._at = datetime(2026, 11, 23, 8, tzinfo=UTC)

    def now(self) -> datetime:
        self._at += timedelta(minutes=1)
        return self._at


def titles(*readings: Disk) -> list[str]:
    """Return what is announced while the disk stands so, one look after the other."""
    store, waiting = MemoryStore(), list(readings)
    clock = Ticking()
    watch = DiskWatch(lambda: waiting.pop(0), store.preferences, Announcing(store, clock), clock)
    for _ in readings:
        watch.look()
    notices = (announced(store, item.ref, item.at) for item in store.feed.after(0) if item.topic == "notification")
    return [notice.title for notice in notices if notice is not None and notice.kind is NoticeKind.NEEDS_YOU]


@pytest.mark.parametrize(
    ("readings", "times"),
    [
        ((WELL, WELL), 0),
        ((LOW, LOW, FULL, LOW), 1),
        ((LOW, HARDLY_WELL, LOW), 1),
        ((LOW, WELL, LOW, LOW), 2),
        ((LOW, UNWRITABLE, LOW), 1),
        ((UNWRITABLE,), 0),
    ],
)
def test_it_is_told_of_once_and_again_only_after_it_was_well(readings: tuple[Disk, ...], times: int) -> None:
    assert titles(*readings) == ["The disk is nearly full"] * times
