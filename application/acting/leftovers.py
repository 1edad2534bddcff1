"""Drafts that attempts left at a provider: removed once their actions came to nothing, whatever happened meanwhile."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime

from application.acting.halt import HaltSwitch
from application.acting.patience import pause_after
from application.ports.clock import Clock
from application.ports.providers import Connections
from application.ports.store import Preferences, Store
from domain.actions import OPEN, Action, Status
from domain.errors import AlfredError, NotFound

log = logging.getLogger(__name__)

_MARK = "draft/"
_CAME_TO_NOTHING = frozenset({Status.REJECTED, Status.SUPERSEDED})


def note_draft(preferences: Preferences, action: Action) -> None:
    """Note, ahead of making it, that a draft of this action may lie at the provider."""
    preferences.put(_MARK + action.id, True)


class Leftovers:
    """Removes them at once or, where that fails or is halted, later; each call is a write like any other."""

    def __init__(self, store: Store, connections: Connections, halt: HaltSwitch, clock: Clock) -> None:
        self._store = store
        self._connections = connections
        self._halt = halt
        self._clock = clock
        self._tries: Counter[str] = Counter()
        self._tried_at: dict[str, datetime] = {}

    def clear(self) -> None:
        """Remove whatever can be removed now."""
        for name in self._store.preferences.names(_MARK):
            action = self._store.actions.get(name.removeprefix(_MARK))
            if action.status not in OPEN and self._is_due(action):
                self.remove(action)

    def remove(self, action: Action) -> None:
        """Remove what an attempt of this action left; one that was carried out left nothing."""
        name = _MARK + action.id
        if self._store.preferences.get(name) is None:
            return
        if action.status not in _CAME_TO_NOTHING or self._is_discarded(action):
            self._store.preferences.delete(name)

    def replace(self, action: Action) -> None:
        """Remove the draft of a mail that is changed after an attempt; where that fails it stays, unsent."""
        if self._store.preferences.get(_MARK + action.id) is not None:
            self._is_discarded(action)

    def _is_discarded(self, action: Action) -> bool:
        if self._halt.is_halted:
            return False
        self._tries[action.id] += 1
        self._tried_at[action.id] = self._clock.now()
        try:
            self._connections.executor(action.account, action.kind).discard(action, action.token)
        except NotFound:
            log.warning("left behind, for its account is gone", extra={"action": action.id})
        except AlfredError as error:
            log.warning("left behind for now", extra={"action": action.id, "code": error.code})
            return False
        except Exception:  # a slip of ours over one may not keep back the others
            log.exception("left behind for now", extra={"action": action.id})
            return False
        return True

    def _is_due(self, action: Action) -> bool:
        tried_at = self._tried_at.get(action.id)
        return tried_at is None or self._clock.now() - tried_at >= pause_after(self._tries[action.id])
