"""Signing in with a token in the app: it is asked for as what it is, is not shown, and is tried."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.house import House


def test_a_token_is_asked_for_as_a_secret_and_a_wrong_one_is_refused(page: Page, house: House) -> None:
    page.goto(f"{house.url}/settings")
    page.get_by_role("button", name="Add an account").click()
    adding = page.get_by_role("dialog", name="Add an account")
    adding.get_by_label("At", exact=True).select_option("azure_devops")
    adding.get_by_label("What you call it").fill("reviews")
    adding.get_by_role("button", name="Add and sign in").click()
    signing_in = page.get_by_role("dialog", name="Sign in to reviews")
    token = signing_in.get_by_label("Personal access token")
    expect(token).to_have_attribute("type", "password")
    expect(signing_in.get_by_role("link", name="Make a token")).to_be_visible()
    token.fill("mistyped" * 6)
    signing_in.get_by_role("button", name="Sign in with it").click()
    expect(signing_in.get_by_role("alert")).to_contain_text("no longer accepts the token of reviews")
    states = {each["name"]: each["connected"] for each in house.call("GET", "/api/accounts")["items"]}
    house.call("DELETE", "/api/accounts/reviews")
    assert (states["reviews"], states["devops"]) == (False, True)
