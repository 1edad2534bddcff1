"""Signing in and out of providers."""

from __future__ import annotations

import sys
import webbrowser
from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Any

import typer

from daemon.cli.asking import ask_secret
from daemon.cli.client import Api
from daemon.cli.drawing import escape
from daemon.cli.frame import api, assignment, can_open_browser, out
from daemon.cli.ids import quoted
from domain.errors import Invalid, TryLater

WAIT_SECONDS = 300
ARRIVED_SECONDS = 1
USUAL_NAMES = {"google": "gmail", "microsoft": "office"}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(connect)
    app.command()(disconnect)


def connect(
    name: Annotated[str, typer.Argument(help="A provider such as google, or an account you named")],
    account: Annotated[
        str, typer.Option("--account", help="What to call it [default: the provider's usual name]")
    ] = "",
    setting: Annotated[list[str] | None, typer.Option("--set", help="NAME=VALUE of the provider's settings")] = None,
    more: Annotated[
        bool, typer.Option("--more", help="Ask for everything Alfred can use, so that he may also act")
    ] = False,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the address, paste the answer by hand")
    ] = False,
) -> None:
    """Sign in to a provider with your browser, or by pasting, and check what works."""
    with api() as reached:
        known = reached.call("GET", "/api/accounts")
        wanted = _account(reached, known, name, account, dict(assignment(each) for each in setting or []))
        scopes = ["*"] if more else []
        step = _begun(reached, wanted, scopes, is_new=all(each["name"] != wanted for each in known["items"]))
        state = finish_sign_in(reached, wanted, step, no_browser=no_browser, told=bool(setting))
        out().print(f"[green]{escape(wanted)} is connected as {escape(state['address'] or '?')}.[/green]")
        poll_account(reached, wanted)


def disconnect(name: Annotated[str, typer.Argument(help="The account's name")]) -> None:
    """Sign out of an account and remove its secrets; the mail that was taken in stays."""
    with api() as reached:
        reached.call("DELETE", f"/api/accounts/{quoted(name)}")
    out().print(f"{escape(name)} is disconnected and its secrets are gone.")


def _account(reached: Api, known: Mapping[str, Any], name: str, account: str, settings: dict[str, str]) -> str:
    """Return the name of the account to sign in to, noting a new one where `name` is a provider."""
    if any(each["name"] == name for each in known["items"]) and not settings:
        return name
    meant = next((provider for provider, usual in USUAL_NAMES.items() if usual == name), name)
    provider = next((each["provider"] for each in known["items"] if each["name"] == name), meant)
    names = {each["name"] for each in known["providers"]}
    if provider not in names:
        raise Invalid(f"{name!r} is neither an account nor one of {', '.join(sorted(names))}", where="name")
    wanted = account or (name if provider != name else USUAL_NAMES.get(provider, provider))
    reached.call("POST", "/api/accounts", {"name": wanted, "provider": provider, "settings": settings})
    return wanted


def _begun(reached: Api, account: str, scopes: list[str], *, is_new: bool) -> dict[str, Any]:
    """Begin a sign-in; an account that was noted for one that cannot even begin is not left behind."""
    try:
        step: dict[str, Any] = reached.call("POST", f"/api/accounts/{account}/sign-in", {"scopes": scopes})
    except Invalid:
        if is_new:
            reached.call("DELETE", f"/api/accounts/{account}")
        raise
    return step


def finish_sign_in(
    reached: Api, account: str, step: Mapping[str, Any], *, no_browser: bool, told: bool = False
) -> dict[str, Any]:
    """Lead the owner through a sign-in that has begun; return the account as it is then.

    `told`: settings were given just now, so a token may be among them.
    """
    from application.ports.providers import Pastes

    path = f"/api/accounts/{account}/sign-in/{step['attempt']}"
    out().print(escape(step["message"] or "Open this address to sign in."))
    out().print(step["url"], soft_wrap=True, markup=False)
    if step["code"]:
        out().print("[dim]Waiting until the code is typed in.[/dim]")
        typed: dict[str, Any] = reached.call("POST", path, {"timeout": WAIT_SECONDS})
        return typed
    if step["pastes"] == Pastes.TOKEN:
        return _token_pasted(reached, step, path, no_browser=no_browser, told=told)
    if no_browser or not can_open_browser() or not webbrowser.open(step["url"]):
        return _pasted(reached, path)
    out().print("[dim]Waiting for your browser; on another machine, use --no-browser.[/dim]")
    try:
        state: dict[str, Any] = reached.call("POST", path, {"timeout": WAIT_SECONDS})
    except TryLater:
        return _pasted(reached, path)
    return state


def _token_pasted(reached: Api, step: Mapping[str, Any], path: str, *, no_browser: bool, told: bool) -> dict[str, Any]:
    """Have a token pasted, which a terminal does not show; one that came with the settings is enough."""
    if told:
        with suppress(TryLater):
            state: dict[str, Any] = reached.call("POST", path, {"timeout": 0})
            return state
    if not no_browser and can_open_browser():
        webbrowser.open(step["url"])
    at_hand = sys.stdin.isatty()
    pasted = ask_secret("The token (Enter: the one he has)") if at_hand else sys.stdin.readline().strip()
    entered: dict[str, Any] = reached.call("POST", path, {"redirect": pasted, "timeout": 0})
    return entered


def _pasted(reached: Api, path: str) -> dict[str, Any]:
    if sys.stdin.isatty():
        out().print("Afterwards, paste here the address that the browser ends at; it may show an error page.")
        out().print("Where it thanks you instead, press Enter:")
    redirect = sys.stdin.readline().strip()
    try:
        answer = {"redirect": redirect} if redirect else {"timeout": ARRIVED_SECONDS}
        state: dict[str, Any] = reached.call("POST", path, answer)
    except TryLater:
        raise Invalid("nothing was pasted, so the sign-in is not finished", where="redirect") from None
    return state


def poll_account(reached: Api, account: str) -> None:
    """Read everything of an account once, and say what came of it."""
    for source in reached.call("GET", "/api/status")["sources"]:
        if source["account"] == account:
            taken = reached.call("POST", f"/api/sources/{quoted(source['id'])}/poll")
            out().print(f"{escape(source['id'])} works: {taken['new']} messages taken in. See `alfred briefing`.")
