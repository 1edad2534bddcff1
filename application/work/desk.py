"""Everything about the owner's work, put together once."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import tzinfo

from application.acting.actions import Actions
from application.announcing import Announcing
from application.freshness import Freshness
from application.intake.taken_in import TakenIn
from application.intake.visits import Visits
from application.intake.woken import Woken
from application.models.models import Models
from application.ports.brain import Brain
from application.ports.clock import Clock
from application.ports.providers import Connections
from application.ports.store import Store
from application.ports.work import Works
from application.work.digests import Digests
from application.work.offers import Offers
from application.work.reading import WorkReading
from domain.errors import AlfredError, NotFound
from domain.messages import Message
from domain.notifications import MOST_BODY, Notice, NoticeKind
from domain.privacy import Privacy
from domain.reviews import Review, asks_for_review, in_order, meant_work_items, risks_of
from domain.sources import account_of
from domain.work import PullRequest, PullStatus, Repository, Run, RunState, WorkItem

log = logging.getLogger(__name__)

WAITS = "review/waits/"
LETTERS_READ = 4000
"""So far into a mail the number of a pull request is looked for."""
_NAMED = re.compile(r"(?:pull[ -]?request|merge request|\bPR)[ #!]*(\d{1,9})", re.IGNORECASE)
_SAID = {
    RunState.SUCCEEDED: "pipeline green",
    RunState.FAILED: "pipeline red",
    RunState.RUNNING: "pipeline running",
    RunState.NONE: "no pipeline yet",
}


class Work:
    """The work as the rest of Alfred uses it; one of the followers of the rounds."""

    def __init__(
        self,
        store: Store,
        connections: Connections,
        actions: Actions,
        announcing: Announcing,
        freshness: Freshness,
        models: Models,
        privacy: Callable[[str], Privacy],
        brain: Brain,
        woken: Woken,
        visits: Visits,
        clock: Clock,
        zone: tzinfo,
    ) -> None:
        self._store = store
        self._announcing = announcing
        self._freshness = freshness
        self._woken = woken
        self._digests = Digests(store, models, privacy, brain, clock)
        self._offers = Offers(store, actions, clock, zone)
        self._reading = WorkReading(store, connections, actions, freshness, visits, self._looked_at)

    def sources(self) -> tuple[str, ...]:
        return self._reading.sources()

    def poll(self, source: str) -> TakenIn:
        return self._reading.poll(source)

    def arrived(self, messages: Sequence[Message]) -> None:
        """Have the pull requests read soon where a mail speaks of one that is not known; no mail waits for that."""
        known = {each.number for each in self._store.pull_requests.all()}
        named = {number for each in messages for number in _numbers_in(each)}
        if named - known:
            sources = (works.pull_requests for works in self._reading.works())
            self._woken.add(each for each in sources if not self._freshness.is_fresh(each))

    def refresh(self) -> None:
        """Read again each source that was not looked at for a while; one that cannot be read now is left as it is."""
        for source in self.sources():
            if not self._freshness.is_fresh(source) and not self._store.sources.state(source).paused:
                self._quietly(source)

    def reviews(self, messages: Sequence[Message] = ()) -> tuple[Review, ...]:
        """All open pull requests: those that wait for the owner in the order to read them, then the others."""
        pulls = [each for each in self._store.pull_requests.all() if each.status is PullStatus.ACTIVE]
        waiting = in_order(each for each in pulls if each.waits_for_owner)
        others = sorted((each for each in pulls if not each.waits_for_owner), key=lambda each: each.created_at)
        items = {(each.account, each.number): each for each in self._store.work_items.all()}
        return tuple(self._review(pull, items, messages) for pull in (*waiting, *others))

    def review(self, id: str) -> Review:
        """Return one, in whatever state; raise `NotFound`."""
        items = {(each.account, each.number): each for each in self._store.work_items.all()}
        return self._review(self._store.pull_requests.get(id), items, ())

    def work_items(self) -> tuple[WorkItem, ...]:
        """What is open: the owner's own first, by priority, then what was touched last."""
        found = (each for each in self._store.work_items.all() if each.is_open)
        return tuple(
            sorted(found, key=lambda each: (not each.is_mine, each.priority or 9, -each.changed_at.timestamp()))
        )

    def runs(self) -> tuple[Run, ...]:
        """The latest runs, the newest first."""
        return tuple(reversed(self._store.runs.all()))

    def repositories(self) -> tuple[Repository, ...]:
        """All repositories, asked of their providers."""
        return tuple(each for works in self._reading.works() for each in works.repositories())

    def repository(self, id: str) -> Repository:
        """Raise `NotFound`."""
        for each in self.repositories():
            if each.id == id:
                return each
        raise NotFound(f"there is no repository {id!r}")

    def code_of(self, repository: Repository) -> Works:
        """Return where commits and branches of a repository are asked for; raise `NotFound`."""
        for works in self._reading.works():
            if account_of(works.pull_requests) == repository.account:
                return works
        raise NotFound(f"{repository.account} is not connected")

    def _review(self, pull: PullRequest, items: dict[tuple[str, int], WorkItem], messages: Sequence[Message]) -> Review:
        digest = self._digests.of(pull)
        linked = [items.get((pull.account, number)) for number in pull.work_items]
        meant = [items.get((pull.account, number)) for number in meant_work_items(pull)]
        return Review(
            pull=pull,
            waits=pull.waits_for_owner,
            waiting_since=pull.pushed_at or pull.created_at,
            summary=digest.text,
            summary_by=digest.by,
            risks=risks_of(pull, gives_orders=digest.gives_orders),
            linked=tuple(each for each in linked if each is not None),
            meant=tuple(each for each in meant if each is not None),
            message_ids=tuple(message.id for message in messages if asks_for_review(pull, message)),
        )

    def _looked_at(self, pulls: Sequence[PullRequest], known_before: bool) -> None:  # noqa: FBT001 a callback's
        """Sum up what was read, propose on it, and tell of what is new."""
        self._digests.renew(pulls)
        self._forget()
        ids = {each.id for each in pulls}
        reviews = [review for review in self.reviews() if review.pull.id in ids]
        self._offers.make(reviews)
        self._tell(reviews, known_before=known_before)

    def _tell(self, reviews: Sequence[Review], *, known_before: bool) -> None:
        """Tell once for each commit for which a review began to be waited for; pushes to one that waits are no news."""
        waited = set(self._store.preferences.names(WAITS))
        for review in reviews:
            name = WAITS + review.pull.id
            if review.waits:
                is_news = known_before and name not in waited
                tell = self._announcing.announce if is_news else self._announcing.pass_over
                tell(_notice(review), review.pull.commit)
                self._store.preferences.put(name, review.pull.commit)
            elif name in waited:
                self._store.preferences.delete(name)

    def _forget(self) -> None:
        ids = [each.id for each in self._store.pull_requests.all()]
        self._digests.forget_all_but(ids)
        self._offers.forget_all_but(ids)
        for name in set(self._store.preferences.names(WAITS)) - {WAITS + id for id in ids}:
            self._store.preferences.delete(name)

    def _quietly(self, source: str) -> None:
        try:
            self._reading.poll(source)
        except AlfredError as error:
            log.info("work not refreshed", extra={"source": source, "code": error.code})


def size_of(pull: PullRequest) -> str:
    """Say how much there is to read."""
    return "1 file" if pull.file_count == 1 else f"{pull.file_count} files"


def _numbers_in(message: Message) -> Iterator[int]:
    """Yield the numbers of pull requests that a mail speaks of."""
    return map(int, _NAMED.findall(f"{message.subject}\n{message.text[:LETTERS_READ]}"))


def pipeline_of(pull: PullRequest) -> str:
    return _SAID.get(pull.run, "pipeline canceled")


def _notice(review: Review) -> Notice:
    pull = review.pull
    said = f"“{pull.title}”: {size_of(pull)}, {pipeline_of(pull)}."
    return Notice(
        kind=NoticeKind.PULL_REQUEST,
        title=f"{pull.author.name} asks for your review",
        body=said[:MOST_BODY],
        url=f"/work?pull={pull.id}",
        tag=f"pull-request-{pull.id}",
        priority=3,
    )
