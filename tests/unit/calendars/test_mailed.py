"""An invitation that only a mail knows of is answered by mail, once, and as shown."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from email.parser import BytesParser
from email.policy import SMTP
from pathlib import Path

import pytest

from adapters.ics import IcsReader
from adapters.mime.writer import MimeWriter
from application.acting.drafting import Proposal
from application.calendars.invitations import OF_MAIL, PROPOSED
from application.chat.registry import Errand, Reader
from application.ports.action_log import ActionQuery
from application.proposing.rule_book import WATCHING
from domain.actions import Status
from domain.calendar import Attendee, Event, Response
from domain.codec import Json
from domain.errors import AlfredError, CannotBe, Invalid, TryLater
from domain.invitations import Method
from domain.kinds import Kind, Risk
from domain.messages import Address
from tests.unit.calendars.post import ANN, HOUR, LUNCH, Post, calendar_text, together
from tests.unit.chat.house import OWNER, House


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return Post(House(tmp_path))


def answer_in(content: bytes) -> str:
    parts = BytesParser(policy=SMTP).parsebytes(content).walk()
    (part,) = [each for each in parts if each.get_content_subtype() == "calendar"]
    assert part.get_param("method") == "REPLY"
    text = part.get_payload(decode=True)
    assert isinstance(text, bytes)
    return text.decode()


def test_the_organizer_hears_the_answer_once_it_is_approved(post: Post) -> None:
    message = post.arrive(calendar_text("REQUEST"))
    (action,) = post.proposed(Kind.ANSWER_INVITATION)
    assert (action.target, action.risk, action.title) == (message.id, Risk.APPROVAL, "Accept “Lunch” from Ann")
    assert post.sent() == []
    assert post.house.actions.approve(action.id, action.digest).status is Status.EXECUTED
    (content,) = post.sent()
    (answer,) = IcsReader().read(answer_in(content), "UTC")
    assert (answer.method, answer.uid, answer.sequence) == (Method.REPLY, "lunch@example.org", 2)
    assert [(each.address.address, each.response) for each in answer.attendees] == [(OWNER.address, Response.ACCEPTED)]
    assert answer.organizer is not None
    assert answer.organizer.address == ANN


def test_what_is_shown_is_the_calendar_that_is_sent(post: Post) -> None:
    post.arrive(calendar_text("REQUEST"))
    (action,) = post.proposed(Kind.ANSWER_INVITATION)
    shown = MimeWriter().show(post.house.store.outbox.get(action.payload.mime))
    assert (shown.subject, shown.text, [each.address for each in shown.to]) == (
        "Accepted: Lunch",
        "I will be there.",
        [ANN],
    )
    assert shown.calendars[0].splitlines()[3] == "METHOD:REPLY"
    post.house.actions.approve(action.id, action.digest)
    assert answer_in(post.sent()[0]).split() == shown.calendars[0].split()


@pytest.mark.parametrize(
    ("response", "subject", "mark"),
    [("declined", "Declined: Lunch", "DECLINED"), ("tentative", "Tentative: Lunch", "TENTATIVE")],
)
def test_another_answer_changes_all_that_says_it_and_nothing_else_can_be_chosen(
    post: Post, response: str, subject: str, mark: str
) -> None:
    post.arrive(calendar_text("REQUEST"))
    (action,) = post.proposed(Kind.ANSWER_INVITATION)
    wanted: dict[str, Json] = {"response": response, "to": ["eve@evil.example"], "uid": "x", "cc": [ANN]}
    edited = post.house.actions.edit(action.id, wanted)
    assert edited.digest != action.digest
    assert (edited.payload.to, edited.payload.cc, edited.payload.uid) == ((ANN,), (), "lunch@example.org")
    assert edited.payload.subject == subject
    assert "I will be there" not in edited.payload.text
    assert f"PARTSTAT={mark}" in MimeWriter().show(post.house.store.outbox.get(edited.payload.mime)).calendars[0]


def test_what_the_owner_is_busy_with_or_away_for_is_said_and_declined(post: Post) -> None:
    post.connect()
    post.calendar.put(Event("diary:x", "diary", "memory", "diary/calendar", "Dentist", LUNCH, LUNCH + HOUR, "UTC"))
    post.arrive(calendar_text("REQUEST"))
    (action,) = post.proposed(Kind.ANSWER_INVITATION)
    assert action.payload.response is Response.DECLINED
    assert "it clashes with “Dentist”" in action.reason


def test_who_was_not_invited_cannot_answer(post: Post) -> None:
    message = post.arrive(calendar_text("REQUEST", invited="somebody@else.example"))
    assert post.proposed(Kind.ANSWER_INVITATION) == []
    with pytest.raises(CannotBe):
        post.house.actions.propose(Proposal(Kind.ANSWER_INVITATION, message.id, {"response": "accepted"}))


def test_no_answer_is_no_answer(post: Post) -> None:
    message = post.arrive(calendar_text("REQUEST"))
    with pytest.raises(Invalid):
        post.house.actions.propose(Proposal(Kind.ANSWER_INVITATION, message.id, {"response": "needs_action"}))


def test_one_of_a_series_is_answered_by_when_it_was_planned(post: Post) -> None:
    post.arrive(calendar_text("REQUEST", f"RECURRENCE-ID:{LUNCH:%Y%m%dT%H%M%SZ}"))
    (action,) = post.proposed(Kind.ANSWER_INVITATION)
    (shown,) = MimeWriter().show(post.house.store.outbox.get(action.payload.mime)).calendars
    assert IcsReader().read(shown, "UTC")[0].occurrence == LUNCH


def test_each_of_several_invitations_in_one_mail_is_answered_as_itself(post: Post) -> None:
    board = calendar_text("REQUEST", uid="board@example.org").replace("SUMMARY:Lunch", "SUMMARY:Board")
    post.arrive(together(calendar_text("REQUEST"), board))
    waiting = post.proposed(Kind.ANSWER_INVITATION)
    assert {action.title for action in waiting} == {"Accept “Lunch” from Ann", "Accept “Board” from Ann"}
    shown = {MimeWriter().show(post.house.store.outbox.get(action.payload.mime)).subject for action in waiting}
    assert shown == {"Accepted: Lunch", "Accepted: Board"}
    for action in waiting:
        post.house.actions.approve(action.id, action.digest)
    answers = [each for content in post.sent() for each in IcsReader().read(answer_in(content), "UTC")]
    assert {each.uid for each in answers} == {"lunch@example.org", "board@example.org"}


def test_an_edit_stays_with_the_invitation_that_it_answers(post: Post) -> None:
    post.arrive(together(calendar_text("REQUEST"), calendar_text("REQUEST", uid="board@example.org")))
    board = next(each for each in post.proposed(Kind.ANSWER_INVITATION) if each.payload.uid == "board@example.org")
    edited = post.house.actions.edit(board.id, {"response": "declined", "uid": "lunch@example.org"})
    assert edited.payload.uid == "board@example.org"


def test_what_the_mail_does_not_invite_to_cannot_be_answered(post: Post) -> None:
    message = post.arrive(calendar_text("REQUEST"))
    for stray in ({"uid": "board@example.org"}, {"uid": "lunch@example.org", "occurrence": "20261201T040000Z"}):
        with pytest.raises(CannotBe):
            post.house.actions.propose(Proposal(Kind.ANSWER_INVITATION, message.id, {"response": "accepted", **stray}))


def test_which_of_several_is_answered_must_be_said(post: Post) -> None:
    message = post.arrive(together(calendar_text("REQUEST"), calendar_text("REQUEST", uid="board@example.org")))
    with pytest.raises(Invalid, match="several"):
        post.house.actions.propose(Proposal(Kind.ANSWER_INVITATION, message.id, {"response": "accepted"}))


@pytest.mark.parametrize("written", ["20261124T120000", "20261124T040000Z"])
def test_an_occurrence_is_the_same_to_who_proposes_and_to_who_writes(post: Post, written: str) -> None:
    post.arrive(calendar_text("REQUEST", f"RECURRENCE-ID:{written}"))
    (action,) = post.proposed(Kind.ANSWER_INVITATION)
    assert action.payload.occurrence == "20261124T040000Z"


def test_an_occurrence_of_whole_days_is_named_by_its_date(post: Post) -> None:
    days = calendar_text("REQUEST", "RECURRENCE-ID;VALUE=DATE:20261124")
    days = days.replace(f"DTSTART:{LUNCH:%Y%m%dT%H%M%SZ}", "DTSTART;VALUE=DATE:20261124")
    post.arrive(days.replace(f"DTEND:{LUNCH + HOUR:%Y%m%dT%H%M%SZ}", "DTEND;VALUE=DATE:20261125"))
    (action,) = post.proposed(Kind.ANSWER_INVITATION)
    assert action.payload.occurrence == "20261124"


def test_what_a_calendar_knows_is_answered_there(post: Post) -> None:
    post.connect()
    known = Event("diary:x", "diary", "memory", "diary/calendar", "Lunch", LUNCH, LUNCH + HOUR, "UTC")
    post.calendar.put(Event(**{name: getattr(known, name) for name in known.__slots__} | {"uid": "lunch@example.org"}))
    post.arrive(calendar_text("REQUEST"))
    assert post.proposed(Kind.ANSWER_INVITATION) == post.proposed(Kind.CREATE_EVENT) == []


def test_an_invitation_that_came_before_a_calendar_could_be_read_is_proposed_when_it_was(post: Post) -> None:
    post.connect()
    post.calendar.fail_next(TryLater("down"))
    post.arrive(calendar_text("REQUEST"))
    assert post.proposed(Kind.ANSWER_INVITATION) == []
    post.house.clock.at += timedelta(hours=1)
    post.house.workshop.calendars.poll("diary/calendar")
    post.house.workshop.calendars.poll("diary/calendar")
    assert len(post.proposed(Kind.ANSWER_INVITATION)) == len(post.proposed(Kind.CREATE_EVENT)) == 1


def invited(start: datetime = LUNCH) -> Event:
    """The lunch as a provider enters it that found it in the mail."""
    event = Event("diary:x", "diary", "memory", "diary/calendar", "Lunch", start, start + HOUR, "UTC")
    owner = Attendee(OWNER, is_owner=True)
    ann = Address("Ann", ANN)
    return replace(event, uid="lunch@example.org", organizer=ann, attendees=(owner,), response=Response.NEEDS_ACTION)


def cards(post: Post) -> list[Kind]:
    items = post.house.store.actions.list(ActionQuery(status=Status.PROPOSED), None, 50).items
    return sorted(action.kind for action in items)


def test_what_a_provider_enters_after_the_calendar_was_read_is_answered_there_alone(post: Post) -> None:
    post.connect()
    post.poll()
    post.house.clock.at += timedelta(minutes=1)
    post.arrive(calendar_text("REQUEST"), age=timedelta(seconds=30))
    assert cards(post) == []
    post.calendar.put(invited())
    for _ in range(3):
        post.house.clock.at += timedelta(minutes=1)
        post.poll()
    assert cards(post) == [Kind.RESPOND_EVENT]


def test_what_a_provider_enters_late_takes_the_place_of_what_was_proposed_on_its_mail(post: Post) -> None:
    post.connect()
    post.arrive(calendar_text("REQUEST"))
    assert cards(post) == [Kind.ANSWER_INVITATION, Kind.CREATE_EVENT]
    post.calendar.put(invited())
    post.poll()
    assert cards(post) == [Kind.RESPOND_EVENT]


def test_a_calendar_that_cannot_be_read_for_hours_holds_up_no_invitation(post: Post) -> None:
    post.connect()
    post.poll()
    post.arrive(calendar_text("REQUEST"), age=timedelta(0))
    counts = []
    for hours in (5, 2):
        post.house.clock.at += timedelta(hours=hours)
        post.calendar.fail_next(TryLater("down"))
        post.poll()
        counts.append(len(cards(post)))
    assert counts == [0, 2]


def test_what_stands_in_somebody_elses_calendar_is_neither_known_nor_answered_there(post: Post) -> None:
    post.connect()
    post.calendar.put(replace(invited(), foreign=True))
    post.arrive(calendar_text("REQUEST"))
    assert cards(post) == [Kind.ANSWER_INVITATION, Kind.CREATE_EVENT]
    post.arrive(calendar_text("CANCEL"))
    assert cards(post) == []


def test_an_answer_that_was_proposed_before_its_uid_was_noted_gives_way_too(post: Post) -> None:
    post.connect()
    post.arrive(calendar_text("REQUEST"))
    kept = post.house.store.preferences
    for name in kept.names(PROPOSED + OF_MAIL):
        kept.delete(name)
    post.calendar.put(invited())
    post.poll()
    assert Kind.ANSWER_INVITATION not in cards(post)


def test_another_invitation_to_that_hour_is_named(post: Post) -> None:
    post.connect()
    post.calendar.put(replace(invited(), uid="board@example.org", title="Board"))
    post.arrive(calendar_text("REQUEST"))
    [answer] = post.proposed(Kind.ANSWER_INVITATION)
    assert answer.reason.endswith("you are free then, but “Board” asks for that time too")


FAR = timedelta(days=250)


def far_away() -> str:
    """An invitation to what lies beyond all copies."""
    text = calendar_text("REQUEST")
    for moment in (LUNCH, LUNCH + HOUR):
        text = text.replace(f"{moment:%Y%m%dT%H%M%SZ}", f"{moment + FAR:%Y%m%dT%H%M%SZ}")
    return text


def test_a_calendar_that_was_never_read_holds_up_no_invitation_for_long(post: Post) -> None:
    post.connect()
    post.calendar.fail_next(TryLater("down"))
    post.arrive(calendar_text("REQUEST"), age=timedelta(days=2))
    counts = [len(cards(post))]
    for hours in (5, 2):
        post.house.clock.at += timedelta(hours=hours)
        post.calendar.fail_next(TryLater("down"))
        post.poll()
        counts.append(len(cards(post)))
    assert counts == [0, 0, 2]


@pytest.mark.parametrize(("trouble", "counts"), [(TryLater("down"), [0, 0, 2]), (CannotBe("no"), [2, 2, 2])])
def test_a_calendar_that_cannot_be_asked_is_waited_for_where_that_helps_and_not_for_ever(
    post: Post, trouble: AlfredError, counts: list[int]
) -> None:
    post.connect()
    post.calendar.trouble = trouble
    post.arrive(far_away())
    found = [len(cards(post))]
    for hours in (5, 2):
        post.house.clock.at += timedelta(hours=hours)
        post.poll()
        found.append(len(cards(post)))
    assert found == counts
    assert post.house.store.messages.set_aside_since(LUNCH - FAR) == ()


def test_mail_comes_in_while_a_calendar_is_asked(post: Post) -> None:
    post.connect()
    kept = post.house.workshop.calendars.mailed
    came_in: list[bool] = []

    def put_off() -> None:
        thread = threading.Thread(target=lambda: kept.put_off(kept.asked_in([message])), daemon=True)
        thread.start()
        thread.join(5)
        came_in.append(not thread.is_alive())

    message = post.arrive(calendar_text("REQUEST"))
    post.calendar.before = put_off
    post.arrive(far_away())
    assert came_in == [True]


def test_a_calendar_is_asked_about_what_lies_beyond_its_copies(post: Post) -> None:
    post.connect()
    post.calendar.put(invited(LUNCH + FAR))
    text = far_away()
    post.arrive(text)
    post.arrive(text.replace("lunch@example.org", "dinner@example.org"))
    assert [each.payload.uid for each in post.proposed(Kind.ANSWER_INVITATION)] == ["dinner@example.org"]


def test_an_invitation_that_came_while_alfred_only_watched_is_proposed_afterwards(post: Post) -> None:
    post.connect()
    post.house.store.preferences.put(WATCHING, True)
    post.arrive(calendar_text("REQUEST"))
    assert post.proposed(Kind.ANSWER_INVITATION) == []
    post.house.store.preferences.delete(WATCHING)
    post.house.workshop.calendars.poll("diary/calendar")
    assert len(post.proposed(Kind.ANSWER_INVITATION)) == 1


def test_the_chat_answers_what_only_a_mail_knows_of(post: Post) -> None:
    message = post.arrive(calendar_text("REQUEST"))
    (waiting,) = post.proposed(Kind.ANSWER_INVITATION)
    run = post.house.registry.run
    same = run("respond_to_event", {"event": "lunch", "response": "accepted"}, Errand(()), Reader.OWNER)
    assert [action.id for action in same.actions] == [waiting.id]
    no = {"event": "Ann", "response": "declined", "comment": "I am away."}
    (action,) = run("respond_to_event", no, Errand(()), Reader.OWNER).actions
    assert (action.id, action.target, action.status) == (waiting.id, message.id, Status.PROPOSED)
    assert action.digest != waiting.digest
    assert [each.id for each in post.proposed(Kind.ANSWER_INVITATION)] == [waiting.id]
    assert (action.payload.subject, action.payload.text) == ("Declined: Lunch", "I am away.")
    assert run("respond_to_event", {"event": "the opera"}, Errand(()), Reader.OWNER).failed
    post.arrive(calendar_text("CANCEL"))
    assert post.proposed(Kind.ANSWER_INVITATION) == []


@pytest.mark.parametrize(
    "other",
    [
        calendar_text("REQUEST", uid=f"board-{'x' * 90}@example.org"),
        calendar_text("REQUEST", f"RECURRENCE-ID:{LUNCH + timedelta(weeks=1):%Y%m%dT%H%M%SZ}"),
    ],
)
def test_what_the_owner_answered_himself_closes_the_answer_to_that_alone(post: Post, other: str) -> None:
    message = post.arrive(together(calendar_text("REQUEST"), other))
    first, second = post.proposed(Kind.ANSWER_INVITATION)
    for answered, open_ones in ((first, [second]), (second, [])):
        letter = post.house.store.outbox.get(answered.payload.mime)
        post.sent_by_hand(letter, message)
        post.house.actions.recheck([message.id])
        assert [each.id for each in post.proposed(Kind.ANSWER_INVITATION)] == [each.id for each in open_ones]
