from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.google import GoogleServer
from sandbox.microsoft import MicrosoftServer
from tests.contract.executor.worlds import ExecutorWorld, GoogleWorld, MemoryWorld, MicrosoftWorld
from tests.contract.google.setting import OWNER
from tests.contract.microsoft import setting as office


@pytest.fixture(params=["memory", "google", "microsoft", "shared mailbox"])
def world(request: pytest.FixtureRequest) -> Iterator[ExecutorWorld]:
    if request.param == "memory":
        yield MemoryWorld()
    elif request.param == "google":
        with GoogleServer([OWNER], quota=None) as google:
            yield GoogleWorld(google)
    else:
        with MicrosoftServer([office.OWNER], limit=None) as microsoft:
            microsoft.mailboxes.sending_seconds = 0.0
            yield MicrosoftWorld(microsoft, shared=request.param == "shared mailbox")
