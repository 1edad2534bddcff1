"""A household whose clock is set by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.container import Container
from daemon.household import household
from daemon.settings import load
from tests.integration.api.house import SetClock


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def container(tmp_path: Path, clock: SetClock) -> Iterator[Container]:
    with household(load(tmp_path / "home"), clock) as container:
        yield container
