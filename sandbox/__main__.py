"""`python -m sandbox google`: a make-believe vendor in a process of its own."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.google import GoogleServer
    from sandbox.household import Household
    from sandbox.microsoft import MicrosoftServer
    from sandbox.perfect.triage import AnswerKey
    from sandbox.server import VendorServer

    Told = tuple[VendorServer, Mapping[str, object]]

_SCOPES = tuple(
    f"https://www.googleapis.com/auth/{name}"
    for name in ("gmail.readonly", "gmail.modify", "gmail.compose", "calendar")
)
_STRANGER = "owner@example.com"


def main() -> None:
    """Serve until interrupted; the first line printed tells the address and how to sign in, as JSON."""
    asked = _parser().parse_args()
    vendors = {
        "google": _google,
        "microsoft": _microsoft,
        "azure-devops": _azure_devops,
        "anthropic": _anthropic,
        "ollama": _ollama,
    }
    server, told = vendors[asked.vendor](asked)
    print(json.dumps({"base_url": server.base_url, **told}), flush=True)
    server.serve()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="Make-believe vendors on loopback.")
    vendors = parser.add_subparsers(dest="vendor", required=True)
    google = vendors.add_parser("google", help="Google sign-in and Gmail")
    google.add_argument("--account", default=None, help="address of the mailbox that --maildir fills")
    google.add_argument("--maildir", type=Path, help="a folder tree of RFC 822 files or a Maildir")
    google.add_argument("--quota", type=_quota, default=6000, help="units per minute and user, or off")
    microsoft = vendors.add_parser("microsoft", help="Microsoft's sign-in (https) and Graph: Outlook, calendar, Teams")
    microsoft.add_argument("--account", default=None, help="address that signs in where no household lives there")
    microsoft.add_argument("--limit", type=_quota, default=10_000, help="calls per mailbox in ten minutes, or off")
    devops = vendors.add_parser("azure-devops", help="Azure DevOps: pull requests, work items, pipelines")
    devops.add_argument("--account", default=None, help="address of the member who gets a token where no household is")
    devops.add_argument("--limit", type=_quota, default=None, help="calls per member in five minutes, or off")
    anthropic = vendors.add_parser("anthropic", help="Claude, as a perfect model would answer")
    ollama = vendors.add_parser("ollama", help="local models, as a perfect one would answer")
    for vendor in (google, microsoft, devops, anthropic, ollama):
        vendor.add_argument("--port", type=int, default=0, help="0 takes any free port")
        vendor.add_argument("--household", help="a household to know or to live there, such as monday")
        vendor.add_argument("--seed", type=int, default=0)
        vendor.add_argument("--size", type=int, default=None)
        vendor.add_argument("--record", type=Path, help="a file that gets every mutation or question as a JSON line")
    return parser


def _quota(value: str) -> int | None:
    return None if value == "off" else int(value)


def _google(asked: argparse.Namespace) -> Told:
    from sandbox.google import GoogleServer, maildir

    server = GoogleServer(port=asked.port, quota=asked.quota, record=asked.record)
    if asked.household:
        household = _household(asked)
        server.move_in(household.owner.address, household.mails, household.events)
    if asked.maildir:
        maildir.fill(server.mailbox(asked.account or _first(server)), asked.maildir)
    if not server.mailboxes.addresses():
        server.mailbox(asked.account or _STRANGER)
    server.bind()
    accounts = server.mailboxes.addresses()
    tokens = {address: server.issue_refresh_token(address, _SCOPES) for address in accounts}
    counts = {address: len(server.mailboxes[address].messages) for address in accounts}
    return server, {"client_config": server.client_config(), "accounts": counts, "refresh_tokens": tokens}


def _microsoft(asked: argparse.Namespace) -> Told:
    from sandbox.microsoft import MicrosoftServer

    server = MicrosoftServer(port=asked.port, limit=asked.limit, record=asked.record)
    if asked.household:
        household = _household(asked)
        office = household.account("office").address
        server.move_in(office, household.owner.name, household.outlook, household.chats, household.events)
    if asked.account or not asked.household:
        server.mailbox(asked.account or _STRANGER)
    server.bind()
    return server, _told_of(server)


def _told_of(server: MicrosoftServer) -> Mapping[str, object]:
    told = {"authority": server.authority, "ca_file": str(server.ca_file), "client_id": server.client_id}
    accounts = {address: len(server.mailboxes[address].messages) for address in server.mailboxes.addresses()}
    return {"graph_endpoint": f"{server.base_url}/v1.0", **told, "accounts": accounts}


def _azure_devops(asked: argparse.Namespace) -> Told:
    from sandbox.azure_devops import AzureDevOpsServer

    works = _household(asked).works if asked.household else None
    organization = works.organization if works else "fabrikam"
    server = AzureDevOpsServer(organization, port=asked.port, limit=asked.limit, record=asked.record)
    if works:
        server.move_in(works)
    owner = asked.account or (works.me.address if works else _STRANGER)
    server.bind()
    told = {"organization": organization, "organization_url": server.organization_url}
    return server, {**told, "pats": {owner: server.pat(owner)}, "ids": {owner: server.id_of(owner)}}


def _anthropic(asked: argparse.Namespace) -> Told:
    from sandbox.anthropic import AnthropicServer

    server = AnthropicServer(port=asked.port, key=_key(asked), record=asked.record)
    server.bind()
    return server, {"api_key": server.api_key}


def _ollama(asked: argparse.Namespace) -> Told:
    from sandbox.ollama import OllamaServer

    server = OllamaServer(port=asked.port, key=_key(asked), record=asked.record)
    server.bind()
    return server, {"models": list(server.models)}


def _key(asked: argparse.Namespace) -> AnswerKey | None:
    """What the household says is right, for a model that shall know it."""
    from sandbox.perfect.triage import AnswerKey

    if not asked.household:
        return None
    household = _household(asked)
    return AnswerKey.of((*household.mails, *household.outlook))


def _household(asked: argparse.Namespace) -> Household:
    from sandbox.household import load

    return load(asked.household, seed=asked.seed, size=asked.size)


def _first(server: GoogleServer) -> str:
    return next(iter(server.mailboxes.addresses()), _STRANGER)


if __name__ == "__main__":
    main()
