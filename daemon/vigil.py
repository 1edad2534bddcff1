"""Notices what happens to the machine: that it slept, that its clock was set, that its network changed."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field

log = logging.getLogger(__name__)

SLEPT_SECONDS = 30.0
CLOCK_SET_SECONDS = 5.0
# A documentation address (RFC 5737): asking for the way there sends nothing.
SOMEWHERE = ("192.0.2.1", 9)


@dataclass(frozen=True, slots=True)
class MachineState:
    """Three clocks and the network at one moment: seconds while awake, seconds in all, and what the wall says."""

    awake: float
    elapsed: float
    wall: float
    address: str


def read_machine() -> MachineState:
    return MachineState(time.monotonic(), elapsed(), time.time(), own_address())


def elapsed() -> float:
    """Return seconds that go on in sleep (clock_gettime(2): BOOTTIME on Linux, MONOTONIC on macOS)."""
    clock: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(clock)


def own_address() -> str:
    """Return the address by which this machine would go out now; empty without a network."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        try:
            probe.connect(SOMEWHERE)
            return str(probe.getsockname()[0])
        except OSError:
            return ""


@dataclass(slots=True)
class Vigil:
    """Compares one reading with the next; after sleep, or on another network, `wake` is called once."""

    wake: Callable[[], object]
    read: Callable[[], MachineState] = read_machine
    _last: MachineState | None = field(default=None, init=False)

    def look(self) -> None:
        now = self.read()
        last, self._last = self._last, now
        if last is None:
            return
        slept = (now.elapsed - last.elapsed) - (now.awake - last.awake)
        shifted = (now.wall - last.wall) - (now.elapsed - last.elapsed)
        if abs(shifted) > CLOCK_SET_SECONDS:
            log.warning("the clock was set", extra={"seconds": round(shifted)})
        if slept > SLEPT_SECONDS:
            log.info("woke up", extra={"slept_seconds": round(slept)})
        if now.address != last.address:
            log.info("the network changed", extra={"is_connected": bool(now.address)})
        if slept > SLEPT_SECONDS or (now.address and now.address != last.address):
            self.wake()
