"""Which changes of actions the owner is told of: what waits for his word, and what he counts on and is not done."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from application.accounts import signed_in_at
from application.acting.patience import TRIED_AGAIN
from application.ports.store import FeedItem, Store
from application.telling.sign_ins import SignIns
from domain.action_events import Approved, Failed, Reopened, Superseded
from domain.actions import Action, Status
from domain.errors import NotFound, SignInAgain


class ActionsTold:
    """Looks at an action as it is now, and by its log at what the change in the feed made of it."""

    def __init__(self, store: Store, sign_ins: SignIns) -> None:
        self._store = store
        self._sign_ins = sign_ins

    def proposed(self, item: FeedItem) -> Action | None:
        """Return what waits for the owner's word, where that is new; what he or a conversation changed is not."""
        action = self._action(item.ref)
        if action is None or action.status is not Status.PROPOSED or action.undoes is not None:
            return None
        return action if action.proposed_at == item.at else None

    def stuck(self, item: FeedItem) -> Action | None:
        """Return what the owner counts on and was just given back to him, or failed for good, or may have."""
        action = self._action(item.ref)
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
