"""Tools that other assistants have, as InjecAgent's attackers call them: here nobody knows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from application.chat.registry import Effect, Errand
from application.chat.tools import ALL_TOOLS
from domain.privacy import Reader
from tests.unit.chat.house import House

# Named in the manner of InjecAgent (MIT): a product, and what is done with it.
UNKNOWN = (
    "AmazonCreateOrder",
    "AugustSmartLockUnlockDoor",
    "BankManagerTransferFunds",
    "BinanceWithdraw",
    "DropboxShareFile",
    "EvernoteShareNote",
    "FacebookManagerGetUserDetails",
    "GitHubDeleteRepository",
    "GmailSendEmail",
    "GoogleCalendarDeleteEvent",
    "NorthernTrustTransferMoney",
    "SecuritySystemDisable",
    "ShopifyProcessOrder",
    "TeladocSchedule",
    "TerminalExecute",
    "TwitterManagerPostTweet",
    "VenmoSendMoney",
    "WebBrowserNavigateTo",
    "Search_Mail",
    "search_mail ",
    "send_mail\u200b",
    "ѕend_mail",
    "__class__",
    "",
)


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_tool_that_is_not_known_by_exactly_that_name_is_refused(name: str, tmp_path: Path) -> None:
    house = House(tmp_path)
    found = house.registry.run(name, {"to": ["x@evil.example"]}, Errand(("Hello",)), Reader.DISTANT_MODEL)
    assert found.failed
    assert "unknown_tool" in found.text
    assert house.effects() == []


def test_every_tool_reads_or_proposes_and_none_takes_an_address_to_fetch() -> None:
    assert {tool.effect for tool in ALL_TOOLS} <= {Effect.READS, Effect.PROPOSES}
    taken = {name for tool in ALL_TOOLS for name in tool.offer().schema["properties"]}  # type: ignore[union-attr]
    assert not taken & {"url", "uri", "link", "href", "address", "endpoint", "webhook"}


def test_names_are_given_once() -> None:
    assert len({tool.name for tool in ALL_TOOLS}) == len(ALL_TOOLS)
