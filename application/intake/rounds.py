"""One round: what happens to a source from its poll to the proposals. A failure in one stage never stops the rest."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Protocol

from application.acting.actions import Actions
from application.acting.execution import Execution
from application.intake.abreast import Abreast
from application.intake.first_reading import news_since
from application.intake.handing_on import HandingOn, Sees
from application.intake.intake import Intake
from application.intake.sweeping import Sweeping
from application.intake.taken_in import TakenIn
from application.intake.threads import Threads
from application.intake.visits import Visits
from application.ports.clock import Clock
from application.ports.mail import Batch, MessageSource
from application.ports.mime import RawMail
from application.ports.providers import Connections
from application.ports.store import Store
from domain.errors import AlfredError
from domain.messages import Message
from domain.sources import account_of

log = logging.getLogger(__name__)

OnProgress = Callable[[TakenIn], None]


def quietly(_: TakenIn) -> None:
    """Progress that nobody watches."""


class Follower(Sees, Protocol):
    """A part of the household besides its messages: the calendars, the work."""

    def sources(self) -> tuple[str, ...]:
        """The names of those that are connected now."""
        ...

    def poll(self, source: str) -> TakenIn:
        """Take in what changed, one reading at a time; raises what the source raises, after it was noted."""
        ...


class Rounds:
    """Takes in, classifies, proposes, and closes what lost its reason; one round of a source at a time.

    The store notes each change in its feed as it is made; `Notifications.tell` reads it there and tells the devices.

    `before_poll` is called ahead of each: a model that was out of order is given another chance. `followers` read the
    sources that hold no messages.
    """

    def __init__(
        self,
        store: Store,
        connections: Connections,
        intake: Intake,
        handing_on: HandingOn,
        threads: Threads,
        sweeping: Sweeping,
        actions: Actions,
        execution: Execution,
        visits: Visits,
        clock: Clock,
        before_poll: Callable[[], None] = lambda: None,
        followers: Sequence[Follower] = (),
    ) -> None:
        self._store = store
        self._connections = connections
        self._intake = intake
        self._handing_on = handing_on
        self._threads = threads
        self._sweeping = sweeping
        self._actions = actions
        self._execution = execution
        self._visits = visits
        self._clock = clock
        self._before_poll = before_poll
        self._followers = followers
        self._abreast = Abreast()
        self._locks: dict[str, threading.Lock] = {}
        self._filled_in: list[str] = []

    def poll(self, source: MessageSource, on_progress: OnProgress = quietly) -> TakenIn:
        """Make one round of `source`; raises what the source raises, after everything that arrived was handled."""
        self._before_poll()
        with self._lock(source.name):
            return self._intake.poll(source, lambda part: self._handle(part, on_progress))

    def poll_all(self) -> None:
        """Make a round of every source that is due, the accounts side by side; trouble with one stops no other.

        An account that takes long is left to its own thread; until that ends, no further round of it is begun.
        """
        accounts: dict[str, list[str]] = {}
        for name in self._names():
            accounts.setdefault(account_of(name), []).append(name)
        self._abreast.do({account: partial(self._poll_in_turn, names) for account, names in accounts.items()})

    def join(self) -> None:
        """Wait for the rounds that are under way still."""
        self._abreast.join()

    def _poll_in_turn(self, names: Sequence[str]) -> None:
        for name in names:
            self._staged("poll", partial(self._poll_if_due, name))

    def _poll_if_due(self, name: str) -> None:
        if self._visits.is_due(name):
            self.poll_named(name)

    def wake(self) -> None:
        """Make a round of every source after a sleep or on another network: what waited for that waits no longer."""
        for name in self._names():
            self._visits.end_wait(name)
        self.poll_all()

    def overdue(self, after: timedelta) -> tuple[str, ...]:
        """Return the sources that should have been read, and were not for longer than `after`."""
        return tuple(name for name in self._names() if self._visits.is_overdue(name, after))

    def _names(self) -> Iterator[str]:
        for connection in self._connections.all():
            yield from (source.name for source in connection.messages)
        for follower in self._followers:
            yield from follower.sources()

    def poll_named(self, name: str) -> TakenIn:
        """Make a round of the source called so, whatever it holds; raise `NotFound` for one that there is not."""
        for follower in self._followers:
            if name in follower.sources():
                return follower.poll(name)
        return self.poll(self._connections.source(name))

    def take_in(self, source: str, messages: Sequence[RawMail | Message]) -> None:
        """Take in messages that came by another way than a poll, and handle them as if one had brought them."""
        self._before_poll()
        with self._lock(source):
            self._intake.take(source, messages, lambda part: self._handle(part, quietly))

    def take_in_found(self, source: str, found: Batch) -> None:
        """Take in what was searched for: it is classified, and proposed on only where the next round would do so."""
        since = news_since(self._store, source, self._clock.now())
        news = tuple(each for each in found.arrived if each.received_at >= since)
        past = replace(found, arrived=tuple(each for each in found.arrived if each.received_at < since))
        if past.arrived or past.refused:
            with self._filling_in(source):
                self._intake.take_found(source, past, lambda part: self._handle(part, quietly))
        if news:
            with self._lock(source):
                self._intake.take_early(source, Batch(news), lambda part: self._handle(part, quietly))

    def backfill(self, source: MessageSource, months: int, on_progress: OnProgress = quietly) -> TakenIn:
        """Fill in history; old mail is classified and never proposed on."""
        with self._filling_in(source.name):
            return self._intake.backfill(source, months, lambda part: self._handle(part, on_progress))

    def sweep_all(self) -> None:
        """Reconcile with its provider every source that is due for that.

        What was missed since Alfred came is handled as if it had just come.
        """
        for connection in self._connections.all():
            for source in connection.messages:
                if self._visits.is_due(source.name) and self._sweeping.is_due(source.name):
                    self._staged("sweep", partial(self._sweep, source))

    def _sweep(self, source: MessageSource) -> None:
        self._sweeping.sweep(source, partial(self._handle, on_progress=quietly), self._lock(source.name))

    def tidy(self) -> None:
        """See to what is due between polls, of actions and then of messages.

        Attempts that were interrupted are settled, what waits for no word of the owner's is carried out or tried again,
        and drafts that came to nothing are removed; then what earlier rounds left over is handed on.
        """
        self._staged("recover", self._execution.recover)
        self._staged("automatic", self._actions.run_automatic)
        self._staged("retry", self._execution.run_waiting)
        self._staged("clear away", self._actions.clear_away)
        self._staged("left over", self._finish_left_over)

    def _handle(self, part: TakenIn, on_progress: OnProgress) -> None:
        """Hand on what is new; of what changed, who stored the change first is the last to be told."""
        self._staged("news", lambda: self._handing_on.hand_on(part.arrived))
        self._staged("past", lambda: self._handing_on.classify(part.past))
        self._staged("changes", lambda: self._threads.look_again(part.changed))
        on_progress(part)

    def _finish_left_over(self) -> None:
        """What a round, or whoever fills in history, is at just now is left to them."""
        self._handing_on.finish(lambda source: self._lock(source).locked(), self._filled_in.__contains__)

    @contextmanager
    def _filling_in(self, source: str) -> Iterator[None]:
        """History is filled in beside the rounds, and beside other history: of what two find, one has the storing."""
        self._filled_in.append(source)
        try:
            yield
        finally:
            self._filled_in.remove(source)

    def _lock(self, source: str) -> threading.Lock:
        return self._locks.setdefault(source, threading.Lock())

    def _staged(self, stage: str, work: Callable[[], object]) -> None:
        """Run one stage; its failure is logged and the rest goes on."""
        try:
            work()
        except AlfredError as error:
            log.warning("stage failed", extra={"stage": stage, "code": error.code})
        except Exception:  # whatever one message sets off in a reader, the other stages are not kept from their work
            log.exception("stage broke", extra={"stage": stage})
