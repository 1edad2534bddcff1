"""The books on every source: when it was last read, what time it covers, and what stands in its way."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from application.intake.first_reading import note_first_reading
from application.ports.clock import Clock
from application.ports.store import Store
from domain.errors import AlfredError, SignInAgain, TryLater
from domain.pauses import doubled, still_rests
from domain.sources import Covered, Gap, SourceState, gaps

log = logging.getLogger(__name__)

LONGEST_WAIT = timedelta(minutes=30)
WORTH_SAYING = timedelta(minutes=15)
FIRST_WAIT = timedelta(seconds=30)
SLIP = "something went wrong inside Alfred; his log says what"
OF_THE_NETWORK = frozenset({"unreachable", "certificate", "timeout", "cut_off"})
LONGEST_ASKED = 86_400.0  # seconds
"""So long a source is left alone at most where its provider asks for that; by himself Alfred waits `LONGEST_WAIT`."""
LookedAt = Callable[[datetime], datetime]


class Visits:
    """Notes how each reading of a source went."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    @contextmanager
    def visit(self, source: str, oldest: LookedAt = lambda began: began) -> Iterator[None]:
        """Note that `source` was read within this block, or what hindered it; what hindered is raised again.

        `oldest` says, of the first visit that began at a time, since when it covers what arrived.
        """
        began = self._clock.now()
        try:
            yield
        except AlfredError as error:
            self._note_failure(source, error, began)
            raise
        except Exception:  # a slip of ours hinders as well; whoever catches it logs its trace
            self._note_failure(source, AlfredError(SLIP, code="slip"), began)
            raise
        self._note_success(source, began, oldest)

    def is_due(self, source: str) -> bool:
        """Whether to read `source` now: not while it waits for a sign-in, nor before a pause after trouble is over."""
        state = self._store.sources.state(source)
        began, ends = state.last_attempt, state.retry_at
        pause = ends - began if began is not None and ends is not None else LONGEST_WAIT
        return not state.paused and not still_rests(ends, self._clock.now(), pause)

    def is_overdue(self, source: str, after: timedelta) -> bool:
        """Whether `source` was read before, should be read, and was not for longer than `after`: its reading hangs.

        What it is asked to wait before it is read again does not count.
        """
        state = self._store.sources.state(source)
        if state.last_success is None or state.last_attempt is None or not self.is_due(source):
            return False
        return self._clock.now() - max(state.last_attempt, state.retry_at or state.last_attempt) > after

    def end_wait(self, source: str) -> None:
        """Have `source` read at once where it waits for the network alone, and begin anew with short pauses."""
        state = self._store.sources.state(source)
        if state.error_code in OF_THE_NETWORK:
            self._store.sources.set_state(replace(state, retry_at=None, failures=0))

    def _note_success(self, source: str, began: datetime, oldest: LookedAt) -> None:
        before = self._store.sources.state(source)
        since = before.last_success or oldest(began)
        self._store.sources.cover(Covered(source, min(since, began), began))
        if before.last_success is None:
            note_first_reading(self._store.preferences, source, began)
        self._store.sources.set_state(SourceState(source, last_success=began, last_attempt=began))

    def _note_failure(self, source: str, error: AlfredError, began: datetime) -> None:
        before = self._store.sources.state(source)
        failures = before.failures + 1
        asked = error.retry_after if isinstance(error, TryLater) else None
        wait = doubled(FIRST_WAIT, before.failures, LONGEST_WAIT)
        state = replace(
            before,
            last_attempt=began,
            error=str(error),
            error_code=error.code,
            paused=isinstance(error, SignInAgain),
            retry_at=self._clock.now() + (timedelta(seconds=min(asked, LONGEST_ASKED)) if asked else wait),
            failures=failures,
        )
        if (before.error_code, before.error) != (error.code, str(error)):
            log.warning("source failed", extra={"source": source, "code": error.code})
        self._store.sources.set_state(state)


def blind_times(store: Store, source: str, since: datetime, now: datetime, poll_seconds: int = 0) -> tuple[Gap, ...]:
    """Return the times worth saying that `source` was not read for, from `since` or its first reading on, in order.

    What passed since the last reading is worth saying once two polls, `poll_seconds` apart, should have ended it.
    """
    if store.sources.state(source).last_success is None:
        return ()
    stretches = list(store.sources.covered(source, since))
    first = min((stretch.start for stretch in stretches), default=since)
    until_read = max(WORTH_SAYING, timedelta(seconds=2 * poll_seconds))
    found = gaps(stretches, max(first, since), now)
    return tuple(gap for gap in found if gap.end - gap.start >= (until_read if gap.end == now else WORTH_SAYING))
