"""The review queue: what a review rests on is shown, and whatever others would see is read before it is done."""

import re
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect

from tests.browser.conftest import DESKTOP, PHONE, READY, SignIn
from tests.browser.house import DevOps, House
from tests.browser.test_looks import AXE, GRAVE, WIDER_THAN_THE_SCREEN

CURSOR, RETRY, PARQUET = "Keep the page cursor", "Use the newer retry library", "Write Parquet beside CSV"
CLICKS = 3
VIEWS = ("reviews", "mine", "items", "pipelines")


@pytest.fixture(scope="module")
def devops(house: House) -> DevOps:
    return DevOps.of(house)


def review(page: Page, title: str) -> Locator:
    return page.get_by_role("article", name=re.compile(title))


def show(page: Page, house: House, view: str = "reviews") -> None:
    page.goto(f"{house.url}/work?view={view}")
    expect(page.get_by_role("main").get_by_role("status", name="Loading")).to_have_count(0)
    expect(page.get_by_role("button", pressed=True)).to_be_visible()


def follow(page: Page, link: Locator) -> None:
    """Click a link to a card, again where on busy cores the first click fell between two renderings."""
    for _ in range(CLICKS):
        link.click()
        with suppress(TimeoutError):
            page.wait_for_url("**/approvals/**", timeout=8_000)
            return


def test_a_review_shows_what_it_rests_on_and_cannot_be_voted_on_here(page: Page, house: House) -> None:
    show(page, house)
    cursor = review(page, CURSOR)
    for words in (
        "Priya Raman",
        "Pipeline is green",
        "9 files, 2 of them tests",
        "#2214",
        "You: no vote yet (required)",
    ):
        expect(cursor).to_contain_text(words)
    expect(cursor.get_by_role("link", name=re.compile("Pipeline is green"))).to_have_attribute(
        "href", re.compile("buildId=")
    )
    cursor.get_by_text("Changed files").click()
    expect(cursor).to_contain_text("export/pager.py")
    expect(cursor.get_by_role("button")).to_have_count(0)
    expect(review(page, PARQUET)).to_contain_text("large, no tests touched, pipeline red")
    expect(review(page, PARQUET)).to_contain_text("#2187")
    expect(review(page, PARQUET)).to_contain_text("meant, not linked yet")


def test_what_gives_orders_is_marked_and_gets_no_vote(page: Page, house: House) -> None:
    show(page, house)
    expect(review(page, RETRY)).to_contain_text("its text tries to give Alfred orders")
    expect(review(page, RETRY).get_by_role("link", name=re.compile("See the vote"))).to_have_count(0)


def test_an_event_brings_a_card_whose_approval_is_one_vote_and_can_be_undone(
    page: Page, house: House, devops: DevOps
) -> None:
    show(page, house)
    title = "Count the pages"
    number = devops.open_pull(title, "Counts pages, so that an empty export is noticed.")
    opened = review(page, title)
    expect(opened).to_contain_text("Pipeline is green")
    expect(opened).to_contain_text("#2214")
    expect(opened).to_contain_text("Counts pages, so that an empty export is noticed.")
    opened.get_by_role("link", name=re.compile("See the vote: approve")).click()
    card = page.get_by_role("article", name=re.compile(title))
    expect(card).to_contain_text(re.compile(r"no vote yet.*→.*Approve"))
    expect(card).to_contain_text("exporter (Data Exports)")
    assert devops.votes(number) == []
    card.get_by_role("button", name="Vote", exact=True).click()
    expect(page.get_by_role("status").get_by_text("Done: Approve")).to_be_visible()
    assert devops.votes(number) == [10]
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_text("Undone.")).to_be_visible()
    assert devops.votes(number) == [10, 0]


def test_the_text_of_a_pull_request_is_never_run(page: Page, house: House, devops: DevOps) -> None:
    show(page, house)
    title = "<img src=x onerror=alert(1)> bold"
    devops.open_pull(title, "<script>alert(2)</script> Makes it <b>bold</b>.")
    shown = page.get_by_role("article").filter(has_text="onerror=alert(1)")
    expect(shown.get_by_role("heading")).to_have_text(title)
    expect(shown.locator("img, script, b")).to_have_count(0)


def test_a_pipeline_is_run_again_only_by_its_card(page: Page, house: House) -> None:
    show(page, house, "pipelines")
    rows = page.get_by_role("main").get_by_role("article")
    expect(rows.first).to_contain_text("exporter-nightly")
    expect(rows.first).to_contain_text("expected 48211 rows, found 0")
    rows.first.get_by_role("button", name="Run again… exporter-nightly").click()
    expect(page).to_have_url(re.compile("/approvals/"))
    card = page.get_by_role("article")
    expect(card).to_contain_text("exporter-nightly (Data Exports)")
    expect(card).to_contain_text("it cannot be taken back")
    expect(card.get_by_role("button", name="Run it again")).to_be_enabled()
    house.call("POST", f"/api/actions/{card.get_attribute('id')}/reject", {})


def test_a_comment_is_read_in_full_before_it_is_written(page: Page, house: House) -> None:
    show(page, house)
    follow(page, review(page, PARQUET).get_by_role("link", name=re.compile("^See: review comment")))
    card = page.get_by_role("article")
    expect(card).to_contain_text("Owen, before I can approve this: the pipeline fails")
    expect(card).to_contain_text("it is written in your name")


def test_views_have_keys_and_work_items_stand_under_their_state(page: Page, house: House) -> None:
    show(page, house)
    for key, view in (("2", "mine"), ("4", "pipelines"), ("3", "items")):
        page.keyboard.press(key)
        expect(page).to_have_url(re.compile(f"view={view}"))
    new = page.get_by_role("region", name="Yours, New")
    expect(new.get_by_role("listitem").first).to_contain_text("Nobody is told when an export writes no rows")
    expect(page.get_by_role("region", name="Of others")).to_contain_text("Priya Raman")
    page.keyboard.press("1")
    page.keyboard.press("j")
    expect(page.get_by_role("main").get_by_role("article").first).to_be_focused()


def test_today_names_the_reviews_and_leads_to_them(page: Page, house: House) -> None:
    page.goto(house.url)
    row = page.get_by_role("article").filter(has_text=CURSOR)
    expect(row).to_contain_text("exporter !418 · 9 files · pipeline is green")
    expect(row.get_by_role("link", name=re.compile("^Read the mail"))).to_be_visible()
    row.get_by_role("link", name=re.compile("^Open")).click()
    expect(page).to_have_url(re.compile("/work[?]pull="))
    expect(review(page, CURSOR)).to_be_in_viewport()


@pytest.mark.parametrize(
    ("viewport", "scheme"),
    [
        pytest.param(PHONE, "light", id="phone by day"),
        pytest.param(DESKTOP, "dark", id="desktop by night"),
        pytest.param(PHONE, "dark", id="phone by night", marks=pytest.mark.soak),
        pytest.param(DESKTOP, "light", id="desktop by day", marks=pytest.mark.soak),
    ],
)
def test_every_view_fits_the_screen_and_axe_finds_nothing_serious(
    device: SignIn, house: House, viewport: Any, scheme: Any
) -> None:
    if not AXE.exists():
        pytest.skip("axe is not installed; ./setup.sh test does that")
    page = device(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
    found: list[tuple[str, Any]] = []
    for view in VIEWS:
        show(page, house, view)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found += [(view, each) for each in page.evaluate(GRAVE)]
        found += [(view, "wider than the screen")] if page.evaluate(WIDER_THAN_THE_SCREEN) else []
    assert found == []


def test_offline_the_page_shows_what_was_last_read(device: SignIn, house: House) -> None:
    page = device()
    page.evaluate(READY)
    show(page, house, "pipelines")
    page.wait_for_load_state("load")
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("article", name=re.compile("exporter-nightly"))).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Run again")).first).to_be_disabled()
