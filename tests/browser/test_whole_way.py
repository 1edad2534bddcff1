"""From a mail that arrives to what is done about it, and back; and two devices on one household."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from time import time
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import SignIn
from tests.browser.house import House, letter

LIVE = 1.0
"""Seconds in which a page shows what the house knows, by its own clock; the best of three, as a machine may be busy."""
WATCH = """([selector, words, wanted]) => {
    window.seenAt = new Promise((seen) => {
        const isThere = () => [...document.querySelectorAll(selector)].some((each) => each.innerText.includes(words));
        const look = () => isThere() === wanted && seen(Date.now() / 1000);
        new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
}"""
PROMOTION = ("INBOX", "UNREAD", "CATEGORY_PROMOTIONS")
ARCHIVED = ("modify", {"addLabelIds": [], "removeLabelIds": ["INBOX"]})
PUT_BACK = ("modify", {"addLabelIds": ["INBOX"], "removeLabelIds": []})


DEAF = "window.EventSource = class extends EventTarget { close() {} }"
"""Hears nothing of what happens: stands for a device whose news is late."""


@pytest.fixture
def subject() -> str:
    return f"Hedges, volume {uuid4().hex[:8]}"


@pytest.fixture
def newsletter(subject: str) -> EmailMessage:
    mail = letter(subject, "How to trim a hedge in winter.", sender="Hedgerow Weekly <news@hedgerow-weekly.example>")
    mail["List-Unsubscribe"] = "<https://hedgerow-weekly.example/leave>"
    return mail


def open_card(page: Page, house: House, message_id: str) -> Locator:
    """Open a message's page, and return the card that proposes to archive it."""
    page.goto(f"{house.url}/messages/{message_id}")
    return page.get_by_role("article", name=re.compile("^Archive"))


def done_at_google(house: House, message_id: str) -> list[tuple[str, object]]:
    return house.mutations(message_id.partition(":")[2])


def watch_for(page: Page, selector: str, words: str, *, there: bool) -> Callable[[], float]:
    """Note the moment in which the page shows these words, or no longer does; return how to ask for it."""
    page.evaluate(WATCH, [selector, words, there])
    return lambda: float(page.evaluate("() => window.seenAt"))


def lateness_of_mail(page: Page, house: House) -> float:
    """Return how long after the house the page knows of a mail."""
    subject = f"Hedges {uuid4().hex[:8]}"
    seen_at = watch_for(page, "[role=listitem]", subject, there=True)
    house.deliver(letter(subject))
    house.poll()
    known_at = time()
    return seen_at() - known_at


def lateness_of_a_decision(here: Page, there: Page, house: House) -> float:
    """Return how long after the house one device knows what was approved on the other."""
    message_id = house.arrive(letter(f"Hedges {uuid4().hex[:8]}", sender="news@hedgerow-weekly.example"), PROMOTION)
    card, copy = open_card(here, house, message_id), open_card(there, house, message_id)
    copy.wait_for()
    gone_at = watch_for(there, "article", "Archive", there=False)
    with here.expect_response(re.compile("/approve$")):
        card.get_by_role("button", name="Archive").click()
    known_at = time()
    expect(copy).to_have_count(0)
    return gone_at() - known_at


def test_mail_that_arrives_is_shown_at_once(phone: Page, house: House) -> None:
    phone.goto(f"{house.url}/inbox")
    phone.get_by_role("list", name="Messages").wait_for()
    assert any(lateness_of_mail(phone, house) < LIVE for _ in range(3))


def test_one_device_sees_at_once_what_another_approved(device: SignIn, house: House) -> None:
    here, there = device(), device()
    assert any(lateness_of_a_decision(here, there, house) < LIVE for _ in range(3))


def test_mail_arrives_is_archived_once_and_put_back(
    phone: Page, house: House, subject: str, newsletter: EmailMessage
) -> None:
    phone.get_by_role("link", name="Inbox").tap()
    phone.get_by_role("list", name="Messages").wait_for()
    message_id = house.arrive(newsletter, PROMOTION)

    phone.get_by_role("link", name=subject).tap()
    card = phone.get_by_role("article", name=re.compile("^Archive"))
    assert done_at_google(house, message_id) == []
    card.get_by_role("button", name="Archive").tap()
    phone.get_by_role("status").get_by_text("Done: Archive").wait_for()
    assert done_at_google(house, message_id) == [ARCHIVED]

    phone.get_by_role("button", name="Undo").first.tap()
    phone.get_by_text("Undone.").wait_for()
    assert done_at_google(house, message_id) == [ARCHIVED, PUT_BACK]


def test_a_card_approved_elsewhere_cannot_be_approved_again(
    device: SignIn, house: House, newsletter: EmailMessage
) -> None:
    deaf = device()
    deaf.add_init_script(DEAF)
    message_id = house.arrive(newsletter, PROMOTION)
    card = open_card(deaf, house, message_id)
    card.wait_for()
    (action,) = house.call("GET", f"/api/actions?target={message_id}")["items"]
    house.call("POST", f"/api/actions/{action['id']}/approve", {"digest": action["digest"]})

    with deaf.expect_response(re.compile("/approve$")) as answer:
        card.get_by_role("button", name="Archive").click()
    assert answer.value.status == 409
    assert done_at_google(house, message_id) == [ARCHIVED]


def test_of_twenty_approvals_at_once_one_counts(house: House, newsletter: EmailMessage) -> None:
    message_id = house.arrive(newsletter, PROMOTION)
    (action,) = house.call("GET", f"/api/actions?target={message_id}")["items"]

    def approve(_: int) -> int:
        body = {"digest": action["digest"]}
        return house.api.post(f"/api/actions/{action['id']}/approve", json=body).status_code

    with ThreadPoolExecutor(20) as pool:
        answers = sorted(pool.map(approve, range(20)))
    assert answers == [200] + [409] * 19
    assert done_at_google(house, message_id) == [ARCHIVED]


def test_a_card_that_changed_says_so_and_must_be_read_again(page: Page, house: House, subject: str) -> None:
    message_id = house.arrive(letter(subject, "Could you send me the plans?"))
    mail = {"to": ["ivo@brandt.example"], "subject": f"Re: {subject}", "text": "Gladly."}
    action = house.call("POST", "/api/actions", {"kind": "reply", "target": message_id, "arguments": mail})
    page.add_init_script(DEAF)
    page.goto(f"{house.url}/approvals/{action['id']}")
    card = page.get_by_role("article")
    expect(card).to_contain_text("Gladly.")
    page.wait_for_load_state("networkidle")  # a list that is still on its way would show the new text by itself
    house.call("POST", f"/api/actions/{action['id']}/edit", {"arguments": {**mail, "text": "Certainly not."}})

    card.get_by_role("button", name="Send").click()
    expect(card.get_by_role("alert")).to_contain_text("It changed since you looked")
    expect(card).to_contain_text("Certainly not.")
    expect(card.get_by_role("button", name="I have read it")).to_be_visible()
    assert done_at_google(house, message_id) == []


def test_halt_stops_every_approval_until_it_is_lifted(page: Page, house: House, newsletter: EmailMessage) -> None:
    message_id = house.arrive(newsletter, PROMOTION)
    card = open_card(page, house, message_id)
    card.wait_for()
    (action,) = house.call("GET", f"/api/actions?target={message_id}")["items"]
    page.get_by_role("button", name="Halt").click()
    try:
        expect(page.get_by_role("alert").filter(has_text="Halted")).to_be_visible()
        expect(card.get_by_role("button", name="Archive")).to_be_disabled()
        refused = house.api.post(f"/api/actions/{action['id']}/approve", json={"digest": action["digest"]})
        assert refused.status_code == 409
        assert done_at_google(house, message_id) == []
    finally:
        page.get_by_role("button", name="Resume").first.click()
    expect(card.get_by_role("button", name="Archive")).to_be_enabled()
