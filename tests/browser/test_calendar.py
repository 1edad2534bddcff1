"""The calendars: both are shown with their clashes, and whatever others would hear of is read before it is sent."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, READY, SignIn
from tests.browser.house import House
from tests.browser.test_looks import AXE, GRAVE, WIDER_THAN_THE_SCREEN

VIEWS = ("day", "week", "agenda")
READ_IT_FIRST = "Read it first"
# Every list of cards stays under way until the test lets them come, the newest first.
LISTS_COME_LATE = """(() => {
    const [ask, held] = [window.fetch, []];
    const come = new Promise((let) => (window.letListsCome = let)).then(() => held.reverse().forEach((each) => each()));
    window.fetch = async (...asked) => {
        const answer = await ask(...asked);
        const isList = String(asked[0]).startsWith("/api/actions?");
        if (isList) await Promise.race([come, new Promise((go) => held.push(go))]);
        return answer;
    };
})()"""


@dataclass(frozen=True, slots=True)
class Tuesday:
    """The day on which the household's calendars clash twice, by the owner's clock."""

    day: str
    design: dict[str, Any]
    roadmap: dict[str, Any]


@pytest.fixture(scope="module")
def tuesday(house: House) -> Tuesday:
    clashing = {each["first"]["title"]: each["first"] for each in house.call("GET", "/api/briefing")["clashes"]}
    design = clashing["Design review: resumable exports"]
    begins = datetime.fromisoformat(design["start"]).astimezone(ZoneInfo(house.zone))
    return Tuesday(f"{begins:%Y-%m-%d}", design, clashing["Roadmap sync"])


def show(page: Page, house: House, tuesday: Tuesday, view: str = "day") -> None:
    page.goto(f"{house.url}/calendar?at={tuesday.day}&view={view}")
    expect(event(page, "Dentist")).to_be_visible()


def event(page: Page, title: str) -> Locator:
    return page.get_by_role("main").get_by_role("button", name=re.compile(title))


def card(page: Page) -> Locator:
    """The card that waits for the owner's word, in its dialog."""
    expect(page.get_by_role("heading", name=READ_IT_FIRST)).to_be_visible()
    return page.get_by_role("dialog").get_by_role("article")


def put_away(page: Page, house: House, shown: Locator) -> None:
    """Reject what the card proposes, and everything like it."""
    action = shown.get_attribute("id")
    house.call("POST", f"/api/actions/{action}/reject", {})
    expect(page.get_by_role("heading", name=READ_IT_FIRST)).to_have_count(0)


@pytest.mark.parametrize("view", VIEWS)
def test_both_calendars_are_shown_with_their_clashes(page: Page, house: House, tuesday: Tuesday, view: str) -> None:
    show(page, house, tuesday, view)
    expect(event(page, "Dentist")).to_contain_text("gmail")
    expect(event(page, "Roadmap sync")).to_contain_text("office")
    for title in ("Dentist", "Design review", "Roadmap sync", "Teacher's evening"):
        expect(event(page, title)).to_contain_text("clashes")
    expect(event(page, "Release of the exporter")).to_contain_text("maybe")
    expect(event(page, "Design review")).to_contain_text("not answered")
    expect(event(page, "Webinar")).to_contain_text("declined")
    expect(event(page, "Webinar")).not_to_contain_text("clashes")
    expect(event(page, "Katrin's birthday")).to_be_visible()


def test_a_dragged_meeting_becomes_a_card_and_moves_nothing(page: Page, house: House, tuesday: Tuesday) -> None:
    show(page, house, tuesday)
    hour = page.locator("[data-day]").bounding_box()
    box = event(page, "Roadmap sync").bounding_box()
    assert hour is not None
    assert box is not None
    x, y = box["x"] + 40, box["y"] + 8
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - hour["height"] / 24, steps=5)
    page.mouse.up()
    shown = card(page)
    expect(shown).to_contain_text(re.compile(r"15:00–16:00.*→.*14:00–15:00"))
    expect(shown).to_contain_text("Tomas Lindqvist")
    expect(shown.get_by_role("button", name="Change it")).to_be_enabled()
    assert house.event(tuesday.roadmap["id"])["start"] == tuesday.roadmap["start"]
    put_away(page, house, shown)


def test_a_click_opens_an_event_and_moves_nothing(page: Page, house: House, tuesday: Tuesday) -> None:
    show(page, house, tuesday)
    event(page, "Roadmap sync").click()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text(tuesday.roadmap["join_url"])
    expect(sheet.get_by_role("region", name="Invited")).to_contain_text("Tomas Lindqvist not answered")
    expect(page).to_have_url(re.compile("event="))
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("event="))


def test_without_a_mouse_an_event_is_moved_from_its_sheet(page: Page, house: House, tuesday: Tuesday) -> None:
    show(page, house, tuesday, "agenda")
    event(page, "Roadmap sync").press("Enter")
    page.get_by_role("button", name="Move", exact=True).press("Enter")
    page.get_by_label("From").fill("17:30")
    expect(page.get_by_role("dialog")).to_contain_text("17:30–18:30")
    page.get_by_role("button", name="See the card").press("Enter")
    shown = card(page)
    expect(shown).to_contain_text("17:30–18:30")
    put_away(page, house, shown)


def test_an_answer_is_read_before_it_goes(page: Page, house: House, tuesday: Tuesday) -> None:
    show(page, house, tuesday)
    event(page, "Design review").click()
    page.get_by_role("group", name="Your answer").get_by_role("button", name="Decline").click()
    shown = card(page)
    expect(shown).to_contain_text(re.compile("not answered.*→.*declined"))
    expect(shown).to_contain_text("Tomas Lindqvist")
    assert house.event(tuesday.design["id"])["response"] == "needs_action"
    put_away(page, house, shown)


def test_a_card_is_laid_open_and_stays_though_the_lists_of_cards_come_late(
    page: Page, house: House, tuesday: Tuesday
) -> None:
    page.add_init_script(LISTS_COME_LATE)
    show(page, house, tuesday)
    event(page, "Design review").click()
    page.get_by_role("group", name="Your answer").get_by_role("button", name="Decline").click()
    expect(card(page)).to_contain_text(re.compile("not answered.*→.*declined"))
    waiting = house.call("GET", "/api/actions?status=proposed&limit=200")["items"]
    page.evaluate("window.letListsCome()")
    expect(page.locator("nav")).to_contain_text(f"{len(waiting)} waiting")
    put_away(page, house, card(page))


def test_what_reaches_nobody_is_put_in_and_taken_out_again(page: Page, house: House, tuesday: Tuesday) -> None:
    show(page, house, tuesday)
    page.keyboard.press("n")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What").fill("Water the orchids")
    dialog.get_by_label("From").fill("13:00")
    dialog.get_by_label("To", exact=True).fill("13:30")
    dialog.get_by_role("button", name="Put it in the calendar").click()
    expect(event(page, "Water the orchids")).to_contain_text("13:00–13:30")
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(event(page, "Water the orchids")).to_have_count(0)


def test_an_invitation_waits_with_everybody_named(page: Page, house: House, tuesday: Tuesday) -> None:
    show(page, house, tuesday)
    page.keyboard.press("f")
    page.get_by_label(re.compile("^With")).fill("sabrina.tan@larkfield.example")
    page.get_by_role("button", name="Find", exact=True).click()
    free = page.get_by_role("list", name="Free times").get_by_role("button").first
    time = str(free.text_content()).strip()
    free.click()
    page.get_by_role("dialog").get_by_label("What").fill("A word about exports")
    page.get_by_role("button", name="See the invitation").click()
    shown = card(page)
    expect(shown).to_contain_text(time)
    expect(shown).to_contain_text("sabrina.tan@larkfield.example")
    put_away(page, house, shown)


def test_what_changes_elsewhere_appears_by_itself(page: Page, house: House, tuesday: Tuesday) -> None:
    show(page, house, tuesday)
    dentist = next(each for each in house.events(tuesday.day) if each["title"] == "Dentist")
    house.alter_event(dentist["id"], {"summary": "Dentist, at last"})
    expect(event(page, "Dentist, at last")).to_be_visible()
    house.alter_event(dentist["id"], {"summary": "Dentist"})


def test_a_clash_on_today_leads_to_the_full_card(page: Page, house: House, tuesday: Tuesday) -> None:
    page.goto(house.url)
    clash = page.get_by_role("article", name="Roadmap sync and Teacher's evening")
    expect(clash).to_contain_text(re.compile("I would move “Roadmap sync” to .* Tomas Lindqvist would be told."))
    clash.get_by_role("button", name=re.compile("^Propose")).click()
    expect(page).to_have_url(re.compile("/approvals/"))
    shown = page.get_by_role("article")
    expect(shown).to_contain_text(re.compile("15:00–16:00.*→"))
    assert house.event(tuesday.roadmap["id"])["start"] == tuesday.roadmap["start"]
    house.call("POST", f"/api/actions/{shown.get_attribute('id')}/reject", {})


def test_days_and_views_have_keys_and_an_address(page: Page, house: House, tuesday: Tuesday) -> None:
    show(page, house, tuesday)
    page.keyboard.press("ArrowRight")
    expect(page).not_to_have_url(re.compile(tuesday.day))
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile(tuesday.day))
    for key, view in (("w", "week"), ("a", "agenda"), ("d", "day")):
        page.keyboard.press(key)
        expect(page).to_have_url(re.compile(f"view={view}"))
    page.reload()
    expect(page.get_by_role("button", name="Day", exact=True)).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("t")
    expect(page.locator(".now")).to_be_visible()


def test_a_phone_begins_with_the_agenda(phone: Page, house: House, tuesday: Tuesday) -> None:
    phone.goto(f"{house.url}/calendar?at={tuesday.day}")
    expect(phone.get_by_role("button", name="Agenda")).to_have_attribute("aria-pressed", "true")
    event(phone, "Design review").tap()
    expect(phone.get_by_role("dialog")).to_contain_text("Meranti room")


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
    device: SignIn, house: House, tuesday: Tuesday, viewport: Any, scheme: Any
) -> None:
    if not AXE.exists():
        pytest.skip("axe is not installed; ./setup.sh test does that")
    page = device(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
    found: list[tuple[str, Any]] = []
    for view in VIEWS:
        show(page, house, tuesday, view)
        found += [(view, each) for each in _faults(page)]
        event(page, "Design review").click()
        page.get_by_role("dialog").get_by_role("region", name="Invited").wait_for()
        found += [(f"{view}, an event", each) for each in _faults(page)]
    assert found == []


def _faults(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return [*page.evaluate(GRAVE), *(["wider than the screen"] if page.evaluate(WIDER_THAN_THE_SCREEN) else [])]


def test_a_teams_thread_is_read_as_a_conversation(page: Page, house: House) -> None:
    page.goto(f"{house.url}/inbox?source=office%2Fteams")
    page.get_by_role("link", name=re.compile("Priya Raman.*Incidents.*Resolved")).click()
    thread = page.get_by_role("region", name=re.compile("Conversation in .*Incidents"))
    expect(thread.get_by_role("article")).to_have_count(4)
    expect(thread.get_by_role("article").first).to_have_accessible_name("Post of Owen Adeyemi")
    expect(thread.get_by_role("article").last).to_contain_text("could you write the postmortem")
    expect(page.locator("iframe")).to_have_count(0)


def test_offline_the_calendar_shows_what_was_last_read_and_asks_for_nothing(
    device: SignIn, house: House, tuesday: Tuesday
) -> None:
    page = device()
    page.evaluate(READY)
    show(page, house, tuesday)
    page.wait_for_load_state("load")
    page.context.set_offline(True)
    page.reload()
    expect(event(page, "Dentist")).to_contain_text("clashes")
    expect(page.get_by_text("Offline.")).to_be_visible()
    event(page, "Design review").click()
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Alfred cannot be reached just now.")).to_be_visible()
    expect(page.get_by_role("heading", name=READ_IT_FIRST)).to_have_count(0)
