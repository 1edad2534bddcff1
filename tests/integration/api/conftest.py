"""The API over a household of twins, on the store in memory and on the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.local import LocalBrain
from adapters.memory import MemoryStore
from adapters.sqlite import open_store
from application.ports.store import Store
from tests.integration.api.client import Client
from tests.integration.api.house import ZONE, House, build


def _memory(_: Path) -> Store:
    return MemoryStore()


def _sqlite(folder: Path) -> Store:
    return open_store(folder / "alfred.db")


@pytest.fixture(params=[_memory, _sqlite], ids=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opening: Callable[[Path], Store] = request.param
    opened = opening(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def house(store: Store, tmp_path: Path) -> House:
    return build(store, tmp_path, LocalBrain(ZONE))


@pytest.fixture
def stranger(house: House) -> Client:
    """A client that nobody signed in."""
    return Client(house, {})


@pytest.fixture
def client(house: House) -> Client:
    """The owner's own client."""
    _, token = house.services.devices.add("test", ends=False)
    return Client(house, {"Authorization": f"Bearer {token}"})
