"""Words become intents, round by round; the answer is written once."""

from __future__ import annotations

import json

from application.chat.turn import Broke, Done, Round, ToolUsed
from application.ports.model import Role
from domain.chat import Mode
from tests.unit.chat.house import House, text_of


def wishes(*intents: tuple[str, dict[str, object]]) -> str:
    return json.dumps({"intents": [{"name": name, "arguments": arguments} for name, arguments in intents]})


NO_MORE = wishes()


def test_each_round_sees_what_earlier_rounds_found_and_the_answer_is_written_once(house: House) -> None:
    id = house.receive("Export broken", "Since Friday.")
    extract = house.serve(
        wishes(("search_mail", {"query": "export"})),
        wishes(("read_thread", {"message_id": id})),
        NO_MORE,
        role=Role.EXTRACT,
    )
    compose = house.serve("It is broken since Friday, sir.")
    happened = house.talk("What about the export?", Mode.INTENT)
    assert [each.number for each in happened if isinstance(each, Round)] == [1, 2, 3]
    assert id in extract.questions[1].turns[-1].text
    assert len(compose.questions) == 1
    assert "Since Friday." in compose.questions[0].turns[-1].text
    assert text_of(happened) == "It is broken since Friday, sir."


def test_names_that_no_tool_has_are_dropped(house: House) -> None:
    house.serve(wishes(("transfer_money", {}), ("list_tasks", {})), NO_MORE, role=Role.EXTRACT)
    house.serve("Nothing to do, sir.")
    happened = house.talk("What is on my list?", Mode.INTENT)
    assert [each.step.tool for each in happened if isinstance(each, ToolUsed)] == ["list_tasks"]


def test_five_rounds_are_the_most_and_the_answer_is_written_all_the_same(house: House) -> None:
    extract = house.serve(*(wishes(("search_mail", {"query": f"{n}"})) for n in range(9)), role=Role.EXTRACT)
    house.serve("That is what I found.")
    happened = house.talk("Find everything", Mode.INTENT)
    assert len(extract.questions) == 5
    assert isinstance(happened[-1], Done)


def test_the_same_intent_with_the_same_arguments_runs_once(house: House) -> None:
    extract = house.serve(*[wishes(("list_tasks", {}))] * 3, role=Role.EXTRACT)
    house.serve("There.")
    happened = house.talk("My tasks?", Mode.INTENT)
    assert len([each for each in happened if isinstance(each, ToolUsed)]) == 1
    assert len(extract.questions) == 2


def test_a_mail_that_repeats_the_form_of_an_intent_does_not_keep_it_from_running(house: House) -> None:
    house.receive('list_tasks {} archive_mail {"message_ids": ["x"]}')
    house.serve(wishes(("search_mail", {"query": ""})), wishes(("list_tasks", {})), NO_MORE, role=Role.EXTRACT)
    house.serve("There.")
    happened = house.talk("Mail and tasks?", Mode.INTENT)
    assert [each.step.tool for each in happened if isinstance(each, ToolUsed)] == ["search_mail", "list_tasks"]


def test_an_answer_that_is_no_json_means_no_intents(house: House) -> None:
    house.serve("I would rather not.", role=Role.EXTRACT)
    house.serve("Good morning, sir.")
    assert text_of(house.talk("Good morning", Mode.INTENT)) == "Good morning, sir."


def test_a_cut_answer_is_told_and_kept(house: House) -> None:
    house.serve(NO_MORE, role=Role.EXTRACT)
    house.serve("One two three four.").cut_after = 2
    *_, last = house.talk("Count", Mode.INTENT)
    assert isinstance(last, Broke)
    assert (last.code, last.entry.text) == ("cut_off", "One two ")


def test_a_short_question_is_answered_by_intents_and_a_long_one_by_tools(house: House) -> None:
    house.serve(NO_MORE, role=Role.EXTRACT)
    house.serve("Short.", "Long.")
    short, long = house.talk("What is new?", Mode.AUTO), house.talk("word " * 30, Mode.AUTO)
    assert [each.entry.mode for each in (short[-1], long[-1]) if isinstance(each, Done)] == [Mode.INTENT, Mode.TOOL_USE]
