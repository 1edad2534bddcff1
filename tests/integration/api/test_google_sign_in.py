"""Signing in with Google, for the one allowed address; Google's part is played on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import httpx
import pytest

from application.ports.identity import Journey
from application.sign_in.address_sign_in import Return
from sandbox.google import GoogleServer
from tests.integration.api.client import Client
from tests.integration.api.house import House, with_google, with_web

OWNER = "jo@home.example"
OTHER = "eve@evil.example"
BEGIN = "/api/session/google"
CALLBACK = f"{BEGIN}/callback"
Change = Callable[[str], str]


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    with GoogleServer([OWNER, OTHER], quota=None) as server:
        yield server


@pytest.fixture
def browser(house: House, google: GoogleServer) -> Client:
    """A browser that nobody signed in, at a house that lets the owner in by Google."""
    return Client(with_google(house, google, OWNER), {})


def begun(browser: Client) -> str:
    """Open the door; keep the attempt's cookie, and return the consent page's address."""
    answer = browser.call("GET", BEGIN)
    assert answer.status_code == 302, answer.text
    browser.headers = {"Cookie": answer.headers["set-cookie"].partition(";")[0]}
    return answer.headers["location"]


def consented(page: str) -> dict[str, str]:
    """Say yes on Google's page; return what Google sends along on the way back."""
    answer = httpx.get(page)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["location"])
    assert back.path == CALLBACK
    return {name: values[0] for name, values in parse_qs(back.query).items()}


def come_back(browser: Client, brought: dict[str, str]) -> httpx.Response:
    return browser.call("GET", f"{CALLBACK}?{urlencode(brought)}")


def refused(browser: Client, change: Change = str) -> tuple[int, str]:
    """Go the whole way with a changed consent page; return the problem at its end."""
    return problem(come_back(browser, consented(change(begun(browser)))), browser)


def problem(answer: httpx.Response, browser: Client) -> tuple[int, str]:
    assert "alfred=" not in answer.headers.get("set-cookie", "")
    assert browser.house.services.devices.all() == ()
    assert OWNER not in answer.text
    return answer.status_code, answer.json()["code"]


def test_the_owner_is_let_in(browser: Client) -> None:
    answer = come_back(browser, consented(begun(browser)))
    assert (answer.status_code, answer.headers["location"]) == (302, "/")
    session, attempt = answer.headers.get_list("set-cookie")
    assert session.partition("=")[0] == "alfred"
    assert session.split("; ")[1:] == ["Max-Age=604800", "Path=/", "HttpOnly", "SameSite=Strict"]
    assert attempt.startswith("alfred-attempt=; Max-Age=0;")
    browser.headers = {"Cookie": session.partition(";")[0]}
    assert browser.get("/api/session")["current"]


def test_google_is_asked_for_the_address_alone_and_told_nothing_of_it(browser: Client) -> None:
    page = begun(browser)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(page).query).items()}
    assert (asked["scope"], asked["code_challenge_method"]) == ("openid email", "S256")
    assert asked["redirect_uri"] == f"http://localhost:8420{CALLBACK}"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) == 43
    assert asked.keys().isdisjoint({"login_hint", "access_type"})
    assert OWNER not in page


def test_the_attempt_belongs_to_one_browser_for_five_minutes(browser: Client) -> None:
    cookie = browser.call("GET", BEGIN).headers["set-cookie"]
    assert cookie.startswith("alfred-attempt=")
    assert cookie.split("; ")[1:] == ["Max-Age=300", "Path=/", "HttpOnly", "SameSite=Lax"]
    browser.base_url = "https://localhost:8420"
    secure = browser.call("GET", BEGIN).headers["set-cookie"]
    assert secure.startswith("__Host-alfred-attempt=")
    assert secure.endswith("; HttpOnly; SameSite=Lax; Secure")


def test_phones_come_back_to_the_public_address(house: House, google: GoogleServer) -> None:
    public = with_web(house, lambda web: replace(web, public_url="https://alfred.example"))
    phone = Client(with_google(public, google, OWNER), {}, "http://alfred.example")
    asked = parse_qs(urlsplit(begun(phone)).query)
    assert asked["redirect_uri"] == [f"https://alfred.example{CALLBACK}"]


@pytest.mark.parametrize("allowed", [OWNER.upper(), f" {OWNER.title()} "])
def test_capitals_make_no_other_address(house: House, google: GoogleServer, allowed: str) -> None:
    browser = Client(with_google(house, google, allowed), {})
    assert come_back(browser, consented(begun(browser))).status_code == 302


def test_another_address_is_refused(browser: Client) -> None:
    assert refused(browser, lambda page: f"{page}&login_hint={quote(OTHER)}") == (401, "wrong_account")


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"email_verified": False}, "wrong_account"),
        ({"email_verified": "true"}, "wrong_account"),
        ({"email_verified": None}, "wrong_account"),
        ({"email": f"{OWNER}.evil.example"}, "wrong_account"),
        ({"email": None}, "bad_identity"),
        ({"email": [OWNER]}, "bad_identity"),
        ({"nonce": "another"}, "wrong_nonce"),
        ({"nonce": None}, "bad_identity"),
        ({"aud": "another client"}, "bad_identity"),
        ({"aud": None}, "bad_identity"),
        ({"iss": "https://evil.example"}, "bad_identity"),
        ({"exp": 1_000_000_000}, "identity_expired"),
        ({"exp": "later"}, "bad_identity"),
        ({"exp": 10**30}, "bad_identity"),
    ],
)
def test_an_identity_that_does_not_hold_is_refused(
    browser: Client, google: GoogleServer, claims: dict[str, object], code: str
) -> None:
    google.sign_in.claims = claims
    assert refused(browser) == (401, code)


def test_an_identity_ends_with_its_last_second(browser: Client, house: House, google: GoogleServer) -> None:
    google.sign_in.claims = {"exp": int(house.clock.now().timestamp())}
    assert refused(browser) == (401, "identity_expired")
    google.sign_in.claims = {"exp": int(house.clock.now().timestamp()) + 1}
    assert come_back(browser, consented(begun(browser))).status_code == 302


@pytest.mark.parametrize("state", ["", "guess", "ü"])
def test_a_wrong_state_is_refused_and_ends_the_attempt(browser: Client, state: str) -> None:
    brought = consented(begun(browser))
    assert problem(come_back(browser, {**brought, "state": state}), browser) == (401, "wrong_state")
    assert problem(come_back(browser, brought), browser) == (401, "attempt_over")


def test_a_way_back_is_gone_once(browser: Client) -> None:
    brought = consented(begun(browser))
    assert come_back(browser, brought).status_code == 302
    again = come_back(browser, brought)
    assert (again.status_code, again.json()["code"]) == (401, "attempt_over")
    assert len(browser.house.services.devices.all()) == 1


def test_another_browser_cannot_use_what_google_sent(browser: Client) -> None:
    brought = consented(begun(browser))
    for headers in ({}, {"Cookie": "alfred-attempt=guess"}, {"Cookie": "__Host-alfred-attempt=guess"}):
        thief = Client(browser.house, headers)
        assert problem(come_back(thief, brought), thief) == (401, "attempt_over")


def test_what_google_sent_for_one_attempt_does_not_end_another(browser: Client) -> None:
    first = consented(begun(browser))
    second = begun(browser)
    state = parse_qs(urlsplit(second).query)["state"][0]
    assert problem(come_back(browser, first), browser) == (401, "wrong_state")
    begun(browser)
    assert problem(come_back(browser, {**first, "state": state}), browser) == (401, "wrong_state")


def test_a_code_of_another_attempt_fails_by_its_verifier(browser: Client) -> None:
    stolen = consented(begun(browser))["code"]
    own = consented(begun(browser))
    assert problem(come_back(browser, {**own, "code": stolen}), browser) == (401, "bad_identity")


def test_a_late_return_is_refused(browser: Client, house: House) -> None:
    brought = consented(begun(browser))
    house.clock.advance(timedelta(minutes=5))
    assert problem(come_back(browser, brought), browser) == (401, "attempt_over")


def test_a_no_at_google_is_said_plainly(browser: Client, google: GoogleServer) -> None:
    google.sign_in.refuses = True
    assert refused(browser) == (401, "consent_refused")


def test_who_did_not_ask_for_openid_learns_no_identity(browser: Client) -> None:
    assert refused(browser, lambda page: page.replace("scope=openid+email", "scope=email")) == (401, "bad_identity")


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 503}, {"kind": "cut"}, {"kind": "reset"}])
def test_trouble_at_google_means_try_later(browser: Client, google: GoogleServer, fault: dict[str, object]) -> None:
    google.misbehave(**fault, method="oauth.token")
    assert refused(browser)[0] == 503


def test_a_client_that_google_does_not_know_is_no_fault_of_the_owners(house: House, google: GoogleServer) -> None:
    browser = Client(with_google(house, google, OWNER, client_secret="wrong"), {})
    assert refused(browser) == (502, "invalid_client")


def test_identities_are_taken_over_tls_alone(house: House, google: GoogleServer) -> None:
    browser = Client(with_google(house, google, OWNER, token_uri="http://oauth2.example/token"), {})
    assert refused(browser) == (502, "plain_token_uri")


def test_failed_attempts_slow_down_those_that_follow(browser: Client, house: House) -> None:
    for _ in range(5):
        assert problem(come_back(browser, {"state": "x", "code": "y"}), browser) == (401, "attempt_over")
    assert browser.refused("GET", BEGIN) == (429, "slow_down")
    assert browser.refused("GET", CALLBACK) == (429, "slow_down")
    house.clock.advance(timedelta(seconds=2))
    assert come_back(browser, consented(begun(browser))).status_code == 302


def test_wrong_pairing_codes_do_not_close_this_door(browser: Client) -> None:
    for _ in range(6):
        browser.call("POST", "/api/session", {"code": "WRONG"})
    assert come_back(browser, consented(begun(browser))).status_code == 302


@pytest.mark.parametrize("path", [BEGIN, f"{CALLBACK}?state=x&code=y"])
def test_without_an_allowed_address_there_is_no_such_way(stranger: Client, path: str) -> None:
    assert stranger.refused("GET", path) == (404, "not_found")


def test_the_door_says_which_ways_there_are(stranger: Client, browser: Client) -> None:
    assert stranger.get("/api/session/ways") == {"code": True, "passkey": False, "google": False}
    assert browser.get("/api/session/ways") == {"code": True, "passkey": False, "google": True}


def test_what_is_secret_shows_in_no_text(house: House, google: GoogleServer) -> None:
    told = repr(vars(with_google(house, google, OWNER).services.google_sign_in))
    told += repr(Journey("http://localhost/", "a-state", "a-nonce", "a-verifier")) + repr(Return("a-state", "a-code"))
    secrets = ["a-state", "a-nonce", "a-verifier", "a-code", google.client_config()["installed"]["client_secret"]]
    assert [each for each in secrets if str(each) in told] == []
