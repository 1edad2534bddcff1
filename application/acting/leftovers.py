"""Drafts that attempts left at a provider: removed once their actions came to nothing, whatever happened meanwhile."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from application.acting.halt import HaltSwitch
from application.acting.patience import pause_after
from application.ports.clock import Clock
from application.ports.providers import Connections
from application.ports.store import Preferences, Store
from domain.actions import OPEN, Action, Status, fold
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
            if self._is_due(name):
                self._settle(name)

    def remove(self, action: Action) -> None:
        """Remove what an attempt of this action left; one that was carried out left nothing."""
        if self._store.preferences.get(_MARK + action.id) is not None:
            self._settle(_MARK + action.id)

    @contextmanager
    def replacing(self, action: Action) -> Iterator[None]:
        """Change a mail, and remove the draft that an attempt made of it as it was; where that fails, later.

        After the change nothing but the log tells of that draft: the mark says where in it.
        """
        name = f"{_MARK}{action.id}/{action.version}"
        has_draft = self._store.preferences.get(_MARK + action.id) is not None
        if has_draft:
            self._store.preferences.put(name, True)
        yield
        if has_draft:
            self._settle(name)

    def _settle(self, name: str) -> None:
        """Remove what a mark stands for, and the mark once there is nothing left to remove."""
        id, _, version = name.removeprefix(_MARK).partition("/")
        action = self._store.actions.get(id)
        if version:
            before = fold(list(self._store.actions.entries(id)[: int(version)]))
            is_over = action.payload.message_id == before.payload.message_id or self._is_discarded(name, before)
        else:
            came_to_nothing = action.status in _CAME_TO_NOTHING
            is_over = self._is_discarded(name, action) if came_to_nothing else action.status not in OPEN
        if is_over:
            self._store.preferences.delete(name)

    def _is_discarded(self, name: str, action: Action) -> bool:
        if self._halt.is_halted:
            return False
        self._tries[name] += 1
        self._tried_at[name] = self._clock.now()
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

    def _is_due(self, name: str) -> bool:
        tried_at = self._tried_at.get(name)
        return tried_at is None or self._clock.now() - tried_at >= pause_after(self._tries[name])
