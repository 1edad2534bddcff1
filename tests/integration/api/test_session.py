"""Signing in with a code, staying signed in, and being signed out."""

from __future__ import annotations

from contextlib import AbstractContextManager, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.local import LocalBrain
from application.announcing import announced
from application.ports.store import Store
from application.sign_in.attempts import NotSignedIn
from application.sign_in.devices import PAIRING, RECOVERY, TERMINAL
from application.sign_in.passkeys import PASSKEY
from application.sign_in.signing_out import sign_others_out
from domain.errors import TryLater
from tests.integration.api.client import Client
from tests.integration.api.house import ZONE, House, build
from web.api.web_settings import WebSettings

HTTPS = "https://localhost:8420"


def cookie_of(client: Client, code: str) -> str:
    answer = client.call("POST", "/api/session", {"code": code, "name": "Phone"})
    assert answer.status_code == 200, answer.text
    return answer.headers["set-cookie"]


def signed_in(stranger: Client, house: House) -> dict[str, str]:
    cookie = cookie_of(stranger, house.services.devices.new_code())
    return {"Cookie": cookie.partition(";")[0]}


def test_a_code_signs_in_one_device_once(house: House, stranger: Client) -> None:
    code = house.services.devices.new_code()
    cookie_of(stranger, code)
    assert stranger.refused("POST", "/api/session", {"code": code}) == (401, "bad_code")


def test_a_code_may_be_typed_in_small_letters_and_with_a_dash(house: House, stranger: Client) -> None:
    code = house.services.devices.new_code().lower()
    assert cookie_of(stranger, f" {code[:4]}-{code[4:]} ")


def test_a_code_is_good_for_ten_minutes(house: House, stranger: Client) -> None:
    code = house.services.devices.new_code()
    house.clock.advance(timedelta(minutes=10, seconds=1))
    assert stranger.refused("POST", "/api/session", {"code": code}) == (401, "bad_code")


def test_a_clock_that_is_set_right_makes_no_code_good_for_longer(house: House, stranger: Client) -> None:
    house.clock.advance(timedelta(days=30))
    code = house.services.devices.new_code()
    house.clock.advance(-timedelta(days=30))
    assert stranger.refused("POST", "/api/session", {"code": code}) == (401, "bad_code")


def test_a_clock_that_is_set_right_makes_no_session_last_for_longer(house: House, stranger: Client) -> None:
    house.clock.advance(timedelta(days=30))
    cookie = signed_in(stranger, house)
    house.clock.advance(-timedelta(days=30))
    for days, status in ((0, 200), (6, 200), (8, 401)):
        house.clock.advance(timedelta(days=days))
        assert stranger.call("GET", "/api/session", headers=cookie).status_code == status


def test_old_codes_leave_nothing_behind(house: House) -> None:
    house.services.devices.new_code()
    house.clock.advance(timedelta(minutes=11))
    house.services.devices.new_code()
    assert len(house.store.preferences.names(PAIRING)) == 1


def test_wrong_codes_slow_the_next_attempt_down(house: House, stranger: Client) -> None:
    code = house.services.devices.new_code()
    for _ in range(5):
        assert stranger.refused("POST", "/api/session", {"code": "WRONG"}) == (401, "bad_code")
    answer = stranger.call("POST", "/api/session", {"code": code})
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (429, "slow_down", "2")
    house.clock.advance(timedelta(seconds=3))
    assert stranger.refused("POST", "/api/session", {"code": "WRONG"}) == (401, "bad_code")
    house.clock.advance(timedelta(seconds=3))
    assert stranger.refused("POST", "/api/session", {"code": code}) == (429, "slow_down")
    house.clock.advance(timedelta(seconds=3))
    assert cookie_of(stranger, code)


def test_a_recovery_code_is_heard_however_often_a_stranger_was_wrong(house: House, stranger: Client) -> None:
    kept = house.services.devices.new_recovery_codes()[0]
    for _ in range(5):
        stranger.call("POST", "/api/session", {"code": "WRONG"})
    assert cookie_of(stranger, kept)


def test_wrong_codes_from_elsewhere_close_nobody_elses_door(house: House, stranger: Client) -> None:
    devices = house.services.devices
    for _ in range(9):
        with suppress(NotSignedIn, TryLater):
            devices.pair("WRONG", "a stranger", "192.0.2.7")
    assert cookie_of(stranger, devices.new_code())


def test_over_http_the_cookie_has_a_plain_name_and_no_secure(house: House, stranger: Client) -> None:
    token, *flags = cookie_of(stranger, house.services.devices.new_code()).split("; ")
    assert token.startswith("alfred=")
    assert flags == ["Max-Age=604800", "Path=/", "HttpOnly", "SameSite=Strict"]


def test_over_https_the_cookie_is_bound_to_this_host(house: House, stranger: Client) -> None:
    stranger.base_url = HTTPS
    token, *flags = cookie_of(stranger, house.services.devices.new_code()).split("; ")
    assert token.startswith("__Host-alfred=")
    assert flags == ["Max-Age=604800", "Path=/", "HttpOnly", "SameSite=Strict", "Secure"]


def test_over_http_to_another_name_than_loopbacks_the_cookie_needs_https(store: Store, tmp_path: Path) -> None:
    house = build(store, tmp_path, LocalBrain(ZONE), WebSettings(allowed_hosts=("alfred.example",)))
    stranger = Client(house, {})
    stranger.base_url = "http://alfred.example"
    token, *flags = cookie_of(stranger, house.services.devices.new_code()).split("; ")
    assert (token.partition("=")[0], "Secure" in flags) == ("__Host-alfred", True)


def test_a_session_knows_its_device(house: House, stranger: Client) -> None:
    stranger.headers = signed_in(stranger, house)
    who = stranger.get("/api/session")
    assert (who["name"], who["current"]) == ("Phone", True)


def test_a_session_slides_and_ends_after_seven_quiet_days(house: House, stranger: Client) -> None:
    stranger.headers = signed_in(stranger, house)
    for _ in range(3):
        house.clock.advance(timedelta(days=6))
        assert stranger.call("GET", "/api/session").status_code == 200
    house.clock.advance(timedelta(days=7, seconds=1))
    assert stranger.refused("GET", "/api/session") == (401, "session_ended")
    assert stranger.refused("GET", "/api/session") == (401, "not_signed_in")


def test_the_cookie_slides_with_the_session(house: House, stranger: Client) -> None:
    stranger.headers = signed_in(stranger, house)
    stranger.get("/api/session")
    assert "set-cookie" not in stranger.call("GET", "/api/session").headers
    house.clock.advance(timedelta(hours=1))
    renewed = stranger.call("GET", "/api/session").headers["set-cookie"]
    assert renewed.startswith(stranger.headers["Cookie"] + "; Max-Age=604800;")


def test_the_token_of_a_program_does_not_end(house: House, client: Client) -> None:
    token = client.post("/api/devices/token", {"name": "script"})["token"]
    house.clock.advance(timedelta(days=400))
    answer = client.call("GET", "/api/session", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["name"]) == (200, "script")
    assert "set-cookie" not in answer.headers


def test_a_token_for_figures_opens_nothing_else(house: House, client: Client) -> None:
    token = client.post("/api/devices/token", {"name": "prometheus", "figures_only": True})["token"]
    held = {"Authorization": f"Bearer {token}"}
    assert client.call("GET", "/metrics", headers=held).status_code == 200
    for method, path in (
        ("GET", "/api/session"),
        ("GET", "/api/messages"),
        ("POST", "/api/devices/pairing"),
        ("POST", "/api/halt"),
        ("GET", "/api/events"),
        ("POST", "/metrics"),
    ):
        answer = client.call(method, path, headers=held)
        assert (path, answer.status_code, answer.json()["code"]) == (path, 403, "figures_only")
    (listed,) = [each for each in client.get("/api/devices")["items"] if each["name"] == "prometheus"]
    assert listed["figures_only"]


def test_signing_out_ends_the_session_and_the_cookies(house: House, stranger: Client) -> None:
    stranger.headers = signed_in(stranger, house)
    answer = stranger.call("DELETE", "/api/session")
    cookies = answer.headers.get_list("set-cookie")
    assert [each.partition(";")[0] for each in cookies] == ["__Host-alfred=", "alfred="]
    assert stranger.refused("GET", "/api/session") == (401, "not_signed_in")


def test_a_device_is_revoked_from_another(house: House, client: Client, stranger: Client) -> None:
    stranger.headers = signed_in(stranger, house)
    phone = stranger.get("/api/session")["id"]
    client.delete(f"/api/devices/{phone}")
    assert stranger.refused("GET", "/api/session") == (401, "not_signed_in")
    assert [each["name"] for each in client.get("/api/devices")["items"]] == ["test"]
    assert client.refused("DELETE", f"/api/devices/{phone}") == (404, "not_found")


def test_all_that_a_stranger_made_is_ended_with_him(house: House, client: Client, stranger: Client) -> None:
    stranger.headers = signed_in(stranger, house)
    program = stranger.post("/api/devices/token", {"name": "script"})["token"]
    codes = [stranger.post("/api/devices/pairing")["code"], *stranger.post("/api/devices/recovery-codes")["codes"]]
    house.store.preferences.put(f"{PASSKEY}his", {})
    assert client.delete("/api/devices") == {"devices": 2}
    assert stranger.refused("GET", "/api/session") == (401, "not_signed_in")
    assert client.call("GET", "/api/session", headers={"Authorization": f"Bearer {program}"}).status_code == 401
    stranger.headers = {}
    assert {stranger.refused("POST", "/api/session", {"code": code}) for code in codes[:4]} == {(401, "bad_code")}
    assert not house.store.preferences.names(PASSKEY)
    assert [each["name"] for each in client.get("/api/devices")["items"]] == ["test"]


@pytest.mark.parametrize("path", ["/api/devices/token", "/api/devices/pairing", "/api/devices/recovery-codes"])
def test_what_a_stranger_asked_for_before_he_was_signed_out_comes_too_late(
    house: House, client: Client, stranger: Client, path: str
) -> None:
    """He is let past the door, and signed out before he is served."""
    stranger.headers = signed_in(stranger, house)
    opening, mine = house.services.devices.opening, client.get("/api/session")["id"]

    def interrupted(id: str | None = None) -> AbstractContextManager[None]:
        sign_others_out(house.services.devices, house.services.passkeys, mine) if id not in (None, mine) else None
        return opening(id)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(house.services.devices, "opening", interrupted)
        assert stranger.refused("POST", path, {"name": "script"} if "token" in path else None)[0] == 401
    assert [each.name for each in house.services.devices.all()] == ["test"]
    assert not house.store.preferences.names(RECOVERY)
    assert not house.store.preferences.names(PAIRING)


def test_the_terminal_stays_signed_in_when_all_others_are_signed_out(house: House) -> None:
    house.services.devices.admit(TERMINAL, "kept in the vault")
    sign_others_out(house.services.devices, house.services.passkeys)
    assert [each.id for each in house.services.devices.all()] == [TERMINAL]


def test_the_owner_hears_of_whoever_may_come_in_from_now_on(house: House, client: Client, stranger: Client) -> None:
    before = house.store.feed.head()
    stranger.headers = signed_in(stranger, house)
    stranger.post("/api/devices/token", {"name": "script"})
    stranger.post("/api/devices/recovery-codes")
    told = [announced(house.store, event.ref, house.clock.now()) for event in house.store.feed.after(before, 50)]
    bodies = [notice.body.partition(".")[0] for notice in told if notice is not None]
    assert bodies == ["“Phone” was signed in", "“script” was signed in", "New recovery codes were made"]
    assert all(notice.presses for notice in told if notice is not None)


def test_a_device_gets_another_name(client: Client) -> None:
    id = client.get("/api/session")["id"]
    assert client.put(f"/api/devices/{id}", {"name": "Laptop"})["name"] == "Laptop"
    assert client.get("/api/session")["name"] == "Laptop"


def test_a_pairing_link_carries_a_code_that_works(client: Client, stranger: Client) -> None:
    made = client.post("/api/devices/pairing")
    assert made["link"] == f"http://localhost:8420/sign-in#{made['code']}"
    assert cookie_of(stranger, made["code"])


@pytest.mark.parametrize("path", ["/api/session", "/api/devices/pairing"])
def test_nobody_but_a_device_hands_out_access(stranger: Client, path: str) -> None:
    assert stranger.call("POST", path, {"code": ""}).status_code == 401


def test_tokens_and_codes_are_kept_as_hashes(house: House, stranger: Client) -> None:
    code = house.services.devices.new_code()
    token = cookie_of(stranger, house.services.devices.new_code()).partition(";")[0].partition("=")[2]
    kept = [(name, house.store.preferences.get(name)) for name in house.store.preferences.names()]
    assert code not in str(kept)
    assert token not in str(kept)
