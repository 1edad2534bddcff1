"""Passkeys: offered to whoever comes in by a code, kept by the device, and enough to come in again."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.browser.conftest import DESKTOP, PATIENCE
from tests.browser.house import House

# A phone's own: it asks for a finger, and the finger is there.
FINGER = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass
class Phone:
    """A browser whose machine has an authenticator."""

    page: Page
    devtools: CDPSession
    authenticator: str

    def kept(self) -> list[Any]:
        """Return the credentials that the authenticator holds."""
        answer = self.devtools.send("WebAuthn.getCredentials", {"authenticatorId": self.authenticator})
        return list(answer["credentials"])

    def sign_out(self, house: House) -> None:
        self.page.goto(f"{house.url}/settings")
        self.page.get_by_role("button", name="Sign out", exact=True).click()
        expect(self.page.get_by_role("heading", name="Whom may I announce?")).to_be_visible()


@pytest.fixture
def phone(browser: Browser, house: House) -> Iterator[Phone]:
    context = browser.new_context(viewport=DESKTOP, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    opening = context.new_page()
    devtools = context.new_cdp_session(opening)
    devtools.send("WebAuthn.enable")
    authenticator = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": FINGER})["authenticatorId"]
    opening.goto(house.pairing_link())
    opening.get_by_role("navigation", name="Main").wait_for()
    yield Phone(opening, devtools, authenticator)
    context.close()
    for passkey in house.call("GET", "/api/passkeys")["items"]:
        house.call("DELETE", f"/api/passkeys/{passkey['id']}")


def test_a_passkey_is_offered_at_once_and_lets_in_without_a_code(phone: Phone, house: House) -> None:
    phone.page.get_by_role("button", name="Keep a passkey").click()
    expect(phone.page.get_by_text("The passkey is kept.")).to_be_visible()
    expect(phone.page.get_by_role("button", name="Keep a passkey")).to_have_count(0)
    (credential,) = phone.kept()
    assert (credential["rpId"], credential["isResidentCredential"]) == ("localhost", True)

    phone.sign_out(house)
    assert phone.page.request.get(f"{house.url}/api/status").status == 401
    phone.page.get_by_role("button", name="Use a passkey").click()
    expect(phone.page.get_by_role("navigation", name="Main")).to_be_visible()
    assert phone.page.request.get(f"{house.url}/api/status").status == 200
    assert phone.kept()[0]["signCount"] > credential["signCount"]


def test_a_removed_passkey_lets_nobody_in(phone: Phone, house: House) -> None:
    phone.page.get_by_role("button", name="Keep a passkey").click()
    expect(phone.page.get_by_text("The passkey is kept.")).to_be_visible()
    phone.page.goto(f"{house.url}/settings")
    phone.page.get_by_role("button", name="Remove the passkey").click()
    expect(phone.page.get_by_text("opens nothing any more")).to_be_visible()

    phone.sign_out(house)
    phone.page.wait_for_load_state("networkidle")
    expect(phone.page.get_by_role("button", name="Use a passkey")).to_have_count(0)
    assert phone.page.request.get(f"{house.url}/api/session/ways").json()["passkey"] is False


def test_the_offer_may_wait(phone: Phone, house: House) -> None:
    phone.page.get_by_role("button", name="Another time").click()
    expect(phone.page.get_by_role("button", name="Keep a passkey")).to_have_count(0)
    assert phone.kept() == []
    assert house.call("GET", "/api/passkeys")["items"] == []


def test_a_recovery_code_opens_the_door_once(phone: Phone, house: House) -> None:
    phone.page.goto(f"{house.url}/settings")
    phone.page.get_by_role("button", name="New recovery codes").click()
    codes = phone.page.locator(".codes").inner_text().split()
    assert len(codes) == 8
    for code, status in ((codes[0], 200), (codes[0], 401), (codes[1], 200)):
        answer = phone.page.request.post(f"{house.url}/api/session", data={"code": code, "name": "recovered"})
        assert answer.status == status, answer.text()
