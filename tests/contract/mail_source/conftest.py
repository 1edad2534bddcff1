from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.google import GoogleServer
from tests.contract.google.setting import OWNER
from tests.contract.mail_source.worlds import GoogleWorld, MailWorld, MemoryWorld


@pytest.fixture(params=["memory", "google"])
def world(request: pytest.FixtureRequest) -> Iterator[MailWorld]:
    if request.param == "memory":
        yield MemoryWorld()
        return
    with GoogleServer([OWNER], quota=None) as server:
        yield GoogleWorld(server)
