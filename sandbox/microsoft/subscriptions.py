"""Change notifications: subscriptions, the handshake, and the calls to whoever subscribed.

Source: https://learn.microsoft.com/graph/change-notifications-delivery-webhooks
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import httpx

from sandbox.microsoft.call import Call, Endpoint, JsonObject, Outcome, text_of
from sandbox.microsoft.directory import TENANT
from sandbox.microsoft.errors import Refusal, invalid
from sandbox.microsoft.sign_in import CLIENT_ID

_LONGEST = timedelta(minutes=10_080)
_PATIENCE_SECONDS = 10.0
_TYPES = {"created", "updated", "deleted"}


@dataclass(frozen=True, slots=True)
class Subscription:
    """What somebody wants to be told, where, and until when."""

    id: str
    account: str
    resource: str
    change_types: frozenset[str]
    url: str
    lifecycle_url: str | None
    client_state: str | None
    expires: datetime

    def shown(self) -> JsonObject:
        return {
            "id": self.id,
            "resource": self.resource,
            "applicationId": CLIENT_ID,
            "changeType": ",".join(sorted(self.change_types)),
            "clientState": self.client_state,
            "notificationUrl": self.url,
            "lifecycleNotificationUrl": self.lifecycle_url,
            "expirationDateTime": self.expires.isoformat().replace("+00:00", "Z"),
            "creatorId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"mailto:{self.account}")),
            "latestSupportedTlsVersion": "v1_2",
        }


class Subscriptions:
    """Who wants to be told; `notify` tells them."""

    def __init__(self) -> None:
        self._standing: dict[str, Subscription] = {}

    def endpoints(self) -> tuple[Endpoint, ...]:
        all_, one = "/subscriptions", "/subscriptions/{subscription}"
        scopes = (
            "Mail.Read",
            "Mail.ReadWrite",
            "Calendars.Read",
            "Calendars.ReadWrite",
            "ChannelMessage.Read.All",
            "Chat.Read",
        )
        return (
            Endpoint("subscriptions.list", "GET", all_, scopes, self.list),
            Endpoint("subscriptions.create", "POST", all_, scopes, self.create, "subscription", writes=True),
            Endpoint("subscriptions.get", "GET", one, scopes, self.get),
            Endpoint("subscriptions.update", "PATCH", one, scopes, self.renew, "subscription", writes=True),
            Endpoint("subscriptions.delete", "DELETE", one, scopes, self.delete, writes=True),
        )

    def list(self, call: Call) -> Outcome:
        mine = [one.shown() for one in self._standing.values() if one.account == call.account]
        return Outcome({"@odata.context": f"{call.base}/$metadata#subscriptions", "value": mine})

    def create(self, call: Call) -> Outcome:
        types = frozenset(text_of(call.body, "changeType").split(","))
        url, resource = text_of(call.body, "notificationUrl"), text_of(call.body, "resource").strip("/")
        if not types <= _TYPES or not url or not resource:
            raise invalid("changeType, notificationUrl and resource are required.", "InvalidRequest")
        _shake_hands(url)
        lifecycle, state = text_of(call.body, "lifecycleNotificationUrl"), text_of(call.body, "clientState")
        if lifecycle and lifecycle != url:
            _shake_hands(lifecycle)
        made = Subscription(
            str(uuid.uuid4()), call.account, resource, types, url, lifecycle or None, state or None, _expiry(call)
        )
        self._standing[made.id] = made
        context = f"{call.base}/$metadata#subscriptions/$entity"
        return Outcome({"@odata.context": context, **made.shown()}, 201, made.id, {"resource": resource, "url": url})

    def get(self, call: Call) -> Outcome:
        return Outcome(self._one(call).shown())

    def renew(self, call: Call) -> Outcome:
        renewed = replace(self._one(call), expires=_expiry(call))
        self._standing[renewed.id] = renewed
        return Outcome(renewed.shown(), 200, renewed.id, {"expires": renewed.expires.isoformat()})

    def delete(self, call: Call) -> Outcome:
        gone = self._standing.pop(self._one(call).id)
        return Outcome(None, 204, gone.id)

    def notify(self, account: str, change_type: str, resource: str, id: str, **forged: object) -> Sequence[int]:
        """Tell every subscriber whose resource begins `resource`'s path, and return the statuses that they answered.

        `forged` replaces fields of the notification, such as `clientState`.
        """
        told = []
        for one in self._standing.values():
            concerns = resource.lower().startswith(one.resource.lower()) and change_type in one.change_types
            if one.account == account and concerns and one.expires > datetime.now(UTC):
                body = {"value": [_notification(one, change_type, resource, id) | forged]}
                told.append(_post(one.url, json=body).status_code)
        return told

    def end(self, account: str, event: str) -> Sequence[int]:
        """Let every subscription of an account end, or want to be renewed, and say so as `event`."""
        told = []
        for one in [one for one in self._standing.values() if one.account == account]:
            if event == "subscriptionRemoved":
                del self._standing[one.id]
            body = {"value": [{"lifecycleEvent": event, **_identity(one)}]}
            told += [_post(one.lifecycle_url, json=body).status_code] if one.lifecycle_url else []
        return told

    def _one(self, call: Call) -> Subscription:
        found = self._standing.get(call.path["subscription"])
        if found is None or found.account != call.account:
            raise Refusal(404, "ResourceNotFound", "The object was not found.")
        return found


def _notification(one: Subscription, change_type: str, resource: str, id: str) -> JsonObject:
    kind = "#Microsoft.Graph.ChatMessage" if "teams" in resource or "chats" in resource else "#Microsoft.Graph.Message"
    where = f"{resource}/{id}"
    return {
        **_identity(one),
        "changeType": change_type,
        "resource": where,
        "resourceData": {"@odata.type": kind, "@odata.id": where, "id": id},
    }


def _identity(one: Subscription) -> JsonObject:
    return {
        "subscriptionId": one.id,
        "subscriptionExpirationDateTime": one.expires.isoformat(),
        "clientState": one.client_state,
        "tenantId": TENANT,
    }


def _expiry(call: Call) -> datetime:
    text = text_of(call.body, "expirationDateTime")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise invalid("expirationDateTime is missing or no date.", "InvalidRequest") from wrong
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if not datetime.now(UTC) < moment <= datetime.now(UTC) + _LONGEST:
        raise invalid("Subscription expiration can only be 10080 minutes in the future.", "InvalidRequest")
    return moment


def _shake_hands(url: str) -> None:
    """Ask the address to repeat a token, or refuse the subscription."""
    token = f"Validation: Testing client application reachability for subscription <{secrets.token_urlsafe(12)}> & more"
    message = (
        "Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request."
    )
    try:
        answer = _post(url, params={"validationToken": token})
    except httpx.HTTPError as failed:
        raise invalid(message, "ValidationError") from failed
    if answer.status_code != 200 or answer.text != token or "text/plain" not in answer.headers.get("content-type", ""):
        raise invalid(message, "ValidationError")


def _post(url: str, params: dict[str, str] | None = None, json: Mapping[str, object] | None = None) -> httpx.Response:
    with httpx.Client(trust_env=False, timeout=_PATIENCE_SECONDS) as client:
        return client.post(url, params=params, json=json)
