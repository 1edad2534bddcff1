"""Rules, tasks, follow-ups, memory, accounts, status, history and figures."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.local import LocalBrain
from adapters.memory import MemoryStore
from daemon.sections import Poll
from domain.errors import TryLater
from tests.integration.api.client import Client
from tests.integration.api.house import SETTINGS, ZONE, House, build

RULE = {"name": "Ann/first", "when": {"sender": ["ann@example.org"]}, "then": [{"kind": "archive", "arguments": {}}]}
ANN = "/api/rules/Ann%2Ffirst"


def test_a_rule_is_added_changed_tried_and_removed(house: House, client: Client) -> None:
    house.deliver(subject="Old")
    assert client.post("/api/rules", RULE)["name"] == "Ann/first"
    assert client.refused("POST", "/api/rules", RULE) == (409, "name_taken")
    assert client.put(ANN, {**RULE, "enabled": False})["enabled"] is False
    trial = client.post("/api/rules/try", {"rule": "Ann/first", "days": 30})
    assert (trial["count"], trial["items"][0]["subject"]) == (1, "Old")
    assert client.get("/api/actions")["items"] == []
    assert [each["name"] for each in client.get("/api/rules")["items"]] == ["Ann/first"]
    client.delete(ANN)
    assert client.refused("GET", ANN) == (404, "not_found")


def test_a_rule_proposes_on_what_arrives(house: House, client: Client) -> None:
    client.post("/api/rules", RULE)
    id = house.deliver()
    waiting = client.get("/api/actions", status="proposed")["items"]
    assert [(each["target"], each["rule"], each["origin"]) for each in waiting] == [(id, "Ann/first", "rule")]


@pytest.mark.parametrize(
    "change",
    [{"when": {}}, {"then": []}, {"name": " "}, {"when": {"colour": ["red"]}}, {"order": 2**63}]
    + [{"then": [{"kind": kind, "arguments": {}}]} for kind in ("rerun_pipeline", "delete_event", "unsubscribe")]
    + [{"then": [{"kind": "vote_pull_request", "arguments": {"vote": "reject"}}]}],
)
def test_a_rule_that_cannot_work_is_refused(client: Client, change: dict[str, Any]) -> None:
    assert client.refused("POST", "/api/rules", {**RULE, **change}) == (422, "invalid")


def test_no_standing_order_covers_what_reaches_others(client: Client) -> None:
    standing = {**RULE, "standing": True, "then": [{"kind": "forward", "arguments": {"to": ["b@example.org"]}}]}
    assert client.refused("POST", "/api/rules", standing) == (409, "never_auto")


@pytest.mark.parametrize(
    ("text", "when", "then"),
    [
        ("archive newsletters older than 7 days", {"category": ["newsletter"], "older_than_days": 7}, ("archive", {})),
        ("Label mails from @acme.example as Client", {"sender": ["@acme.example"]}, ("label", {"add": ["Client"]})),
        ("delete all spam after two weeks", {"category": ["spam"], "older_than_days": 14}, ("delete", {})),
        (
            "File receipts from the railway under Travel",
            {"category": ["transactional"], "sender": ["railway"]},
            ("label", {"add": ["Travel"]}),
        ),
        ('archive mail about "weekly report"', {"words": ["weekly report"]}, ("archive", {})),
        (
            "forward invoices to tax@example.org",
            {"category": ["transactional"]},
            ("forward", {"to": ["tax@example.org"]}),
        ),
        (
            "Create a work item in project Data Exports for mails from @larkfield.example",
            {"sender": ["@larkfield.example"]},
            ("create_work_item", {"title": "", "project": "Data Exports"}),
        ),
        ("add a work item for urgent mails", {"category": ["urgent"]}, ("create_work_item", {"title": ""})),
        ("approve pull requests from Priya", {"sender": ["Priya"]}, ("vote_pull_request", {"vote": "approve"})),
        ("archive mails containing unsubscribe", {"words": ["unsubscribe"]}, ("archive", {})),
        (
            "delete mail from no-reply@shop.example with the words 'not from Anna, but Bob'",
            {"sender": ["no-reply@shop.example"], "words": ["not from Anna, but Bob"]},
            ("delete", {}),
        ),
    ],
)
def test_plain_words_become_a_rule(client: Client, text: str, when: dict[str, Any], then: tuple[str, Any]) -> None:
    rule = client.post("/api/rules/draft", {"text": text})
    given = {name: value for name, value in rule["when"].items() if value not in (None, [])}
    outcome = rule["then"][0]
    shown = {name: outcome["arguments"][name] for name in then[1]}
    assert (given, outcome["kind"], shown, rule["said"]) == (when, then[0], then[1], text)
    assert client.get("/api/rules")["items"] == []
    assert client.post("/api/rules", rule)["name"] == rule["name"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "do something nice",
        "archive",
        "archive newsletters during a full moon",
        "never archive mail from Ann",
        "reject pull requests from Priya",
        "archive newsletters but not from Anna",
        "archive mail about orders but not from Anna",
        "archive mail from anyone except Anna",
        "delete mail about offers that isn't from Anna",
        "archive mail about sales without the word Anna",
    ],
)
def test_words_that_are_not_understood_are_named(client: Client, text: str) -> None:
    assert client.refused("POST", "/api/rules/draft", {"text": text}) == (422, "not_understood")


@pytest.mark.parametrize(("path", "field"), [("/api/tasks", "title"), ("/api/follow-ups", "about")])
def test_what_is_owed_is_said_unless_a_message_says_it(house: House, client: Client, path: str, field: str) -> None:
    known = client.post(path, {field: "The export"})
    for method, at in (("POST", path), ("PUT", f"{path}/{known['id']}")):
        answer = client.call(method, at, {field: "  "})
        assert (answer.status_code, answer.json()["where"]) == (422, field)
    assert client.post(path, {field: "", "message_id": house.deliver(subject="Boots")})[field] == "Boots"


def test_a_task_is_added_changed_completed_and_removed(client: Client) -> None:
    task = client.post("/api/tasks", {"title": "Call Ann", "due": "2026-11-24"})
    path = f"/api/tasks/{task['id']}"
    assert client.put(path, {"title": "Call Bob"})["due"] is None
    assert client.post(f"{path}/complete")["done_at"] is not None
    assert client.refused("POST", f"{path}/complete") == (409, "already_done")
    assert (client.get("/api/tasks")["items"], len(client.get("/api/tasks", all="true")["items"])) == ([], 1)
    client.delete(path)
    assert client.refused("GET", path) == (404, "not_found")


def test_what_the_owner_completes_is_in_the_log_and_can_be_undone(client: Client) -> None:
    task = client.post("/api/tasks", {"title": "Call Ann"})
    client.post(f"/api/tasks/{task['id']}/complete")
    done = client.get("/api/actions", kind="complete_task")["items"][0]
    client.post(f"/api/actions/{done['id']}/rollback")
    assert client.get(f"/api/tasks/{task['id']}")["done_at"] is None


def test_a_follow_up_is_added_closed_and_removed(house: House, client: Client) -> None:
    form = {"about": "the plan", "owed_by": "ann@example.org", "message_id": house.deliver()}
    path = f"/api/follow-ups/{client.post('/api/follow-ups', form)['id']}"
    assert client.put(path, {"about": "the new plan", "by": "2026-12-01"})["by"] == "2026-12-01"
    assert client.post(f"{path}/close")["closed_at"] is not None
    assert client.get("/api/follow-ups")["items"] == []
    client.delete(path)
    assert client.refused("DELETE", path) == (404, "not_found")


def test_nothing_is_added_while_halted(client: Client) -> None:
    client.post("/api/halt")
    assert client.refused("POST", "/api/tasks", {"title": "x"}) == (409, "halted")


def test_what_alfred_remembers_is_shown_and_forgotten(client: Client) -> None:
    fact = client.post("/api/memory", {"fact": "I take my tea black"})
    assert (fact["quote"], client.get("/api/memory")["items"]) == ("I take my tea black", [fact])
    path = f"/api/memory/{fact['id']}"
    anew = client.put(path, {"fact": "I take my tea with milk"})
    assert (anew["id"], anew["quote"], client.get(path)) == (fact["id"], "I take my tea with milk", anew)
    client.delete(path)
    assert client.get("/api/memory")["items"] == []
    assert client.refused("GET", path) == (404, "not_found")
    assert client.refused("PUT", path, {"fact": "I take coffee"}) == (404, "not_found")
    assert client.refused("DELETE", f"/api/memory/{fact['id']}") == (404, "not_found")


def test_a_source_that_failed_says_so_with_a_button(house: House, client: Client) -> None:
    house.deliver()
    house.mailbox.fail_next(TryLater("the provider is busy"))
    assert client.refused("POST", "/api/sources/home%2Fmail/poll") == (503, "try_later")
    source = client.get("/api/status")["sources"][0]
    assert (source["id"], source["error_code"], source["button"]["action"]) == ("home/mail", "try_later", "poll")
    assert client.post("/api/sources/home%2Fmail/poll")["source"] == "home/mail"
    assert client.get("/api/status")["sources"][0]["button"] is None


def test_a_source_that_is_read_hourly_is_said_to_be_unread_once_two_readings_are_missing(tmp_path: Path) -> None:
    house = build(MemoryStore(), tmp_path, LocalBrain(ZONE), settings=replace(SETTINGS, poll=Poll(interval=3600)))
    client = Client(house, {"Authorization": f"Bearer {house.services.devices.add('test', ends=False)[1]}"})
    house.deliver()
    said = []
    for minutes in (59, 62):
        house.clock.advance(timedelta(minutes=minutes))
        told = client.get("/api/status")["sources"][0]["gaps"], client.get("/api/briefing")["blind"]
        said.append([len(each) for each in told])
    assert said == [[0, 0], [1, 1]]


def test_a_source_is_found_whether_its_slash_is_encoded_or_not(client: Client) -> None:
    assert client.post("/api/sources/home/mail/poll") == client.post("/api/sources/home%2Fmail/poll")
    assert client.refused("POST", "/api/sources/none/poll") == (404, "not_found")


def test_a_source_of_an_account_that_is_not_connected_asks_for_a_sign_in(house: House, client: Client) -> None:
    house.deliver()
    house.services.connections.remove("home")
    client.post("/api/accounts", {"name": "second", "provider": "paper", "settings": {}})
    listed = [(each["id"], each["button"]["action"]) for each in client.get("/api/status")["sources"]]
    assert listed == [("home/mail", "sign_in"), ("second", "sign_in")]
    for id, _ in listed:
        assert client.refused("POST", f"/api/sources/{id}/poll") == (409, "sign_in_again")
        assert client.refused("POST", f"/api/sources/{id}/backfill", {"months": 1}) == (409, "sign_in_again")


def test_history_is_filled_in_the_background(house: House, client: Client) -> None:
    ended = threading.Event()

    def look() -> None:
        progress = house.services.backfills.progress("home/mail")
        if progress is not None and not progress.running:
            ended.set()

    house.store.on_change(look)
    house.mailbox.deliver(b"Subject: Old\r\n\r\nlong ago", received_at=house.clock.now() - timedelta(days=40))
    path = "/api/sources/home%2Fmail/backfill"
    assert client.refused("GET", path) == (404, "not_found")
    begun = client.call("POST", path, {"months": 2})
    assert (begun.status_code, begun.json()["running"]) == (202, True)
    assert ended.wait(10)
    progress = client.get("/api/status")["sources"][0]["backfill"]
    assert (progress["running"], progress["done"], progress["error"], progress["new"]) == (False, 1, "", 1)
    assert client.get(path) == progress
    assert client.get("/api/messages")["items"][0]["subject"] == "Old"
    assert client.refused("POST", path, {"months": 0}) == (422, "invalid")


def test_an_account_is_noted_signed_in_and_removed(house: House, client: Client) -> None:
    form = {"name": "second", "provider": "paper", "settings": {"box": "2", "key": "very secret"}}
    assert client.post("/api/accounts", form)["connected"] is False
    step = client.post("/api/accounts/second/sign-in")
    path = f"/api/accounts/second/sign-in/{step['attempt']}"
    assert client.refused("POST", path, {"redirect": "https://elsewhere.example"}) == (422, "invalid")
    assert client.post(path, {"redirect": "http://localhost/?code=yes"})["connected"] is True
    assert "very secret" not in client.call("GET", "/api/accounts").text
    client.delete("/api/accounts/second")
    assert house.vault.names("paper/second/") == ()
    assert [each["name"] for each in client.get("/api/accounts")["items"]] == ["home"]


def test_the_figures_are_in_the_format_of_prometheus(house: House, client: Client, stranger: Client) -> None:
    house.deliver()
    house.clock.advance(timedelta(minutes=2))
    answer = client.call("GET", "/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer.text.splitlines()
    assert {"alfred_messages 1", 'alfred_actions{status="proposed"} 0', "alfred_halted 0"} <= set(lines)
    assert 'alfred_source_lag_seconds{source="home/mail"} 120.000' in lines
    assert 'alfred_spent_dollars{period="day"} 0.0000' in lines
    assert stranger.refused("GET", "/metrics") == (401, "not_signed_in")


def test_the_document_is_served_and_names_every_route(client: Client) -> None:
    paths = client.get("/api/openapi.json")["paths"]
    assert len(paths) > 40
    assert "/api/actions/{id}/approve" in paths
    hook = paths["/hooks/{service}/{what}"]["post"]
    assert (hook["security"], {"202", "401", "413", "422"} <= set(hook["responses"])) == ([], True)


def test_the_document_tells_the_bounds_of_a_limit_and_they_hold(client: Client) -> None:
    paths = client.get("/api/openapi.json")["paths"]
    for path in ("/api/messages", "/api/actions", "/api/conversations", "/api/finance/transactions"):
        (limit,) = (each["schema"] for each in paths[path]["get"]["parameters"] if each["name"] == "limit")
        assert (limit["minimum"], limit["default"]) == (1, 50)
        assert client.refused("GET", path, limit=str(limit["maximum"] + 1)) == (422, "invalid")


def test_the_log_shows_its_last_lines(house: House, client: Client) -> None:
    file = house.services.web.log_file
    assert file is not None
    file.write_text('{"event": "started"}\nno json\n')
    assert client.get("/api/logs")["items"] == [{"event": "started"}, {"event": "no json"}]


def test_what_was_proposed_on_an_account_is_closed_when_it_is_removed(house: House, client: Client) -> None:
    action = client.post("/api/actions", {"kind": "archive", "target": house.deliver(), "arguments": {}})
    client.delete("/api/accounts/home")
    closed = client.get(f"/api/actions/{action['id']}")
    assert (closed["status"], closed["error"]) == ("superseded", "home is no longer connected")


def test_one_mailbox_is_not_connected_under_two_names(house: House, client: Client) -> None:
    client.post("/api/accounts", {"name": "twin", "provider": "paper", "settings": {"key": "very secret"}})
    step = client.post("/api/accounts/twin/sign-in")
    path = f"/api/accounts/twin/sign-in/{step['attempt']}"
    assert client.refused("POST", path, {"redirect": "http://localhost/?code=yes"}) == (409, "already_connected")
    assert house.vault.names("paper/twin/") == ()
