from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.google import GoogleServer
from tests.contract.executor.worlds import ExecutorWorld, GoogleWorld, MemoryWorld
from tests.contract.google.setting import OWNER


@pytest.fixture(params=["memory", "google"])
def world(request: pytest.FixtureRequest) -> Iterator[ExecutorWorld]:
    if request.param == "memory":
        yield MemoryWorld()
        return
    with GoogleServer([OWNER], quota=None) as server:
        yield GoogleWorld(server)
