"""What outside services post: forged, repeated, oversized, or cut off."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.types import Message as AsgiMessage

from application.ports.providers import Connection
from domain.messages import Address, id_by_message_id
from tests.integration.api.client import Client
from tests.integration.api.house import House, with_web
from tests.integration.api.posting import MAIL, SIGNED, TOKEN, a_post, join, stored
from tests.integration.api.serving import serving
from web.api.app import create_app

TEAMS = "/hooks/power-automate/teams"


@pytest.fixture(autouse=True)
def office(house: House) -> Connection:
    return join(house)


def test_a_posted_mail_is_stored_classified_and_marked_as_not_fetched(stranger: Client, house: House) -> None:
    answer = stranger.call("POST", MAIL, a_post(), headers=SIGNED)
    assert (answer.status_code, answer.json()) == (202, {"accepted": 1})
    known = house.store.messages.get(f"office:{id_by_message_id('m1@example.org')}")
    assert (known.message.subject, known.message.sender) == ("Lunch", Address("Ann", "ann@example.org"))
    assert "unverified" in known.message.labels
    assert known.classification is not None


def test_a_hundred_repeats_at_once_are_one_change(stranger: Client, house: House) -> None:
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: stranger.call("POST", MAIL, a_post(), headers=SIGNED), range(100)))
    assert {answer.status_code for answer in answers} == {202}
    assert len(stored(house)) == 1
    told = [item for item in house.store.feed.after(0) if item.topic == "message"]
    head = house.store.feed.head()
    stranger.call("POST", MAIL, a_post(subject="Forged later"), headers=SIGNED)
    assert house.store.feed.head() == head
    assert len({item.ref for item in told}) == 1
    assert house.store.messages.get(stored(house)[0]).message.subject == "Lunch"


def test_the_same_mail_in_either_form_of_the_connector_is_one(stranger: Client, house: House) -> None:
    old = {"Id": "AAMk-moved", "InternetMessageId": "<m1@example.org>", "Subject": "Lunch", "From": "ann@example.org"}
    assert stranger.call("POST", MAIL, a_post(), headers=SIGNED).json() == {"accepted": 1}
    assert stranger.call("POST", MAIL, old, headers=SIGNED).json() == {"accepted": 0}
    assert len(stored(house)) == 1


@pytest.mark.parametrize(
    "headers", [{}, {"X-Alfred-Token": ""}, {"X-Alfred-Token": TOKEN[:-1]}, {"Authorization": f"Bearer {TOKEN}"}]
)
def test_a_forged_post_changes_nothing(stranger: Client, house: House, headers: dict[str, str]) -> None:
    assert stranger.refused("POST", MAIL, a_post(), headers=headers) == (401, "not_authentic")
    assert stored(house) == []


def test_a_session_of_the_owner_is_no_secret_of_a_flow(client: Client, house: House) -> None:
    assert client.refused("POST", MAIL, a_post()) == (401, "not_authentic")
    assert stored(house) == []


def test_the_secret_is_compared_in_constant_time(
    stranger: Client, monkeypatch: pytest.MonkeyPatch, house: House
) -> None:
    compared: list[tuple[int, int]] = []
    real = hmac.compare_digest

    def noted(first: bytes, second: bytes) -> bool:
        compared.append((len(first), len(second)))
        return real(first, second)

    monkeypatch.setattr("adapters.power_automate.hooks.hmac.compare_digest", noted)
    for guess in ("x", TOKEN, TOKEN * 50):
        stranger.call("POST", MAIL, a_post(), headers={"X-Alfred-Token": guess})
    assert compared == [(hashlib.sha256().digest_size,) * 2] * 3


def test_each_account_takes_in_only_what_brings_its_own_secret(stranger: Client, house: House) -> None:
    join(house, "other", "jo@other.example", "the other account's own secret")
    headers = {"X-Alfred-Token": "the other account's own secret"}
    assert stranger.call("POST", MAIL, a_post(), headers=headers).status_code == 202
    assert stored(house) == [f"other:{id_by_message_id('m1@example.org')}"]


@pytest.mark.parametrize("body", [b"", b"{", b"[7]", b"null", b"[" * 5000, b'{"subject": "x"}'])
def test_what_cannot_be_read_is_refused_with_its_place(stranger: Client, house: House, body: bytes) -> None:
    answer = stranger.call("POST", MAIL, headers=SIGNED, content=body)
    assert (answer.status_code, answer.json()["code"], answer.json()["where"]) == (422, "invalid", "body")
    assert stored(house) == []


def test_a_body_over_the_limit_is_not_read_whoever_sends_it(stranger: Client, house: House) -> None:
    huge = json.dumps(a_post(body="x" * 1_048_576)).encode()
    for headers in (SIGNED, {}):
        assert stranger.refused("POST", MAIL, headers=headers, content=huge) == (413, "too_large")
    allowed = json.dumps(a_post(body="x" * 1_000_000)).encode()
    assert stranger.call("POST", MAIL, headers=SIGNED, content=allowed).status_code == 202


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_only_posting_is_allowed(stranger: Client, method: str) -> None:
    answer = stranger.call(method, MAIL, headers=SIGNED)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("path", ["/hooks/", "/hooks/nobody", "/hooks/power-automate", f"{MAIL}/", f"{MAIL}/x"])
def test_where_nobody_is_posted_to_nothing_is_found(stranger: Client, path: str) -> None:
    assert stranger.refused("POST", path, a_post(), headers=SIGNED) == (404, "not_found")


def test_an_account_that_is_gone_is_no_longer_posted_to(stranger: Client, house: House) -> None:
    house.services.connections.remove("office")
    assert stranger.refused("POST", MAIL, a_post(), headers=SIGNED) == (404, "not_found")


def test_a_stale_post_is_taken_and_marked(stranger: Client, house: House) -> None:
    stranger.call("POST", MAIL, a_post(receivedDateTime="2026-11-01T00:00:00Z"), headers=SIGNED)
    assert "late" in house.store.messages.get(stored(house)[0]).message.labels


def test_a_repeat_after_the_mark_was_forgotten_changes_nothing_either(stranger: Client, house: House) -> None:
    stranger.call("POST", MAIL, a_post(), headers=SIGNED)
    house.clock.advance(timedelta(days=13))
    assert house.services.hooks.forget_old() == 0
    house.clock.advance(timedelta(days=2))
    assert house.services.hooks.forget_old() == 1
    stranger.call("POST", MAIL, a_post(), headers=SIGNED)
    assert len(stored(house)) == 1


def test_teams_messages_come_by_their_own_address(stranger: Client, house: House) -> None:
    post = {"id": "17", "channelIdentity": {"channelId": "19:c"}, "body": {"content": "Down"}}
    assert stranger.call("POST", TEAMS, post, headers=SIGNED).json() == {"accepted": 1}
    assert house.store.messages.get("office:19:c:17").message.text == "Down"


def test_over_the_network_a_secret_is_only_taken_over_https(house: House) -> None:
    abroad = with_web(house, lambda web: replace(web, allowed_hosts=("alfred.example",)))
    plain = Client(abroad, {}, "http://alfred.example")
    assert plain.refused("POST", MAIL, a_post(), headers=SIGNED) == (403, "needs_tls")
    assert Client(abroad, {}, "https://alfred.example").call("POST", MAIL, a_post(), headers=SIGNED).status_code == 202


@pytest.mark.parametrize("name", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"])
def test_what_was_forwarded_from_elsewhere_is_no_call_from_this_machine(
    stranger: Client, house: House, name: str
) -> None:
    assert stranger.refused("POST", MAIL, a_post(), headers={**SIGNED, name: "x"}) == (403, "needs_tls")
    assert stored(house) == []


def test_wrong_secrets_are_slowed_down_and_the_right_one_is_not(stranger: Client, house: House) -> None:
    wrong = {"X-Alfred-Token": TOKEN[:-1]}
    for _ in range(5):
        assert stranger.refused("POST", MAIL, a_post(), headers=wrong) == (401, "not_authentic")
    answer = stranger.call("POST", MAIL, a_post(), headers=wrong)
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (429, "slow_down", "2")
    assert stranger.refused("POST", TEAMS, a_post(), headers=wrong) == (401, "not_authentic")
    assert stranger.call("POST", MAIL, a_post(), headers=SIGNED).status_code == 202
    house.clock.advance(timedelta(seconds=3))
    assert stranger.refused("POST", MAIL, a_post(), headers=wrong) == (401, "not_authentic")


def test_another_sites_page_cannot_post(stranger: Client) -> None:
    headers = {**SIGNED, "Origin": "https://evil.example"}
    assert stranger.refused("POST", MAIL, a_post(), headers=headers) == (403, "foreign_origin")


def test_the_secret_appears_in_no_log_and_no_answer(
    stranger: Client, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answers = [stranger.call("POST", MAIL, content=body, headers=SIGNED).text for body in (b"{", b"{}")]
        answers.append(stranger.call("POST", MAIL, a_post(), headers={"X-Alfred-Token": TOKEN[:-1]}).text)
    assert TOKEN[:-1] not in "".join(answers) + caplog.text


def test_a_body_that_lies_about_its_length_is_cut_at_the_limit(house: House) -> None:
    """Where more comes than was announced, the rest is no request, and what was announced is half a mail."""
    whole = json.dumps(a_post()).encode()
    with serving(house) as base_url:
        assert over_a_socket(base_url, whole, announced=20).startswith((b"HTTP/1.1 400", b"HTTP/1.1 422"))
        assert over_a_socket(base_url, whole, announced=10**15).startswith(b"HTTP/1.1 413")
        chunks = [b"x" * 65_536] * 17
        answer = httpx.post(base_url + MAIL, content=iter(chunks), headers=SIGNED, trust_env=False)
    assert answer.status_code == 413
    assert stored(house) == []


def test_a_body_that_is_cut_off_changes_nothing(house: House) -> None:
    app, sent = create_app(house.services), list[AsgiMessage]()
    begun: AsgiMessage = {"type": "http.request", "body": b"{", "more_body": True}
    gone: AsgiMessage = {"type": "http.disconnect"}
    heard = iter((begun, gone))

    async def receive() -> AsgiMessage:
        return next(heard)

    async def send(message: AsgiMessage) -> None:
        sent.append(message)

    headers = [(b"host", b"localhost"), (b"x-alfred-token", TOKEN.encode())]
    scope = {"type": "http", "method": "POST", "path": MAIL, "raw_path": MAIL.encode(), "query_string": b""}
    asyncio.run(app({**scope, "headers": headers, "scheme": "http", "client": ("127.0.0.1", 1)}, receive, send))
    assert sent[0]["status"] == 400
    assert stored(house) == []


def over_a_socket(base_url: str, body: bytes, announced: int) -> bytes:
    """Post with a Content-Length of one's own; return what is answered."""
    where = urlsplit(base_url)
    assert where.hostname is not None
    with socket.create_connection((where.hostname, where.port or 80), timeout=10) as wire:
        head = f"POST {MAIL} HTTP/1.1\r\nHost: localhost\r\nX-Alfred-Token: {TOKEN}\r\nContent-Length: {announced}\r\n"
        wire.sendall(head.encode() + b"Content-Type: application/json\r\n\r\n" + body)
        return wire.recv(1000)
