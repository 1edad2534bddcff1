"""Fit for a phone and a desktop, by light and by dark, with and without a mouse; axe finds nothing serious."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, SignIn
from tests.browser.house import House, letter

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
PAGES = ("/", "/inbox", "/messages/{message}", "/approvals", "/activity", "/chat", "/rules", "/settings", "/more")
WIDER_THAN_THE_SCREEN = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
GRAVE = """async () => {
    const found = await axe.run(document, { resultTypes: ["violations"] });
    return found.violations.filter((each) => ["serious", "critical"].includes(each.impact))
        .map((each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
}"""


@pytest.fixture(scope="module")
def message(house: House) -> str:
    html = "<p>A table wider than any phone:</p><table width=900><tr><td>Left</td><td>Right</td></tr></table>"
    return house.arrive(letter("A wide letter", html=html))


@pytest.fixture(scope="module")
def axe() -> str:
    if not AXE.exists():
        pytest.skip("axe is not installed; ./setup.sh test does that")
    return AXE.read_text(encoding="utf-8")


def show(page: Page, house: House, path: str, message: str) -> None:
    """Open one of the app's pages, and return when it has something to show."""
    page.goto(house.url + path.format(message=message))
    page.get_by_role("heading", level=1).wait_for()
    expect(page.get_by_role("status", name="Loading").filter(visible=True)).to_have_count(0)


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_no_page_is_wider_than_the_screen(device: SignIn, house: House, message: str, viewport: Any) -> None:
    page = device(viewport=viewport)
    wide = []
    for path in PAGES:
        show(page, house, path, message)
        if page.evaluate(WIDER_THAN_THE_SCREEN):
            wide.append(path)
    assert wide == []


@pytest.mark.parametrize(
    ("viewport", "scheme"),
    [
        pytest.param(PHONE, "light", id="phone by day"),
        pytest.param(DESKTOP, "dark", id="desktop by night"),
        pytest.param(PHONE, "dark", id="phone by night", marks=pytest.mark.soak),
        pytest.param(DESKTOP, "light", id="desktop by day", marks=pytest.mark.soak),
    ],
)
def test_axe_finds_nothing_serious(
    device: SignIn, house: House, message: str, axe: str, viewport: Any, scheme: Any
) -> None:
    page = device(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
    found: dict[str, list[str]] = {}
    for path in PAGES:
        show(page, house, path, message)
        page.evaluate(axe)
        grave = page.evaluate(GRAVE)
        if grave:
            found[path] = grave
    assert found == {}


def test_the_dark_is_dark_and_is_kept_when_chosen(device: SignIn, house: House) -> None:
    def brightness(page: Page) -> int:
        colour = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        return sum(int(part) for part in re.findall(r"\d+", colour)[:3])

    page = device(color_scheme="light")
    by_day = brightness(page)
    page.emulate_media(color_scheme="dark")
    by_night = brightness(page)
    assert by_night < 200 < 600 < by_day
    page.emulate_media(color_scheme="light")
    page.goto(f"{house.url}/settings")
    page.get_by_role("radio", name="Dark").check()
    page.goto(house.url)
    page.get_by_role("heading", level=1).wait_for()
    assert brightness(page) == by_night


def test_everything_is_reached_by_keyboard(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("g")
    page.keyboard.press("i")
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
    page.get_by_role("list", name="Messages").wait_for()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/messages/"))


def test_the_palette_goes_where_it_is_told(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("rules")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Rules")).to_be_visible()
