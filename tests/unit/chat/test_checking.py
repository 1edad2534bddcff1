"""The second look, and the honesty of what is said."""

from __future__ import annotations

import json
import time

import pytest

from application.chat.turn import Done, ProposalMade
from application.ports.model import Role
from domain.claims import Deeds, unfounded_claims
from domain.errors import TryLater
from domain.kinds import Kind
from tests.unit.chat.house import House, calls, text_of

FINE = '{"fine": true, "missing": ""}'
NOTE = "For the record"


def lacking(what: str) -> str:
    return json.dumps({"fine": False, "missing": what})


def archive(*ids: str) -> object:
    return calls(("archive_mail", {"message_ids": list(ids)}))


def test_a_turn_that_changed_something_is_reviewed_once(house: House) -> None:
    id = house.receive("Offer")
    critic = house.serve(FINE, role=Role.CRITIC)
    house.serve(archive(id), "It waits, sir.")
    house.talk("Archive the offer")
    assert len(critic.questions) == 1
    assert "archive_mail" in critic.questions[0].turns[0].text


def test_a_turn_that_only_read_is_not_reviewed(house: House) -> None:
    critic = house.serve(FINE, role=Role.CRITIC)
    house.serve(calls(("search_mail", {})), "Nothing, sir.")
    house.talk("Any mail?")
    assert critic.questions == []


def test_what_was_left_out_is_done_afterwards(house: House) -> None:
    first, second = house.receive("Offer"), house.receive("Advert")
    critic = house.serve(lacking("the advert"), FINE, role=Role.CRITIC)
    model = house.serve(archive(first), "The offer waits.", archive(second), "The advert too.")
    happened = house.talk("Archive the offer and the advert")
    assert "Left out so far: the advert" in model.questions[2].turns[-1].text
    assert [each.action.target for each in happened if isinstance(each, ProposalMade)] == [first, second]
    assert len(critic.questions) == 2


def test_the_critic_has_a_turn_repeated_at_most_twice_and_nothing_is_proposed_twice(house: House) -> None:
    id = house.receive("Offer")
    critic = house.serve(*[lacking("everything")] * 9, role=Role.CRITIC)
    house.serve(*[archive(id), "It waits."] * 9)
    happened = house.talk("Archive the offer")
    assert len(critic.questions) == 2
    assert text_of(happened) == "It waits.\n\nIt waits.\n\nIt waits."
    assert len(house.store.actions.open_for([id])) == 1
    assert len([each for each in happened if isinstance(each, ProposalMade)]) == 1


@pytest.mark.parametrize("answer", [TryLater("busy"), "no JSON", "{}", "[]", '{"fine": 0}', "null"])
def test_a_critic_that_fails_lets_the_turn_pass(house: House, answer: str | TryLater) -> None:
    id = house.receive("Offer")
    house.serve(answer, role=Role.CRITIC)
    house.serve(archive(id), "It waits.")
    happened = house.talk("Archive the offer")
    assert isinstance(happened[-1], Done)
    assert text_of(happened) == "It waits."


@pytest.mark.parametrize(
    "lie",
    [
        "I have archived the newsletters, sir.",
        "I've archived all of them.",
        "I archived 12 newsletters.",
        "The newsletters have been archived.",
        "The newsletters are now archived.",
        "Very good, sir. Archived.",
        "No worries, I have just deleted them.",
        "I have sent your reply to Ann.",
        "Your reply has been sent.",
        "Sent.",
        "I have replied to Ann and forwarded the invoice.",
        "I have unsubscribed you.",
        "I have added a reminder for Friday.",
        "I have removed the offers from your inbox.",
        "I have paid the invoice.",
        "Consider it done, sir.",
        "Done.",
        "It is done, sir.",
    ],
)
def test_a_model_that_claims_what_it_did_not_do_is_set_right(house: House, lie: str) -> None:
    house.serve(lie)
    happened = house.talk("Clear my newsletters")
    assert NOTE in text_of(happened)
    assert isinstance(happened[-1], Done)
    assert NOTE in happened[-1].entry.text


@pytest.mark.parametrize(
    "truth",
    [
        "The newsletters wait for your approval, sir.",
        "I have proposed to archive 12 newsletters.",
        "I have not archived anything.",
        "Nothing has been archived.",
        "No mail has been sent.",
        "Once you approve, I shall have archived them.",
        "Acme has sent an escalation; Priya has replied to it.",
        "The flight has been cancelled by the airline.",
        "A mail was sent to you by Ann on Friday.",
        "Ann writes: “I have archived the files and sent the report.”",
        "Bob has answered; your order was sent on Monday.",
        "Shall I have it archived?",
        "I have noted three deadlines in that letter.",
        "Scheduled maintenance is on Tuesday.",
        "You answered this on Friday.",
        "I have looked through your mail and found nothing.",
        "Your parcel has been sent.",
        "If I had archived it, you would have seen it.",
    ],
)
def test_what_is_true_or_told_of_others_stands_without_a_note(house: House, truth: str) -> None:
    house.serve(truth)
    assert text_of(house.talk("What is new?")) == truth


def test_a_claim_that_the_log_bears_out_stands(house: House) -> None:
    house.serve(calls(("add_task", {"title": "Call Ann"})), "I have added the task, sir. Done.")
    assert NOTE not in text_of(house.talk("Remind me to call Ann"))


def test_a_proposal_is_no_deed_and_the_note_says_that_it_waits(house: House) -> None:
    id = house.receive("Offer")
    house.serve(archive(id), "I have archived the offer.")
    said = text_of(house.talk("Archive the offer"))
    assert NOTE in said
    assert said.endswith("What waits for your approval: 1.")


def test_a_draft_that_waits_may_be_called_drafted_but_not_sent(house: House) -> None:
    reply = ("reply_to_mail", {"message_id": house.receive("Lunch?"), "text": "Gladly."})
    house.serve(calls(reply), "I have drafted a reply; it waits.", calls(reply), "I have sent the reply.")
    assert NOTE not in text_of(house.talk("Answer Ann"))
    assert NOTE in text_of(house.talk("Answer Ann"))


def test_what_was_approved_since_may_be_claimed_in_a_later_turn(house: House) -> None:
    id = house.receive("Offer")
    house.serve(archive(id), "It waits, sir.", "I have archived it, sir.")
    conversation = house.chat.begin().id
    house.talk("Archive the offer", conversation=conversation)
    (action,) = house.store.actions.open_for([id])
    house.actions.approve(action.id, action.digest)
    assert NOTE not in text_of(house.talk("Did you?", conversation=conversation))


def test_one_deed_does_not_cover_for_another() -> None:
    done = Deeds(frozenset({Kind.LABEL}))
    assert unfounded_claims("I have labelled it and deleted it.", done) == ()
    assert unfounded_claims("I have labelled it. I have deleted it.", done) == ("I have deleted",)


def test_a_wide_gap_hides_no_claim_and_takes_no_time() -> None:
    gap = "\n" * 50_000 + " " * 50_000 + "\r\n" * 50_000
    begun = time.process_time()
    assert unfounded_claims(f"Very well, sir.{gap}Archived.{gap}", Deeds()) == ("Archived",)
    assert time.process_time() - begun < 10
