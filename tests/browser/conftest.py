"""Browsers, the household that they look at, and devices that are signed in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.browser.house import House
from tests.conftest import FAILED_FIRST

FOLDER = Path(__file__).parent
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 20_000
"""Milliseconds to wait for what a busy machine does late."""
PHONE: ViewportSize = {"width": 360, "height": 740}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
# Resolves when the service worker holds the app and answers for this page.
READY = """navigator.serviceWorker.ready.then(() => new Promise((go) => {
    if (navigator.serviceWorker.controller) go();
    navigator.serviceWorker.oncontrollerchange = go;
}))"""
TELL_VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
    console.error("policy violated: " + event.violatedDirective + " " + event.blockedURI))"""


# Chromium calls every refusal an error: "who am I?" before signing in, a decision that came too late, no line.
EXPECTED = ("status of 401", "status of 409", "ERR_INTERNET_DISCONNECTED")


@dataclass
class Complaints:
    """What a page's console complained of, and what went wrong in its scripts."""

    heard: list[str] = field(default_factory=list)

    def listen(self, context: BrowserContext) -> None:
        context.add_init_script(TELL_VIOLATIONS)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.heard.append(str(error.error)))

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error" and not any(words in said.text for words in EXPECTED):
            self.heard.append(said.text)


SignIn = Callable[..., Page]


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The Monday household, taken in and sorted."""
    with House(tmp_path_factory.mktemp("browser") / "home") as running:
        yield running


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Ends with its module: while it runs, this thread can run no other event loop."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright, chromium: str | None) -> Iterator[Browser]:
    launched = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
    yield launched
    launched.close()


def sign_in(context: BrowserContext, house: House) -> Page:
    """Open the pairing link, as the owner does on a new device."""
    page = context.new_page()
    page.goto(house.pairing_link())
    page.get_by_role("navigation", name="Main").wait_for()
    return page


@pytest.fixture
def complaints() -> Complaints:
    return Complaints()


@pytest.fixture
def device(browser: Browser, house: House, complaints: Complaints) -> Iterator[SignIn]:
    """Makes devices that are signed in; by the end of the test none of them may have had to complain."""
    opened: list[BrowserContext] = []

    def make(**options: Any) -> Page:
        context = browser.new_context(**{"viewport": DESKTOP, "locale": "en-GB", **options})
        context.set_default_timeout(PATIENCE)
        complaints.listen(context)
        opened.append(context)
        return sign_in(context, house)

    yield make
    for context in opened:
        context.close()
    assert complaints.heard == []


@pytest.fixture
def page(device: SignIn) -> Page:
    """A desktop, signed in."""
    return device()


@pytest.fixture
def phone(device: SignIn) -> Page:
    return device(viewport=PHONE, has_touch=True, is_mobile=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Function, nextitem: pytest.Item | None) -> bool | None:
    """Try once more what failed in a browser on busy cores: only a second failure counts, but the first is told of."""
    if FOLDER not in item.path.parents:
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, log=False, nextitem=nextitem)
    if failed := [report for report in reports if report.failed]:
        item._initrequest()
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
        reports[-1].user_properties.append((FAILED_FIRST, failed[0].longreprtext))
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True
