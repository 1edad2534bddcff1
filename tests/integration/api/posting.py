"""An account whose mail is posted by a flow, and such posts."""

from __future__ import annotations

from adapters.memory.vault import MemoryVault
from adapters.power_automate import PowerAutomateProvider
from application.ports.providers import Account, Connection
from application.ports.store import MessageQuery
from tests.integration.api.house import House

TOKEN = "a secret of more than twenty characters"
MAIL = "/hooks/power-automate/mail"
MORGAN = "morgan@office.example"
SIGNED = {"X-Alfred-Token": TOKEN}


def join(house: House, name: str = "office", address: str = MORGAN, token: str = TOKEN) -> Connection:
    """Connect an account whose mail is posted by a flow."""
    account = Account(name, "power_automate", {"address": address, "token": token})
    connection = PowerAutomateProvider(now=house.clock.now).connect(account, MemoryVault())
    house.services.connections.add(connection)
    return connection


def a_post(number: int = 1, **more: object) -> dict[str, object]:
    return {
        "id": f"AAMk{number}",
        "internetMessageId": f"<m{number}@example.org>",
        "from": "Ann <ann@example.org>",
        "subject": "Lunch",
        "body": "Noon?",
        "receivedDateTime": "2026-11-23T11:59:00Z",
    } | more


def stored(house: House) -> list[str]:
    return [each.message.id for each in house.store.messages.list(MessageQuery()).items]
