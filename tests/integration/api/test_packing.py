"""Answers are packed for whoever can unpack them, and each answer is its own."""

from __future__ import annotations

import gzip
import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from domain.rules import starter_rules
from tests.integration.api.client import Client
from tests.integration.api.house import House
from tests.integration.api.serving import serving

PLAIN = {"Accept-Encoding": "identity"}
PACKED = {"Accept-Encoding": "br, gzip;q=0.8"}
LONG = "Hedges want cutting before the frost comes. " * 100


@pytest.fixture
def filled(house: House, client: Client) -> Client:
    for number in range(20):
        house.deliver(id=f"m{number}", subject=f"News {number}")
    for rule in starter_rules():
        house.store.rules.put(rule)
    return client


@pytest.mark.parametrize("path", ["/api/messages", "/api/rules"])
def test_a_long_answer_is_packed_for_who_can_unpack_it(filled: Client, path: str) -> None:
    for _ in ("fresh", "kept"):
        plain, packed = (filled.call("GET", path, headers=headers) for headers in (PLAIN, PACKED))
        assert packed.json() == plain.json()
        assert (packed.headers["content-encoding"], packed.headers["vary"]) == ("gzip", "Accept-Encoding")
        assert "content-encoding" not in plain.headers
        assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "gzip; q=0.0, br"])
def test_who_cannot_unpack_gets_it_plain(filled: Client, accepted: str) -> None:
    answer = filled.call("GET", "/api/messages", headers={"Accept-Encoding": accepted})
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept-Encoding"


def test_a_short_answer_is_left_alone(client: Client) -> None:
    answer = client.call("GET", "/api/health", headers=PACKED)
    assert "content-encoding" not in answer.headers
    assert "vary" not in answer.headers


def test_each_form_has_a_tag_of_its_own(filled: Client) -> None:
    tags = {filled.call("GET", "/api/messages", headers=each).headers["etag"] for each in (PLAIN, PACKED)}
    assert len(tags) == 2
    (packed,) = (tag for tag in tags if "gzip" in tag)
    again = filled.call("GET", "/api/messages", headers={**PACKED, "If-None-Match": packed})
    assert (again.status_code, again.content) == (304, b"")


def test_no_header_is_told_twice_however_often_an_answer_is_sent(filled: Client) -> None:
    for headers in (PACKED, PLAIN) * 5:
        answer = filled.call("GET", "/api/messages", headers=headers)
        names = [name for name, _ in answer.headers.raw]
        assert sorted(set(names)) == sorted(names)


def test_many_at_once_get_what_each_asked_for(house: House, filled: Client) -> None:
    def ask(number: int) -> tuple[str, object]:
        wishes = {**filled.headers, **(PACKED if number % 2 else PLAIN)}
        with httpx.stream("GET", f"{url}/api/messages", headers=wishes) as answer:
            content = b"".join(answer.iter_raw())
        encoding = answer.headers.get("content-encoding", "plain")
        return encoding, json.loads(gzip.decompress(content) if encoding == "gzip" else content)

    with serving(house) as url, ThreadPoolExecutor(8) as pool:
        told = list(pool.map(ask, range(64)))
    assert [encoding for encoding, _ in told] == ["plain", "gzip"] * 32
    assert all(content == told[0][1] for _, content in told)


def test_streams_and_files_are_never_packed(house: House, filled: Client) -> None:
    with serving(house) as url, httpx.Client(base_url=url, headers={**filled.headers, **PACKED}) as asking:
        with asking.stream("GET", "/api/events") as answer:
            assert "content-encoding" not in answer.headers
        id = house.deliver(subject="A long one", text=LONG)
        assert "content-encoding" not in asking.get("/metrics").headers
        assert asking.get(f"/api/messages/{id}").headers["content-encoding"] == "gzip"
