"""The steps that a provider serves: model, mail, calendar, work."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from daemon.cli.accounts import finish_sign_in, poll_account
from daemon.cli.asking import agrees, ask, ask_secret, choose
from daemon.cli.client import Api
from daemon.cli.first_steps.saying import show_error, show_good, show_guide
from daemon.cli.frame import api
from daemon.cli.ids import quoted
from domain.errors import AlfredError, TryLater

COMES_WITH_MAIL = "calendar"


def furnish(step: Mapping[str, Any], *, no_browser: bool) -> bool:
    """Connect what serves the step; return whether anything was connected."""
    if step["name"] == COMES_WITH_MAIL and step["accounts"]:
        return _widen(step, no_browser=no_browser)
    choices = step["providers"]
    chosen = choose("Which one", [each["title"] for each in choices])
    if chosen is None:
        return False
    show_guide(choices[chosen])
    while not _connected(choices[chosen], no_browser=no_browser):
        if not agrees("Try again?", usually=True):
            return False
    return True


def _widen(step: Mapping[str, Any], *, no_browser: bool) -> bool:
    """Ask an account that is there for one part more."""
    accounts = step["accounts"]
    chosen = choose("Of which account", accounts)
    if chosen is None:
        return False
    try:
        with api() as reached:
            reached.call("POST", f"/api/setup/accounts/{quoted(accounts[chosen])}/parts/{step['name']}")
            _sign_in(reached, accounts[chosen], no_browser=no_browser)
    except AlfredError as error:
        show_error(error)
        return False
    return True


def _connected(choice: Mapping[str, Any], *, no_browser: bool) -> bool:
    name = ask("What to call the account", choice["account"])
    settings = _answers(choice)
    try:
        with api() as reached:
            known = {each["name"] for each in reached.call("GET", "/api/accounts")["items"]}
            reached.call("POST", "/api/accounts", {"name": name, "provider": choice["name"], "settings": settings})
            try:
                _sign_in(reached, name, no_browser=no_browser)
            except AlfredError:
                if name not in known:
                    _forget(reached, name)
                raise
    except AlfredError as error:
        show_error(error)
        return False
    return True


def _answers(choice: Mapping[str, Any]) -> dict[str, str]:
    """Ask for every field of the provider; Enter leaves it as it is, or at the usual."""
    answers = {}
    for field in choice["fields"]:
        title = _question(field)
        answer = ask_secret(title) if field["secret"] else ask(title, field["default"])
        answers[field["name"]] = "" if answer == field["default"] else answer
    return {name: answer for name, answer in answers.items() if answer}


def _question(field: Mapping[str, Any]) -> str:
    notes = [field["help"].rstrip("."), "Enter: as in your settings" if field["preset"] else ""]
    said = "; ".join(filter(None, notes))
    return f"{field['title']} ({said})" if said else str(field["title"])


def _sign_in(reached: Api, name: str, *, no_browser: bool) -> None:
    """Sign in where there is something to sign in to, then have the provider called."""
    try:
        step = reached.call("POST", f"/api/accounts/{quoted(name)}/sign-in", {"scopes": []})
    except AlfredError as error:
        if error.code != "no_sign_in":
            raise
    else:
        _finish(reached, name, step, no_browser=no_browser)
    show_good(reached.call("POST", f"/api/setup/accounts/{quoted(name)}/check")["said"])
    poll_account(reached, name)


def _finish(reached: Api, name: str, step: Mapping[str, Any], *, no_browser: bool) -> None:
    """Finish without a browser where what was typed is enough, such as a token."""
    if step["code"]:
        finish_sign_in(reached, name, step, no_browser=no_browser)
        return
    try:
        reached.call("POST", f"/api/accounts/{quoted(name)}/sign-in/{step['attempt']}", {"timeout": 0})
    except TryLater:
        finish_sign_in(reached, name, step, no_browser=no_browser)


def _forget(reached: Api, name: str) -> None:
    with suppress(AlfredError):
        reached.call("DELETE", f"/api/accounts/{quoted(name)}")
