from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.google import GoogleServer
from tests.contract.google.setting import OWNER


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    with GoogleServer([OWNER], quota=None) as server:
        yield server
