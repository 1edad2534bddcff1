"""Invitations are proposed once: not lost where proposing failed, nor used up by somebody else's mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from adapters.ics import IcsReader
from adapters.memory.store import MemoryStore
from application.acting.actions import Actions
from application.acting.drafting import Proposal
from application.calendars.asked import Asked
from application.calendars.invitations import PROPOSED, Invitations, Once
from application.calendars.mailed import MailedInvitations
from application.calendars.waiting import WAITING
from application.intake.handing_on import BROKE
from domain.action_events import Edited, Superseded
from domain.actions import Action, Status
from domain.calendar import Attendee, Event, Response, Span
from domain.errors import TryLater
from domain.invitations import Invitation, Method
from domain.kinds import Kind
from domain.messages import Address, Mail
from tests.contract.store.samples import mail, proposed
from tests.unit.calendars.post import calendar_text

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
LUNCH = Span(NOW + timedelta(days=1), NOW + timedelta(days=1, hours=1))


class Clerk(Actions):
    """Writes down what is proposed; the first time he may be busy, and over one thing he may slip."""

    def __init__(self, store: MemoryStore) -> None:
        self._log = store.actions
        self.proposed: list[Proposal] = []
        self.is_busy = False
        self.is_away = False
        self.breaks_over = ""

    def withdraw(self, action_id: str, reason: str) -> Action:
        return self._log.append(action_id, [Superseded(reason)], actor="alfred", at=NOW)

    def can(self, kind: Kind) -> bool:
        if self.is_away:
            raise TryLater("away")
        return True

    def propose(self, proposal: Proposal, actor: str = "owner") -> Action:
        if proposal.target and proposal.target == self.breaks_over:
            raise RuntimeError("a slip of ours")
        if self.is_busy:
            self.is_busy = False
            raise TryLater("busy")
        self.proposed.append(proposal)
        written = proposed(proposal.target, kind=proposal.kind, arguments=proposal.arguments, origin=proposal.origin)
        return self._log.append(f"a{len(self.proposed)}", [written], actor=actor, at=NOW)


class Clock:
    def now(self) -> datetime:
        return NOW


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def clerk(store: MemoryStore) -> Clerk:
    return Clerk(store)


@pytest.fixture
def invitations(store: MemoryStore, clerk: Clerk) -> Invitations:
    return Invitations(store, Once(store, clerk, Clock()), Clock(), UTC)


def unknown(uid: str, span: Span) -> bool:
    return False


@pytest.fixture
def mailed(store: MemoryStore, clerk: Clerk) -> MailedInvitations:
    return MailedInvitations(store, clerk, Once(store, clerk, Clock()), IcsReader(), unknown, Clock(), UTC)


def asked(sender: str = "ann@example.org", sequence: int = 0) -> Asked:
    invitation = Invitation(Method.REQUEST, "lunch@example.org", "Lunch", LUNCH, sequence=sequence)
    return Asked(mail(sender=Address("", sender)), invitation)


def test_an_answer_that_could_not_be_proposed_is_proposed_the_next_time(
    store: MemoryStore, clerk: Clerk, invitations: Invitations
) -> None:
    event = Event("home:1", "home", "memory", "home/calendar", "Lunch", LUNCH.start, LUNCH.end, "UTC")
    owner, ann = Attendee(Address("", "jo@home.example"), is_owner=True), Address("Ann", "ann@example.org")
    store.events.put([replace(event, organizer=ann, response=Response.NEEDS_ACTION, attendees=(owner,))])
    clerk.is_busy = True
    for _ in range(3):
        invitations.propose_answers()
    assert [each.target for each in clerk.proposed] == ["home:1"]


INVITED = Event(
    "home:1", "home", "memory", "home/calendar", "Lunch", LUNCH.start, LUNCH.end, "UTC",
    response=Response.NEEDS_ACTION, organizer=Address("Ann", "ann@example.org"),
    attendees=(Attendee(Address("", "jo@home.example"), is_owner=True),),
)  # fmt: skip


def weekly(number: int, response: Response = Response.NEEDS_ACTION) -> list[Event]:
    """The days of a series, each a week after the other."""
    weeks = [timedelta(weeks=week) for week in range(number)]
    return [
        replace(
            INVITED,
            id=f"home:s_{week.days}",
            series_id="s",
            start=LUNCH.start + week,
            end=LUNCH.end + week,
            response=response,
        )
        for week in weeks
    ]


def moved(event: Event) -> Event:
    """An event that its organizer moved: the answer that was given is asked for again."""
    later = timedelta(hours=2)
    return replace(event, start=event.start + later, end=event.end + later, response=Response.NEEDS_ACTION)


def test_of_two_invitations_to_one_hour_each_names_the_other(
    store: MemoryStore, clerk: Clerk, invitations: Invitations
) -> None:
    board = replace(INVITED, id="home:2", title="Board", start=LUNCH.start + timedelta(minutes=30))
    store.events.put([INVITED, board])
    invitations.propose_answers()
    said = {each.target: each.reason.partition("; ")[2] for each in clerk.proposed}
    assert said == {
        "home:1": "you are free then, but “Board” asks for that time too",
        "home:2": "you are free then, but “Lunch” asks for that time too",
    }


@pytest.mark.parametrize("answer", [Response.DECLINED, Response.ACCEPTED, Response.TENTATIVE])
def test_a_meeting_that_is_moved_after_it_was_answered_is_asked_about_again(
    store: MemoryStore, clerk: Clerk, invitations: Invitations, answer: Response
) -> None:
    for event in (INVITED, replace(INVITED, response=answer), moved(INVITED), moved(INVITED)):
        store.events.put([event])
        invitations.propose_answers()
    assert [each.target for each in clerk.proposed] == ["home:1", "home:1"]


def test_of_a_series_that_was_answered_the_day_that_was_moved_is_asked_about_alone(
    store: MemoryStore, clerk: Clerk, invitations: Invitations
) -> None:
    first, *others = weekly(4, Response.ACCEPTED)
    store.events.put([moved(first), *others])
    for _ in range(2):
        invitations.propose_answers()
    assert [each.target for each in clerk.proposed] == [first.id]


def test_what_could_not_be_proposed_on_a_mail_is_proposed_the_next_time(
    clerk: Clerk, mailed: MailedInvitations
) -> None:
    clerk.is_busy = True
    for _ in range(3):
        mailed.propose([asked()], unknown)
    assert sorted(each.kind for each in clerk.proposed) == [Kind.ANSWER_INVITATION, Kind.CREATE_EVENT]


def put_off(store: MemoryStore, mailed: MailedInvitations, sender: str) -> None:
    """Keep a mail that brings an invitation of this sender's, and put that off."""
    text = calendar_text("REQUEST")
    message = mail(sender, sender=Address("", sender), body=Mail("Lunch?", invitations=(text,)))
    store.messages.take([message])
    mailed.put_off(mailed.asked_in([message]))


def test_a_mail_over_which_proposing_breaks_is_set_aside_and_keeps_no_other_waiting(
    store: MemoryStore, clerk: Clerk, mailed: MailedInvitations
) -> None:
    clerk.breaks_over = "home:eve@evil.example"
    for sender in ("eve@evil.example", "ann@example.org"):
        put_off(store, mailed, sender)
    for _ in range(2):
        mailed.propose_put_off(lambda at: True)
    assert sorted(each.kind for each in clerk.proposed) == [Kind.ANSWER_INVITATION, Kind.CREATE_EVENT]
    aside = store.messages.set_aside_since(NOW - timedelta(days=1))
    assert aside == (("home/mail", "eve@evil.example", BROKE),)


def test_an_invitation_waits_until_its_calendar_can_be_asked_and_keeps_no_other_waiting(
    store: MemoryStore, clerk: Clerk
) -> None:
    answers = iter([TryLater("down"), False, False])

    def is_known(uid: str, span: Span) -> bool:
        answer = next(answers)
        if isinstance(answer, TryLater):
            raise answer
        return answer

    mailed = MailedInvitations(store, clerk, Once(store, clerk, Clock()), IcsReader(), is_known, Clock(), UTC)
    for sender in ("ann@example.org", "eve@example.org"):
        put_off(store, mailed, sender)
    for asked in ({"home:eve@example.org"}, {"home:eve@example.org", "home:ann@example.org"}):
        mailed.propose_put_off(lambda at: True)
        assert {each.target for each in clerk.proposed if each.target} == asked


def test_what_waited_before_it_was_noted_since_when_is_proposed_on(
    store: MemoryStore, clerk: Clerk, mailed: MailedInvitations
) -> None:
    put_off(store, mailed, "ann@example.org")
    store.preferences.put(WAITING, ["home:gone", "home:ann@example.org"])
    mailed.propose_put_off(lambda at: True)
    assert sorted(each.kind for each in clerk.proposed) == [Kind.ANSWER_INVITATION, Kind.CREATE_EVENT]
    assert store.preferences.get(WAITING) is None


def test_what_concerns_all_invitations_lets_them_wait(
    store: MemoryStore, clerk: Clerk, mailed: MailedInvitations
) -> None:
    put_off(store, mailed, "ann@example.org")
    clerk.is_away = True
    mailed.propose_put_off(lambda at: True)
    assert clerk.proposed == []
    clerk.is_away = False
    mailed.propose_put_off(lambda at: True)
    assert sorted(each.kind for each in clerk.proposed) == [Kind.ANSWER_INVITATION, Kind.CREATE_EVENT]
    assert store.messages.set_aside_since(NOW - timedelta(days=1)) == ()


def test_a_stray_invitation_does_not_use_up_anothers(clerk: Clerk, mailed: MailedInvitations) -> None:
    mailed.propose([asked("eve@evil.example"), asked(), asked()], unknown)
    senders = [each.reason.split()[3] for each in clerk.proposed if each.kind is Kind.CREATE_EVENT]
    assert senders == ["eve@evil.example", "ann@example.org"]


def test_an_invitation_that_was_changed_is_proposed_anew(clerk: Clerk, mailed: MailedInvitations) -> None:
    mailed.propose([asked(), asked(sequence=1), asked(sequence=1)], unknown)
    assert [each.kind for each in clerk.proposed] == [Kind.ANSWER_INVITATION, Kind.CREATE_EVENT] * 2


def test_what_was_proposed_on_an_event_is_remembered_as_long_as_a_calendar_has_it(
    store: MemoryStore, clerk: Clerk, invitations: Invitations
) -> None:
    event = Event("home:1", "home", "memory", "home/calendar", "Lunch", LUNCH.start, LUNCH.end, "UTC")
    owner, ann = Attendee(Address("", "jo@home.example"), is_owner=True), Address("Ann", "ann@example.org")
    first = replace(event, organizer=ann, response=Response.NEEDS_ACTION, attendees=(owner,))
    weekly = replace(first, id="home:2", series_id="weekly")
    store.events.put([first, weekly])
    invitations.propose_answers()
    once = Once(store, clerk, Clock())
    assert once.forget_gone() == 0
    invitations.propose_answers()
    assert len(clerk.proposed) == 2
    store.events.remove(["home:1"])
    assert (once.forget_gone(), once.is_new("home:1"), once.is_new("weekly")) == (1, True, False)
    store.events.remove(["home:2"])
    assert (once.forget_gone(), store.preferences.names(PROPOSED)) == (2, ())


class Overtaken(Clerk):
    """While he writes the first proposal down, another thread comes upon the same thing."""

    once: Once
    other: Thread

    def propose(self, proposal: Proposal, actor: str = "owner") -> Action:
        if not self.proposed:
            self.other = Thread(target=self.meanwhile)
            action = super().propose(proposal, actor)
            self.other.start()
            self.other.join(0.05)
            return action
        return super().propose(proposal, actor)

    def meanwhile(self) -> None:
        self.once.propose("home:1", Proposal(Kind.ARCHIVE, "home:1", {}))


def test_two_threads_that_come_upon_an_event_propose_on_it_once(store: MemoryStore) -> None:
    clerk = Overtaken(store)
    clerk.once = Once(store, clerk, Clock())
    clerk.meanwhile()
    clerk.other.join(30)
    assert len(clerk.proposed) == 1


DENTIST = replace(INVITED, id="home:dentist", title="Dentist", response=Response.ACCEPTED)


@pytest.mark.parametrize("invited", [INVITED, weekly(2)[0]], ids=["alone", "of a series"])
def test_an_answer_that_waits_follows_what_else_is_promised_by_then(
    store: MemoryStore, clerk: Clerk, invitations: Invitations, invited: Event
) -> None:
    for dentist in (replace(DENTIST, busy=False), DENTIST, DENTIST, replace(DENTIST, busy=False)):
        store.events.put([invited, dentist])
        invitations.propose_answers()
    answers = [each.arguments["response"] for each in clerk.proposed]
    assert answers == [Response.ACCEPTED, Response.DECLINED, Response.ACCEPTED]
    (waiting,) = [each for each in store.actions.open_for([invited.id]) if each.status is Status.PROPOSED]
    assert waiting.payload.response is Response.ACCEPTED


def test_an_answer_that_the_owner_edited_stays_his(store: MemoryStore, clerk: Clerk, invitations: Invitations) -> None:
    store.events.put([INVITED])
    invitations.propose_answers()
    (mine,) = store.actions.open_for([INVITED.id])
    his = Edited({"response": "tentative"}, "another digest")
    store.actions.append(mine.id, [his], actor="owner", at=NOW)
    store.events.put([INVITED, DENTIST])
    invitations.propose_answers()
    assert len(clerk.proposed) == 1


def test_a_series_is_asked_about_once_by_its_first_day(
    store: MemoryStore, clerk: Clerk, invitations: Invitations
) -> None:
    first, *_ = days = weekly(4)
    store.events.put(days)
    for _ in range(2):
        invitations.propose_answers()
    assert [each.target for each in clerk.proposed] == [first.id]


@pytest.mark.parametrize("asks_anew", [False, True], ids=["by its first day", "by its second"])
def test_a_series_is_asked_about_anew_only_where_the_day_that_it_was_asked_about_by_changes(
    store: MemoryStore, clerk: Clerk, invitations: Invitations, asks_anew: bool
) -> None:
    first, second, third = weekly(3)
    store.events.put([second, third] if asks_anew else [first, second, third])
    dentist = replace(DENTIST, start=second.start, end=second.end)
    store.events.put([dentist])
    invitations.propose_answers()
    store.events.remove([first.id])
    store.events.put([replace(dentist, busy=False)])
    invitations.propose_answers()
    asked = [each.target for each in clerk.proposed]
    assert asked == ([second.id, second.id] if asks_anew else [first.id, second.id])


def test_of_a_series_each_day_that_soon_clashes_is_asked_about_besides(
    store: MemoryStore, clerk: Clerk, invitations: Invitations
) -> None:
    days = weekly(4)
    dentists = [
        replace(INVITED, id=f"home:{day.id}", start=day.start, end=day.end, response=Response.ACCEPTED, title="Dentist")
        for day in (days[1], days[3])
    ]
    store.events.put([*days, *dentists])
    for _ in range(2):
        invitations.propose_answers()
    answers = [(each.target, each.arguments["response"]) for each in clerk.proposed]
    assert answers == [(days[0].id, Response.ACCEPTED), (days[1].id, Response.DECLINED)]
    assert clerk.proposed[1].reason == (
        "Ann invites you on Tue 1 Dec 08:30; it clashes with “Dentist”, Tue 1 Dec 08:30; "
        "of the series this answers that day alone"
    )


def test_a_first_day_that_clashes_is_asked_about_once(
    store: MemoryStore, clerk: Clerk, invitations: Invitations
) -> None:
    first, *others = weekly(3)
    dentist = replace(INVITED, id="home:dentist", response=Response.ACCEPTED)
    store.events.put([first, *others, dentist])
    invitations.propose_answers()
    store.events.put([replace(others[0], start=first.start, end=first.end)])
    for _ in range(2):
        invitations.propose_answers()
    assert [each.target for each in clerk.proposed] == [first.id, others[0].id]


def test_a_day_that_could_not_be_asked_about_is_asked_about_before_the_others(
    store: MemoryStore, clerk: Clerk, invitations: Invitations
) -> None:
    first, *_ = days = weekly(3)
    store.events.put(days)
    clerk.is_busy = True
    for _ in range(2):
        invitations.propose_answers()
    assert [each.target for each in clerk.proposed] == [first.id]
