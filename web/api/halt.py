"""The owner's stop: nothing is executed until he resumes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from domain.errors import TryLater
from web.api.operations import Call, Operation


@dataclass(frozen=True, slots=True)
class HaltForm:
    halted: bool
    reason: str


def halt_state(call: Call) -> HaltForm:
    return HaltForm(call.services.halt.is_halted, call.services.halt.reason)


def halt(call: Call) -> HaltForm:
    by = call.device.name if call.device is not None else "the owner"
    call.services.halt.halt(f"by {by}", call.services.clock.now())
    return _told_of(call, "halt")


def resume(call: Call) -> HaltForm:
    call.services.halt.resume()
    return _told_of(call, "resume")


def _told_of(call: Call, step: str) -> HaltForm:
    """Tell every device; the stop is done and counts, also where a full disk keeps that from being noted."""
    with suppress(TryLater):
        call.services.store.feed.note("status", step, call.services.clock.now())
    return halt_state(call)


OPERATIONS = (
    Operation("POST", "/api/halt", "Stop every execution", halt, HaltForm),
    Operation("POST", "/api/resume", "Go on", resume, HaltForm),
)
