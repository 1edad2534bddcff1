"""The store's contract runs over the twin in memory and over SQLite."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.memory import MemoryStore
from adapters.sqlite import open_store
from application.ports.store import Store


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
