"""Books on the store in memory and on the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.memory import MemoryStore
from adapters.sqlite import open_store
from application.ports.store import Store
from tests.integration.finance.desk import Bookkeeping, keep_books


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = MemoryStore() if request.param == "memory" else open_store(tmp_path / "alfred.db")
    yield opened
    opened.close()


@pytest.fixture
def books(store: Store, tmp_path: Path) -> Bookkeeping:
    return keep_books(store, tmp_path)
