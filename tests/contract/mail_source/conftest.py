from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.google import GoogleServer
from sandbox.microsoft import MicrosoftServer
from tests.contract.google.setting import OWNER
from tests.contract.mail_source.worlds import GoogleWorld, MailWorld, MemoryWorld, MicrosoftWorld
from tests.contract.microsoft import setting as office


@pytest.fixture(params=["memory", "google", "microsoft", "shared mailbox"])
def world(request: pytest.FixtureRequest) -> Iterator[MailWorld]:
    if request.param == "memory":
        yield MemoryWorld()
    elif request.param == "google":
        with GoogleServer([OWNER], quota=None) as google:
            yield GoogleWorld(google)
    else:
        with MicrosoftServer([office.OWNER], limit=None) as microsoft:
            yield MicrosoftWorld(microsoft, shared=request.param == "shared mailbox")
