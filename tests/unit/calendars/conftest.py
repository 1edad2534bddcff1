"""An empty store, and who proposes on what it comes to hold."""

from __future__ import annotations

from datetime import UTC

import pytest

from adapters.memory.store import MemoryStore
from application.calendars.invitations import Invitations, Once
from tests.unit.calendars.clerks import Clerk, Clock


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def clerk(store: MemoryStore) -> Clerk:
    return Clerk(store)


@pytest.fixture
def invitations(store: MemoryStore, clerk: Clerk) -> Invitations:
    return Invitations(store, Once(store, clerk, Clock()), Clock(), UTC)
