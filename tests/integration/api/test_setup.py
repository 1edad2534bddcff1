"""Setting up over the API: the steps, putting off, checking, and the first look."""

from __future__ import annotations

from typing import Any

from tests.integration.api.client import Client
from tests.integration.api.house import House

FROM_ANN = {"name": "Ann", "when": {"sender": ["ann@example.org"]}, "then": [{"kind": "archive", "arguments": {}}]}


def step(state: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in state["items"] if each["name"] == name)
    return found


def test_the_steps_come_in_order_with_what_serves_them(client: Client) -> None:
    state = client.get("/api/setup")
    assert [each["name"] for each in state["items"]] == [
        "model", "mail", "calendar", "work", "banks", "phone", "service",
    ]  # fmt: skip
    mail = step(state, "mail")
    assert (mail["progress"], mail["accounts"], mail["providers"][0]["name"]) == ("done", ["home"], "paper")
    assert [(each["name"], each["secret"]) for each in mail["providers"][0]["fields"]] == [
        ("box", False),
        ("key", True),
    ]


def test_a_step_is_put_off_and_taken_up_again(client: Client) -> None:
    assert step(client.post("/api/setup/steps/phone/skip"), "phone")["progress"] == "skipped"
    client.delete("/api/setup/steps/phone/skip")
    assert step(client.get("/api/setup"), "phone")["progress"] == "open"
    assert client.refused("POST", "/api/setup/steps/attic/skip") == (404, "not_found")


def test_a_bank_that_is_believed_finishes_its_step(client: Client) -> None:
    client.post("/api/finance/senders", {"sender": "bank.example"})
    banks = step(client.get("/api/setup"), "banks")
    assert (banks["progress"], banks["said"]) == ("done", "bank.example")


def test_an_account_is_checked(client: Client) -> None:
    assert client.post("/api/setup/accounts/home/check")["said"] == "home is connected as jo@home.example"
    assert client.refused("POST", "/api/setup/accounts/attic/check") == (404, "not_found")


def test_only_a_part_that_the_provider_has_can_be_asked_for(client: Client) -> None:
    assert client.refused("POST", "/api/setup/accounts/home/parts/work") == (502, "no_part")
    assert client.refused("POST", "/api/setup/accounts/home/parts/attic") == (404, "not_found")


def test_what_rules_would_do_is_shown_and_then_begun(house: House, client: Client) -> None:
    house.services.rule_book.watch_first()
    client.post("/api/rules", FROM_ANN)
    id = house.deliver(subject="Hello")
    state = client.get("/api/setup")
    assert state["watching"] is True
    assert state["would"] == [
        {"rule": "Ann", "said": "", "kinds": ["archive"], "count": 1, "subjects": ["Hello"]},
    ]
    assert client.get("/api/actions")["items"] == []
    assert client.post("/api/setup/agree") == {"proposed": 1}
    assert [each["target"] for each in client.get("/api/actions")["items"]] == [id]
    assert client.get("/api/setup")["watching"] is False


def test_a_household_with_accounts_does_not_stop_proposing_when_its_owner_sets_up_more(client: Client) -> None:
    assert client.post("/api/setup/begin")["watching"] is False


def test_no_session_names_the_address_that_the_next_devices_are_led_to(client: Client) -> None:
    before = client.get("/api/settings")
    answer = client.call("PUT", "/api/setup/public-address", {"public_url": "https://evil.example"})
    assert answer.status_code == 404
    assert client.get("/api/settings") == before
