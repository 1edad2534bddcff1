"""An invitation that only a mail knows of is answered by mail, once, and as shown."""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import SMTP

import pytest

from adapters.ics import IcsReader
from adapters.mime.writer import MimeWriter
from application.acting.drafting import Proposal
from application.chat.registry import Errand, Reader
from domain.actions import Status
from domain.calendar import Event, Response
from domain.codec import Json
from domain.errors import CannotBe, Invalid
from domain.invitations import Method
from domain.kinds import Kind, Risk
from tests.unit.calendars.post import ANN, HOUR, LUNCH, Post, calendar_text, together
from tests.unit.chat.house import OWNER


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
