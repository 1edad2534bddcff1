"""Money: the books are filled from the banks' mails, say what is so to the cent, and take the owner's word."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from sandbox.households.documents import pdf as letter
from sandbox.statements.canvas import pdf
from sandbox.statements.layouts import account_pages
from sandbox.statements.protection import Protection
from sandbox.statements.year import PASSWORD, BankStatement, limit_on_food, statements
from tests.browser.conftest import DESKTOP, PHONE, Complaints, SignIn
from tests.browser.house import OWNER, House
from tests.browser.test_looks import AXE, GRAVE, WIDER_THAN_THE_SCREEN

VIEWS = ("month", "year", "transactions", "statements")
FOOD = ("groceries", "dining")
FILES = 24
FAIL_ONCE = """(path) => {
    const ask = window.fetch;
    window.fetch = (asked, ...more) => {
        if (asked !== path) return ask(asked, ...more);
        window.fetch = ask;
        return Promise.resolve(new Response("{}", { status: 500 }));
    };
}"""


@pytest.fixture(scope="module")
def written(house: House) -> tuple[BankStatement, ...]:
    """What the banks wrote, line by line, once it has all come in."""
    assert len(house.statements(FILES)) == FILES
    return statements("Jo Merriweather", OWNER, 0, dt.datetime.now(dt.UTC), house.zone)


@pytest.fixture(scope="module")
def opened(house: House, written: tuple[BankStatement, ...]) -> tuple[BankStatement, ...]:
    house.call("POST", "/api/finance/statements/unlock", {"password": PASSWORD})
    return written


def show(page: Page, house: House, view: str = "month") -> None:
    page.goto(f"{house.url}/money?view={view}")
    page.get_by_role("group", name="View").wait_for()
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)


def upload(page: Page, name: str, content: bytes) -> Locator:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add a statement").click()
    chooser.value.set_files(FilePayload(name=name, mimeType="application/octet-stream", buffer=content))
    return page.get_by_role("list", name="Given to read").get_by_role("listitem").filter(has_text=name)


def spent_on_food(written: tuple[BankStatement, ...]) -> Decimal:
    newest = max(each.end for each in written)
    lines = [line for each in written if each.end == newest for line in each.lines]
    return -sum((line.amount for line in lines if line.category in FOOD), Decimal(0))


def test_a_wrong_password_is_asked_for_again_and_the_right_one_reads(
    page: Page, house: House, written: tuple[BankStatement, ...]
) -> None:
    show(page, house)
    locked = page.get_by_role("region", name="Locked statements")
    expect(locked).to_contain_text("12 statements of Straits Kinara Bank are locked.")
    for password in ("01JAN1990", PASSWORD):
        locked.get_by_label("What opens them?").fill(password)
        locked.get_by_role("button", name="Open").click()
        if password != PASSWORD:
            expect(locked.get_by_role("alert")).to_have_text("That password opens none of them.")
    expect(page.get_by_role("status").filter(has_text="12 statements opened and read.")).to_be_visible()
    expect(locked).to_have_count(0)
    assert {each["state"] for each in house.statements(FILES)} == {"counted"}


def test_what_went_on_food_is_right_to_the_cent(page: Page, house: House, opened: tuple[BankStatement, ...]) -> None:
    show(page, house)
    food = page.get_by_role("group", name="Budget for food")
    expect(food).to_contain_text(f"MYR {spent_on_food(opened):,.2f} of MYR {limit_on_food(opened):,.2f}")


def test_a_bill_is_one_step_from_its_payment(page: Page, house: House, opened: tuple[BankStatement, ...]) -> None:
    assert house.tied_mails()
    page.goto(f"{house.url}/money?view=transactions&q=tenaga")
    page.get_by_role("link", name="Read the invoice of Tenaga Elektrik").click()
    expect(page.get_by_role("heading", name=re.compile("Your bill for"))).to_be_visible()


def test_a_month_earlier_is_one_step_away_and_has_an_address(
    page: Page, house: House, opened: tuple[BankStatement, ...]
) -> None:
    newest = max(each.end for each in opened)
    earlier = newest.replace(day=1) - dt.timedelta(days=1)
    show(page, house)
    expect(page.get_by_role("heading", name=f"{newest:%B %Y}")).to_be_visible()
    page.get_by_role("button", name="A month earlier").click()
    expect(page.get_by_role("heading", name=f"{earlier:%B %Y}")).to_be_visible()
    expect(page).to_have_url(re.compile(f"month={earlier:%Y-%m}"))
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name=f"{newest:%B %Y}")).to_be_visible()


def test_the_owners_word_counts_for_the_merchant_and_can_be_taken_back(
    page: Page, house: House, opened: tuple[BankStatement, ...]
) -> None:
    show(page, house, "transactions")
    page.get_by_role("searchbox", name="Search transactions").fill("minyak")
    page.get_by_role("checkbox", name="All months").check()
    fuel = page.get_by_role("combobox", name=re.compile("Category of Minyak Selesa"))
    expect(fuel.first).to_have_value("transport")
    fuel.first.select_option("travel")
    said = page.get_by_role("status").filter(has_text="Travel from now on: everything at Minyak Selesa.")
    expect(said).to_be_visible()
    for each in range(3):
        expect(fuel.nth(each)).to_have_value("travel")
    said.get_by_role("button", name="Undo").click()
    for each in range(3):
        expect(fuel.nth(each)).to_have_value("transport")


def test_what_is_corrected_elsewhere_appears_by_itself(
    page: Page, house: House, opened: tuple[BankStatement, ...]
) -> None:
    page.goto(f"{house.url}/money?view=transactions&q=rent")
    rent = page.get_by_role("combobox", name=re.compile("Category of Rent"))
    expect(rent).to_have_value("housing")
    (paid,) = house.call("GET", f"/api/finance/transactions?q=rent&month={max(e.end for e in opened):%Y-%m}")["items"]
    house.call("PUT", f"/api/finance/transactions/{paid['id']}", {"category": "gifts"})
    expect(rent).to_have_value("gifts")
    house.call("DELETE", f"/api/finance/corrections/{paid['id']}")
    expect(rent).to_have_value("housing")


def test_own_keywords_are_set_and_taken_back(phone: Page, house: House, opened: tuple[BankStatement, ...]) -> None:
    phone.goto(f"{house.url}/money?view=transactions&q=rent")
    rent = phone.get_by_role("combobox", name=re.compile("Category of Rent"))
    expect(rent.first).to_have_value("housing")
    phone.get_by_role("button", name="Your keywords").click()
    dialog = phone.get_by_role("dialog")
    dialog.get_by_role("button", name="Add a keyword").click()
    expect(dialog.get_by_label("Keyword 1", exact=True)).to_be_focused()
    dialog.get_by_label("Keyword 1", exact=True).fill("rent")
    dialog.get_by_label("Category of keyword 1").select_option("gifts")
    assert not phone.evaluate(WIDER_THAN_THE_SCREEN)
    dialog.get_by_role("button", name="Save").click()
    expect(rent.first).to_have_value("gifts")
    phone.get_by_role("status").filter(has_text="Sorted anew").get_by_role("button", name="Undo").click()
    expect(rent.first).to_have_value("housing")
    assert house.call("GET", "/api/finance/keywords")["items"] == []


def test_keywords_that_came_only_when_asked_for_again_are_there_to_change(
    page: Page, house: House, opened: tuple[BankStatement, ...]
) -> None:
    house.call("PUT", "/api/finance/keywords", {"items": [{"words": "no such thing", "category": "gifts"}]})
    page.goto(f"{house.url}/money?view=transactions")
    page.evaluate(FAIL_ONCE, "/api/finance/keywords")
    page.get_by_role("button", name="Your keywords").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Try again").click()
    expect(dialog.get_by_label("Keyword 1", exact=True)).to_have_value("no such thing")
    dialog.get_by_role("button", name="Remove keyword 1").click()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    assert house.call("GET", "/api/finance/keywords")["items"] == []


def test_a_budget_is_set_changed_and_removed(page: Page, house: House, opened: tuple[BankStatement, ...]) -> None:
    show(page, house)
    page.get_by_role("button", name="Add a budget").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("For", exact=True).select_option("transport")
    dialog.get_by_label("A month").fill("1,450.50")
    dialog.get_by_label("Currency").fill("myr")
    dialog.get_by_role("button", name="Set it").click()
    budget = page.get_by_role("group", name="Budget for transport")
    expect(budget).to_contain_text("of MYR 1,450.50")
    page.get_by_role("button", name="Change the budget for transport").click()
    page.get_by_role("dialog").get_by_label("A month").fill("1")
    page.get_by_role("dialog").get_by_role("button", name="Set it").click()
    expect(budget).to_contain_text("of MYR 1.00")
    expect(budget).to_contain_text(", spent")
    page.get_by_role("button", name="Remove the budget for transport").click()
    expect(budget).to_have_count(0)


def test_a_locked_file_given_by_hand_is_read_with_its_password(
    page: Page, house: House, opened: tuple[BankStatement, ...]
) -> None:
    old = opened[0]
    pages = account_pages("Jo Merriweather", "990011-223344", old.end, old.opening, old.lines)
    show(page, house)
    given = upload(page, "penyata-lain.pdf", pdf(pages, Protection("sesame", "by hand")))
    for password in ("rosebud", "sesame"):
        given.get_by_label("It is locked. What opens it?").fill(password)
        given.get_by_role("button", name="Open").click()
        if password == "rosebud":
            expect(given.get_by_role("alert")).to_have_text("That password does not open it.")
    expect(given).to_contain_text(f"{len(old.lines)} transactions counted; it adds up.")
    page.get_by_role("button", name="Statements", exact=True).click()
    row = page.get_by_role("article", name=re.compile("990011-223344"))
    row.get_by_role("button", name=re.compile("^Take")).click()
    page.get_by_role("dialog").get_by_role("button", name="Take it out").click()
    expect(row).to_have_count(0)


def test_what_is_no_statement_is_said_and_nothing_counted(
    page: Page, house: House, opened: tuple[BankStatement, ...], complaints: Complaints
) -> None:
    before = house.statements(FILES)
    show(page, house)
    given = upload(page, "poem.csv", b"Roses are red,\nviolets are blue\n")
    expect(given.locator(".bad")).to_have_text(re.compile("no bank statement"))
    complaints.heard = [each for each in complaints.heard if "status of 422" not in each]
    counted = [each["id"] for each in house.statements(FILES) if each["state"] == "counted"]
    assert sorted(each["id"] for each in before if each["state"] == "counted") == sorted(counted)


def test_a_table_that_names_no_currency_is_asked_for_it(
    page: Page, house: House, opened: tuple[BankStatement, ...], complaints: Complaints
) -> None:
    show(page, house)
    given = upload(page, "cash.csv", b"Date,Description,Amount\n2024-01-02,Tea at the harbour,-5.00\n")
    given.get_by_label("It names no currency. Which is it in?").fill("thb")
    given.get_by_role("button", name="Read it").click()
    expect(given).to_contain_text("1 transaction counted; as the bank’s file says, with no balances to check it by.")
    complaints.heard = [each for each in complaints.heard if "status of 422" not in each]


def misprinted(at: dt.date) -> bytes:
    """A statement whose bank printed one amount wrongly, by thirty cents."""
    lines = [
        "Bank Beispiel",
        f"Kontoauszug 01.03.{at.year} - 31.03.{at.year}",
        "Alter Saldo 100,00 EUR",
        "02.03. Lastschrift Strom 40,00-",
        "05.03. Gutschrift Lohn 900,00",
        "Neuer Saldo 959,70 EUR",
    ]
    return letter(lines)


def open_to_mend(page: Page, house: House, year: int) -> Locator:
    show(page, house, "statements")
    name = f"auszug-{year}.pdf"
    expect(upload(page, name, misprinted(dt.date(year, 3, 1)))).to_contain_text("Set aside")
    page.get_by_role("article", name=re.compile(name)).get_by_role("button", name="Mend it").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("status")).to_have_text("0.30 EUR too much")
    return dialog


def test_a_statement_that_was_set_aside_is_mended_until_it_adds_up(
    page: Page, house: House, opened: tuple[BankStatement, ...]
) -> None:
    dialog = open_to_mend(page, house, 2021)
    save = dialog.get_by_role("button", name="Save")
    expect(save).to_be_disabled()
    power = dialog.get_by_role("group", name="Line 1")
    expect(power.get_by_label("Wording")).to_have_value("Lastschrift Strom")
    power.get_by_label("Amount").fill("forty")
    expect(dialog).to_contain_text("Amount: 'forty' is not an amount")
    power.get_by_label("Amount").fill("40,30-")
    expect(dialog.get_by_role("status")).to_have_text("It adds up")
    dialog.get_by_role("button", name="Add a line below line 1").click()
    fee = dialog.get_by_role("group", name="Line 2")
    expect(fee.get_by_label("Day")).to_be_focused()
    expect(save).to_be_disabled()
    dialog.get_by_role("button", name="Remove line 2").click()
    save.click()
    expect(page.get_by_role("status").filter(has_text="It adds up: 2 transactions counted.")).to_be_visible()
    row = page.get_by_role("article", name=re.compile("Bank Beispiel")).filter(has_text="2021")
    expect(row).to_contain_text("2 transactions · opening and closing balance add up, mended by you")


@pytest.mark.parametrize(
    ("viewport", "scheme", "year"),
    [
        pytest.param(PHONE, "light", 2019, id="phone by day"),
        pytest.param(DESKTOP, "dark", 2020, id="desktop by night"),
    ],
)
def test_mending_fits_the_screen_and_axe_finds_nothing_serious(
    device: SignIn, house: House, opened: tuple[BankStatement, ...], viewport: Any, scheme: Any, year: int
) -> None:
    if not AXE.exists():
        pytest.skip("axe is not installed; ./setup.sh test does that")
    page = device(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
    dialog = open_to_mend(page, house, year)
    dialog.get_by_role("group", name="Line 1").get_by_label("Amount").fill("")
    expect(dialog.get_by_role("status")).to_have_text("40.30 EUR too much; 1 entry to mend")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate(GRAVE) == []
    assert not page.evaluate(WIDER_THAN_THE_SCREEN)


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
    device: SignIn, house: House, opened: tuple[BankStatement, ...], viewport: Any, scheme: Any
) -> None:
    if not AXE.exists():
        pytest.skip("axe is not installed; ./setup.sh test does that")
    page = device(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
    found: list[tuple[str, Any]] = []
    for view in VIEWS:
        show(page, house, view)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found += [(view, each) for each in page.evaluate(GRAVE)]
        if page.evaluate(WIDER_THAN_THE_SCREEN):
            found.append((view, "wider than the screen"))
    assert found == []
