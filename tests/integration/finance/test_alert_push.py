"""A budget that runs out is pushed: a device subscribes, the locked statements are opened, and the word arrives."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import http_ece
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from websockets.sync.client import ClientConnection, connect

from application.acting.limits import Limits
from application.ports.push import Subscription
from domain.finance.money import Money
from domain.own_records import NewBudget
from sandbox import household
from sandbox.push import PushServer
from sandbox.statements.year import PASSWORD, limit_on_food
from tests.integration.finance.desk import Bookkeeping, food_of

SECRET = b"0123456789abcdef"


@dataclass(frozen=True)
class Phone:
    """A browser that keeps its line to the push service open, and the key that only it has."""

    line: ClientConnection
    key: ec.EllipticCurvePrivateKey
    endpoint: str

    @property
    def subscription(self) -> Subscription:
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return Subscription("phone", self.endpoint, coded(point), coded(SECRET))

    def hears(self) -> dict[str, str]:
        """Wait for a notification, and decrypt it."""
        told = json.loads(self.line.recv(timeout=10))
        content = base64.urlsafe_b64decode(told["data"] + "==")
        found: dict[str, str] = json.loads(http_ece.decrypt(content, private_key=self.key, auth_secret=SECRET))
        return found


def coded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@pytest.fixture
def push() -> Iterator[PushServer]:
    with PushServer() as server:
        yield server


@pytest.fixture
def phone(push: PushServer) -> Iterator[Phone]:
    with connect(push.socket_url) as line:
        line.send(json.dumps({"messageType": "hello", "use_webpush": True}))
        line.recv(timeout=10)
        line.send(json.dumps({"messageType": "register", "channelID": str(uuid4())}))
        endpoint = json.loads(line.recv(timeout=10))["pushEndpoint"]
        yield Phone(line, ec.generate_private_key(ec.SECP256R1()), endpoint)


def test_the_month_that_nearly_used_up_its_limit_is_pushed_once(
    books: Bookkeeping, phone: Phone, push: PushServer
) -> None:
    limit, spent = limit_on_food(books.written), food_of(books.written)["2026-10"]
    Limits(books.store.preferences).put(NewBudget("food", str(limit), "MYR"))
    notifications = books.house.services.notifications
    books.house.services.devices.admit("phone", "a token")
    books.house.services.subscriptions.subscribe(phone.subscription)
    books.deliver(books.written)
    books.finance.collect()
    notifications.tell()
    assert "cannot be opened" in phone.hears()["body"]

    books.finance.unlock(PASSWORD)
    notifications.tell()
    heard = phone.hears()
    assert heard["title"] == "The budget runs low"
    assert heard["body"] == f"{Money(spent, 'MYR')} of {Money(limit, 'MYR')} went on food in October 2026."

    books.finance.watch()
    notifications.tell()
    assert len(push.record.mutations("push.deliver")) == 2


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("month", range(1, 13))
def test_the_demos_limit_is_nearly_used_up_whenever_it_is_shown(seed: int, month: int) -> None:
    written = household.load("monday", seed=seed, now=datetime(2026, month, 20, 9, tzinfo=UTC)).statements
    newest = max(each.end for each in written)
    assert 0.8 <= float(food_of(written)[f"{newest:%Y-%m}"] / limit_on_food(written)) < 1
