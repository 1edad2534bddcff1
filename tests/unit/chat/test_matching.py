"""Talking with no model at all: questions are answered at once, and deeds are proposed."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from adapters.local.matching import LocalMatcher
from application.chat.pruning import fitting
from application.chat.service import Chat
from application.chat.tools import ALL_TOOLS
from application.chat.turn import Broke, Done, ProposalMade
from domain.actions import Status
from domain.chat import Mode
from domain.errors import SignInAgain, TryLater
from domain.messages import ME
from domain.persona import Persona
from domain.rules import starter_rules
from domain.tasks import FollowUp
from domain.triage import Category, Classification, Verdict
from tests.unit.chat.house import NOW, ZONE, House, text_of

MATCHER = LocalMatcher(ZONE)


@pytest.fixture
def home(tmp_path: Path) -> House:
    house = House(tmp_path)
    house.chat = Chat(house.workshop, house.registry, house.asked, MATCHER, Persona)
    return house


def newsletter(house: House, subject: str, ago: timedelta = timedelta(hours=1)) -> str:
    id = house.receive(subject, sender="News <news@news.example>", ago=ago)
    house.store.classifications.put([Classification(id, Verdict(Category.NEWSLETTER, 5, 0.9), NOW)])
    return id


def test_archiving_the_newsletters_gives_cards_not_deeds(home: House) -> None:
    for subject in ("Digest 1", "Digest 2"):
        newsletter(home, subject)
    home.receive("Lease")
    happenings = home.talk("Archive the newsletters", Mode.LOCAL)
    assert sorted(each.action.title for each in happenings if isinstance(each, ProposalMade)) == [
        "Archive “Digest 1” from News",
        "Archive “Digest 2” from News",
    ]
    assert home.effects() == []


def test_what_waits_already_is_not_proposed_again(home: House) -> None:
    newsletter(home, "Digest")
    home.talk("archive the newsletters", Mode.LOCAL)
    home.talk("archive the newsletters", Mode.LOCAL)
    assert home.store.actions.count(Status.PROPOSED) == 1


def test_only_what_is_old_enough_is_proposed(home: House) -> None:
    newsletter(home, "Young")
    newsletter(home, "Old", timedelta(days=20))
    said = text_of(home.talk("archive newsletters older than two weeks", Mode.LOCAL))
    assert "Old" in said
    assert "Young" not in said


def test_what_somebody_wrote_is_put_away_and_not_what_others_wrote_of_him(home: House) -> None:
    home.receive("Lunch", sender="Tom <tom@shop.example>")
    home.receive("Ask Tom", sender="Priya <priya@home.example>")
    proposed = [
        each.action.title
        for each in home.talk("delete all mails from Tom", Mode.LOCAL)
        if isinstance(each, ProposalMade)
    ]
    assert proposed == ["Delete “Lunch” from Tom"]


def test_what_only_mentions_somebody_is_said_to_do_no_more(home: House) -> None:
    home.receive("Lunch", sender="Tom <tom@shop.example>", ago=timedelta(days=40))
    home.receive("Ask Tom", sender="Priya <priya@home.example>")
    said = text_of(home.talk("anything from Tom this week?", Mode.LOCAL))
    assert said.startswith("Nothing of that was written by them; it is mentioned. Found 1 message for “Tom”")


@pytest.mark.parametrize(
    "words",
    [
        "archive newsletters older than two weeks but keep the Digest",
        "archive everything from News except the Digest",
        "delete mails from News but not the Digest",
    ],
)
def test_words_that_leave_mail_out_put_nothing_away(home: House, words: str) -> None:
    newsletter(home, "Digest", timedelta(days=20))
    assert [each for each in home.talk(words, Mode.LOCAL) if isinstance(each, ProposalMade)] == []


@pytest.mark.parametrize(
    "words",
    [
        "delete newsletters older than 1000000 days",
        "delete newsletters older than Christmas",
        "delete everything from News over Christmas",
        "delete all mails about digests older than the hills",
        "lösche newsletter älter als Ostern",
        "delete my unread newsletters",
        "archive today's newsletters",
    ],
)
def test_words_that_narrow_what_is_meant_in_a_way_that_is_not_read_put_nothing_away(home: House, words: str) -> None:
    newsletter(home, "Digest", timedelta(days=20))
    assert [each for each in home.talk(words, Mode.LOCAL) if isinstance(each, ProposalMade)] == []


def test_a_sender_whose_name_stands_within_other_words_hides_none_of_them(home: House) -> None:
    home.receive("A hat", sender="V <v@v.example>")
    happened = home.talk("delete everything from v over Christmas", Mode.LOCAL)
    assert [each for each in happened if isinstance(each, ProposalMade)] == []


@pytest.mark.parametrize("day", ["31.12.9999", "1.1.0001"])
def test_a_day_that_no_calendar_reaches_is_not_understood(home: House, day: str) -> None:
    assert text_of(home.talk(f"what's on my calendar on {day}", Mode.LOCAL)).startswith("I cannot do that")


def test_what_the_words_leave_open_is_asked_and_the_answer_understood(home: House) -> None:
    conversation = home.chat.begin().id
    asked = text_of(home.talk("set a reminder", Mode.LOCAL, conversation))
    home.talk("ring the plumber tomorrow at 9", Mode.LOCAL, conversation)
    assert asked == "What shall I put down, sir, and for when?"
    assert [task.title for task in home.store.tasks.tasks()] == ["ring the plumber"]


def test_a_question_back_can_be_turned_down(home: House) -> None:
    conversation = home.chat.begin().id
    home.talk("set a reminder", Mode.LOCAL, conversation)
    assert text_of(home.talk("never mind", Mode.LOCAL, conversation)) == "Very good, sir; I leave it at that."
    assert home.store.tasks.tasks() == ()


def test_a_reminder_says_how_its_time_was_understood(home: House) -> None:
    said = text_of(home.talk("remind me to buy milk tomorrow at 5", Mode.LOCAL))
    assert said == "Done: Add the task “buy milk”. I shall remind you on Tue 24 Nov 17:00, sir."


def test_what_a_halt_holds_up_is_not_said_to_wait_for_an_approval(home: House) -> None:
    home.halt.halt("enough", NOW)
    said = text_of(home.talk("remind me to buy milk tomorrow at 5", Mode.LOCAL))
    held_up = "Held up by a halt or the limit of an hour, and done after it: Add the task “buy milk”."
    assert said == f"{held_up} Then I shall remind you on Tue 24 Nov 17:00, sir."


def test_what_is_owed_names_whom_and_by_when(home: House) -> None:
    asked = home.receive("Lease", sender="Priya <priya@home.example>")
    home.store.tasks.put_follow_up(FollowUp("1", "Lease", ME, NOW, date(2026, 11, 27), asked))
    home.store.tasks.put_follow_up(FollowUp("2", "Quote", "raj@shop.example", NOW))
    said = text_of(home.talk("What did I promise to whom?", Mode.LOCAL)).splitlines()
    assert sorted(said[1:]) == ["• You owe Priya: Lease, by Fri 27 Nov", "• raj@shop.example owes you: Quote"]


def test_the_owner_is_addressed_once(home: House) -> None:
    assert text_of(home.talk("Good morning", Mode.LOCAL)).splitlines()[0].count("sir") == 1


def test_a_question_is_known_as_such_whatever_words_another_butler_would_have_for_it(home: House) -> None:
    conversation = home.chat.begin().id
    home.talk("set a reminder", Mode.LOCAL, conversation)
    home.chat._persona = lambda: Persona(short_address="madam")
    home.talk("ring the plumber tomorrow at 9", Mode.LOCAL, conversation)
    assert [task.title for task in home.store.tasks.tasks()] == ["ring the plumber"]


def test_mail_that_was_shown_has_no_say_in_a_reminder_set_without_a_model(home: House) -> None:
    home.receive("Lease", sender="Priya <priya@home.example>")
    conversation = home.chat.begin().id
    home.talk("anything from Priya?", Mode.LOCAL, conversation)
    home.talk("remind me to call Priya", Mode.LOCAL, conversation)
    assert [task.title for task in home.store.tasks.tasks()] == ["call Priya"]


def test_approving_by_name_shows_the_card_and_approves_nothing(home: House) -> None:
    home.talk_of(home.receive("Lease"))
    happenings = home.talk("approve the lease", Mode.LOCAL)
    assert "Lease" in text_of(happenings)
    assert home.store.actions.count(Status.PROPOSED) == 1


def test_what_takes_a_model_is_said_honestly(home: House) -> None:
    assert text_of(home.talk("Write me a sonnet", Mode.LOCAL)).startswith("I cannot do that without a model, sir.")


REQUESTS = [
    ("Forward the last email about the budget to Raj", "forward_mail"),
    ("I need to reply to the latest email from Sofia with 'Got it'", "reply_to_mail"),
    ("Send an email to Kofi and title it Task Update", "send_mail"),
    ("get rid of all my emails from Amir", "delete_matching"),
    ("snooze the invoice until Monday", "snooze_mail"),
    ("tag the receipt as travel", "label_mail"),
    ("summarise the conversation with Ann", "read_thread"),
]


@pytest.mark.parametrize(("words", "tool"), REQUESTS)
def test_a_small_model_is_shown_the_tool_that_the_words_call_for(words: str, tool: str) -> None:
    assert tool in [each.name for each in fitting(ALL_TOOLS, words, MATCHER.likely(words), most=6)]


def test_a_small_model_is_shown_few_tools() -> None:
    assert len(fitting(ALL_TOOLS, "hm", MATCHER.likely("hm"))) == 8


def test_he_tells_all_that_he_remembers_of_the_owner(home: House) -> None:
    home.talk("Remember that I prefer short answers", Mode.LOCAL)
    said = text_of(home.talk("What do you remember about me?", Mode.LOCAL))
    assert said.startswith("Recalled 1 fact, sir.")
    assert said.endswith("\n• I prefer short answers")


def test_a_question_back_bears_no_name_of_a_field(home: House) -> None:
    for title in ("milk", "buy milk"):
        home.talk(f"remind me to get {title}", Mode.LOCAL)
    said = text_of(home.talk("tick off milk", Mode.LOCAL))
    assert said.startswith("Which task is meant:")


def test_the_rules_are_named(home: House) -> None:
    rule = starter_rules()[0]
    home.store.rules.put(rule)
    said = text_of(home.talk("What are my rules?", Mode.LOCAL)).splitlines()
    assert said[0] == "1 rule, sir."
    assert said[1].startswith(f"• {rule.name}: ")


def test_more_mail_than_is_shown_is_counted(home: House) -> None:
    for number in range(12):
        newsletter(home, f"Digest {number}")
    said = text_of(home.talk("How many newsletters came this week?", Mode.LOCAL))
    assert said.startswith("Found 12 messages, of which these are the newest 10, sir.")


def test_what_waits_is_told_though_the_only_model_is_out_of_reach(home: House) -> None:
    home.talk_of(home.receive("Lease"))
    home.serve(TryLater("the model does not answer"))
    happened = home.talk("What waits for my approval?", Mode.AUTO)
    assert text_of(happened).startswith("The model is out of reach")
    assert "Lease" in text_of(happened)
    assert isinstance(happened[-1], Done)


def test_what_is_wrong_with_the_only_model_is_told(home: House) -> None:
    home.serve(SignInAgain("the key is not accepted", account="claude"))
    happened = home.talk("What waits for my approval?", Mode.AUTO)
    assert isinstance(happened[-1], Broke)
    assert "the key is not accepted" in happened[-1].said


def test_nothing_is_done_on_a_guess_while_the_model_is_out_of_reach(home: House) -> None:
    newsletter(home, "Digest")
    home.serve(TryLater("the model does not answer"))
    happened = home.talk("Archive the newsletters", Mode.AUTO)
    assert isinstance(happened[-1], Broke)
    assert not any(isinstance(each, ProposalMade) for each in happened)
