"""Where Graph says that something changed: never what, for that is read from Graph itself.

Source: https://learn.microsoft.com/graph/change-notifications-delivery-webhooks
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping

import orjson

from adapters.microsoft.subscriptions import Subscriptions
from application.ports.hooks import Hook, Post
from application.ports.providers import Account
from application.ports.secrets import Vault
from domain.errors import Invalid

_LONGEST_TOKEN = 4096
_TEAMS = re.compile(r"(^|/)(teams|chats)\b", re.IGNORECASE)
_EVENTS = re.compile(r"(^|/)(events|calendars?)\b", re.IGNORECASE)
_MAIL = re.compile(r"(^|/)(messages|mailfolders)\b", re.IGNORECASE)
_LAPSING = ("reauthorizationRequired", "subscriptionRemoved")
_STREAMS = (("teams", _TEAMS), ("calendar", _EVENTS), ("mail", _MAIL))
Notification = Mapping[str, object]


class GraphHook(Hook):
    """Change notifications of one account, known by the state that it gave Graph when it subscribed."""

    path = "/hooks/graph"
    limit = 1_048_576
    needs_tls = True

    def __init__(self, account: str, state: str, subscriptions: Subscriptions | None = None) -> None:
        self._account = account
        self._state = state
        self._subscriptions = subscriptions

    def keep_posted(self, root: str) -> None:
        if self._subscriptions is not None:
            self._subscriptions.keep(root.rstrip("/") + self.path)

    def challenge(self, query: Mapping[str, str]) -> str | None:
        token = query.get("validationToken")
        return token if token is not None and 0 < len(token) <= _LONGEST_TOKEN else None

    def is_authentic(self, headers: Mapping[str, str], body: bytes) -> bool:
        try:
            return any(self._is_ours(each) for each in _notifications(body))
        except Invalid:
            return False

    def read(self, body: bytes) -> tuple[Post, ...]:
        """See the port. One post may hold what is meant for several accounts; each reads its own."""
        return tuple(self._post(each) for each in _notifications(body) if self._is_ours(each))

    def _is_ours(self, notification: Notification) -> bool:
        given = hashlib.sha256(str(notification.get("clientState") or "").encode("utf-8", "replace")).digest()
        return hmac.compare_digest(given, hashlib.sha256(self._state.encode()).digest())

    def _post(self, notification: Notification) -> Post:
        event = hashlib.sha256(orjson.dumps(notification, option=orjson.OPT_SORT_KEYS)).hexdigest()
        resource, lifecycle = str(notification.get("resource") or ""), notification.get("lifecycleEvent")
        stream = next((name for name, pattern in _STREAMS if pattern.search(resource)), None)
        source = f"{self._account}/{stream or 'mail'}"
        if lifecycle in _LAPSING and self._subscriptions is not None:
            self._subscriptions.doubt(str(notification.get("subscriptionId")))
        # What a subscription missed, or will miss from now on, the source itself still has.
        wake = (source,) if stream or lifecycle else ()
        note = f"Graph says of its subscription: {lifecycle}" if lifecycle else "" if stream else "of nothing known"
        return Post(event, source, wake=wake, note=note[:200])


def client_state(account: Account, vault: Vault) -> str:
    """Return the state that this account gives Graph, made at the first time."""
    name = f"microsoft/{account.name}/client_state"
    kept = vault.get(name)
    if kept is None:
        kept = secrets.token_urlsafe(32)
        vault.put(name, kept)
    return kept


def _notifications(body: bytes) -> tuple[Notification, ...]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Invalid(f"no JSON: {error}", where="body") from None
    listed = value.get("value") if isinstance(value, dict) else None
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise Invalid("a list of notifications is needed", where="body.value")
    return tuple(listed)
