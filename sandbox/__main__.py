"""`python -m sandbox google`: a make-believe vendor in a process of its own."""

from __future__ import annotations

import argparse
import json
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from sandbox.google import GoogleServer
    from sandbox.household import Household

_SCOPES = tuple(
    f"https://www.googleapis.com/auth/{name}" for name in ("gmail.readonly", "gmail.modify", "gmail.compose")
)
_STRANGER = "owner@example.com"


def main() -> None:
    """Serve until interrupted; the first line printed tells the address and how to sign in, as JSON."""
    asked = _parser().parse_args()
    server = _google(asked)
    server.bind()
    accounts = server.mailboxes.addresses()
    tokens = {address: server.issue_refresh_token(address, _SCOPES) for address in accounts}
    counts = {address: len(server.mailboxes[address].messages) for address in accounts}
    told = {"base_url": server.base_url, "client_config": server.client_config()}
    print(json.dumps({**told, "accounts": counts, "refresh_tokens": tokens}), flush=True)
    server.serve()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="Make-believe vendors on loopback.")
    vendors = parser.add_subparsers(dest="vendor", required=True)
    google = vendors.add_parser("google", help="Google sign-in and Gmail")
    google.add_argument("--port", type=int, default=0, help="0 takes any free port")
    google.add_argument("--account", default=None, help="address of the mailbox that --maildir fills")
    google.add_argument("--household", help="a household to live there, such as monday")
    google.add_argument("--seed", type=int, default=0)
    google.add_argument("--size", type=int, default=None)
    google.add_argument("--maildir", type=Path, help="a folder tree of RFC 822 files or a Maildir")
    google.add_argument("--record", type=Path, help="a file that gets every mutation as a JSON line")
    google.add_argument("--quota", type=_quota, default=6000, help="units per minute and user, or off")
    return parser


def _quota(value: str) -> int | None:
    return None if value == "off" else int(value)


def _google(asked: argparse.Namespace) -> GoogleServer:
    from sandbox.google import GoogleServer, maildir

    server = GoogleServer(port=asked.port, quota=asked.quota, record=asked.record)
    if asked.household:
        household = cast(
            "Household", import_module("sandbox.household").load(asked.household, seed=asked.seed, size=asked.size)
        )
        server.move_in(household.owner.address, household.mails)
    if asked.maildir:
        maildir.fill(server.mailbox(asked.account or _first(server)), asked.maildir)
    if not server.mailboxes.addresses():
        server.mailbox(asked.account or _STRANGER)
    return server


def _first(server: GoogleServer) -> str:
    return next(iter(server.mailboxes.addresses()), _STRANGER)


if __name__ == "__main__":
    main()
