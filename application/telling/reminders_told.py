"""What a moment that has come reminds the owner of: a message, a task, a follow-up, or a rule's own word."""

from __future__ import annotations

from contextlib import suppress

from application.announcing import ANNOUNCED, announced
from application.ports.clock import Clock
from application.ports.store import ClassifiedMessage, Store
from application.telling.wording import overdue_notice, reminder_notice, rule_notice
from domain.errors import NotFound
from domain.kinds import Kind
from domain.notifications import Notice, ReminderOf
from domain.titles import heading_of


class RemindersTold:
    """Finds the notice that a ref of the feed stands for; of what is gone or done there is none."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._kinds = {
            ReminderOf.MESSAGE: self._of_message,
            ReminderOf.TASK: self._of_task,
            ReminderOf.FOLLOW_UP: self._of_follow_up,
            ReminderOf.ACTION: self._of_action,
        }

    def notice(self, ref: str) -> Notice | None:
        """Return the notice of what was found or comes back: a message, a task, or an action that was to tell.

        A ref that an older version noted is a bare id, of whatever bears it.
        """
        if ref.startswith(ANNOUNCED):
            return announced(self._store, ref, self._clock.now())
        of, _, id = ref.partition("/")
        if of in self._kinds:
            return self._kinds[ReminderOf(of)](id)
        found = (remind(ref) for remind in self._kinds.values())
        return next((notice for notice in found if notice is not None), None)

    def _of_message(self, id: str) -> Notice | None:
        known = self._message(id)
        return None if known is None else reminder_notice(id, heading_of(known.message), f"/messages/{id}")

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
        with suppress(NotFound):
            action = self._store.actions.get(id)
            return rule_notice(action, self._message(action.target)) if action.kind is Kind.NOTIFY else None
        return None

    def _message(self, id: str) -> ClassifiedMessage | None:
        with suppress(NotFound):
            return self._store.messages.get(id)
        return None
