"""Reminders and rules that tell of a mail: of which, and where the notice leads."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.memory import MemoryStore
from application.telling.notifications import Notifications
from application.telling.subscriptions import Subscriptions
from domain.action_events import Origin, Proposed
from domain.kinds import Kind, Risk
from domain.tasks import FollowUp, Task
from domain.triage import Category, Classification, Verdict
from tests.unit.telling.bell import NOON, PHONE, Recorder, urgent_mail


@pytest.mark.parametrize(
    ("said", "suspicion", "title"),
    [
        ("", "", "A word, if I may"),
        ("From Acme", "", "From Acme"),
        ("From Acme", "pretends to be Acme", "Beware of this one"),
    ],
)
def test_a_rule_that_tells_of_a_mail_says_of_which_and_leads_to_it(
    store: MemoryStore,
    push: Recorder,
    notifications: Notifications,
    subscriptions: Subscriptions,
    said: str,
    suspicion: str,
    title: str,
) -> None:
    urgent_mail(store, "m1")
    doubted = Verdict(Category.URGENT, 1, 0.9, suspicion=suspicion)
    store.classifications.put([Classification("gmail:m1", doubted, NOON)])
    subscriptions.subscribe(PHONE)
    event = Proposed(Kind.NOTIFY, "gmail:m1", "alfred", {"text": said}, Risk.AUTO, "Notify of", "a rule", Origin.RULE)
    store.actions.append("a1", [event], actor="alfred", at=NOON - timedelta(hours=1))
    store.feed.note("notification", "action/a1", NOON)
    notifications.tell()
    told = [payload for payload in push.payloads if payload["tag"] == "notice-a1"]
    assert [(each["title"], each["body"], each["url"]) for each in told] == [
        (title, "Rosalind: Broken", "/messages/gmail:m1")
    ]


@pytest.mark.parametrize(
    ("ref", "body"), [("task/x1", "The train"), ("follow-up/x1", "The report"), ("x1", "The train")]
)
def test_a_reminder_is_of_the_very_thing_that_was_noted_by_an_older_version_too(
    store: MemoryStore,
    push: Recorder,
    notifications: Notifications,
    subscriptions: Subscriptions,
    ref: str,
    body: str,
) -> None:
    subscriptions.subscribe(PHONE)
    store.tasks.put_task(Task("x1", "The train", NOON))
    store.tasks.put_follow_up(FollowUp("x1", "The report", "ann@example.org", NOON))
    store.feed.note("notification", ref, NOON)
    notifications.tell()
    assert [payload["body"] for payload in push.payloads] == [body]
