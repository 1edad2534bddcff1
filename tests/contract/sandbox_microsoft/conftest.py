from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.microsoft import MicrosoftServer
from sandbox.microsoft.calendar.store import Calendar
from sandbox.microsoft.mail.mailbox import Mailbox
from tests.contract.sandbox_microsoft.asking import OWNER, Graph


@pytest.fixture
def microsoft() -> Iterator[MicrosoftServer]:
    with MicrosoftServer([OWNER]) as server:
        server.mailboxes.sending_seconds = 0.0
        yield server


@pytest.fixture
def mailbox(microsoft: MicrosoftServer) -> Mailbox:
    return microsoft.mailbox(OWNER)


@pytest.fixture
def calendar(microsoft: MicrosoftServer) -> Calendar:
    return microsoft.calendar(OWNER)


@pytest.fixture
def graph(microsoft: MicrosoftServer) -> Iterator[Graph]:
    with Graph(microsoft) as client:
        yield client
