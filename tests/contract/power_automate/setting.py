"""An account at the make-believe Power Automate, with every flow that there is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage

from adapters.memory.vault import MemoryVault
from adapters.power_automate import PowerAutomateProvider
from application.ports.providers import Account, Connection
from sandbox.power_automate import PowerAutomateServer

OWNER = "morgan@office.example"
TOKEN = "a secret of more than twenty characters"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FLOWS = {
    "mail_search_url": "search",
    "archive_url": "archive",
    "delete_url": "delete",
    "reply_url": "reply",
    "send_url": "send",
}


def account_at(server: PowerAutomateServer, name: str = "office", **settings: str) -> Account:
    """An account whose flows are all at the sandbox."""
    flows = {field: server.url(flow) for field, flow in FLOWS.items()}
    return Account(name, "power_automate", {"address": OWNER, "token": TOKEN, **flows, **settings})


def connected(
    server: PowerAutomateServer,
    sleep: Callable[[float], object] = lambda seconds: None,
    now: Callable[[], datetime] = lambda: NOON,
    name: str = "office",
    **settings: str,
) -> Connection:
    return PowerAutomateProvider(sleep, now).connect(account_at(server, name, **settings), MemoryVault())


def a_mail(
    subject: str = "Lunch", sender: str = "Ann Smith <ann@example.org>", text: str = "Noon?", message_id: str = ""
) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, OWNER, subject
    mail["Message-ID"] = message_id or f"<{subject.lower().replace(' ', '-')}@example.org>"
    mail.set_content(f"{text}\n")
    return mail.as_bytes()
