"""Web Push all the way: Firefox subscribes, decrypts by itself, shows the notification, and a tap opens the card."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from domain.notifications import Notice, NoticeKind
from sandbox.push import PushServer
from tests.browser.house import DevOps, House, letter
from tests.browser.marionette import Firefox

PROMOTION = ("INBOX", "UNREAD", "CATEGORY_PROMOTIONS")
AWAKE = {"kinds": {}, "quiet_from": "00:00", "quiet_until": "00:00", "per_day": 100, "buttons": True}
SHOWN = """const registration = await navigator.serviceWorker.ready;
return (await registration.getNotifications()).map(({ title, body, data, actions }) =>
    ({ title, body, data, buttons: actions.map((each) => each.title) }));"""
# The notification's own window, as drawn where the system has no notifications: the tap is on its box.
TAP = """const [words] = arguments;
const alert = [...Services.wm.getEnumerator("alert:alert")].find(({ document }) =>
    document.getElementById("alertTextLabel").textContent.includes(words));
if (!alert) return false;
alert.document.getElementById("alertBox").click();
return true;"""
# That window draws no buttons; a system that does tells Firefox of a press by this very call (nsIAlertsService.idl).
PRESS = """const [words, action] = arguments;
const alert = [...Services.wm.getEnumerator("alert:alert")].find(({ document }) =>
    document.getElementById("alertTextLabel").textContent.includes(words));
if (!alert) return false;
const button = { action, title: action, QueryInterface: ChromeUtils.generateQI(["nsIAlertAction"]) };
alert.gAlertListener.observe(button, "alertclickcallback", alert.gAlertCookie);
return true;"""
BUTTONS = ["Approve", "Reject"]


@pytest.fixture(scope="module")
def push() -> Iterator[PushServer]:
    with PushServer() as server:
        yield server


@pytest.fixture(scope="module")
def told_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A household that may push to loopback, at any hour."""
    settings = {"ALFRED_PUSH__PLAIN_HOSTS": "127.0.0.1"}
    with House(tmp_path_factory.mktemp("told") / "home", settings) as running:
        running.call("PUT", "/api/notifications/preferences", AWAKE)
        yield running


@pytest.fixture(scope="module")
def fox(
    firefox: str, push: PushServer, told_house: House, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Firefox]:
    """A Firefox that listens to our push server, signed in and subscribed in the app's own settings."""
    preferences = {
        "dom.push.serverURL": push.socket_url,
        "dom.push.testing.allowInsecureServerURL": True,
        "dom.push.testing.ignorePermission": True,
        "dom.push.connection.enabled": True,
        "permissions.default.desktop-notification": 1,
        "dom.webnotifications.requireuserinteraction": False,
        "dom.webnotifications.actions.enabled": True,
        "alerts.useSystemBackend": False,
    }
    with Firefox(firefox, tmp_path_factory.mktemp("fox") / "profile", preferences) as running:
        running.go(told_house.pairing_link())
        running.wait(lambda: running.run("return document.querySelector('nav') !== null"))
        running.go(f"{told_house.url}/settings")
        running.click(".device button.primary")
        running.wait(lambda: running.run("return document.querySelector('.device').textContent.includes('is told')"))
        yield running


def shown(fox: Firefox, words: str) -> list[dict[str, Any]]:
    return [notice for notice in fox.run(SHOWN) if words in notice["body"]]


def delivered(push: PushServer, tag: str) -> list[tuple[object, object]]:
    """Return what was posted under a tag, as TTL and urgency; the household may have more to say meanwhile."""
    topic = Notice(NoticeKind.PROPOSAL, "", "", "", tag).topic.replace(":", "_")
    told = [each.arguments for each in push.record.mutations("push.deliver")]
    return [(each["ttl"], each["urgency"]) for each in told if each["topic"] == topic]


def test_a_proposal_is_shown_and_a_tap_opens_its_card(fox: Firefox, told_house: House, push: PushServer) -> None:
    subject = f"Hedges, volume {uuid4().hex[:8]}"
    message_id = told_house.arrive(letter(subject, sender="Hedgerow Weekly <news@hedgerow.example>"), PROMOTION)
    (action,) = told_house.call("GET", f"/api/actions?target={message_id}")["items"]
    (notice,) = fox.wait(lambda: shown(fox, subject))

    assert (notice["title"], notice["body"]) == ("May I?", action["title"])
    assert (notice["data"]["action_id"], notice["data"]["digest"]) == (action["id"], action["digest"])
    assert delivered(push, f"action-{action['id']}") == [("86400", "normal")]

    fox.wait(lambda: fox.run_inside(TAP, subject))
    fox.wait(lambda: fox.url == f"{told_house.url}/approvals/{action['id']}")
    fox.wait(lambda: fox.run("return document.querySelector('article h2')?.textContent") == action["title"])
    assert shown(fox, subject) == []


def test_a_pull_request_is_told_of_once_and_a_tap_leads_to_its_review(
    fox: Firefox, told_house: House, push: PushServer
) -> None:
    title = f"Count the pages {uuid4().hex[:8]}"
    pull_id = f"devops:pr-{DevOps.of(told_house).open_pull(title)}"
    (notice,) = fox.wait(lambda: [each for each in shown(fox, title) if each["data"]["kind"] == "pull_request"])

    assert notice["title"] == "Priya Raman asks for your review"
    assert notice["body"] == f"“{title}”: 1 file, pipeline green."
    assert delivered(push, f"pull-request-{pull_id}") == [("86400", "normal")]

    fox.wait(lambda: fox.run_inside(TAP, notice["body"]))
    fox.wait(lambda: fox.url.startswith(f"{told_house.url}/work?pull="))
    fox.wait(lambda: fox.run("return document.querySelector('main')?.textContent.includes(arguments[0])", title))


def told_of(fox: Firefox, house: House, kind: str, **arguments: object) -> tuple[dict[str, Any], str]:
    """Return a proposal of this kind, and the words by which its notification is known once it is shown."""
    subject = f"Hedges, volume {uuid4().hex[:8]}"
    message_id = house.arrive(letter(subject))
    action = house.call("POST", "/api/actions", {"kind": kind, "target": message_id, "arguments": arguments})
    assert action["status"] == "proposed"
    fox.wait(lambda: shown(fox, subject))
    return action, subject


def press(fox: Firefox, words: str, button: str) -> None:
    """Press a button of the notification with these words."""
    fox.wait(lambda: fox.run_inside(PRESS, words, button))


def status_of(house: House, action: dict[str, Any]) -> str:
    return str(house.call("GET", f"/api/actions/{action['id']}")["status"])


@pytest.mark.parametrize(("button", "status"), [("approve", "executed"), ("reject", "rejected")])
def test_a_button_decides_without_opening_anything(fox: Firefox, told_house: House, button: str, status: str) -> None:
    action, subject = told_of(fox, told_house, "archive")
    (notice,) = shown(fox, subject)
    assert (notice["buttons"], notice["data"]["digest"]) == (BUTTONS, action["digest"])

    at = fox.url
    press(fox, subject, button)
    fox.wait(lambda: status_of(told_house, action) == status)
    assert fox.url == at
    fox.wait(lambda: shown(fox, subject) == [])


def test_a_button_pressed_too_late_decides_nothing_and_says_so(fox: Firefox, told_house: House) -> None:
    action, subject = told_of(fox, told_house, "archive")
    told_house.call("POST", f"/api/actions/{action['id']}/reject", {"reason": "not this one"})

    press(fox, subject, "approve")
    (notice,) = fox.wait(lambda: shown(fox, "It changed since you were told."))
    assert (notice["data"]["action_id"], notice["buttons"]) == (action["id"], [])
    assert status_of(told_house, action) == "rejected"


def test_what_reaches_others_has_no_buttons(fox: Firefox, told_house: House) -> None:
    _, subject = told_of(fox, told_house, "reply", text="Gladly.")
    (notice,) = shown(fox, subject)
    assert (notice["buttons"], notice["data"]["digest"]) == ([], "")


def test_without_the_wish_there_are_no_buttons(fox: Firefox, told_house: House) -> None:
    told_house.call("PUT", "/api/notifications/preferences", {**AWAKE, "buttons": False})
    _, subject = told_of(fox, told_house, "archive")
    (notice,) = shown(fox, subject)
    assert (notice["buttons"], notice["data"]["digest"]) == ([], "")
    told_house.call("PUT", "/api/notifications/preferences", AWAKE)
