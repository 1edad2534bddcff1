"""Delivering notifications to devices."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where a device's browser takes notifications: the push service's endpoint and the browser's keys (RFC 8291)."""

    device: str
    endpoint: str
    p256dh: str
    auth: str


class Delivery(StrEnum):
    """`gone`: the subscription ended (404, 410) and is to be removed. `later`: it could not be delivered now."""

    DONE = "done"
    GONE = "gone"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Delivered:
    outcome: Delivery
    reason: str = ""


class PushService(Protocol):
    """Sends to one subscription, signed with the household's VAPID key; never follows redirects."""

    @property
    def public_key(self) -> str:
        """The application server key for `PushManager.subscribe`, base64url (RFC 8292)."""
        ...

    def check(self, subscription: Subscription) -> None:
        """Raise `Refused` for an endpoint that is no known push service over https."""
        ...

    def send(self, subscription: Subscription, payload: bytes, *, urgent: bool, topic: str, ttl: int) -> Delivered:
        """Deliver at most 3 KB; never raises for what the push service answers. `ttl` in seconds."""
        ...
