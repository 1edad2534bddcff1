"""Notifications: the push key, this device's subscription, and the owner's wishes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from application.ports.push import Subscription
from domain.errors import Invalid
from domain.notifications import NoticeKind, NoticePreferences, is_quiet
from web.api.operations import Call, Operation


@dataclass(frozen=True, slots=True)
class PushKey:
    """The application server key for `PushManager.subscribe`, base64url."""

    key: str


@dataclass(frozen=True, slots=True)
class SubscriptionKeys:
    p256dh: str
    auth: str


@dataclass(frozen=True, slots=True)
class SubscriptionForm:
    """What `PushSubscription.toJSON()` gives."""

    endpoint: str
    keys: SubscriptionKeys
    expirationTime: int | None = None  # noqa: N815 - the browser's name


@dataclass(frozen=True, slots=True)
class Subscribed:
    device: str
    endpoint: str


def push_key(call: Call) -> PushKey:
    return PushKey(call.services.push.public_key)


def subscribe(call: Call) -> Subscribed:
    assert call.device is not None
    form: SubscriptionForm = call.body
    subscription = Subscription(call.device.id, form.endpoint, form.keys.p256dh, form.keys.auth)
    call.services.subscriptions.subscribe(subscription)
    return Subscribed(call.device.id, form.endpoint)


def unsubscribe(call: Call) -> None:
    assert call.device is not None
    call.services.subscriptions.unsubscribe(call.device.id)


def preferences(call: Call) -> NoticePreferences:
    return call.services.notifications.preferences()


def set_preferences(call: Call) -> NoticePreferences:
    wishes: NoticePreferences = call.body
    _check(wishes)
    return call.services.notifications.set_preferences(wishes)


def _check(wishes: NoticePreferences) -> None:
    known = {kind.value for kind in NoticeKind}
    for name, kind in wishes.kinds.items():
        if name not in known:
            raise Invalid(f"there is no such kind; known are {', '.join(sorted(known))}", where=f"kinds.{name}")
        if not 1 <= kind.lowest_priority <= 5:
            raise Invalid(f"{kind.lowest_priority} is not 1 to 5", where=f"kinds.{name}.lowest_priority")
    if not 0 <= wishes.per_day <= 100:
        raise Invalid(f"{wishes.per_day} is not 0 to 100", where="per_day")
    _check_hours(wishes)


def _check_hours(wishes: NoticePreferences) -> None:
    try:
        is_quiet(wishes, time(0))
    except ValueError as error:
        raise Invalid(f"times such as 22:00 are needed: {error}", where="quiet_from") from error


OPERATIONS = (
    Operation("GET", "/api/push/key", "The key to subscribe with", push_key, PushKey),
    Operation(
        "POST",
        "/api/push/subscriptions",
        "Subscribe this device",
        subscribe,
        Subscribed,
        body=SubscriptionForm,
        status=201,
    ),
    Operation("DELETE", "/api/push/subscriptions", "Unsubscribe this device", unsubscribe, status=204),
    Operation("GET", "/api/notifications/preferences", "The owner's wishes", preferences, NoticePreferences),
    Operation(
        "PUT",
        "/api/notifications/preferences",
        "Change the owner's wishes",
        set_preferences,
        NoticePreferences,
        body=NoticePreferences,
    ),
)
