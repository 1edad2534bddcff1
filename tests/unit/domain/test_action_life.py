"""The life of an action under every order of events that anybody could think of."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.action_events import (
    EVENTS,
    ActionEvent,
    Approved,
    Doubted,
    Edited,
    Executed,
    Failed,
    LogEntry,
    Prepared,
    Proposed,
    Refreshed,
    Rejected,
    Reopened,
    RolledBack,
    Settled,
    Started,
    Superseded,
    event_detail,
    read_event,
)
from domain.actions import Action, Status, apply, fold
from domain.errors import Conflict
from domain.kinds import Kind
from tests.contract.store.samples import NOON, at, proposed

LETTER = {"to": ["bob@example.net"], "subject": "Hi", "text": "Hello.", "message_id": "<1@example.org>", "mime": "00"}
OVER = frozenset({Status.REJECTED, Status.SUPERSEDED, Status.ROLLED_BACK})


class Life(RuleBasedStateMachine):
    """Tries events in any order; what the life of an action does not allow is refused and changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.action: Action | None = None
        self.entries: list[LogEntry] = []
        self.shown: list[str] = []

    @initialize(undoes=st.sampled_from([None, "another"]))
    def propose(self, undoes: str | None) -> None:
        self.take(proposed(kind=Kind.SEND, arguments=LETTER, undoes=undoes))

    def take(self, event: ActionEvent) -> bool:
        entry = LogEntry(len(self.entries) + 1, "a", at(len(self.entries)), "owner", event)
        try:
            self.action = apply(self.action, entry)
        except Conflict:
            return False
        assert read_event(event.type, event_detail(event)) == event
        self.entries.append(entry)
        self.shown.append(self.action.digest)
        return True

    @rule(which=st.integers(0, 30), automatic=st.booleans())
    def approve_something_shown(self, which: int, automatic: bool) -> None:
        assert self.action is not None
        digest = self.shown[which % len(self.shown)]
        stands = digest == self.action.digest and self.action.status is Status.PROPOSED
        assert self.take(Approved(digest, automatic=automatic)) == stands

    @rule(outcome=st.sampled_from([Executed({}), Failed("busy", "try_later"), Doubted("nobody knows")]))
    def go_the_straight_way(self, outcome: ActionEvent) -> None:
        assert self.action is not None
        for event in (Approved(self.action.digest), Started(), Prepared("d"), outcome):
            self.take(event)

    @rule(text=st.sampled_from(["Hello.", "Bye.", "Hello?"]))
    def edit(self, text: str) -> None:
        assert self.action is not None
        before = self.action
        if self.take(Edited({**LETTER, "text": text}, "Send")):
            assert (self.action.digest == before.digest) == (self.action.payload == before.payload)
            assert self.action.token is None

    @rule(basis=st.sampled_from(["", "m1", "m2"]))
    def refresh(self, basis: str) -> None:
        self.take(Refreshed(basis, "the conversation went on"))

    @rule(basis=st.sampled_from(["", "m1", "m2"]))
    def reopen(self, basis: str) -> None:
        assert self.action is not None
        waited = self.action.status in (Status.APPROVED, Status.SUPERSEDED)
        assert self.take(Reopened(basis, "the conversation went on")) == waited
        assert not waited or self.action.status is Status.PROPOSED

    @rule(
        event=st.sampled_from(
            [
                Started(),
                Prepared("d1"),
                Prepared("d2"),
                Executed({"message": "1"}),
                Failed("busy", "try_later"),
                Doubted("nobody knows"),
                Settled(),
                Rejected("no"),
                Superseded("gone"),
                RolledBack("u1"),
            ]
        )
    )
    def happen(self, event: ActionEvent) -> None:
        assert self.action is not None
        over = self.action.status in OVER
        taken = self.take(event)
        assert not (taken and over)

    @rule()
    def propose_again(self) -> None:
        assert not self.take(proposed(kind=Kind.SEND, arguments=LETTER))

    @invariant()
    def is_what_its_log_adds_up_to(self) -> None:
        if self.entries:
            assert self.action == fold(self.entries)

    @invariant()
    def is_executed_at_most_once_and_never_attempted_afterwards(self) -> None:
        types = [entry.event.type for entry in self.entries]
        assert types.count("executed") <= 1
        if "executed" in types:
            assert set(types[types.index("executed") + 1 :]) <= {"rolled_back"}

    @invariant()
    def is_attempted_only_with_an_approval_of_what_stands_there(self) -> None:
        approved: list[str] = []
        for entry, shown in zip(self.entries, self.shown, strict=True):
            match entry.event:
                case Approved(digest=digest):
                    approved.append(digest)
                case Reopened():
                    approved.clear()
                case Started():
                    assert approved == [shown]


TestLife = Life.TestCase


def test_nothing_happens_to_what_was_never_proposed() -> None:
    for event in (Approved(""), Started(), Executed({}), Rejected()):
        with pytest.raises(Conflict) as caught:
            apply(None, LogEntry(1, "a", NOON, "owner", event))
        assert caught.value.code == "not_proposed"


@pytest.mark.parametrize(("kind", "kept"), [(Kind.REPLY, "d"), (Kind.UPDATE_EVENT, None)])
def test_of_what_is_given_back_only_the_draft_of_a_mail_still_counts(kind: Kind, kept: str | None) -> None:
    proposal = proposed(kind=kind, arguments=LETTER if kind is Kind.REPLY else {})
    entries = [LogEntry(1, "a", NOON, "owner", proposal)]
    begun = [Approved(fold(entries).digest), Started(), Prepared("d")]
    steps = [*begun, Failed("busy", "try_later"), Reopened("m2", "the conversation went on")]
    entries += [LogEntry(number, "a", NOON, "owner", step) for number, step in enumerate(steps, 2)]
    assert (fold(entries).status, fold(entries).token) == (Status.PROPOSED, kept)


def test_every_event_has_a_name_of_its_own() -> None:
    assert len(EVENTS) == 14
    assert EVENTS["proposed"] is Proposed


def test_an_empty_history_is_no_action() -> None:
    with pytest.raises(Conflict):
        fold([])
