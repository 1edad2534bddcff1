"""The owner signs in with Google in a real browser; Google is another site, as it is in life."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from adapters.local import LocalBrain
from adapters.memory import MemoryStore
from sandbox.google import GoogleServer
from tests.browser.conftest import PATIENCE
from tests.browser.house import ROOT
from tests.integration.api.house import House, build, with_google
from tests.integration.api.serving import serving
from web.api.web_settings import WebSettings

OWNER = "jo@home.example"
WORKER_READY = "navigator.serviceWorker.ready.then(() => true)"


Opened = Callable[[str], tuple[str, House]]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Opens the app to the owner of an address, where one is given; Google signs in `jo@home.example`."""
    web = WebSettings(static=ROOT / "web" / "static")
    house = build(MemoryStore(), tmp_path, LocalBrain(ZoneInfo("UTC")), web)
    with ExitStack() as running:
        google = running.enter_context(GoogleServer([OWNER], quota=None))

        def serve(allowed: str) -> tuple[str, House]:
            served = with_google(house, google, allowed)
            return running.enter_context(serving(served)).replace("127.0.0.1", "localhost"), served

        yield serve


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def test_one_tap_and_the_owner_is_in(opened: Opened, page: Page) -> None:
    url, house = opened(OWNER)
    page.goto(f"{url}/sign-in")
    page.evaluate(WORKER_READY)
    page.get_by_role("link", name="Sign in with Google").click()
    page.get_by_role("navigation", name="Main").wait_for()
    assert page.url == f"{url}/"
    [device] = house.services.devices.all()
    assert device.ends
    names = {cookie["name"]: (cookie["httpOnly"], cookie["sameSite"]) for cookie in page.context.cookies(url)}
    assert names == {"alfred": (True, "Strict")}


def test_the_wrong_account_stays_outside(opened: Opened, page: Page) -> None:
    url, house = opened("somebody.else@home.example")
    page.goto(f"{url}/sign-in")
    page.get_by_role("link", name="Sign in with Google").click()
    expect(page.get_by_text("wrong_account")).to_be_visible()
    assert house.services.devices.all() == ()


def test_where_it_is_off_nothing_is_offered(opened: Opened, page: Page) -> None:
    page.goto(f"{opened('')[0]}/sign-in")
    expect(page.get_by_role("button", name="Come in")).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("link", name="Sign in with Google")).to_have_count(0)
