"""One round: what happens to a source from its poll to the proposals. A failure in one stage never stops the rest."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import Protocol, TypeVar

from application.acting.actions import Actions
from application.acting.execution import Execution
from application.intake.intake import Intake, TakenIn
from application.intake.visits import Visits
from application.ports.clock import Clock
from application.ports.mail import MessageSource
from application.ports.mime import RawMail
from application.ports.providers import Connections
from application.ports.store import ClassifiedMessage, MessageQuery, Store
from application.proposing.proposals import Proposals
from application.telling.follow_ups import FollowUps
from application.telling.reminders import Reminders
from application.triage.triage import Triage
from domain.errors import AlfredError
from domain.messages import Message
from domain.pages import every_page
from domain.triage import Classification

log = logging.getLogger(__name__)

SWEPT_DAYS = 7
LEFT_OVER_AT_ONCE = 200
T = TypeVar("T")
OnProgress = Callable[[TakenIn], None]


def quietly(_: TakenIn) -> None:
    """Progress that nobody watches."""


class Follower(Protocol):
    """A part of the household besides its messages: the calendars, the work."""

    def sources(self) -> tuple[str, ...]:
        """The names of those that are connected now."""
        ...

    def poll(self, source: str) -> TakenIn:
        """Take in what changed; raises what the source raises, after it was noted."""
        ...

    def arrived(self, messages: Sequence[Message]) -> None:
        """Look through new messages for what concerns this part."""
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
        triage: Triage,
        proposals: Proposals,
        actions: Actions,
        execution: Execution,
        clock: Clock,
        before_poll: Callable[[], None] = lambda: None,
        followers: Sequence[Follower] = (),
    ) -> None:
        self._store = store
        self._connections = connections
        self._intake = intake
        self._triage = triage
        self._proposals = proposals
        self._actions = actions
        self._execution = execution
        self._clock = clock
        self._before_poll = before_poll
        self._followers = followers
        self._visits = Visits(store, clock)
        self._follow_ups = FollowUps(store, clock)
        self._reminders = Reminders(store, clock)
        self._locks: dict[str, threading.Lock] = {}
        self._all_done_at = -1

    def poll(self, source: MessageSource, on_progress: OnProgress = quietly) -> TakenIn:
        """Make one round of `source`; raises what the source raises, after everything that arrived was handled."""
        self._before_poll()
        with self._lock(source.name):
            return self._intake.poll(source, lambda part: self._handle(part, on_progress))

    def poll_all(self) -> None:
        """Make a round of every source that is due; trouble with one does not stop the others."""
        for connection in self._connections.all():
            for source in connection.messages:
                if self._visits.is_due(source.name):
                    self._staged("poll", partial(self.poll, source))
        for follower in self._followers:
            for name in follower.sources():
                if self._visits.is_due(name):
                    self._staged("poll", partial(self.poll_named, name))

    def poll_named(self, name: str) -> TakenIn:
        """Make a round of the source called so, whatever it holds; raise `NotFound` for one that there is not."""
        for follower in self._followers:
            if name in follower.sources():
                with self._lock(name):
                    return follower.poll(name)
        return self.poll(self._connections.source(name))

    def take_in(self, source: str, messages: Sequence[RawMail | Message]) -> None:
        """Take in messages that came by another way than a poll, and handle them as if one had brought them."""
        self._before_poll()
        with self._lock(source):
            self._intake.take(source, messages, lambda part: self._handle(part, quietly))

    def take_in_history(self, source: str, messages: Sequence[RawMail | Message]) -> None:
        """Take in messages from the past that were searched for: they are classified, and never proposed on."""
        with self._lock(source):
            self._intake.take_found(source, messages, lambda part: self._classify_only(part, quietly))

    def backfill(self, source: MessageSource, months: int, on_progress: OnProgress = quietly) -> TakenIn:
        """Fill in history; old mail is classified and never proposed on."""
        with self._lock(source.name):
            return self._intake.backfill(source, months, lambda part: self._classify_only(part, on_progress))

    def sweep_all(self) -> None:
        """Reconcile every source with its provider; what was missed is handled as if it had just come."""
        for connection in self._connections.all():
            for source in connection.messages:
                if self._store.sources.cursor(source.name) is not None and self._visits.is_due(source.name):
                    self._staged("sweep", partial(self._sweep, source))

    def _sweep(self, source: MessageSource) -> None:
        with self._lock(source.name):
            taken = self._intake.sweep(source, SWEPT_DAYS, lambda part: self._handle(part, quietly))
        if taken.new:
            log.warning("the sweep found what was missed", extra={"source": source.name, "count": len(taken.new)})

    def tidy(self) -> None:
        """What is due between polls: settle interrupted attempts, try again, classify what was left, remind."""
        self._staged("recover", self._execution.recover)
        self._staged("automatic", self._actions.run_automatic)
        self._staged("retry", self._execution.run_waiting)
        self._staged("classify", self._finish_left_over)
        self._staged("wake", self._reminders.wake)

    def _handle(self, part: TakenIn, on_progress: OnProgress) -> None:
        made = self._staged("triage", lambda: self._classify(part.arrived)) or ()
        verdicts = {each.message_id: each for each in made}
        known = [ClassifiedMessage(message, verdicts.get(message.id)) for message in part.arrived]
        self._staged("proposals", lambda: self._proposals.propose_for(known))
        for follower in self._followers:
            self._staged("besides", partial(follower.arrived, part.arrived))
        touched = self._touched(part)
        self._staged("recheck", lambda: self._actions.recheck(touched))
        self._staged("follow-ups", lambda: self._follow_ups.close_answered(touched))
        on_progress(part)

    def _classify_only(self, part: TakenIn, on_progress: OnProgress) -> None:
        self._staged("triage", lambda: self._classify(part.arrived))
        on_progress(part)

    def _classify(self, messages: Iterable[Message]) -> tuple[Classification, ...]:
        return self._triage.classify([message for message in messages if not message.is_from_owner])

    def _finish_left_over(self) -> None:
        """Classify what an earlier round stored and did not come to; what a round is at just now is left to it."""
        version = self._store.version
        if version == self._all_done_at:
            return
        left = list(islice(self._left_over(), LEFT_OVER_AT_ONCE))
        if not left:
            self._all_done_at = version
        ids = [message.id for message in left if not self._lock(message.source).locked()]
        if ids:
            self._classify(each.message for each in self._store.messages.get_many(ids).values())
            recent = [each.id for each in left if each.id in ids and self._is_recent(each)]
            self._proposals.apply_rules(recent)

    def _left_over(self) -> Iterator[Message]:
        """Yield what awaits a classification; the owner's own mail, which never gets one, may hide it for pages."""
        query = MessageQuery(unclassified=True)
        for page in every_page(lambda cursor: self._store.messages.list(query, cursor, LEFT_OVER_AT_ONCE)):
            yield from (each.message for each in page.items if not each.message.is_from_owner)

    def _is_recent(self, message: Message) -> bool:
        """Whether a message may still be proposed on: older ones come from a backfill that was cut off."""
        return self._clock.now() - message.received_at <= timedelta(days=SWEPT_DAYS)

    def _touched(self, part: TakenIn) -> list[str]:
        """The messages of a batch, and those whose threads it went on with."""
        return list({*part.new, *part.changed} | self._store.messages.threads_of(part.new))

    def _lock(self, source: str) -> threading.Lock:
        return self._locks.setdefault(source, threading.Lock())

    def _staged(self, stage: str, work: Callable[[], T]) -> T | None:
        """Run one stage; its failure is logged and the rest goes on."""
        try:
            return work()
        except AlfredError as error:
            log.warning("stage failed", extra={"stage": stage, "code": error.code})
        except Exception:  # whatever one message sets off in a reader, the other stages are not kept from their work
            log.exception("stage broke", extra={"stage": stage})
        return None
