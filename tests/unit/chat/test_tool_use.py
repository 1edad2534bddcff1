"""The model calls tools itself: rounds, pairs, errors it can mend, and endings that lose nothing."""

from __future__ import annotations

import pytest

from application.acting.actions import READ_AGAIN, WORDED_ANEW
from application.acting.drafting import Proposal
from application.chat.registry import Errand, Found, Reader
from application.chat.tool_use import OUT_OF_ROUNDS
from application.chat.turn import Broke, Done, ProposalMade, Round, ToolUsed
from application.ports.action_log import ActionQuery
from application.ports.model import Answer, Question
from domain.actions import Status
from domain.chat import Role as Who
from domain.codec import Json
from domain.errors import Conflict, TryLater
from domain.kinds import Kind
from tests.unit.chat.house import NOW, House, calls, text_of


def test_a_tool_is_called_and_the_answer_follows_in_the_next_round(house: House) -> None:
    id = house.receive("Export broken")
    model = house.serve(calls(("search_mail", {"query": "export"}), text="Let me look."), "One mail from Ann, sir.")
    happened = house.talk("Anything about the export?")
    assert [each.number for each in happened if isinstance(each, Round)] == [1, 2]
    assert text_of(happened) == "Let me look.One mail from Ann, sir."
    assert isinstance(happened[-1], Done)
    assert id in model.questions[1].turns[-1].results[0].text


def test_calls_of_one_turn_come_back_in_order_each_with_its_own_result(house: House) -> None:
    house.receive("Apples")
    house.receive("Pears")
    model = house.serve(
        calls(("search_mail", {"query": "pears"}), ("list_tasks", {}), ("search_mail", {"query": "apples"})), "Done."
    )
    house.talk("Look for pears and apples")
    results = model.questions[1].turns[-1].results
    assert [result.call_id for result in results] == ["c0", "c1", "c2"]
    assert ["Pears" in result.text for result in results] == [True, False, False]
    assert "Apples" in results[2].text


def test_calls_that_bear_the_same_id_are_still_answered_each_by_its_own_result(house: House) -> None:
    house.receive("Apples")
    twice = calls(("search_mail", {"query": "apples"}), ("list_tasks", {}))
    same = tuple(type(call)("same", call.name, call.arguments) for call in twice.calls)
    model = house.serve(Answer("", same, "tools"), "There.")
    house.talk("Look")
    apples, tasks = model.questions[1].turns[-1].results
    assert "Apples" in apples.text
    assert "task" in tasks.text


def test_a_tool_nobody_knows_is_refused_and_named(house: House) -> None:
    model = house.serve(calls(("BankManagerTransferFunds", {"amount": 1})), "I cannot, sir.")
    happened = house.talk("Pay")
    result = model.questions[1].turns[-1].results[0]
    assert result.is_error
    assert "no tool called 'BankManagerTransferFunds'" in result.text
    assert [each.step.failed for each in happened if isinstance(each, ToolUsed)] == [True]


def test_wrong_arguments_come_back_as_an_error_that_the_model_mends(house: House) -> None:
    house.receive("Export broken")
    model = house.serve(
        calls(("search_mail", {"query": "export", "limit": "ten"})), calls(("search_mail", {"query": "export"})), "One."
    )
    happened = house.talk("Find it")
    assert "arguments.limit" in model.questions[1].turns[-1].results[0].text
    assert [each.step.failed for each in happened if isinstance(each, ToolUsed)] == [True, False]


def test_a_model_that_never_stops_calling_is_ended_courteously_after_five_rounds(house: House) -> None:
    house.serve(*(calls(("search_mail", {"query": f"round {number}"})) for number in range(9)))
    happened = house.talk("Find everything")
    assert [each.number for each in happened if isinstance(each, Round)] == [1, 2, 3, 4, 5]
    assert OUT_OF_ROUNDS in text_of(happened)
    assert isinstance(happened[-1], Done)


def test_a_model_that_repeats_itself_runs_nothing_twice(house: House) -> None:
    id = house.receive("Offer")
    again = calls(("archive_mail", {"message_ids": [id]}))
    house.serve(again, again, again)
    happened = house.talk("Archive the offer")
    assert len([each for each in happened if isinstance(each, ToolUsed)]) == 1
    assert len(house.store.actions.open_for([id])) == 1


@pytest.mark.parametrize("to", [{}, {"to": ["bob@acme.example"]}])
def test_a_letter_that_is_asked_for_in_two_turns_waits_once(house: House, to: dict[str, Json]) -> None:
    id = house.receive("Lunch")
    letters: list[tuple[str, dict[str, Json]]] = [
        ("send_mail", {"to": ["ann@acme.example"], "subject": "Lunch", "text": "At noon?"}),
        ("reply_to_mail", {"message_id": id, "text": "At noon?"} | to),
        ("forward_mail", {"message_id": id, "to": ["bob@acme.example"]}),
    ]
    for tainted in (False, True):
        for tool, arguments in letters:
            house.registry.run(tool, arguments, Errand((), tainted), Reader.OWNER)
    assert house.store.actions.count(Status.PROPOSED) == len(letters)


def test_a_letter_to_others_or_under_another_subject_is_another(house: House) -> None:
    id = house.receive("Lunch")
    for letter in ({"text": "Yes."}, {"text": "No.", "to": ["bob@acme.example"]}):
        house.registry.run("reply_to_mail", {"message_id": id, **letter}, Errand(()), Reader.OWNER)
    for subject in ("Lunch", "Dinner"):
        letter = {"to": ["ann@acme.example"], "subject": subject, "text": "Shall we?"}
        house.registry.run("send_mail", letter, Errand(()), Reader.OWNER)
    assert house.store.actions.count(Status.PROPOSED) == 4


@pytest.mark.parametrize(
    ("tool", "letter"),
    [
        ("send_mail", {"to": ["ann@acme.example", "bob@acme.example"], "subject": "Lunch"}),
        ("reply_to_mail", {}),
        ("reply_to_mail", {"to": ["Ann <ann@acme.example>"]}),
        ("forward_mail", {"to": ["bob@acme.example"]}),
    ],
)
def test_a_letter_in_other_words_takes_the_place_of_the_one_that_waits(
    house: House, tool: str, letter: dict[str, Json]
) -> None:
    errand = Errand(())
    if tool != "send_mail":
        letter = {"message_id": house.receive("Lunch")} | letter
    for text in ("At noon?", "Would noon suit you?", "At noon?"):
        house.registry.run(tool, letter | {"text": text}, errand, Reader.OWNER)
    (waiting,) = house.store.actions.list(ActionQuery(status=Status.PROPOSED)).items
    assert waiting.payload.text == "At noon?"
    assert READ_AGAIN in waiting.warnings
    withdrawn = house.store.actions.list(ActionQuery(status=Status.SUPERSEDED)).items
    assert [each.error for each in withdrawn] == [WORDED_ANEW] * 2


def test_letters_without_a_subject_are_as_many_as_their_words(house: House) -> None:
    for text in ("Noon?", "Bring the plans."):
        letter = {"to": ["ann@acme.example"], "subject": "", "text": text}
        house.registry.run("send_mail", letter, Errand(()), Reader.OWNER)
    assert house.store.actions.count(Status.PROPOSED) == 2


def test_the_same_people_named_in_another_way_are_the_same(house: House) -> None:
    ann, bob = "ann@acme.example", "bob@acme.example"
    for to in ([ann, bob], [bob, f"Ann <{ann.title()}>"]):
        house.registry.run("send_mail", {"to": to, "subject": "Lunch", "text": "Noon?"}, Errand(()), Reader.OWNER)
    assert house.store.actions.count(Status.PROPOSED) == 1


def test_what_the_owner_wrote_himself_stays_beside_other_words(house: House) -> None:
    id = house.receive("Lunch")
    (first,) = house.registry.run("reply_to_mail", {"message_id": id, "text": "Yes."}, Errand(()), Reader.OWNER).actions
    house.actions.edit(first.id, {"text": "Yes, gladly."})
    house.registry.run("reply_to_mail", {"message_id": id, "text": "Certainly."}, Errand(()), Reader.OWNER)
    waiting = house.store.actions.list(ActionQuery(status=Status.PROPOSED)).items
    assert {each.payload.text for each in waiting} == {"Yes, gladly.", "Certainly."}


@pytest.mark.parametrize(("before", "after", "waiting"), [(False, True, 2), (True, True, 1), (True, False, 1)])
def test_outside_text_takes_the_place_of_no_letter_of_an_earlier_turn_that_it_had_no_say_in(
    house: House, before: bool, after: bool, waiting: int
) -> None:
    for tainted, text in ((before, "I accept."), (after, "I decline.")):
        letter: dict[str, Json] = {"to": ["ann@acme.example"], "subject": "Your offer", "text": text}
        house.registry.run("send_mail", letter, Errand((), tainted=tainted), Reader.OWNER)
    assert house.store.actions.count(Status.PROPOSED) == waiting


@pytest.mark.parametrize(("about", "found"), [("", "50 actions"), ("lease", "1 action about “lease”")])
def test_more_that_waits_than_is_looked_at_is_said(house: House, about: str, found: str) -> None:
    for number in range(57):
        house.actions.propose(Proposal(Kind.ARCHIVE, house.receive(f"Offer {number}")))
    house.actions.propose(Proposal(Kind.ARCHIVE, house.receive("Lease")))
    said = house.registry.run("list_actions", {"about": about}, Errand(()), Reader.OWNER).said
    assert said == f"{found} for your approval; I looked at the newest 50 of 58"


def test_what_a_halt_held_up_is_done_when_it_is_asked_for_again(house: House) -> None:
    def label() -> Found:
        return house.registry.run("label_mail", {"message_ids": [id], "label": "Taxes"}, Errand(()), Reader.OWNER)

    id = house.receive("Return")
    house.halt.halt("enough", NOW)
    held_up = label()
    house.halt.resume()
    assert held_up.text.startswith("Held up by a halt or the limit of an hour, and done after it: 1.")
    assert [action.status for action in label().actions] == [Status.EXECUTED]
    assert house.store.actions.count(Status.PROPOSED) == 0


def test_a_proposal_becomes_a_card_and_no_deed(house: House) -> None:
    id = house.receive("Newsletter")
    house.serve(calls(("archive_mail", {"message_ids": [id]})), "It waits for your approval, sir.")
    happened = house.talk("Archive the newsletters")
    (card,) = [each.action for each in happened if isinstance(each, ProposalMade)]
    assert (card.kind, card.status) == (Kind.ARCHIVE, Status.PROPOSED)
    assert house.effects() == []


def test_a_stream_that_is_cut_ends_clearly_and_keeps_what_was_said(house: House) -> None:
    house.serve("The export is broken since Friday.").cut_after = 2
    conversation = house.chat.begin().id
    *_, last = house.talk("What is it?", conversation=conversation)
    assert isinstance(last, Broke)
    assert last.code == "cut_off"
    owner, alfred = house.store.conversations.entries(conversation)
    assert (owner.text, alfred.text, alfred.ended) == ("What is it?", "The export ", "cut_off")


def test_a_stream_without_a_last_word_is_a_failure(house: House) -> None:
    model = house.serve("Never heard.")
    model.stream = lambda question: iter(())  # type: ignore[method-assign]
    *_, last = house.talk("What is it?")
    assert isinstance(last, Broke)
    assert last.code == "cut_off"


def test_the_owner_may_cut_an_answer_short(house: House) -> None:
    model = house.serve("One two three four five six.")
    conversation = house.chat.begin().id
    turn = house.chat.say(conversation, "Count")
    heard = [next(turn), next(turn)]
    assert house.chat.cancel(conversation)
    *_, last = turn
    assert isinstance(last, Broke)
    assert (last.code, last.entry.text) == ("cancelled", text_of(heard))
    assert model.closed_early == 1
    assert not house.chat.cancel(conversation)


def test_a_listener_who_leaves_loses_nothing(house: House) -> None:
    house.serve("One two three.")
    conversation = house.chat.begin().id
    turn = house.chat.say(conversation, "Count")
    heard = [next(turn), next(turn)]
    turn.close()  # type: ignore[attr-defined]
    kept = house.store.conversations.entries(conversation)[-1]
    assert (kept.text, kept.ended) == (text_of(heard), "left")


def test_two_turns_at_once_in_one_conversation_are_a_conflict(house: House) -> None:
    house.serve("One two.", "Three.")
    conversation = house.chat.begin().id
    first = house.chat.say(conversation, "Count")
    next(first)
    with pytest.raises(Conflict, match="still being written"):
        next(house.chat.say(conversation, "And me"))
    assert isinstance(list(first)[-1], Done)
    assert isinstance(house.talk("Now me", conversation=conversation)[-1], Done)


def test_a_bug_in_a_turn_keeps_what_was_said_and_frees_the_conversation(house: House) -> None:
    def breaks(_: Question) -> Answer:
        raise ZeroDivisionError

    house.serve(breaks, "Better now.")
    conversation = house.chat.begin().id
    with pytest.raises(ZeroDivisionError):
        house.talk("Hello", conversation=conversation)
    assert [entry.role for entry in house.store.conversations.entries(conversation)] == [Who.OWNER, Who.ALFRED]
    assert isinstance(house.talk("Hello again", conversation=conversation)[-1], Done)


def test_the_next_model_in_line_answers_where_the_first_cannot_begin(house: House) -> None:
    house.serve(TryLater("overloaded", code="busy"))
    second = house.serve("At your service.")
    happened = house.talk("Hello")
    assert text_of(happened) == "At your service."
    assert isinstance(happened[-1], Done)
    assert happened[-1].entry.model == second.name


def test_what_was_begun_is_not_begun_again_by_another_model(house: House) -> None:
    house.serve("One two three.").cut_after = 1
    second = house.serve("At your service.")
    assert isinstance(house.talk("Hello")[-1], Broke)
    assert second.questions == []
