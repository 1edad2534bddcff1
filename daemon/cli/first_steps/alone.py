"""Setting up with nobody to ask: from the settings and the environment alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from daemon.cli.accounts import poll_account
from daemon.cli.client import Api
from daemon.cli.first_steps.first_look import draw_would
from daemon.cli.first_steps.saying import show_error, show_good, show_key_place, show_overview, take_over_shell
from daemon.cli.frame import FAILED, SIGN_IN_NEEDED, api, exit_code, out
from daemon.cli.ids import quoted
from domain.errors import AlfredError, SignInAgain, TryLater


def set_up_alone() -> int:
    """Connect what the settings say enough about, and say what is missing.

    Return 0, 1 where something that is set does not work, or 4 where a sign-in is needed.
    """
    codes: list[int] = []
    with api() as reached:
        state = reached.call("POST", "/api/setup/begin")
        for step in state["items"]:
            codes += _connect_preset(reached, step)
        state = reached.call("GET", "/api/setup")
    take_over_shell(with_secrets=False)
    show_key_place()
    show_overview(state)
    for step in state["items"]:
        if step["progress"] != "done":
            out().print(f"Missing: {step['title']}; `alfred setup --step {step['name']}`, or docs/{step['page']}")
    mail = next(step for step in state["items"] if step["name"] == "mail")
    if state["watching"] and mail["progress"] == "done":
        draw_would(state)
        out().print("He only watches until you have seen this: `alfred setup` asks you.")
    return max(codes, key=(0, SIGN_IN_NEEDED, FAILED).index, default=0)


def _connect_preset(reached: Api, step: Mapping[str, Any]) -> list[int]:
    """Check what is there, and connect each provider that the settings name and no account stands for."""
    codes = [_tried(reached, name) for name in step["accounts"]]
    known = reached.call("GET", "/api/accounts")["items"]
    taken = {each["provider"] for each in known} | set(step["accounts"])
    for choice in step["providers"]:
        if choice["name"] not in taken and any(field["preset"] for field in choice["fields"]):
            account = {"name": choice["account"], "provider": choice["name"], "settings": {}}
            reached.call("POST", "/api/accounts", account)
            codes.append(_tried(reached, choice["account"]))
    return codes


def _tried(reached: Api, name: str) -> int:
    """Call the account's provider, signing in where that needs nobody; return how it went as an exit code."""
    try:
        show_good(_checked(reached, name))
        poll_account(reached, name)
    except TryLater as error:
        if error.code != "nobody_came":
            return _told(error)
        out().print(f"[yellow]![/yellow] {name} needs a sign-in: `alfred connect {name}`")
        return SIGN_IN_NEEDED
    except AlfredError as error:
        return _told(error)
    return 0


def _checked(reached: Api, name: str) -> str:
    path = f"/api/accounts/{quoted(name)}/sign-in"
    try:
        said = reached.call("POST", f"/api/setup/accounts/{quoted(name)}/check")["said"]
    except SignInAgain:
        attempt = reached.call("POST", path, {"scopes": []})["attempt"]
        reached.call("POST", f"{path}/{attempt}", {"timeout": 0})
        said = reached.call("POST", f"/api/setup/accounts/{quoted(name)}/check")["said"]
    return str(said)


def _told(error: AlfredError) -> int:
    show_error(error)
    return SIGN_IN_NEEDED if exit_code(error) == SIGN_IN_NEEDED else FAILED
