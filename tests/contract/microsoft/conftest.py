from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.microsoft import MicrosoftServer
from tests.contract.microsoft.setting import OWNER


@pytest.fixture
def microsoft() -> Iterator[MicrosoftServer]:
    with MicrosoftServer([OWNER], limit=None) as server:
        server.mailboxes.sending_seconds = 0.0
        yield server
