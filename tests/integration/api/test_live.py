"""The live view: events with ids, resumed where they were cut, for many at once, and only for whoever is signed in."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import pytest

from tests.integration.api.client import Client
from tests.integration.api.house import House
from tests.integration.api.serving import serving
from web.api import live_tail

LISTENERS = 200


@dataclass(frozen=True, slots=True)
class Event:
    id: int
    topic: str
    data: dict[str, object]


@pytest.fixture
def base_url(house: House) -> Iterator[str]:
    with serving(house) as url:
        yield url


@pytest.fixture
def token(house: House) -> str:
    return house.services.devices.add("live", ends=False)[1]


@contextmanager
def listening(base_url: str, token: str, **headers: str) -> Iterator[Iterator[Event]]:
    """Open a stream; the events come once it said hello."""
    sent = {"Authorization": f"Bearer {token}", **headers}
    with (
        httpx.Client(base_url=base_url, headers=sent, timeout=10) as client,
        client.stream("GET", "/api/events") as answer,
    ):
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        lines = answer.iter_lines()
        assert next(lines) == ": hello"
        yield events(lines)


def events(lines: Iterator[str]) -> Iterator[Event]:
    fields: dict[str, str] = {}
    for line in lines:
        if not line and "data" in fields:
            yield Event(int(fields["id"]), fields["event"], json.loads(fields["data"]))
            fields = {}
        elif line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value


def take(stream: Iterator[Event], topic: str) -> Event:
    return next(event for event in stream if event.topic == topic)


def test_what_arrives_is_told_with_what_it_is(house: House, base_url: str, token: str) -> None:
    with listening(base_url, token) as stream:
        id = house.deliver(subject="News")
        event = take(stream, "message")
    message = event.data["message"]
    assert isinstance(message, dict)
    assert (event.data["ref"], message["id"], message["subject"]) == (id, id, "News")


def test_each_step_of_an_action_is_told(house: House, client: Client, base_url: str, token: str) -> None:
    with listening(base_url, token) as stream:
        action = client.post("/api/actions", {"kind": "archive", "target": house.deliver(), "arguments": {}})
        client.post(f"/api/actions/{action['id']}/approve", {"digest": action["digest"]})
        seen: list[object] = []
        while "executed" not in seen:
            told = take(stream, "action").data["action"]
            assert isinstance(told, dict)
            seen.append(told["status"])
    assert seen[0] in ("proposed", "approved", "executing", "executed")


def test_a_cut_stream_goes_on_after_the_last_event(house: House, base_url: str, token: str) -> None:
    with listening(base_url, token) as stream:
        house.store.feed.note("status", "one", house.clock.now())
        first = take(stream, "status")
    house.store.feed.note("status", "two", house.clock.now())
    house.store.feed.note("status", "three", house.clock.now())
    with listening(base_url, token, **{"Last-Event-ID": str(first.id)}) as stream:
        assert [(next(stream)).data["ref"] for _ in range(2)] == ["two", "three"]


def test_a_stream_begins_with_what_comes_next(house: House, base_url: str, token: str) -> None:
    house.store.feed.note("status", "before", house.clock.now())
    with listening(base_url, token) as stream:
        house.store.feed.note("status", "after", house.clock.now())
        assert next(stream).data["ref"] == "after"


def test_a_number_from_another_life_means_the_newest(house: House, base_url: str, token: str) -> None:
    with listening(base_url, token, **{"Last-Event-ID": "999999999"}) as stream:
        house.store.feed.note("status", "after", house.clock.now())
        assert next(stream).data["ref"] == "after"


def test_a_long_absence_is_caught_up_with_whole(house: House, base_url: str, token: str) -> None:
    head = house.store.feed.head()
    for number in range(1_300):
        house.store.feed.note("status", f"n{number}", house.clock.now())
    with listening(base_url, token, **{"Last-Event-ID": str(head)}) as stream:
        told = [next(stream) for _ in range(1_300)]
    assert [event.data["ref"] for event in told] == [f"n{number}" for number in range(1_300)]
    assert [event.id for event in told] == list(range(head + 1, head + 1_301))


def test_a_stream_says_that_it_stands_to_whoever_asks(
    base_url: str, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_tail, "PULSE_SECONDS", 0.05)
    sent = {"Authorization": f"Bearer {token}"}
    with httpx.stream("GET", f"{base_url}/api/events?pulse=true", headers=sent, timeout=10) as answer:
        assert "event: pulse" in answer.iter_lines()


def test_the_stream_of_a_revoked_device_ends(house: House, base_url: str, token: str) -> None:
    device = house.services.devices.recognise(token)
    with listening(base_url, token) as stream:
        house.services.devices.revoke(device.id)
        house.store.feed.note("status", "secret", house.clock.now())
        assert [event.data["ref"] for event in stream if event.data["ref"] == "secret"] == []


def test_no_secret_of_a_pairing_is_told(house: House, base_url: str, token: str) -> None:
    with listening(base_url, token) as stream:
        house.services.devices.new_code()
        assert take(stream, "status").data["ref"] == "preferences/pairing"


def test_two_hundred_listeners_hear_every_event_in_order(house: House, base_url: str, token: str) -> None:
    heard: list[list[object]] = []
    ready = threading.Barrier(LISTENERS + 1, timeout=60)

    def listen() -> None:
        with listening(base_url, token) as stream:
            ready.wait()
            heard.append([next(stream).data["ref"] for _ in range(10)])

    threads = [threading.Thread(target=listen) for _ in range(LISTENERS)]
    for thread in threads:
        thread.start()
    ready.wait()
    for number in range(10):
        house.store.feed.note("status", f"n{number}", house.clock.now())
    for thread in threads:
        thread.join()
    assert heard == [[f"n{number}" for number in range(10)]] * LISTENERS


@pytest.mark.parametrize("last", ["x", "-1", "²", "99999999999999999999999"])
def test_a_last_event_that_is_no_number_is_refused(base_url: str, token: str, last: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "Last-Event-ID": last.encode()}
    answer = httpx.get(f"{base_url}/api/events", headers=headers)
    assert (answer.status_code, answer.json()["where"]) == (422, "last-event-id")
