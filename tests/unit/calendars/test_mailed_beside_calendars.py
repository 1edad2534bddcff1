"""What a calendar knows of, or soon will, is answered there; one that cannot be read holds up no invitation."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from application.calendars.invitations import OF_MAIL, PROPOSED
from application.ports.action_log import ActionQuery
from application.proposing.rule_book import WATCHING
from domain.actions import Status
from domain.calendar import Attendee, Event, Response
from domain.errors import AlfredError, CannotBe, TryLater
from domain.kinds import Kind
from domain.messages import Address
from tests.unit.calendars.post import ANN, HOUR, LUNCH, Post, calendar_text, together
from tests.unit.chat.house import OWNER


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
