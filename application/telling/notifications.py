"""Comes to the owner: turns what happened into notices, and sends them to every device that wants them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, tzinfo
from itertools import pairwise

from application.accounts import signed_in_at
from application.acting.patience import TRIED_AGAIN
from application.announcing import ANNOUNCED, announced
from application.intake.first_reading import came_after_first_reading
from application.ports.clock import Clock
from application.ports.store import ClassifiedMessage, FeedItem, Store
from application.telling.sign_ins import SignIns
from application.telling.subscriptions import MARK, Subscriptions
from application.telling.wording import (
    overdue_notice,
    proposal_notices,
    reminder_notice,
    rule_notice,
    stuck_notice,
    urgent_notice,
)
from domain.action_events import Approved, Failed, Reopened, Superseded
from domain.actions import Action, Status
from domain.codec import decode, encode
from domain.errors import NotFound, SignInAgain
from domain.kinds import Kind
from domain.notifications import Notice, NoticePreferences, ReminderOf, Ruling, is_quiet, ruling
from domain.titles import heading_of
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
        self._reminders = {
            ReminderOf.MESSAGE: self._of_message,
            ReminderOf.TASK: self._of_task,
            ReminderOf.FOLLOW_UP: self._of_follow_up,
            ReminderOf.ACTION: self._of_action,
        }

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
        if ruling(notice, self.preferences(), sent_today) is not Ruling.SEND:
            return False
        if notice.counts:
            self._store.preferences.put(SENT, {"day": today, "count": sent_today + 1})
        return self._subscriptions.send(notice) > 0

    def _pressing(self, items: Sequence[FeedItem]) -> list[Notice]:
        """Return the notices that wait for no hour; what an account no longer waits for is let go of as well."""
        self._sign_ins.note_signed_in(_refs(items, "status"))
        messages = [self._urgent(item) for item in items if item.topic == "message"]
        reminders = [self._reminder(item.ref) for item in items if item.topic == "notification"]
        return [notice for notice in (*messages, *reminders) if notice is not None and notice.presses]

    def _ordinary(self, items: Sequence[FeedItem]) -> list[Notice]:
        """Return the other notices, the most important first."""
        found = (self._proposal(item) for item in items if item.topic == "action")
        new = {action.id: action for action in found if action is not None}
        proposals = proposal_notices(list(new.values()), buttons=self.preferences().buttons)
        reminders = [self._reminder(ref) for ref in _refs(items, "notification")]
        signed_out = [self._sign_ins.notice(ref) for ref in _refs(items, "status")]
        stuck = {action.id: action for item in items if (action := self._stuck(item)) is not None}
        self._sign_ins.note_said(stuck.values())
        told = stuck_notice(list(stuck.values())) if stuck else None
        notices = [notice for notice in (told, *proposals, *reminders, *signed_out) if notice is not None]
        return sorted((notice for notice in notices if not notice.presses), key=lambda notice: notice.priority)

    def _proposal(self, item: FeedItem) -> Action | None:
        """Return what waits for the owner's word, where that is new; what he or a conversation changed is not."""
        action = self._action(item.ref)
        if action is None or action.status is not Status.PROPOSED or action.undoes is not None:
            return None
        return action if action.proposed_at == item.at else None

    def _stuck(self, item: FeedItem) -> Action | None:
        """Return what the owner counts on and was just given back to him, or failed for good, or may have."""
        action = self._action(item.ref) if item.topic == "action" else None
        if action is None:
            return None
        if action.status is Status.PROPOSED:
            return self._given_back(action, item)
        if not action.is_stuck or item.at != self._stuck_at(action):
            return None
        return None if self._passes(action) else action

    def _given_back(self, action: Action, item: FeedItem) -> Action | None:
        """Return what was approved and waits for his word once more, as his or as Alfred's own, as the approval was."""
        if item.at == action.proposed_at:
            return None
        entries = self._store.actions.entries(action.id)
        given_back = (after for before, after in pairwise(entries) if not isinstance(before.event, Superseded))
        if not any(isinstance(entry.event, Reopened) and entry.at == item.at for entry in given_back):
            return None
        *_, approved = (entry.event for entry in entries if isinstance(entry.event, Approved))
        return replace(action, automatic=approved.automatic)

    def _stuck_at(self, action: Action) -> datetime:
        """Return when it came to be stuck; what waits for a sign-in did so at the first attempt since the last one."""
        if action.error_code != SignInAgain.code:
            return action.changed_at
        entries = self._store.actions.entries(action.id)
        found_out = (e.at for e in entries if isinstance(e.event, Failed) and e.event.code == SignInAgain.code)
        signed_in = signed_in_at(self._store.preferences, action.account)
        return next((at for at in found_out if signed_in is None or at > signed_in), action.changed_at)

    def _passes(self, action: Action) -> bool:
        """Whether Alfred tries again by himself, or has asked already for the sign-in that it waits for."""
        if action.error_code == SignInAgain.code:
            return self._sign_ins.is_told(action.account)
        return action.error_code in TRIED_AGAIN

    def _action(self, id: str) -> Action | None:
        try:
            return self._store.actions.get(id)
        except NotFound:
            return None

    def _message(self, id: str) -> ClassifiedMessage | None:
        try:
            return self._store.messages.get(id)
        except NotFound:
            return None

    def _urgent(self, item: FeedItem) -> Notice | None:
        """Return the notice of an urgent message at the moment it was found to be urgent, not at each change since."""
        known = self._message(item.ref)
        made = known.classification if known is not None else None
        if known is None or made is None or made.verdict.category is not Category.URGENT or made.verdict.suspicion:
            return None
        if made.at != item.at or made.verdict.brain is BrainName.OWNER:
            return None
        if not came_after_first_reading(self._store.preferences, known.message):
            return None
        return urgent_notice(known.message, made.verdict.summary, made.verdict.priority)

    def _reminder(self, ref: str) -> Notice | None:
        """Return the notice of what was found or comes back: a message, a task, or an action that was to tell.

        A ref that an older version noted is a bare id, of whatever bears it.
        """
        if ref.startswith(ANNOUNCED):
            return announced(self._store, ref, self._clock.now())
        of, _, id = ref.partition("/")
        if of in self._reminders:
            return self._reminders[ReminderOf(of)](id)
        found = (remind(ref) for remind in self._reminders.values())
        return next((notice for notice in found if notice is not None), None)

    def _of_message(self, id: str) -> Notice | None:
        known = self._message(id)
        return reminder_notice(id, heading_of(known.message), f"/messages/{id}") if known is not None else None

    def _of_task(self, id: str) -> Notice | None:
        with suppress(NotFound):
            task = self._store.tasks.task(id)
            return reminder_notice(id, task.title, f"/messages/{task.message_id}" if task.message_id else "/")
        return None

    def _of_follow_up(self, id: str) -> Notice | None:
        with suppress(NotFound):
            owed = self._store.tasks.follow_up(id)
            return overdue_notice(owed) if owed.is_open else None
        return None

    def _of_action(self, id: str) -> Notice | None:
        action = self._action(id)
        if action is None or action.kind is not Kind.NOTIFY:
            return None
        return rule_notice(action, self._message(action.target))


def _refs(items: Sequence[FeedItem], topic: str) -> Iterable[str]:
    """Return what changed under a topic, each once; of the states of things, those of sources."""
    refs = (item.ref for item in items if item.topic == topic)
    if topic == "status":
        refs = (ref.removeprefix(SOURCE_REF) for ref in refs if ref.startswith(SOURCE_REF))
    return dict.fromkeys(refs)
