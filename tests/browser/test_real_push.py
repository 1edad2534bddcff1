"""Web Push all the way: Firefox subscribes, decrypts by itself, shows the notification, and a tap opens the card."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from sandbox.push import PushServer
from tests.browser.house import House, letter
from tests.browser.marionette import Firefox

PROMOTION = ("INBOX", "UNREAD", "CATEGORY_PROMOTIONS")
AWAKE = {"kinds": {}, "quiet_from": "00:00", "quiet_until": "00:00", "per_day": 100, "buttons": True}
SHOWN = """const registration = await navigator.serviceWorker.ready;
return (await registration.getNotifications()).map(({ title, body, data }) => ({ title, body, data }));"""
# The notification's own window, as drawn where the system has no notifications: the tap is on its box.
TAP = """const [alert] = [...Services.wm.getEnumerator("alert:alert")];
if (!alert) return false;
alert.document.getElementById("alertBox").click();
return true;"""


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


def test_a_proposal_is_shown_and_a_tap_opens_its_card(fox: Firefox, told_house: House, push: PushServer) -> None:
    subject = f"Hedges, volume {uuid4().hex[:8]}"
    message_id = told_house.arrive(letter(subject, sender="Hedgerow Weekly <news@hedgerow.example>"), PROMOTION)
    (action,) = told_house.call("GET", f"/api/actions?target={message_id}")["items"]
    (notice,) = fox.wait(lambda: shown(fox, subject))

    assert (notice["title"], notice["body"]) == ("May I?", action["title"])
    assert (notice["data"]["action_id"], notice["data"]["digest"]) == (action["id"], action["digest"])
    (delivery,) = push.record.mutations("push.deliver")
    assert delivery.arguments == {"ttl": "86400", "urgency": "normal", "topic": f"action-{action['id']}"[:32]}

    fox.wait(lambda: fox.run_inside(TAP))
    fox.wait(lambda: fox.url == f"{told_house.url}/approvals/{action['id']}")
    fox.wait(lambda: fox.run("return document.querySelector('article h2')?.textContent") == action["title"])
    assert shown(fox, subject) == []
