"""Who is let in: sessions, hosts and origins."""

from __future__ import annotations

import re

import pytest

from tests.integration.api.client import Client
from tests.integration.api.house import House
from web.api.operations import LARGEST_OF_STRANGERS, Operation
from web.api.resources import OPEN, all_operations, operations_of, word_of

OPERATIONS = all_operations()
GUARDED = [each for each in OPERATIONS if not each.open]
WRITING = [each for each in OPERATIONS if each.method != "GET"]


def address(operation: Operation) -> str:
    return re.sub(r"{\w+:int}", "0", re.sub(r"{\w+}", "x", operation.path))


def test_no_more_is_open_than_what_says_so_of_itself() -> None:
    assert {(each.method, each.path) for each in OPERATIONS if each.open} == OPEN


def test_every_operation_is_found_by_the_word_of_its_address() -> None:
    assert [each.path for each in OPERATIONS if each not in tuple(operations_of(word_of(each.path)))] == []


def test_no_route_answers_without_a_session(stranger: Client) -> None:
    answers = {(each.method, each.path): stranger.refused(each.method, address(each)) for each in GUARDED}
    assert set(answers.values()) == {(401, "not_signed_in")}


def test_no_route_answers_to_a_foreign_host(client: Client) -> None:
    foreign = {"Host": "rebound.example"}
    answers = {each.path: client.refused(each.method, address(each), headers=foreign) for each in OPERATIONS}
    assert set(answers.values()) == {(403, "foreign_host")}


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://localhost:3000", "null", "http://[", "http://a@localhost:8420.evil.example"],
)
def test_nothing_writes_for_another_site(client: Client, origin: str) -> None:
    foreign = {"Origin": origin}
    answers = {each.path: client.refused(each.method, address(each), headers=foreign) for each in WRITING}
    assert set(answers.values()) == {(403, "foreign_origin")}


def test_a_request_that_the_browser_calls_cross_site_writes_nothing(client: Client) -> None:
    assert client.refused("POST", "/api/halt", headers={"Sec-Fetch-Site": "same-site"}) == (403, "foreign_origin")


@pytest.mark.parametrize("host", ["localhost:8420", "127.0.0.1:8420", "[::1]:8420", "LOCALHOST"])
def test_loopback_names_are_always_mine(stranger: Client, host: str) -> None:
    assert stranger.call("GET", "/api/health", headers={"Host": host}).json() == {"status": "ok"}


def test_my_own_pages_may_write(client: Client) -> None:
    assert client.call("POST", "/api/resume", headers={"Origin": "http://localhost:8420"}).status_code == 200


def test_health_says_nothing_but_ok(stranger: Client) -> None:
    assert stranger.call("GET", "/api/health").json() == {"status": "ok"}
    assert stranger.call("HEAD", "/api/health").status_code == 200


def test_a_wrong_token_opens_nothing(stranger: Client) -> None:
    assert stranger.refused("GET", "/api/status", headers={"Authorization": "Bearer wrong"}) == (401, "not_signed_in")
    assert stranger.refused("GET", "/api/status", headers={"Cookie": "alfred=wrong"}) == (401, "not_signed_in")
    assert stranger.refused("GET", "/api/status", headers={"Authorization": "Basic d3Jvbmc="}) == (401, "not_signed_in")


def test_little_is_read_of_a_stranger(stranger: Client) -> None:
    paths, much = [each.path for each in OPERATIONS if each.open and each.body], b" " * (LARGEST_OF_STRANGERS + 1)
    assert {stranger.refused("POST", path, content=much) for path in paths} == {(413, "too_large")}


def test_an_address_that_is_none_still_asks_for_a_session(stranger: Client, client: Client) -> None:
    assert stranger.refused("GET", "/api/nowhere") == (401, "not_signed_in")
    assert client.refused("GET", "/api/nowhere") == (404, "not_found")


def test_a_wrong_method_names_the_right_ones(client: Client) -> None:
    answer = client.call("PATCH", "/api/rules/x")
    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, GET, PUT")


def test_every_answer_carries_the_headers_that_protect_it(house: House, client: Client) -> None:
    house.deliver()
    for _ in range(2):  # the second answer comes from the cache
        headers = client.call("GET", "/api/messages").headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert headers["x-frame-options"] == "DENY"
        assert "strict-transport-security" not in headers


def test_https_is_remembered(client: Client) -> None:
    client.base_url = "https://localhost:8420"
    assert client.call("GET", "/api/health").headers["strict-transport-security"] == "max-age=31536000"
