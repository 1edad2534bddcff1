"""Keeps copies of the owner's work: what waits for him, what is his, and how the pipelines stand."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence

from application.acting.actions import Actions
from application.freshness import Freshness
from application.intake.taken_in import TakenIn
from application.intake.visits import Visits
from application.ports.copies import Copying
from application.ports.providers import Connections
from application.ports.store import Store
from application.ports.work import Works
from domain.errors import CannotBe, NotFound
from domain.reviews import meant_work_items
from domain.work import PullRequest, PullStatus, WorkItem

KEPT_CLOSED = 50
OnPulls = Callable[[Sequence[PullRequest], bool], None]


class WorkReading:
    """Reads one source at a time. `on_pulls` is given all that are open, and whether any were known before."""

    def __init__(
        self,
        store: Store,
        connections: Connections,
        actions: Actions,
        freshness: Freshness,
        visits: Visits,
        on_pulls: OnPulls,
    ) -> None:
        self._store = store
        self._connections = connections
        self._actions = actions
        self._freshness = freshness
        self._on_pulls = on_pulls
        self._visits = visits
        self._locks: dict[str, threading.Lock] = {}

    def works(self) -> tuple[Works, ...]:
        return tuple(each.work for each in self._connections.all() if each.work is not None)

    def sources(self) -> tuple[str, ...]:
        return tuple(name for works in self.works() for name in works.names)

    def poll(self, source: str) -> TakenIn:
        """Take in what a source holds now, and look again at what is proposed on it."""
        with self._locks.setdefault(source, threading.Lock()):
            works = self._works(source)
            known_before = self._store.sources.state(source).last_success is not None
            with self._visits.visit(source):
                done = self._copied(works, source)
            self._freshness.note(source)
            self._actions.recheck([*done.new, *done.changed, *done.gone])
            if source == works.pull_requests:
                self._on_pulls(self._open(source), known_before)
            return TakenIn(source, new=list(done.new), changed=[*done.changed, *done.gone])

    def _copied(self, works: Works, source: str) -> Copying:
        if source == works.pull_requests:
            return self._pulls(works)
        if source == works.work_items:
            return self._store.work_items.replace(source, self._items(works))
        return self._store.runs.replace(source, works.recent_runs())

    def _pulls(self, works: Works) -> Copying:
        """Copy those that are open; of what was open before it is asked how it ended."""
        known = {each.id: each for each in self._store.pull_requests.all(works.pull_requests)}
        listed = works.open_pull_requests(known)
        unlisted = [each for id, each in known.items() if id not in {one.id for one in listed}]
        closed = [each for each in unlisted if each.status is not PullStatus.ACTIVE]
        closed += [
            ended
            for each in unlisted
            if each.status is PullStatus.ACTIVE and (ended := _ended(works, each)) is not None
        ]
        newest = sorted(closed, key=lambda each: each.created_at)[-KEPT_CLOSED:]
        done = self._store.pull_requests.replace(works.pull_requests, [*listed, *newest])
        self._add_named_items(works, listed)
        return done

    def _items(self, works: Works) -> tuple[WorkItem, ...]:
        """Those of the owner, and those that his pull requests speak of."""
        mine = works.open_work_items()
        numbers = _named(self._open(works.pull_requests)) - {each.number for each in mine}
        return (*mine, *works.named_work_items(tuple(sorted(numbers))))

    def _add_named_items(self, works: Works, pulls: Iterable[PullRequest]) -> None:
        known = {each.number for each in self._store.work_items.all(works.work_items)}
        lacking = _named(pulls) - known
        if lacking:
            self._store.work_items.put(works.named_work_items(tuple(sorted(lacking))))

    def _open(self, source: str) -> list[PullRequest]:
        return [each for each in self._store.pull_requests.all(source) if each.status is PullStatus.ACTIVE]

    def _works(self, source: str) -> Works:
        for works in self.works():
            if source in works.names:
                return works
        raise NotFound(f"there is no source called {source!r}")


def _named(pulls: Iterable[PullRequest]) -> set[int]:
    return {number for pull in pulls for number in (*pull.work_items, *meant_work_items(pull))}


def _ended(works: Works, pull: PullRequest) -> PullRequest | None:
    """Return how it ended; None where it is gone, closed to the owner, or no longer his business."""
    try:
        now = works.pull_request(pull.id)
    except (NotFound, CannotBe):
        return None
    return None if now.status is PullStatus.ACTIVE else now
