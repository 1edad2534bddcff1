"""The sender of service hooks: posts events to one address, with Basic authorization and again where it is told to."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from sandbox.microsoft.call import JsonObject

_PATIENCE_SECONDS = 30.0


@dataclass(slots=True)
class HookSender:
    """One subscription: what is posted to `url` carries its id and a running number.

    The vendor's events have no `scope`, `subscriptionId` or `resourceVersion` in every release: `without` leaves such
    fields out.
    """

    url: str
    user: str = ""
    password: str = ""
    without: frozenset[str] = frozenset()
    headers: Mapping[str, str] = field(default_factory=dict)
    subscription: str = field(default_factory=lambda: str(uuid.uuid4()))
    sent: int = 0

    def deliver(self, event: JsonObject, times: int = 1) -> list[int]:
        """Post one event as often as asked, always as the same notification, and return the statuses."""
        self.sent += 1
        body = {"subscriptionId": self.subscription, "notificationId": self.sent, **event}
        told = {name: value for name, value in body.items() if name not in self.without}
        return [self._post(told) for _ in range(times)]

    def _post(self, body: JsonObject) -> int:
        auth = httpx.BasicAuth(self.user, self.password) if self.user or self.password else None
        with httpx.Client(trust_env=False, timeout=_PATIENCE_SECONDS, auth=auth) as client:
            return client.post(self.url, json=body, headers=dict(self.headers)).status_code
