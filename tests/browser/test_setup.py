"""Setting up in the app: the steps as they stand, a bank named, a step put off, and who may see what."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Complaints, SignIn
from tests.browser.house import House
from tests.browser.test_looks import AXE, GRAVE, WIDER_THAN_THE_SCREEN


def step(page: Page, title: str) -> Locator:
    return page.get_by_role("region", name=title, exact=True)


def show(page: Page, house: House) -> None:
    page.goto(f"{house.url}/setup")
    expect(step(page, "Mail")).to_be_visible()


def test_what_is_connected_is_done_and_the_way_to_it_is_in_the_settings(page: Page, house: House) -> None:
    page.goto(f"{house.url}/settings")
    page.get_by_role("link", name="Setting up").click()
    expect(step(page, "Mail")).to_contain_text("Done")
    expect(step(page, "Mail")).to_contain_text("gmail")
    expect(page.get_by_role("heading", name="What he would do")).to_have_count(0)


def test_a_step_is_put_off(page: Page, house: House) -> None:
    show(page, house)
    model = step(page, "Model")
    model.get_by_role("button", name="Later").click()
    expect(model).to_contain_text("Put off")
    expect(model.get_by_role("button", name="Later")).to_have_count(0)


def test_a_bank_is_named_and_taken_out_again(page: Page, house: House) -> None:
    show(page, house)
    banks = step(page, "Bank senders")
    banks.get_by_role("button").first.click()
    banks.get_by_label("Address or domain").fill("bank.example")
    banks.get_by_role("button", name="Believe its statements").click()
    expect(banks).to_contain_text("bank.example")
    banks.get_by_role("button", name="Add or remove").click()
    banks.get_by_role("button", name="Remove bank.example").click()
    banks.get_by_role("button", name="Not now").click()
    expect(banks).not_to_contain_text("bank.example")


def test_what_does_not_work_is_said_where_it_was_typed_and_not_kept(
    page: Page, house: House, complaints: Complaints
) -> None:
    show(page, house)
    model = step(page, "Model")
    model.get_by_role("button", name="Take this step").click()
    model.get_by_role("button", name="Ollama").click()
    expect(model.get_by_role("link", name="https://ollama.com/download")).to_be_visible()
    model.get_by_label("Address").fill("http://127.0.0.1:9")
    model.get_by_role("button", name="Connect and check").click()
    expect(model.get_by_role("alert")).to_contain_text("127.0.0.1:9")
    assert "ollama" not in {each["name"] for each in house.call("GET", "/api/accounts")["items"]}
    assert [each for each in complaints.heard if "status of 50" not in each] == []
    complaints.heard.clear()


def test_the_owner_says_which_models_may_see_an_account(page: Page, house: House) -> None:
    show(page, house)
    page.get_by_role("region", name="Which models may see what").get_by_label("gmail").select_option("never")
    expect(page.get_by_text(re.compile("gmail: seen by no model"))).to_be_visible()
    accounts = {each["name"]: each["privacy"] for each in house.call("GET", "/api/accounts")["items"]}
    assert accounts["gmail"] == "never"


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_page_fits_and_axe_finds_nothing_serious(device: SignIn, house: House, viewport: Any) -> None:
    page = device(viewport=viewport)
    show(page, house)
    step(page, "Work").get_by_role("button").first.click()
    step(page, "Work").get_by_role("button", name="Azure DevOps").click()
    assert page.evaluate(WIDER_THAN_THE_SCREEN) is False
    if AXE.exists():
        page.evaluate(AXE.read_text(encoding="utf-8"))
        assert page.evaluate(GRAVE) == []


def test_the_address_for_phones_is_named_on_the_machine_alone(page: Page, house: House) -> None:
    show(page, house)
    phone = step(page, "Phone")
    expect(phone.get_by_text("alfred setup --step phone")).to_be_visible()
    expect(phone.get_by_role("textbox")).to_have_count(0)


def test_the_log_goes_on_while_it_is_looked_at_and_rests_when_told(page: Page, house: House) -> None:
    read: list[str] = []
    page.on("request", lambda request: read.append(request.url) if request.url.endswith("/api/logs") else None)
    page.clock.install()
    page.goto(f"{house.url}/settings")
    page.get_by_text("Log", exact=True).click()
    lines = page.get_by_label("The newest lines of the log")
    expect(lines).to_contain_text("started")
    with (house.home / "logs" / "alfred.log").open("a") as file:
        file.write("a line that came later\n")
    page.clock.run_for(2000)
    expect(lines).to_contain_text("a line that came later")
    assert lines.evaluate("pane => pane.scrollHeight - pane.scrollTop - pane.clientHeight < 2")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    before = len(read)
    page.clock.run_for(10_000)
    assert len(read) == before
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    assert len(read) == before + 1
