"""Closes what is owed once the answer came."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from application.ports.clock import Clock
from application.ports.store import Store
from domain.errors import NotFound
from domain.messages import answers
from domain.tasks import FollowUp


class FollowUps:
    """Watches the threads of open follow-ups."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def close_answered(self, message_ids: Collection[str]) -> tuple[FollowUp, ...]:
        """Close the follow-ups in the threads of these messages that were answered; return them."""
        open_ones = [each for each in self._store.tasks.follow_ups() if each.thread_id is not None]
        if not open_ones:
            return ()
        threads = {each.message.thread_id for each in self._store.messages.get_many(list(message_ids)).values()}
        answered = [each for each in open_ones if each.thread_id in threads and self._is_answered(each)]
        closed = tuple(replace(each, closed_at=self._clock.now()) for each in answered)
        for follow_up in closed:
            self._store.tasks.put_follow_up(follow_up)
        return closed

    def _is_answered(self, follow_up: FollowUp) -> bool:
        try:
            asked = self._store.messages.get(follow_up.message_id or "").message
        except NotFound:
            return False
        thread = self._store.messages.thread(asked.thread_id, asked.account)
        return any(answers(each.message, asked, follow_up.owed_by) for each in thread)
