"""What Graph is asked to tell of by itself. It changes nothing of the owner's, and the polls go on beside it.

Chats and channels are not among it: each would want one of its own, renewed every hour or three days.
Source: https://learn.microsoft.com/graph/api/resources/subscription
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from adapters.microsoft.api import Graph, Request
from adapters.microsoft.marks import machine_time, stamp
from adapters.microsoft.scopes import CALENDAR, READ, missing
from application.ports.providers import Account
from application.ports.secrets import Vault
from domain.codec import Json, decode, encode
from domain.errors import CannotBe, NotFound
from domain.pauses import still_rests

# Graph allows 10,080 minutes for mail and events. One that has silently gone is missed a day later at most.
_LASTS = timedelta(minutes=10_000)
_RENEWED_AFTER = timedelta(days=1)
# An address inside a private network answers Microsoft neither now nor in a minute.
_RESTS = timedelta(hours=1)
_RESOURCES = {"me/messages": (READ,), "me/events": (CALENDAR,)}


@dataclass(frozen=True, slots=True)
class Kept:
    """A subscription as Graph knows it: its id, where it posts to, and until when."""

    id: str
    url: str
    ends: datetime


class Subscriptions:
    """The subscriptions of one account. Graph gives `state` back in each post, which is how it is known."""

    def __init__(
        self, account: Account, vault: Vault, api: Graph, state: str, now: Callable[[], datetime] = machine_time
    ) -> None:
        self._name = f"microsoft/{account.name}/subscriptions"
        self._vault = vault
        self._api = api
        self._state = state
        self._now = now
        self._doubted: set[str] = set()
        self._rests_until: datetime | None = None

    def keep(self, url: str) -> None:
        """Have changes posted to `url`: subscribe, or renew what was subscribed to more than a day ago.

        Where Graph refuses that, it is left alone for an hour.
        """
        if still_rests(self._rests_until, self._now(), _RESTS):
            return
        self._rests_until = None
        try:
            self._keep(url)
        except CannotBe:
            self._rests_until = self._now() + _RESTS
            raise

    def _keep(self, url: str) -> None:
        for resource, needs in _RESOURCES.items():
            known = self._kept().get(resource)
            if not missing(needs, self._api.granted()) and not self._is_good(known, url):
                self._note(resource, self._renewed(resource, known, url))

    def doubt(self, id: str) -> None:
        """Graph says that a subscription has to be renewed, or is gone."""
        self._doubted.add(id)

    def end(self) -> None:
        """Have nothing posted any more."""
        for known in self._kept().values():
            self._remove(known.id)
        self._vault.delete(self._name)

    def _is_good(self, known: Kept | None, url: str) -> bool:
        if known is None or known.url != url or known.id in self._doubted:
            return False
        return self._now() < known.ends - _LASTS + _RENEWED_AFTER

    def _renewed(self, resource: str, known: Kept | None, url: str) -> Kept:
        ends = self._now() + _LASTS
        if known is not None and known.url == url:
            with suppress(NotFound):
                self._api.read(_about(known.id, "PATCH", {"expirationDateTime": stamp(ends)}))
                self._doubted.discard(known.id)
                return replace(known, ends=ends)
        self._remove_others(resource, url, known)
        return Kept(self._begun(resource, url, ends), url, ends)

    def _begun(self, resource: str, url: str, ends: datetime) -> str:
        """Subscribe, and return the id. Where the answer is lost, what may have begun is removed the next time."""
        body: dict[str, Json] = {
            "changeType": "created,updated,deleted",
            "resource": resource,
            "notificationUrl": url,
            "lifecycleNotificationUrl": url,
            "expirationDateTime": stamp(ends),
            "clientState": self._state,
        }
        return str(self._api.ask_once(Request("/subscriptions", "POST", body=body))["id"])

    def _remove_others(self, resource: str, url: str, known: Kept | None) -> None:
        """Remove what would post what nobody believes: of an earlier sign-in, or to an earlier address."""
        for each in list(self._api.listed(Request("/subscriptions"))):
            is_same = str(each.get("resource")).strip("/") == resource and each.get("notificationUrl") == url
            if is_same or (known is not None and each.get("id") == known.id):
                self._remove(str(each["id"]))

    def _remove(self, id: str) -> None:
        with suppress(NotFound):
            self._api.tell(_about(id, "DELETE"))

    def _kept(self) -> dict[str, Kept]:
        return decode(dict[str, Kept], json.loads(self._vault.get(self._name) or "{}"), "subscriptions")

    def _note(self, resource: str, kept: Kept) -> None:
        self._vault.put(self._name, json.dumps(encode({**self._kept(), resource: kept})))


def _about(id: str, verb: str, body: Json = None) -> Request:
    return Request(f"/subscriptions/{id}", verb, body=body)
