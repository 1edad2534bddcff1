"""A store, three devices, and a push service that keeps what it was given."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from adapters.memory import MemoryStore
from application.announcing import Announcing
from application.sign_in.devices import Devices
from application.telling.notifications import Notifications
from application.telling.subscriptions import Subscriptions
from tests.unit.telling.bell import Clock, Recorder


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def push() -> Recorder:
    return Recorder()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def devices(store: MemoryStore, clock: Clock) -> Devices:
    signed_in = Devices(store, clock, Announcing(store, clock))
    for name in ("phone", "tablet", "old"):
        signed_in.admit(name, f"token of {name}")
    return signed_in


@pytest.fixture
def subscriptions(store: MemoryStore, devices: Devices, push: Recorder, clock: Clock) -> Subscriptions:
    return Subscriptions(store, devices, push, clock)


@pytest.fixture
def notifications(store: MemoryStore, subscriptions: Subscriptions, clock: Clock) -> Notifications:
    return Notifications(store, subscriptions, clock, ZoneInfo("UTC"))
