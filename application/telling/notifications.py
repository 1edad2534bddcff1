"""Comes to the owner: turns what happened into notices, and sends them to every device that wants them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo

from application.intake.first_reading import came_after_first_reading
from application.ports.clock import Clock
from application.ports.store import FeedItem, Store
from application.telling.actions_told import ActionsTold
from application.telling.reminders_told import RemindersTold
from application.telling.sign_ins import SignIns
from application.telling.subscriptions import MARK, Subscriptions
from application.telling.wording import proposal_notices, stuck_notice, urgent_notice
from domain.codec import decode, encode
from domain.errors import NotFound
from domain.notifications import Notice, NoticePreferences, is_quiet, may_be_sent
from domain.triage import BrainName, Category

PRESSED = "notices/seen-pressing"
WISHES = "notices/preferences"
SENT = "notices/sent"
SOURCE_REF = "sources/"
TOLD = frozenset({"message", "action", "notification"})


class Notifications:
    """Watches the feed from where it left off; each change is told of at most once, to devices that are signed in."""

    def __init__(self, store: Store, subscriptions: Subscriptions, clock: Clock, zone: tzinfo) -> None:
        self._subscriptions = subscriptions
        self._store = store
        self._sign_ins = SignIns(store, clock)
        self._clock = clock
        self._zone = zone
        self._looked_at: dict[str, int] = {}
        self._actions = ActionsTold(store, self._sign_ins)
        self._reminders = RemindersTold(store, clock)

    def preferences(self) -> NoticePreferences:
        form = self._store.preferences.get(WISHES)
        return decode(NoticePreferences, form, "preferences") if form is not None else NoticePreferences()

    def set_preferences(self, wishes: NoticePreferences) -> NoticePreferences:
        self._store.preferences.put(WISHES, encode(wishes))
        return wishes

    def tell(self) -> int:
        """Send what is due for everything that happened since the last call; return how many notices went out.

        In quiet hours only what presses is looked for. The rest stays in the feed, and is looked at when they end, as
        it is then: what was done meanwhile is told of no more.
        """
        seen = self._store.preferences.get(MARK)
        if not isinstance(seen, int) or not self._subscriptions.all():
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
        """Return all that may be worth a notice; the rest is passed over unnoted, for noting it is a change itself."""
        found: list[FeedItem] = []
        while items := self._store.feed.after(max(seen, self._looked_at.get(mark, 0))):
            self._looked_at[mark] = items[-1].seq
            found += [item for item in items if item.topic in TOLD or item.ref.startswith(SOURCE_REF)]
        return found

    def _consider(self, notice: Notice) -> bool:
        today = self._local().date().isoformat()
        known = self._store.preferences.get(SENT)
        sent_today = int(str(known["count"])) if isinstance(known, dict) and known["day"] == today else 0
        if not may_be_sent(notice, self.preferences(), sent_today):
            return False
        if notice.counts:
            self._store.preferences.put(SENT, {"day": today, "count": sent_today + 1})
        return self._subscriptions.send(notice) > 0

    def _pressing(self, items: Sequence[FeedItem]) -> list[Notice]:
        """Return the notices that wait for no hour; what an account no longer waits for is let go of as well."""
        self._sign_ins.note_signed_in(_refs(items, "status"))
        messages = [self._urgent(item) for item in items if item.topic == "message"]
        reminders = [self._reminders.notice(item.ref) for item in items if item.topic == "notification"]
        return [notice for notice in (*messages, *reminders) if notice is not None and notice.presses]

    def _ordinary(self, items: Sequence[FeedItem]) -> list[Notice]:
        """Return the other notices, the most important first."""
        changed = [item for item in items if item.topic == "action"]
        new = {action.id: action for item in changed if (action := self._actions.proposed(item)) is not None}
        proposals = proposal_notices(list(new.values()), buttons=self.preferences().buttons)
        reminders = [self._reminders.notice(ref) for ref in _refs(items, "notification")]
        signed_out = [self._sign_ins.notice(ref) for ref in _refs(items, "status")]
        stuck = {action.id: action for item in changed if (action := self._actions.stuck(item)) is not None}
        self._sign_ins.note_said(stuck.values())
        told = stuck_notice(list(stuck.values())) if stuck else None
        notices = [notice for notice in (told, *proposals, *reminders, *signed_out) if notice is not None]
        return sorted((notice for notice in notices if not notice.presses), key=lambda notice: notice.priority)

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


def _refs(items: Sequence[FeedItem], topic: str) -> Iterable[str]:
    """Return what changed under a topic, each once; of the states of things, those of sources."""
    refs = (item.ref for item in items if item.topic == topic)
    if topic == "status":
        refs = (ref.removeprefix(SOURCE_REF) for ref in refs if ref.startswith(SOURCE_REF))
    return dict.fromkeys(refs)
