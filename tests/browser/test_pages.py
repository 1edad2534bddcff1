"""What the owner sees on each page, and the first thing that he does there."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.house import House, letter
from tests.browser.test_looks import WIDER_THAN_THE_SCREEN


def test_today_says_what_needs_the_owner_and_leads_to_it(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text("Master Jo")
    expect(page.get_by_role("heading", name="Now")).to_be_visible()
    page.get_by_role("link", name=re.compile("Rosalind Okafor")).first.click()
    expect(page).to_have_url(re.compile("/messages/"))
    expect(page.get_by_role("region", name="What Alfred makes of it")).to_contain_text("Urgent, priority 1")


def test_a_matter_that_is_dealt_with_leaves_the_page_and_comes_back_with_an_undo(page: Page) -> None:
    done = page.get_by_role("button", name="Done", exact=True)
    done.first.wait_for()
    matters = done.count()
    done.last.click()
    expect(done).to_have_count(matters - 1)
    page.get_by_role("button", name="Undo").click()
    expect(done).to_have_count(matters)


def test_today_warns_of_who_pretends_to_be_the_bank(page: Page) -> None:
    page.get_by_role("link", name=re.compile("Bank Seri Melati")).click()
    expect(page.get_by_role("region", name="What Alfred makes of it")).to_have_class(re.compile("suspicious"))


def test_inbox_is_filtered_and_searched(page: Page, house: House) -> None:
    page.goto(f"{house.url}/inbox")
    rows = page.get_by_role("list", name="Messages").get_by_role("link")
    page.get_by_role("button", name="Urgent").click()
    expect(page).to_have_url(re.compile("category=urgent"))
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="Rosalind Okafor")).to_have_count(1)
    expect(rows.filter(has_text="Owen Adeyemi")).to_have_count(1)
    page.get_by_role("button", name="All").click()
    expect(page).not_to_have_url(re.compile("category="))
    page.get_by_role("searchbox").fill("otters")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Blinkreel")


def test_message_is_shown_and_a_wrong_verdict_corrected(page: Page, house: House) -> None:
    message_id = house.arrive(letter("The fence", "Dear Jo,\n\nyour fence fell on my roses.\n\nIvo"))
    page.goto(f"{house.url}/messages/{message_id}")
    expect(page.get_by_role("heading", name="The fence")).to_be_visible()
    expect(page.get_by_text("your fence fell on my roses").first).to_be_visible()
    page.get_by_role("button", name="That’s wrong").click()
    page.get_by_role("radio", name="Personal").check()
    page.get_by_role("button", name="Teach him").click()
    expect(page.get_by_role("region", name="What Alfred makes of it")).to_contain_text("you said so")
    verdict = house.call("GET", f"/api/messages/{message_id}")["classification"]
    assert (verdict["category"], verdict["brain"]) == ("personal", "owner")


def test_approvals_show_what_stands_together_and_whom_it_concerns(page: Page, house: House) -> None:
    page.goto(f"{house.url}/approvals")
    group = page.get_by_role("article", name=re.compile("Archive: your rule"))
    page.get_by_role("button", name="See all").click()
    boxes = group.get_by_role("checkbox")
    waiting = boxes.count()
    boxes.first.uncheck()
    expect(group.get_by_role("button", name=f"Archive {waiting - 1}", exact=True)).to_be_enabled()


def reply(house: House, message_id: str) -> Any:
    """Ask for a reply, which waits for the owner's word, on top of all cards."""
    mail = {"to": ["ivo@brandt.example"], "subject": "Re: Tea?", "text": "With pleasure."}
    return house.call("POST", "/api/actions", {"kind": "reply", "target": message_id, "arguments": mail})


def test_a_press_counts_though_a_card_arrives_above_before_it_is_let_go(page: Page, house: House) -> None:
    message_id = house.arrive(letter("Tea?", "Would you come to tea on Sunday?"))
    page.goto(f"{house.url}/approvals")
    page.get_by_role("article").first.get_by_role("button", name="Reject").hover()
    with page.expect_response(re.compile(r"/api/actions\?needs_owner=true")):
        page.mouse.down()
        asked = reply(house, message_id)
    page.evaluate("new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))")
    page.mouse.up()
    expect(page.get_by_role("dialog").get_by_role("button", name="Reject")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("article").first).to_have_attribute("id", asked["id"])
    house.call("POST", f"/api/actions/{asked['id']}/reject", {})


def test_who_came_for_one_kind_of_card_and_looked_elsewhere_is_not_brought_back(page: Page, house: House) -> None:
    message_id = house.arrive(letter("Tea?", "Would you come to tea on Sunday?"))
    page.goto(f"{house.url}/approvals?kind=archive")
    expect(page.get_by_role("article", name=re.compile("Archive: your rule"))).to_be_in_viewport()
    page.wait_for_function("scrollY > 0")
    page.evaluate("scrollTo(0, 0)")
    asked = reply(house, message_id)
    expect(page.get_by_role("article").first).to_have_attribute("id", asked["id"])
    assert page.evaluate("scrollY") == 0
    house.call("POST", f"/api/actions/{asked['id']}/reject", {})


def test_a_reply_is_shown_in_full_edited_and_rejected(page: Page, house: House) -> None:
    action = reply(house, house.arrive(letter("Tea?", "Would you come to tea on Sunday?")))
    page.goto(f"{house.url}/approvals/{action['id']}")
    card = page.get_by_role("article")
    for shown in ("ivo@brandt.example", "Re: Tea?", "With pleasure."):
        expect(card).to_contain_text(shown)
    card.get_by_role("button", name="Edit").click()
    page.get_by_role("textbox", name="Text").fill("With the greatest pleasure.")
    page.get_by_role("button", name="Keep the change").click()
    expect(card).to_contain_text("With the greatest pleasure.")
    card.get_by_role("button", name="Reject").click()
    page.get_by_role("dialog").get_by_role("button", name="Reject").click()
    expect(card).to_contain_text("Rejected")
    assert house.call("GET", f"/api/actions/{action['id']}")["status"] == "rejected"


def test_an_answer_is_written_beside_the_mail_and_read_in_full_before_it_goes(page: Page, house: House) -> None:
    message_id = house.arrive(letter("Tea on Sunday?", "Would you come?"))
    page.goto(f"{house.url}/messages/{message_id}")
    page.get_by_role("button", name="Reply", exact=True).click()
    page.get_by_label("What you write").fill("With pleasure.")
    page.get_by_role("button", name="Not now").click()
    page.keyboard.press("r")
    page.get_by_role("button", name="See the letter").click()
    shown = page.get_by_role("dialog", name="Read it first")
    expect(shown).to_contain_text("Re: Tea on Sunday?")
    expect(shown).to_contain_text("With pleasure.")
    waiting = house.call("GET", f"/api/actions?target={message_id}&kind=reply")["items"]
    assert [(each["status"], each["origin"]) for each in waiting] == [("proposed", "owner")]


def test_activity_tells_what_was_done_and_undoes_it(page: Page, house: House) -> None:
    message_id = house.arrive(letter("The gate", "The gate squeaks."))
    action = house.call("POST", "/api/actions", {"kind": "archive", "target": message_id, "arguments": {}})
    house.call("POST", f"/api/actions/{action['id']}/approve", {"digest": action["digest"]})
    page.goto(f"{house.url}/activity")
    row = page.get_by_role("listitem").filter(has_text="The gate").filter(has_text="Executed")
    row.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone.")).to_be_visible()
    assert "inbox" in house.call("GET", f"/api/messages/{message_id}")["labels"]


def test_a_search_right_after_a_category_keeps_the_category(page: Page, house: House) -> None:
    page.goto(f"{house.url}/inbox")
    page.get_by_role("list", name="Messages").wait_for()
    page.evaluate("""() => {
        document.querySelectorAll("[role=group] .chip")[1].click();
        const field = document.querySelector("input[type=search]");
        field.value = "status";
        field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }""")
    expect(page).to_have_url(f"{house.url}/inbox?q=status&category=urgent")
    expect(page.get_by_role("button", name="Urgent")).to_have_attribute("aria-pressed", "true")


def test_times_are_the_owners_wherever_the_device_is(device: SignIn, house: House) -> None:
    told = []
    for zone in ("Pacific/Auckland", "America/Los_Angeles"):
        page = device(timezone_id=zone)
        page.goto(f"{house.url}/inbox")
        page.get_by_role("list", name="Messages").wait_for()
        told.append(page.locator("[data-message] time").all_inner_texts()[:10])
    assert told[0] == told[1]


def test_what_to_beware_of_says_why(page: Page, house: House) -> None:
    matters = house.call("GET", "/api/briefing")["beware"]
    assert all(matter["suspicion"] for matter in matters)
    page.goto(house.url)
    for matter in matters:
        expect(page.get_by_text(matter["suspicion"]).first).to_be_visible()


def test_a_new_rule_says_that_it_starts_switched_off(page: Page, house: House) -> None:
    page.goto(f"{house.url}/rules")
    page.get_by_role("button", name="New rule").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("checkbox", name="Switch it on at once")).not_to_be_checked()
    dialog.get_by_label("Name", exact=True).fill("Hedges")
    dialog.get_by_role("checkbox", name="Newsletter").check()
    dialog.get_by_role("button", name="Keep the rule").click()
    expect(page.get_by_text("Kept, and switched off: Hedges")).to_be_visible()
    house.call("DELETE", "/api/rules/Hedges")


def test_a_rule_about_work_is_written_in_the_form(page: Page, house: House) -> None:
    page.goto(f"{house.url}/rules")
    page.get_by_role("button", name="New rule").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("Reports")
    dialog.get_by_role("checkbox", name="Work").check()
    dialog.get_by_label("Outcome 1", exact=True).select_option("New work item")
    dialog.get_by_label(re.compile("^Project")).fill("Data Exports")
    dialog.get_by_role("button", name="And something else").click()
    dialog.get_by_label("Outcome 2", exact=True).select_option("Approve pull request")
    dialog.get_by_role("button", name="Keep the rule").click()
    expect(page.get_by_text("Kept, and switched off: Reports")).to_be_visible()
    then = house.call("GET", "/api/rules/Reports")["then"]
    assert [(each["kind"], each["arguments"]) for each in then] == [
        ("create_work_item", {"title": "", "project": "Data Exports"}),
        ("vote_pull_request", {"vote": "approve"}),
    ]
    expect(page.get_by_role("article").filter(has_text="Reports")).to_contain_text("approve pull request")
    house.call("DELETE", "/api/rules/Reports")


def test_chat_answers_from_the_household(page: Page, house: House) -> None:
    page.goto(f"{house.url}/chat")
    page.get_by_role("button", name="What is urgent?").click()
    expect(page.get_by_role("log")).to_contain_text("Rosalind Okafor")


def test_rules_are_tried_on_the_past_and_switched_off(page: Page, house: House) -> None:
    page.goto(f"{house.url}/rules")
    rule = page.get_by_role("article").filter(has_text="Junk in the inbox")
    page.get_by_role("button", name="Try on the past").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(re.compile(r"would have proposed to archive \d+ message"))
    dialog.get_by_role("button", name="Close").first.click()
    rule.get_by_role("switch").click()
    expect(page.get_by_text("Off: Junk in the inbox")).to_be_visible()
    rule.get_by_role("switch").click()
    expect(page.get_by_text("On: Junk in the inbox")).to_be_visible()


def test_settings_show_sources_and_devices_and_pair_another(page: Page, house: House) -> None:
    page.goto(f"{house.url}/settings")
    expect(page.get_by_text("gmail/mail")).to_be_visible()
    expect(page.get_by_text("this one")).to_be_visible()
    expect(page.get_by_text(re.compile("(There is no|Last) backup .*in .*backups"))).to_be_visible()
    page.get_by_role("button", name="Pair another device").click()
    expect(page.get_by_text("Good for ten minutes, once.")).to_be_visible()


def test_without_a_session_there_is_nothing_but_the_door(page: Page, house: House) -> None:
    page.context.clear_cookies()
    page.goto(f"{house.url}/approvals")
    expect(page).to_have_url(re.compile("/sign-in"))
    expect(page.get_by_role("heading", name="Whom may I announce?")).to_be_visible()


def test_what_was_agreed_to_five_times_may_be_granted_below_the_cards(phone: Page, house: House) -> None:
    rule = {"when": {"sender": ["almanac@hedges.example"]}, "then": [{"kind": "archive", "arguments": {}}]}
    house.call("POST", "/api/rules", {"name": "The hedge almanac", "enabled": True, "order": 1, **rule})
    for number in range(5):
        message_id = house.arrive(letter(f"Almanac {number}", sender="Almanac <almanac@hedges.example>"))
        (action,) = house.call("GET", f"/api/actions?target={message_id}")["items"]
        house.call("POST", f"/api/actions/{action['id']}/approve", {"digest": action["digest"]})
    phone.goto(f"{house.url}/approvals")
    offers = phone.get_by_role("region", name="You said yes the last five times")
    expect(offers).to_contain_text("The hedge almanac")
    assert not phone.evaluate(WIDER_THAN_THE_SCREEN)
    offers.get_by_role("button", name="Let him do it without asking").click()
    phone.get_by_role("dialog").get_by_role("button", name="Let him", exact=True).click()
    expect(offers).to_have_count(0)
    assert house.call("GET", "/api/rules/The%20hedge%20almanac")["standing"] is True
    house.call("DELETE", "/api/rules/The%20hedge%20almanac")
