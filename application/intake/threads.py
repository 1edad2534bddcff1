"""What is open on a message when the message changed, or its thread went on."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from application.acting.actions import Actions
from application.intake.handing_on import Sees
from application.owing.follow_ups import FollowUps
from application.ports.store import Store
from domain.messages import Message


class Threads(Sees):
    """Looks again at what is open on messages, and on the threads that new ones go on with."""

    def __init__(self, store: Store, actions: Actions, follow_ups: FollowUps) -> None:
        self._store = store
        self._actions = actions
        self._follow_ups = follow_ups

    def arrived(self, messages: Sequence[Message]) -> None:
        new = [message.id for message in messages]
        self.look_again({*new} | self._store.messages.threads_of(new), messages)

    def look_again(self, ids: Collection[str], at_hand: Sequence[Message] = ()) -> None:
        if ids:
            self._actions.recheck(list(ids), at_hand)
            self._follow_ups.close_answered(ids)
