"""The app as an app: installable, light, strict, and of use without a connection."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, Request, expect

from tests.browser.conftest import ARGUMENTS, READY, SignIn, sign_in
from tests.browser.house import ROOT, House, letter

BUILT = ROOT / "web" / "static"
LARGEST_FIRST_LOAD = 60 * 1024
HANDLERS = """[...document.querySelectorAll("*")].flatMap((each) => each.getAttributeNames())
    .filter((name) => name.startsWith("on"))"""


LETTERS = """[...document.fonts].filter((each) => each.status === "loaded")
    .map((each) => each.family.replaceAll('"', ""))"""


@pytest.fixture
def installed(playwright: Playwright, chromium: str | None, house: House, tmp_path: Path) -> Iterator[BrowserContext]:
    """A browser with a profile of its own: an incognito one installs nothing."""
    context = playwright.chromium.launch_persistent_context(str(tmp_path), executable_path=chromium, args=ARGUMENTS)
    sign_in(context, house)
    yield context
    context.close()


def test_the_browser_would_install_it(installed: BrowserContext) -> None:
    page = installed.pages[-1]
    page.evaluate(READY)
    session = installed.new_cdp_session(page)
    assert session.send("Page.getInstallabilityErrors") == {"installabilityErrors": []}
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    said = json.loads(manifest["data"])
    assert {"/approvals", "/chat"} <= {shortcut["url"].partition("?")[0] for shortcut in said["shortcuts"]}


def test_offline_shows_what_was_last_read_and_decides_nothing(device: SignIn, house: House) -> None:
    page = device()
    page.evaluate(READY)
    message_id = house.arrive(letter("The old well", "It has run dry."))
    house.call("POST", "/api/actions", {"kind": "archive", "target": message_id, "arguments": {}})
    for path in ("/approvals", f"/messages/{message_id}", "/"):
        page.goto(house.url + path)
        page.get_by_role("heading", level=1).wait_for()
    page.wait_for_load_state("load")

    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Master Jo")
    page.goto(f"{house.url}/messages/{message_id}")
    expect(page.get_by_text("It has run dry.").first).to_be_visible()
    expect(page.get_by_text("Offline.")).to_be_visible()
    expect(page.get_by_role("article").get_by_role("button", name="Archive")).to_be_disabled()


def test_no_script_stands_in_the_page_itself(page: Page, house: House) -> None:
    answer = page.request.get(house.url)
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert "'unsafe-inline'" not in policy["script-src"]
    assert "'unsafe-eval'" not in policy["script-src"]
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", answer.text()) == []
    assert page.evaluate("document.querySelectorAll('script:not([src])').length") == 0
    assert page.evaluate(HANDLERS) == []


def test_the_first_load_is_light(device: SignIn, house: House) -> None:
    page = device()
    page.evaluate(READY)
    loaded: set[str] = set()
    page.on("request", lambda request: loaded.add(request.url))
    page.goto(house.url)
    page.get_by_role("heading", level=1).wait_for()
    scripts = [url.removeprefix(house.url + "/") for url in loaded if url.endswith(".js")]
    assert scripts
    packed = sum(len(gzip.compress((BUILT / name).read_bytes(), 6)) for name in scripts)
    assert packed <= LARGEST_FIRST_LOAD, f"{packed} bytes in {len(scripts)} scripts"


def test_letters_come_once_the_service_worker_holds_them_and_take_nothing_from_the_first_visit(
    device: SignIn, house: House
) -> None:
    page = device()
    assert page.evaluate(LETTERS) == []
    page.evaluate(READY)
    page.goto(house.url)
    page.get_by_role("heading", level=1).wait_for()
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px Newsreader'))")
    assert {"Newsreader", "Source Sans 3"} <= set(page.evaluate(LETTERS))


@pytest.mark.parametrize("path", ["/", "/inbox", "/approvals", "/activity", "/rules", "/chat", "/work"])
def test_a_page_reads_all_ahead_of_its_scripts_and_nothing_twice(page: Page, house: House, path: str) -> None:
    asked: list[Request] = []
    page.goto("about:blank")
    page.on("request", lambda request: asked.append(request) if "/api/" in request.url else None)
    page.goto(house.url + path)
    page.get_by_role("heading", level=1).wait_for()
    page.wait_for_load_state("load")
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)
    reads = [each.url.removeprefix(house.url) for each in asked if each.resource_type != "eventsource"]
    assert sorted(set(reads)) == sorted(reads)
    assert [each.url for each in asked if each.resource_type == "fetch"] == []
