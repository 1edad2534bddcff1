"""Comes to the owner: turns what happened into notices, and sends them to every device that wants them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from application.announcing import announced
from application.intake.first_reading import came_after_first_reading
from application.ports.clock import Clock
from application.ports.push import Delivered, Delivery, PushService, Subscription
from application.ports.store import FeedItem, Store
from application.sign_in.devices import SUBSCRIBED, Device, Devices
from application.telling.wording import overdue_notice, proposal_notices, reminder_notice, sign_in_notice, urgent_notice
from domain.actions import Action, Status
from domain.codec import decode, encode
from domain.errors import NotFound
from domain.kinds import Kind
from domain.notifications import Notice, NoticePreferences, Ruling, is_quiet, ruling
from domain.sources import account_of
from domain.triage import BrainName, Category

log = logging.getLogger(__name__)

DAY = 86_400
MARK = "notices/seen"
PRESSED = "notices/seen-pressing"
WISHES = "notices/preferences"
SENT = "notices/sent"
MOST_BODY = 240
UNDELIVERED = "notices/undelivered/"
SIGNED_OUT = "notices/signed-out/"
ONE_EXPIRY = timedelta(hours=1)
SOURCE_REF = "sources/"
TOLD = frozenset({"message", "action", "notification"})


@dataclass(frozen=True, slots=True)
class Undelivered:
    """What a device was not told: how many notices in a row, since when, and why the last."""

    since: datetime
    failures: int
    reason: str


class Notifications:
    """Watches the feed from where it left off; each change is told of at most once, to devices that are signed in."""

    def __init__(self, store: Store, devices: Devices, push: PushService, clock: Clock, zone: tzinfo) -> None:
        self._store = store
        self._devices = devices
        self._push = push
        self._clock = clock
        self._zone = zone
        self._looked_at: dict[str, int] = {}

    def preferences(self) -> NoticePreferences:
        form = self._store.preferences.get(WISHES)
        return decode(NoticePreferences, form, "preferences") if form is not None else NoticePreferences()

    def set_preferences(self, wishes: NoticePreferences) -> NoticePreferences:
        self._store.preferences.put(WISHES, encode(wishes))
        return wishes

    def subscribe(self, subscription: Subscription) -> None:
        """Keep a device's subscription, one per device; what was there before is passed over for good."""
        self._push.check(subscription)
        if not self.subscriptions():
            self._store.preferences.put(MARK, self._store.feed.head())
        self._store.preferences.put(SUBSCRIBED + subscription.device, encode(subscription))

    def unsubscribe(self, device: str) -> None:
        self._store.preferences.delete(SUBSCRIBED + device)
        self._store.preferences.delete(UNDELIVERED + device)

    def subscriptions(self) -> tuple[Subscription, ...]:
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
        gone = subscribed - {device.id for device in self._devices.all()}
        for id in gone:
            self.unsubscribe(id)
        return len(gone) + self._devices.forget_ended(keep=subscribed)

    def tell(self) -> int:
        """Send what is due for everything that happened since the last call; return how many notices went out.

        In quiet hours only what presses is looked for. The rest stays in the feed, and is looked at when they end, as
        it is then: what was done meanwhile is told of no more.
        """
        seen = self._store.preferences.get(MARK)
        if not isinstance(seen, int) or not self.subscriptions():
            return 0
        pressed = self._store.preferences.get(PRESSED)
        pressed = max(seen, pressed) if isinstance(pressed, int) else seen
        quiet = is_quiet(self.preferences(), self._local().time())
        items = self._new_items(PRESSED, pressed) if quiet else self._new_items(MARK, seen)
        if not items:
            return 0
        # Noted before anything goes out: what is lost stands in the app, what comes again and again is not borne.
        self._store.preferences.put(PRESSED if quiet else MARK, items[-1].seq)
        notices = self._pressing([item for item in items if item.seq > pressed])
        notices += [] if quiet else self._ordinary(items)
        return sum(self._consider(notice) for notice in notices)

    def _local(self) -> datetime:
        return self._clock.now().astimezone(self._zone)

    def _new_items(self, mark: str, seen: int) -> list[FeedItem]:
        """Return what may be worth a notice; the rest is passed over unnoted, for noting it is a change itself."""
        items = self._store.feed.after(max(seen, self._looked_at.get(mark, 0)))
        if items:
            self._looked_at[mark] = items[-1].seq
        return [item for item in items if item.topic in TOLD or item.ref.startswith(SOURCE_REF)]

    def send(self, notice: Notice) -> int:
        """Send to all devices at once; one that fails does not hold up the others. Return how many got it."""
        payload = json.dumps(_payload(notice), ensure_ascii=False).encode()
        subscriptions = self.subscriptions()
        with ThreadPoolExecutor(max(1, min(8, len(subscriptions)))) as pool:
            results = list(pool.map(lambda each: self._deliver(each, notice, payload), subscriptions))
        return sum(result.outcome is Delivery.DONE for result in results)

    def _consider(self, notice: Notice) -> bool:
        today = self._local().date().isoformat()
        known = self._store.preferences.get(SENT)
        sent_today = int(str(known["count"])) if isinstance(known, dict) and known["day"] == today else 0
        if ruling(notice, self.preferences(), sent_today) is not Ruling.SEND:
            return False
        if notice.counts:
            self._store.preferences.put(SENT, {"day": today, "count": sent_today + 1})
        return self.send(notice) > 0

    def _deliver(self, subscription: Subscription, notice: Notice, payload: bytes) -> Delivered:
        delivered = self._push.send(subscription, payload, urgent=notice.urgent, topic=notice.topic, ttl=DAY)
        if delivered.outcome is Delivery.GONE:
            self.unsubscribe(subscription.device)
        elif delivered.outcome is Delivery.LATER:
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

    def _pressing(self, items: Sequence[FeedItem]) -> list[Notice]:
        """Return the notices that wait for no hour; what an account no longer waits for is let go of as well."""
        self._note_signed_in(_refs(items, "status"))
        messages = [self._urgent(item) for item in items if item.topic == "message"]
        reminders = [self._reminder(item.ref) for item in items if item.topic == "notification"]
        return [notice for notice in (*messages, *reminders) if notice is not None and notice.presses]

    def _ordinary(self, items: Sequence[FeedItem]) -> list[Notice]:
        """Return the other notices, the most important first."""
        new = [self._proposal(item) for item in items if item.topic == "action"]
        proposals = proposal_notices([each for each in new if each is not None], buttons=self.preferences().buttons)
        reminders = [self._reminder(ref) for ref in _refs(items, "notification")]
        signed_out = [self._signed_out(ref) for ref in _refs(items, "status")]
        found = [notice for notice in (*proposals, *reminders, *signed_out) if notice is not None]
        return sorted((notice for notice in found if not notice.presses), key=lambda notice: notice.priority)

    def _proposal(self, item: FeedItem) -> Action | None:
        """Return what waits for the owner's word, where that is new; what he or a conversation changed is not."""
        action = self._action(item.ref)
        if action is None or action.status is not Status.PROPOSED or action.undoes is not None:
            return None
        return action if action.proposed_at == item.at else None

    def _action(self, id: str) -> Action | None:
        try:
            return self._store.actions.get(id)
        except NotFound:
            return None

    def _urgent(self, item: FeedItem) -> Notice | None:
        """Return the notice of an urgent message at the moment it was found to be urgent, not at each change since."""
        try:
            known = self._store.messages.get(item.ref)
        except NotFound:
            return None
        made = known.classification
        if made is None or made.verdict.category is not Category.URGENT or made.verdict.suspicion:
            return None
        if made.at != item.at or made.verdict.brain is BrainName.OWNER:
            return None
        if not came_after_first_reading(self._store.preferences, known.message):
            return None
        return urgent_notice(known.message, made.verdict.summary, made.verdict.priority)

    def _note_signed_in(self, refs: Iterable[str]) -> None:
        for source in refs:
            if self._is_told(source) and not self._store.sources.state(source).paused:
                self._store.preferences.delete(SIGNED_OUT + source)
                self._store.preferences.delete(SIGNED_OUT + account_of(source))

    def _is_told(self, source: str) -> bool:
        return self._store.preferences.get(SIGNED_OUT + source) is not None

    def _signed_out(self, source: str) -> Notice | None:
        """Return the notice of an account that waits for a sign-in, once each time it begins to wait.

        Its sources find out one after the other; one that begins to wait much later has a reason of its own.
        """
        if self._is_told(source) or not self._store.sources.state(source).paused:
            return None
        account = account_of(source)
        self._store.preferences.put(SIGNED_OUT + source, True)
        if self._was_asked_lately(account):
            return None
        self._store.preferences.put(SIGNED_OUT + account, self._clock.now().isoformat())
        return sign_in_notice(account)

    def _was_asked_lately(self, account: str) -> bool:
        before = self._store.preferences.get(SIGNED_OUT + account)
        return isinstance(before, str) and self._clock.now() - datetime.fromisoformat(before) < ONE_EXPIRY

    def _reminder(self, ref: str) -> Notice | None:
        """Return the notice of what was found or comes back: a message, a task, or an action that was to tell."""
        if (found := announced(self._store, ref)) is not None:
            return found
        try:
            message = self._store.messages.get(ref).message
            return reminder_notice(
                ref, message.subject or f"A message from {message.sender.address}", f"/messages/{ref}"
            )
        except NotFound:
            pass
        try:
            task = self._store.tasks.task(ref)
            return reminder_notice(ref, task.title, f"/messages/{task.message_id}" if task.message_id else "/")
        except NotFound:
            return self._other_reminder(ref)

    def _other_reminder(self, ref: str) -> Notice | None:
        try:
            owed = self._store.tasks.follow_up(ref)
            return overdue_notice(owed) if owed.is_open else None
        except NotFound:
            action = self._action(ref)
        if action is None or action.kind is not Kind.NOTIFY:
            return None
        return reminder_notice(ref, action.title, "/", wanted=False)


def _refs(items: Sequence[FeedItem], topic: str) -> Iterable[str]:
    """Return what changed under a topic, each once; of the states of things, those of sources."""
    refs = (item.ref for item in items if item.topic == topic)
    if topic == "status":
        refs = (ref.removeprefix(SOURCE_REF) for ref in refs if ref.startswith(SOURCE_REF))
    return dict.fromkeys(refs)


def _payload(notice: Notice) -> dict[str, object]:
    payload: dict[str, object] = {
        "title": notice.title[:80],
        "body": notice.body[:MOST_BODY],
        "url": notice.url,
        "tag": notice.tag,
        "kind": notice.kind.value,
        "urgent": notice.urgent,
    }
    if notice.action is not None:
        payload |= {"action_id": notice.action, "digest": notice.digest}
    return payload
