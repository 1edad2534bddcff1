"""Filling in history in the background, with progress for whoever looks."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace

from application.intake.rounds import Rounds
from application.intake.taken_in import TakenIn
from application.ports.clock import Clock
from application.ports.mail import MessageSource
from application.ports.store import Store
from domain.errors import AlfredError, Conflict, Invalid

log = logging.getLogger(__name__)

MOST_MONTHS = 600


@dataclass(frozen=True, slots=True)
class BackfillProgress:
    """How far one is; `total` is an estimate, 0 where unknown. `error` says why it ended before its end.

    `new` is how many messages it brought, once it has ended well.
    """

    source: str
    months: int
    done: int = 0
    total: int = 0
    running: bool = True
    error: str = ""
    new: int = 0


class Backfills:
    """One backfill per source at a time, each in a thread of its own; a stopped one resumes when asked again."""

    def __init__(self, rounds: Rounds, store: Store, clock: Clock) -> None:
        self._rounds = rounds
        self._store = store
        self._clock = clock
        self._known: dict[str, BackfillProgress] = {}
        self._lock = threading.Lock()

    def start(self, source: MessageSource, months: int) -> BackfillProgress:
        """Begin; raise `Conflict` where this source is at it already."""
        if not 1 <= months <= MOST_MONTHS:
            raise Invalid(f"{months} is not 1 to {MOST_MONTHS}", where="months")
        with self._lock:
            known = self._known.get(source.name)
            if known is not None and known.running:
                raise Conflict("history is being filled in already", code="already_running")
            begun = self._known[source.name] = BackfillProgress(source.name, months)
        threading.Thread(target=self._run, args=(source, months), name=f"backfill {source.name}", daemon=True).start()
        return begun

    def progress(self, source: str) -> BackfillProgress | None:
        """Return how far the last backfill of this run came."""
        return self._known.get(source)

    def _run(self, source: MessageSource, months: int) -> None:
        def advance(part: TakenIn) -> None:
            self._note(BackfillProgress(source.name, months, part.done, part.total))

        error, new = "Alfred broke on it; the log says how", 0
        try:
            new = len(self._rounds.backfill(source, months, advance).new)
            error = ""
            log.info("history filled in", extra={"source": source.name, "new": new})
        except AlfredError as trouble:
            error = str(trouble)
            log.warning("backfill stopped", extra={"source": source.name, "code": trouble.code})
        finally:
            self._end(source.name, error, new)

    def _end(self, source: str, error: str, new: int) -> None:
        self._note(replace(self._known[source], running=False, error=error, new=new))

    def _note(self, progress: BackfillProgress) -> None:
        self._known[progress.source] = progress
        self._store.feed.note("status", f"backfill/{progress.source}", self._clock.now())
