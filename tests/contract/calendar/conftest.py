from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.google import GoogleServer
from sandbox.microsoft import MicrosoftServer
from tests.contract.calendar.google_world import GoogleWorld
from tests.contract.calendar.microsoft_world import MicrosoftWorld
from tests.contract.calendar.orders import OWNER
from tests.contract.calendar.worlds import CalendarWorld, MemoryWorld


@pytest.fixture(params=["memory", "google", "microsoft"])
def world(request: pytest.FixtureRequest) -> Iterator[CalendarWorld]:
    if request.param == "memory":
        yield MemoryWorld()
    elif request.param == "google":
        with GoogleServer([OWNER], quota=None) as google:
            yield GoogleWorld(google)
    else:
        with MicrosoftServer([OWNER]) as microsoft:
            yield MicrosoftWorld(microsoft)
