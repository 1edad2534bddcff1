"""Brings back what the owner put off: snoozed messages, and tasks to be reminded of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta, tzinfo

from application.marks import Marks
from application.ports.clock import Clock
from application.ports.store import Store
from domain.notifications import ReminderOf

REMINDED = "reminded/follow-up/"
WOKEN = "woken/"
NEWS_AGAIN = timedelta(days=3)


class Reminders:
    """Says once, through the feed, that the moment of something has come; also where Alfred was off then.

    It is said before it is noted as said: after a kill in between, twice is better than never.
    """

    def __init__(self, store: Store, clock: Clock, zone: tzinfo = UTC) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone
        self._woken = woken(store, clock)

    def wake(self) -> None:
        """Bring back all that is due by now."""
        self._wake_snoozed()
        self._remind_of_tasks()
        self._remind_of_follow_ups()

    def forget_closed(self) -> int:
        """Let go of the marks of follow-ups that are not owed any more, and of what woke long ago; return how many."""
        owed = {REMINDED + each.id for each in self._store.tasks.follow_ups()}
        closed = [name for name in self._store.preferences.names(REMINDED) if name not in owed]
        for name in closed:
            self._store.preferences.delete(name)
        return len(closed) + self._woken.forget_ended()

    def _wake_snoozed(self) -> None:
        for snooze in self._store.tasks.snoozes():
            if snooze.until <= self._clock.now():
                self._woken.put(snooze.message_id, None)
                self._say(ReminderOf.MESSAGE.ref(snooze.message_id))
                self._store.tasks.delete_snooze(snooze.message_id)

    def _remind_of_tasks(self) -> None:
        for task in self._store.tasks.tasks():
            if task.remind_at is not None and task.remind_at <= self._clock.now():
                self._say(ReminderOf.TASK.ref(task.id))
                self._store.tasks.put_task(replace(task, remind_at=None))

    def _remind_of_follow_ups(self) -> None:
        """Remind of each follow-up once, when it is overdue by the owner's own day."""
        today = self._clock.now().astimezone(self._zone).date()
        for follow_up in self._store.tasks.follow_ups():
            mark = REMINDED + follow_up.id
            if follow_up.is_overdue(today) and self._store.preferences.get(mark) is None:
                self._say(ReminderOf.FOLLOW_UP.ref(follow_up.id))
                self._store.preferences.put(mark, today.isoformat())

    def _say(self, ref: str) -> None:
        self._store.feed.note("notification", ref, self._clock.now())


def woken(store: Store, clock: Clock) -> Marks:
    """Return the marks of the messages that came back of late: they are as recent as what has just arrived."""
    return Marks(store.preferences, WOKEN, NEWS_AGAIN, clock)
