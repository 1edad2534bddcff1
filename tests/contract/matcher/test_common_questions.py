"""What the matcher makes of the questions that people ask every day, and of those that it cannot answer."""

from __future__ import annotations

from datetime import UTC, datetime
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.local.matching import LocalMatcher
from application.ports.matcher import Match, Talk
from domain.codec import Json

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
"""Monday, 8:30 in Kuala Lumpur."""

MATCHER = LocalMatcher(ZoneInfo("Asia/Kuala_Lumpur"))


def understood(words: str) -> Match:
    match = MATCHER.match(words, NOW)
    assert match is not None, words
    return match


COMMON: list[tuple[str, str, dict[str, Json]]] = [
    ("What needs me this morning?", "briefing", {}),
    ("what is due tomorrow", "list_tasks", {}),
    ("which proposals wait", "list_actions", {"status": "proposed", "about": ""}),
    ("any news about the export?", "search_mail", {"query": "export"}),
    ("Bitte archiviere alle Newsletter", "archive_matching", {"category": "newsletter"}),
    ("Alfred, what is urgent?", "briefing", {}),
    ("Good morning!", "briefing", {}),
    ("Anything I should know?", "briefing", {}),
    ("Was ist heute wichtig?", "briefing", {}),
    ("Qu'est-ce qui est urgent aujourd'hui ?", "briefing", {}),
    ("¿Qué hay de nuevo?", "briefing", {}),
    ("Apa yang penting hari ini?", "briefing", {}),
    ("Could you find the mails about the lease, please?", "search_mail", {"query": "lease"}),
    ("mails about invoices from Priya", "search_mail", {"query": "from:Priya invoices"}),
    ("who writes about the offsite?", "search_mail", {"query": "offsite"}),
    ("anything from Priya?", "search_mail", {"query": "from:Priya"}),
    ("latest from the bank", "search_mail", {"query": "from:bank"}),
    ("did Priya reply about the contract?", "search_mail", {"query": "from:Priya contract"}),
    (
        "How much did I spend on food last month?",
        "spending",
        {"since": "2026-10-01", "until": "2026-10-31", "category": "food"},
    ),
    (
        "what did I spend at Starbucks in March?",
        "spending",
        {"since": "2026-03-01", "until": "2026-03-31", "merchant": "Starbucks"},
    ),
    (
        "all Grab transactions this year",
        "find_transactions",
        {"since": "2026-01-01", "until": "2026-12-31", "text": "Grab"},
    ),
    ("what are my largest expenses?", "largest_transactions", {}),
    ("what's my balance?", "balances", {}),
    ("What's my checking account balance?", "balances", {}),
    ("what was my balance in March?", "balances", {"since": "2026-03-01", "until": "2026-03-31"}),
    ("how did my balance develop this year?", "balances", {"since": "2026-01-01", "until": "2026-12-31"}),
    ("show my balance over time", "balances", {"since": "2025-11-23"}),
    ("which subscriptions do I have?", "recurring_payments", {}),
    ("how are my budgets?", "list_budgets", {}),
    (
        "tell me if dining passes RM 2,000",
        "set_budget",
        {"category": "dining", "limit": "2000", "currency": "MYR"},
    ),
    ("budget 350 a month for groceries", "set_budget", {"category": "groceries", "limit": "350"}),
    (
        "did I spend more on food this month than last month?",
        "compare_spending",
        {
            "since": "2026-11-01",
            "until": "2026-11-30",
            "other_since": "2026-10-01",
            "other_until": "2026-10-31",
            "category": "food",
        },
    ),
    ("What did I spend from 1 to 15 October?", "spending", {"since": "2026-10-01", "until": "2026-10-15"}),
    ("What did I spend between October 1st and 15th?", "spending", {"since": "2026-10-01", "until": "2026-10-15"}),
    ("What did I spend from 15 December to 31 January?", "spending", {"since": "2025-12-15", "until": "2026-01-31"}),
    ("combien ai-je dépensé du 1er au 15 octobre", "spending", {"since": "2026-10-01", "until": "2026-10-15"}),
    ("What did I spend on 5 October?", "spending", {"since": "2026-10-05", "until": "2026-10-05"}),
    ("What did I spend on 29 February?", "spending", {"since": "2024-02-29", "until": "2024-02-29"}),
    (
        "What did I spend at Tesco on 5 October?",
        "spending",
        {"merchant": "Tesco", "since": "2026-10-05", "until": "2026-10-05"},
    ),
    ("What did I spend each month last year?", "spending", {"since": "2025-01-01", "until": "2025-12-31"}),
    ("What did I spend since 5 October?", "spending", {"since": "2026-10-05", "until": "2026-11-23"}),
    ("How much did I spend two months ago?", "spending", {"since": "2026-09-01", "until": "2026-09-30"}),
    (
        "What did I spend at Grab in the first quarter?",
        "spending",
        {"since": "2026-01-01", "until": "2026-03-31", "merchant": "Grab"},
    ),
    ("What did I spend in Q4 of 2025?", "spending", {"since": "2025-10-01", "until": "2025-12-31"}),
    ("How much did I spend on food and fuel?", "spending", {"category": "food and fuel"}),
    (
        "What did I spend on food in October versus September?",
        "compare_spending",
        {
            "since": "2026-10-01",
            "until": "2026-10-31",
            "other_since": "2026-09-01",
            "other_until": "2026-09-30",
            "category": "food",
        },
    ),
    ("show my newsletters", "search_mail", {"category": "newsletter", "query": ""}),
    (
        "mails from Tom since yesterday",
        "search_mail",
        {"query": "from:Tom", "since": "2026-11-21T16:00:00+00:00"},
    ),
    ("what is waiting for my approval?", "list_actions", {"status": "proposed", "about": ""}),
    ("What waits for my word?", "list_actions", {"status": "proposed", "about": ""}),
    ("what waits for me?", "list_actions", {"status": "proposed", "about": ""}),
    ("approve the reply to Tom", "list_actions", {"status": "proposed", "about": "reply Tom"}),
    ("reject the lease draft", "list_actions", {"status": "proposed", "about": "lease"}),
    ("undo that", "list_actions", {"status": "executed", "about": ""}),
    ("What did you do today?", "list_actions", {"status": "executed", "about": ""}),
    ("add buy milk to my list", "add_task", {"title": "buy milk"}),
    ("I've done the tax return", "complete_task", {"task": "the tax return"}),
    ("cross mowing the lawn off my to-do list", "complete_task", {"task": "mowing the lawn"}),
    ("what's on my to-do list?", "list_tasks", {}),
    ("is buying milk on my list?", "list_tasks", {"about": "buying milk"}),
    ("who owes me an answer?", "list_follow_ups", {}),
    ("what do I owe?", "list_follow_ups", {}),
    ("list my rules", "list_rules", {}),
    ("what would the rule receipts have done last week", "try_rule", {"name": "receipts", "days": 7}),
    ("what's my shoe size?", "recall", {"about": "my shoe size"}),
    ("archive the newsletters", "archive_matching", {"category": "newsletter"}),
    ("archive all mails from Acme", "archive_matching", {"query": "from:Acme"}),
    ("delete the spam", "delete_matching", {"category": "spam"}),
    (
        "Clean up my newsletters older than two weeks",
        "archive_matching",
        {"category": "newsletter", "older_than_days": 14},
    ),
]


@pytest.mark.parametrize(("words", "tool", "arguments"), COMMON)
def test_a_common_question_is_understood(words: str, tool: str, arguments: dict[str, Json]) -> None:
    match = understood(words)
    assert (match.tool, match.arguments) == (tool, arguments)


REMINDERS = [
    ("remind me to call the plumber tomorrow at 9", "call the plumber", "2026-11-24T01:00:00+00:00"),
    ("Remind me tomorrow at 9 to call the plumber", "call the plumber", "2026-11-24T01:00:00+00:00"),
    ("remind me in two hours to check the oven", "check the oven", "2026-11-23T02:30:00+00:00"),
    ("set a reminder to pay the rent on the 3rd", "pay the rent", "2026-12-03T01:00:00+00:00"),
    ("remind me next Friday at 5pm to water the plants", "water the plants", "2026-11-27T09:00:00+00:00"),
    ("remind me to file taxes at the end of the month", "file taxes", "2026-11-30T01:00:00+00:00"),
    ("don't let me forget to ring mum tomorrow evening at 7", "ring mum", "2026-11-24T11:00:00+00:00"),
    ("erinnere mich morgen um 9 an die Steuer", "die Steuer", "2026-11-24T01:00:00+00:00"),
    ("Erinnere mich morgen um 9 Uhr daran, Anna anzurufen", "Anna anzurufen", "2026-11-24T01:00:00+00:00"),
    ("rappelle-moi d'appeler le plombier demain à 9h", "appeler le plombier", "2026-11-24T01:00:00+00:00"),
    ("recuérdame llamar al fontanero mañana a las 9", "llamar al fontanero", "2026-11-24T01:00:00+00:00"),
    ("ingatkan saya telefon Ali esok pukul 9 pagi", "telefon Ali", "2026-11-24T01:00:00+00:00"),
]


@pytest.mark.parametrize(("words", "title", "moment"), REMINDERS)
def test_a_reminder_is_set_in_the_owners_zone(words: str, title: str, moment: str) -> None:
    match = understood(words)
    assert (match.tool, match.arguments["title"], match.arguments["remind_at"]) == ("add_task", title, moment)


def test_a_task_for_a_day_is_due_and_does_not_buzz() -> None:
    match = understood("add renew the passport to my list by Friday")
    assert match.arguments == {"title": "renew the passport", "due": "2026-11-27"}


def test_what_is_to_be_remembered_is_quoted_from_the_owner() -> None:
    said = "Remember that I prefer aisle seats."
    match = understood(said)
    assert match.tool == "remember"
    assert str(match.arguments["quote"]) in said


@pytest.mark.parametrize(
    ("words", "tool", "lacks"),
    [
        ("set a reminder", "add_task", "title"),
        ("remind me later", "add_task", "title"),
        ("clear my to-do list", "complete_task", "task"),
    ],
)
def test_what_the_words_leave_open_is_named(words: str, tool: str, lacks: str) -> None:
    match = understood(words)
    assert (match.tool, match.lacks) == (tool, lacks)


@pytest.mark.parametrize(
    ("words", "talk"),
    [
        ("Hello Alfred", Talk.GREETING),
        ("merci beaucoup", Talk.THANKS),
        ("good night", Talk.FAREWELL),
        ("What can you do?", Talk.HELP),
        ("stop everything", Talk.HALT),
    ],
)
def test_courtesies_need_no_tool(words: str, talk: Talk) -> None:
    match = understood(words)
    assert (match.tool, match.talk) == ("", talk)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "?!",
        "tell me a joke",
        "mark everything as read",
        "write a poem about spring",
        "find me a good restaurant",
        "transfer 500 from savings to checking",
        "summarise what Tom wrote and send it to Ann",
        "find the mail from Tom and reply that I agree",
        "remind me to water the plants every Monday",
        "how do reminders work on a phone",
        "explain the theory of relativity",
        "How much did I spend excluding rent in October?",
        "How much did I spend in the first half of October?",
        "How much did I spend on food before October?",
        "What did I spend in August, September and October?",
        "What did I spend in October 2025 and 2026?",
        "Did I spend more on food than on transport in October?",
        "What did I spend on 05/10/2026?",
        "What did I spend in mid-October?",
        "What did I spend from October to now?",
        "What did I spend on March 1 and 2?",
        "What did I spend on 1 and 2 March?",
        "What did I spend at Pier 1 March?",
        "What did I spend this time last year?",
        "What did I spend from 15 to 1 October?",
        "What did I spend from 15 to 1 May?",
        "What did I spend on 31 February?",
        "What did I spend in June to date?",
        "How much do I spend on food per month on average?",
        "How much did I spend a day in October?",
        "Is that more than March 1 and 2?",
        "word " * 500,
    ],
)
def test_what_takes_a_model_is_left_to_one(words: str) -> None:
    assert MATCHER.match(words, NOW) is None


@pytest.mark.parametrize(
    "words", ["approve everything", "yes, do it", "approve the lease", "undo everything", "send it"]
)
def test_no_words_approve_or_undo_by_themselves(words: str) -> None:
    match = MATCHER.match(words, NOW)
    assert match is None or match.tool == "list_actions"


SAYINGS = """remind me to my list mail from about the of on at 9 tomorrow what is are all and archive newsletters show
do i have approve rule delete find who wrote every please the the , ' " . 12/45 99:99 30.2. ß 邮件"""
WORDS = SAYINGS.split()
PIECES = st.lists(
    st.sampled_from(WORDS),
    max_size=40,
).map(" ".join)


@given(words=st.one_of(PIECES, st.text(max_size=300)))
def test_whatever_is_said_is_answered_in_no_time(words: str) -> None:
    started = process_time()
    match = MATCHER.match(words, NOW)
    assert process_time() - started < 5
    assert match is None or 0 <= match.confidence <= 1


def test_likely_tools_are_known_by_their_shares() -> None:
    shares = MATCHER.likely("Forward the last email about the budget to Raj")
    assert max(shares, key=lambda tool: shares[tool]) == "forward_mail"
    assert sum(shares.values()) <= 1.0001


@pytest.mark.parametrize(
    ("words", "tool", "arguments"),
    [
        ("invite Sabrina to my 3pm tomorrow", "update_event", {"at": "2026-11-24T15:00:00Z", "invite": ["Sabrina"]}),
        ("cancel my 3pm tomorrow", "delete_event", {"at": "2026-11-24T15:00:00Z"}),
        ("move the stand-up to friday at 10am", "update_event", {"event": "stand-up", "start": "2026-11-27T10:00:00Z"}),
        ("decline the design review invitation", "respond_to_event",
         {"event": "design review", "response": "declined"}),
        ("when is my dentist appointment?", "search_events", {"query": "dentist"}),
        ("when is my next meeting with Priya", "search_events", {"query": "Priya", "back": 0}),
        ("What is on tomorrow?", "list_events", {"since": "2026-11-24T00:00:00Z", "until": "2026-11-25T00:00:00Z"}),
        ("Was steht morgen an?", "list_events", {"since": "2026-11-24T00:00:00Z", "until": "2026-11-25T00:00:00Z"}),
        ("what's on next week", "list_events", {"since": "2026-11-30T00:00:00Z", "until": "2026-12-07T00:00:00Z"}),
        ("what about Friday?", "list_events", {"since": "2026-11-27T00:00:00Z", "until": "2026-11-28T00:00:00Z"}),
        ("am I free Wednesday afternoon?", "list_events",
         {"since": "2026-11-25T12:00:00Z", "until": "2026-11-25T18:00:00Z"}),
        ("am I free tomorrow at 3 in the afternoon", "list_events",
         {"since": "2026-11-24T15:00:00Z", "until": "2026-11-24T16:00:00Z"}),
        ("what meetings do I have this weekend", "list_events",
         {"since": "2026-11-28T00:00:00Z", "until": "2026-11-30T00:00:00Z"}),
        ("what meetings do I have next month", "list_events",
         {"since": "2026-12-01T00:00:00Z", "until": "2027-01-01T00:00:00Z"}),
        ("any clashes this week", "list_clashes", {"since": "2026-11-23T00:00:00Z", "until": "2026-11-30T00:00:00Z"}),
        ("What clashes tomorrow?", "list_clashes", {"since": "2026-11-24T00:00:00Z", "until": "2026-11-25T00:00:00Z"}),
        ("are there any clashes", "list_clashes", {}),
        ("what was said in teams about the export", "search_chats", {"query": "export"}),
        ("how busy am I next week", "list_events", {"since": "2026-11-30T00:00:00Z", "until": "2026-12-07T00:00:00Z"}),
        ("put lunch with Sam in my calendar on friday at 12", "create_event",
         {"title": "Lunch", "start": "2026-11-27T12:00:00Z", "people": ["Sam"]}),
        ("put lunch with Sam on friday at noon in my calendar", "create_event",
         {"title": "Lunch", "start": "2026-11-27T12:00:00Z", "people": ["Sam"]}),
    ],
)  # fmt: skip
def test_the_calendars_are_asked_and_changed_in_plain_words(
    words: str, tool: str, arguments: dict[str, object]
) -> None:
    match = LocalMatcher(ZoneInfo("UTC")).match(words, datetime(2026, 11, 23, 8, 30, tzinfo=UTC))
    assert match is not None
    assert (match.tool, match.arguments) == (tool, arguments)


@pytest.mark.parametrize(
    ("words", "tool", "arguments"),
    [
        ("which pull requests wait for me?", "query_pull_requests", {"waiting": True}),
        ("what do I have to review", "query_pull_requests", {"waiting": True}),
        ("tell me about pull request 418", "pull_request_details", {"pull_request": "418"}),
        ("which bugs are assigned to me", "query_work_items", {}),
        ("file a bug about the export", "create_work_item", {"title": "the export", "type": "Bug"}),
        ("which pipelines are red?", "query_pipelines", {"failed": True}),
        ("rerun the exporter pipeline", "rerun_pipeline", {"pipeline": "exporter"}),
        ("what waits for my approval?", "list_actions", {}),
    ],
)
def test_the_work_is_asked_about_in_plain_words(words: str, tool: str, arguments: dict[str, Json]) -> None:
    match = MATCHER.match(words, NOW)
    assert match is not None
    assert match.tool == tool
    assert arguments.items() <= match.arguments.items()
