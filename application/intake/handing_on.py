"""What is new is handed on, to the brains, the rules and the rest of the household, across a crash too."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Protocol

from application.finding import listed
from application.ports.clock import Clock
from application.ports.store import ClassifiedMessage, MessageQuery, Store
from application.proposing.rule_book import RuleBook
from application.triage.triage import Triage
from domain.errors import SignInAgain, TryLater
from domain.messages import Message
from domain.triage import Classification

log = logging.getLogger(__name__)

AT_ONCE = 200
MOST_BREAKS = 5
BROKE = "something went wrong inside Alfred over it; his log says what"
OUT_OF_REACH = (TryLater, SignInAgain)
"""Trouble that says nothing of a message: it would meet every other one as well, and may pass."""
Known = Sequence[ClassifiedMessage]
OfSource = Callable[[str], bool]


class Sees(Protocol):
    """A part of the household that looks through new messages for what concerns it; seeing one twice is harmless."""

    def arrived(self, messages: Sequence[Message]) -> None: ...


class HandingOn:
    """Lets each new message be seen by all whom it concerns, and only then lets go of its mark.

    What a stage fails over waits for `finish`. A message over which one breaks again and again is set aside and said,
    and tried once more when Alfred starts anew.
    """

    def __init__(self, store: Store, triage: Triage, rule_book: RuleBook, seers: Sequence[Sees], clock: Clock) -> None:
        self._store = store
        self._triage = triage
        self._clock = clock
        self._stages: list[tuple[str, Callable[[Known], object]]] = [
            ("proposals", rule_book.propose_for),
            *(("besides", _seen_by(each)) for each in seers),
        ]
        self._breaks: Counter[str] = Counter()
        self._broken: set[str] = set()
        self._all_done_at = -1

    def hand_on(self, messages: Sequence[Message]) -> None:
        """See to what was just stored."""
        self._let_see(self._classified(messages))

    def classify(self, messages: Sequence[Message]) -> None:
        """Let the brains alone see to mail of the past."""
        self._classified(messages)

    def finish(self, is_busy: OfSource, is_filled_in: OfSource) -> None:
        """See to what an earlier round stored and did not come to, but for sources that are busy now.

        Where history is filled in, which may take hours, only what is no news is left to that.
        """
        version = self._store.version
        if version == self._all_done_at:
            return
        news, others = self._left_over(is_busy, is_filled_in)
        if not news and not others:
            self._all_done_at = version
        self._classified([each.message for each in self._known([*news, *others])])
        self._let_see(self._known(news))

    def _left_over(self, is_busy: OfSource, is_filled_in: OfSource) -> tuple[list[str], list[str]]:
        """Return what awaits being handed on, and what else awaits a classification: old mail, or a brain's failure."""
        news = [id for id in self._store.messages.awaiting(AT_ONCE + len(self._broken)) if id not in self._broken]
        ready = [each.message.id for each in self._known(news) if not is_busy(each.message.source)]
        free = (each for each in self._unclassified() if not (is_busy(each.source) or is_filled_in(each.source)))
        return ready, list(islice((each.id for each in free if each.id not in ready), AT_ONCE))

    def _unclassified(self) -> Iterator[Message]:
        """Return what awaits a classification; what was set aside may hide it for pages."""
        found = listed(self._store.messages, MessageQuery(unclassified=True))
        return (each.message for each in found if each.message.id not in self._broken)

    def _known(self, ids: Sequence[str]) -> list[ClassifiedMessage]:
        return list(self._store.messages.get_many(ids).values()) if ids else []

    def _classified(self, messages: Sequence[Message]) -> list[ClassifiedMessage]:
        """Return the messages with what the brains make of them now; one that none can judge is set aside."""
        if not messages:
            return []
        made: dict[str, Classification] = {}

        def judge(known: Known) -> None:
            theirs = [each.message for each in known if not each.message.is_from_owner]
            made.update((each.message_id, each) for each in self._triage.classify(theirs))

        came_through = self._through("triage", judge, [ClassifiedMessage(message, None) for message in messages])
        judged = made.keys() | self._store.classifications.known(came_through - made.keys())
        for message in messages:
            if message.id in came_through - judged and not message.is_from_owner:
                self._note_break(message)
        return [ClassifiedMessage(message, made.get(message.id)) for message in messages]

    def _let_see(self, known: Iterable[ClassifiedMessage]) -> None:
        """Take the stages, each whatever became of the others; what came through all of them is done with."""
        ready = [each for each in known if each.classification is not None or each.message.is_from_owner]
        done = [self._through(stage, work, ready) for stage, work in self._stages]
        self._store.messages.handed_on(
            [each.message.id for each in ready if all(each.message.id in ids for ids in done)]
        )

    def _through(self, stage: str, work: Callable[[Known], object], known: Known) -> set[str]:
        """Take a stage with all; where it breaks, with each by itself. Return the ids of those that came through."""
        try:
            work(known)
        except OUT_OF_REACH as error:
            log.warning("stage failed", extra={"stage": stage, "code": error.code})
            return set()
        except Exception:  # whatever one message sets off, the others are not kept from what they wait for
            if len(known) > 1:
                return set[str]().union(*(self._through(stage, work, [each]) for each in known))
            log.exception("stage broke", extra={"stage": stage, "ids": [each.message.id for each in known]})
            for each in known:
                self._note_break(each.message)
            return set()
        return {each.message.id for each in known}

    def _note_break(self, message: Message) -> None:
        """Count it, for a brain may be out of order for a moment; set the message aside where that is not so."""
        self._breaks[message.id] += 1
        if self._breaks[message.id] >= MOST_BREAKS:
            log.warning("message set aside", extra={"source": message.source, "id": message.id})
            self._store.messages.set_aside(message.source, message.provider_id, BROKE, self._clock.now())
            self._broken.add(message.id)


def _seen_by(seer: Sees) -> Callable[[Known], object]:
    return lambda known: seer.arrived([each.message for each in known])
