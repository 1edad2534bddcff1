"""What outside services post: taken in once, or followed up by reading the source itself."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta

from application.intake.joining import Joining
from application.intake.rounds import Rounds
from application.intake.visits import Visits
from application.intake.woken import Woken
from application.ports.clock import Clock
from application.ports.hooks import Hook, Post
from application.ports.providers import Connections
from application.ports.store import Store
from domain.errors import AlfredError

log = logging.getLogger(__name__)

SEEN = "hooks/seen/"
REMEMBERED = timedelta(days=14)


class Hooks:
    """Receives posts that were found authentic. The same event, posted again, changes nothing."""

    def __init__(
        self,
        store: Store,
        connections: Connections,
        rounds: Rounds,
        joining: Joining,
        woken: Woken,
        visits: Visits,
        clock: Clock,
    ) -> None:
        self._store = store
        self._connections = connections
        self._rounds = rounds
        self._joining = joining
        self._woken = woken
        self._visits = visits
        self._clock = clock

    def at(self, path: str) -> tuple[Hook, ...]:
        """Return the hooks that are posted to at `path`, one for each account that has it."""
        return tuple(hook for connection in self._connections.all() for hook in connection.hooks if hook.path == path)

    def keep_posted(self, root: str) -> None:
        """Have every provider post that has to be asked to; where one cannot be asked, its polls go on as before."""
        for hook in (hook for connection in self._connections.all() for hook in connection.hooks):
            try:
                hook.keep_posted(root)
            except AlfredError as error:
                log.info("nothing will be posted", extra={"path": hook.path, "code": error.code, "reason": str(error)})

    def receive(self, hook: Hook, body: bytes) -> int:
        """Take in what was posted; return how many events were new. Raise `Invalid` for what cannot be read."""
        return sum(self._receive(post) for post in hook.read(body))

    def read_woken(self) -> None:
        """Read the sources that there was a hint about; what fails, or has to rest, is left to their usual polls."""
        for source in filter(self._visits.is_due, self._woken.take()):
            try:
                self._rounds.poll_named(source)
            except AlfredError as error:
                log.info("hint not followed", extra={"source": source, "code": error.code})

    def forget_old(self) -> int:
        """Forget the ids of events that are no longer repeated; return how many."""
        before = self._clock.now() - REMEMBERED
        old = [name for name in self._store.preferences.names(SEEN) if self._seen_at(name) < before]
        for name in old:
            self._store.preferences.delete(name)
        return len(old)

    def _receive(self, post: Post) -> bool:
        mark = SEEN + hashlib.sha256(f"{post.source}\n{post.event_id}".encode()).hexdigest()[:32]
        if self._store.preferences.get(mark) is not None:
            return False
        if post.note:
            log.info("post passed over", extra={"source": post.source, "reason": post.note})
        first_hand = self._joining.first_hand_of(post.source) if post.messages else None
        if post.messages and first_hand is None:
            self._rounds.take_in(post.source, post.messages)
        self._woken.add(post.wake if first_hand is None else (*post.wake, first_hand))
        # Noted last: what a crash cut off is posted again, and taking it in twice does no harm.
        self._store.preferences.put(mark, self._clock.now().isoformat())
        return True

    def _seen_at(self, name: str) -> datetime:
        return datetime.fromisoformat(str(self._store.preferences.get(name)))
