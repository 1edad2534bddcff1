"""Where the owner's devices are told: what each subscribed to, and whether what was sent arrived."""

from __future__ import annotations

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime

from application.acting.batches import stuck_actions
from application.kept import Kept
from application.ports.clock import Clock
from application.ports.push import Delivered, Delivery, PushService, Subscription
from application.ports.store import Store
from application.sign_in.devices import SUBSCRIBED, Device, Devices
from domain.actions import Status
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
        self._subscribed = Kept(store.preferences, SUBSCRIBED, Subscription)
        self._undelivered = Kept(store.preferences, UNDELIVERED, Undelivered)
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
        self._subscribed.put(subscription.device, subscription)
        if subscription not in known:
            self._undelivered.delete(subscription.device)

    def unsubscribe(self, device: str) -> None:
        self._subscribed.delete(device)
        self._undelivered.delete(device)

    def all(self) -> tuple[Subscription, ...]:
        """Return what the devices that are still signed in subscribed to."""
        return tuple(filter(None, (self._subscribed.get(device.id) for device in self._devices.all())))

    def undelivered(self) -> tuple[tuple[Device, Undelivered], ...]:
        """Return the signed-in devices whose last notice could not be delivered."""
        failed = ((device, self._undelivered.get(device.id)) for device in self._devices.all())
        return tuple((device, undelivered) for device, undelivered in failed if undelivered is not None)

    def forget_gone(self) -> int:
        """Let go of what devices subscribed to that were signed out since, and of sessions that ended long ago.

        A device that is told by push may not be opened for weeks: it stays.
        """
        subscribed = self._subscribed.ids()
        gone = {*subscribed, *self._undelivered.ids()} - {device.id for device in self._devices.all()}
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
            self._undelivered.put(subscription.device, ended)
            return delivered
        if delivered.outcome is Delivery.LATER:
            log.info("push not delivered", extra={"reason": delivered.reason, "device": subscription.device})
        self._note_outcome(subscription.device, delivered)
        return delivered

    def _note_outcome(self, device: str, delivered: Delivered) -> None:
        """Keep what could not be delivered until something is; what goes well each time is not noted each time."""
        before = self._undelivered.get(device)
        if delivered.outcome is Delivery.LATER:
            first = before or Undelivered(self._clock.now(), 0, "")
            self._undelivered.put(device, replace(first, failures=first.failures + 1, reason=delivered.reason))
        elif before is not None:
            self._undelivered.delete(device)


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
