"""An empty store and who proposes on what it comes to hold; a house and its post."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pytest

from adapters.memory.store import MemoryStore
from application.calendars.invitations import Invitations, Once
from tests.unit.calendars.clerks import Clerk, Clock
from tests.unit.calendars.post import Post
from tests.unit.chat.house import House


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def clerk(store: MemoryStore) -> Clerk:
    return Clerk(store)


@pytest.fixture
def invitations(store: MemoryStore, clerk: Clerk) -> Invitations:
    return Invitations(store, Once(store, clerk, Clock()), Clock(), UTC)


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return Post(House(tmp_path))
