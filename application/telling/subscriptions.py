"""Where the owner's devices are told: what each subscribed to, and whether what was sent arrived."""

from __future__ import annotations

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime

from application.acting.batches import stuck_actions
from application.ports.clock import Clock
from application.ports.push import Delivered, Delivery, PushService, Subscription
from application.ports.store import Store
from application.sign_in.devices import SUBSCRIBED, Device, Devices
from domain.actions import Status
from domain.codec import decode, encode
from domain.errors import Conflict
from domain.notifications import MOST_BODY, MOST_TITLE, Notice

log = logging.getLogger(__name__)

DAY = 86_400
AT_ONCE = 8  # devices
MARK = "notices/seen"
"""Up to where in the feed everything was told of, or was there before anybody listened."""
UNDELIVERED = "notices/undelivered/"
ENDED = "its push service has ended the subscription; switch notices on there again"


@dataclass(frozen=True, slots=True)
class Undelivered:
    """What a device was not told: how many notices in a row, since when, and why the last; `ended` is the endpoint that
    its push service has ended."""

    since: datetime
    failures: int
    reason: str
    ended: str = ""


class Subscriptions:
    """What the devices subscribed to; those that are signed in are sent to."""

    def __init__(self, store: Store, devices: Devices, push: PushService, clock: Clock) -> None:
        self._store = store
        self._devices = devices
        self._push = push
        self._clock = clock

    def subscribe(self, subscription: Subscription) -> None:
        """Keep a device's subscription, one per device; what was there before the first is passed over for good.

        A browser that was paired anew is the same one to its push service: the device that it was is told no more.
        One that its push service has ended raises `Conflict`: the browser has to subscribe anew.
        """
        self._push.check(subscription)
        if any(each.ended == subscription.endpoint for _, each in self.undelivered()):
            raise Conflict("the push service has ended this subscription", code="subscription_ended")
        known = self.all()
        if not known:
            self._store.preferences.put(MARK, self._store.feed.head())
        for each in known:
            if each.endpoint == subscription.endpoint and each.device != subscription.device:
                self.unsubscribe(each.device)
        self._store.preferences.put(SUBSCRIBED + subscription.device, encode(subscription))
        if subscription not in known:
            self._store.preferences.delete(UNDELIVERED + subscription.device)

    def unsubscribe(self, device: str) -> None:
        self._store.preferences.delete(SUBSCRIBED + device)
        self._store.preferences.delete(UNDELIVERED + device)

    def all(self) -> tuple[Subscription, ...]:
        """Return what the devices that are still signed in subscribed to."""
        signed_in = (device.id for device in self._devices.all())
        forms = [self._store.preferences.get(SUBSCRIBED + id) for id in signed_in]
        return tuple(decode(Subscription, form, "subscription") for form in forms if form is not None)

    def undelivered(self) -> tuple[tuple[Device, Undelivered], ...]:
        """Return the signed-in devices whose last notice could not be delivered."""
        forms = [(device, self._store.preferences.get(UNDELIVERED + device.id)) for device in self._devices.all()]
        return tuple((device, decode(Undelivered, form, "undelivered")) for device, form in forms if form is not None)

    def forget_gone(self) -> int:
        """Let go of what devices subscribed to that were signed out since, and of sessions that ended long ago.

        A device that is told by push may not be opened for weeks: it stays.
        """
        subscribed = {name.removeprefix(SUBSCRIBED) for name in self._store.preferences.names(SUBSCRIBED)}
        ended = {name.removeprefix(UNDELIVERED) for name in self._store.preferences.names(UNDELIVERED)}
        gone = (subscribed | ended) - {device.id for device in self._devices.all()}
        for id in gone:
            self.unsubscribe(id)
        return len(gone) + self._devices.forget_ended(keep=subscribed)

    def send(self, notice: Notice) -> int:
        """Send to all devices at once; one that fails does not hold up the others. Return how many got it."""
        waiting = self._store.actions.count(Status.PROPOSED) + len(stuck_actions(self._store.actions))
        payload = json.dumps({**_payload(notice), "waiting": waiting}, ensure_ascii=False).encode()
        subscriptions = self.all()
        with ThreadPoolExecutor(max(1, min(AT_ONCE, len(subscriptions)))) as pool:
            results = list(pool.map(lambda each: self._deliver(each, notice, payload), subscriptions))
        return sum(result.outcome is Delivery.DONE for result in results)

    def _deliver(self, subscription: Subscription, notice: Notice, payload: bytes) -> Delivered:
        delivered = self._push.send(subscription, payload, urgent=notice.urgent, topic=notice.topic, ttl=DAY)
        if delivered.outcome is Delivery.GONE:
            self.unsubscribe(subscription.device)
            ended = Undelivered(self._clock.now(), 1, ENDED, subscription.endpoint)
            self._store.preferences.put(UNDELIVERED + subscription.device, encode(ended))
            return delivered
        if delivered.outcome is Delivery.LATER:
            log.info("push not delivered", extra={"reason": delivered.reason, "device": subscription.device})
        self._note_outcome(subscription.device, delivered)
        return delivered

    def _note_outcome(self, device: str, delivered: Delivered) -> None:
        """Keep what could not be delivered until something is; what goes well each time is not noted each time."""
        name = UNDELIVERED + device
        form = self._store.preferences.get(name)
        if delivered.outcome is Delivery.LATER:
            before = decode(Undelivered, form, name) if form is not None else Undelivered(self._clock.now(), 0, "")
            failed = replace(before, failures=before.failures + 1, reason=delivered.reason)
            self._store.preferences.put(name, encode(failed))
        elif form is not None:
            self._store.preferences.delete(name)


def _payload(notice: Notice) -> dict[str, object]:
    payload: dict[str, object] = {
        "title": notice.title[:MOST_TITLE],
        "body": notice.body[:MOST_BODY],
        "url": notice.url,
        "tag": notice.tag,
        "kind": notice.kind.value,
        "urgent": notice.urgent,
    }
    if notice.action is not None:
        payload |= {"action_id": notice.action, "digest": notice.digest}
    return payload
