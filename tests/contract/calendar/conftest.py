from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.google import GoogleServer
from tests.contract.calendar.google_world import GoogleWorld
from tests.contract.calendar.orders import OWNER
from tests.contract.calendar.worlds import CalendarWorld, MemoryWorld


@pytest.fixture(params=["memory", "google"])
def world(request: pytest.FixtureRequest) -> Iterator[CalendarWorld]:
    if request.param == "memory":
        yield MemoryWorld()
        return
    with GoogleServer([OWNER], quota=None) as server:
        yield GoogleWorld(server)
