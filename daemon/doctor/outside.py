"""What lies outside: the sources, the models, the address for phones, and the phones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from application.ports.providers import Part
from daemon.doctor.findings import Check, Finding, bad, good, warning
from daemon.doctor.their_time import check_against
from daemon.home import DATABASE
from daemon.running import find_running
from daemon.settings import Settings
from domain.errors import AlfredError

if TYPE_CHECKING:
    from daemon.cli.client import Api


def check_sources(settings: Settings) -> list[Finding]:
    """Ask the daemon, or the household itself where none runs; one of an older version is left as it is.

    An update has the new version's doctor look before the old version stops, and may still be taken back.
    """
    file = settings.home / DATABASE
    if not file.exists():
        return warning("sources", "none is connected", "alfred connect google")
    from adapters.sqlite.checkup import is_behind
    from daemon.cli.client import api_of, own_api

    running = find_running(settings.home)
    if running is None and is_behind(file):
        said = "not asked: the database is an older version's, and is brought forward at the next start"
        return warning("sources", said, "alfred start, or alfred run")
    with own_api(settings) if running is None else api_of(running, settings.home) as api:
        status: dict[str, Any] = api.call("GET", "/api/status")
        found = [*_halt(status), *_sources(status), *_models(status), *_called_models(api)]
        providers = {each["provider"] for each in api.call("GET", "/api/accounts")["items"] if each["connected"]}
    return [*found, *undelivered(status), *expiring(status), *check_against(settings, providers)]


def _halt(status: Mapping[str, Any]) -> list[Finding]:
    if status["halt"]["halted"]:
        return warning("halt", status["halt"]["reason"], "alfred resume")
    return good("halt", "not halted")


def _sources(status: Mapping[str, Any]) -> list[Finding]:
    findings: list[Finding] = []
    for source in status["sources"]:
        if source["error"] or source["paused"]:
            advice = f"alfred connect {source['account']}" if source["paused"] else "it is tried again by itself"
            findings += bad(source["id"], source["error"] or "nobody is signed in", advice)
        else:
            findings += good(source["id"], f"last read {_when(source['last_success'])}")
    return findings or warning("sources", "none is connected", "alfred connect google")


def expiring(status: Mapping[str, Any]) -> list[Finding]:
    """What expires at the accounts; the household's own certificate is looked at by itself."""
    theirs = [each for each in status["expiring"] if each["account"]]
    return [
        Finding("expiry", "warning", each["said"], f"alfred connect {each['account']}, with a new one")
        if each["soon"]
        else Finding("expiry", "good", each["said"])
        for each in theirs
    ]


def undelivered(status: Mapping[str, Any]) -> list[Finding]:
    """Devices that could not be told the last time; a daemon of before an update does not tell."""
    findings: list[Finding] = []
    for each in status.get("undelivered", ()):
        often = f"{each['failures']} in a row"
        said = f"{each['device']} got no notice since {_when(each['since'])} ({often}): {each['reason']}"
        findings += warning("push", said, "open the app on it and switch notifications off and on")
    return findings


def _models(status: Mapping[str, Any]) -> list[Finding]:
    brain, budget = status["brain"], status["budget"]
    if brain["error"]:
        return warning(
            "models", brain["error"], "the box goes on sorting; look at key, address and limits of the model"
        )
    if budget["level"] == "spent":
        return warning(
            "models", "the budget is spent; the box sorts alone", "wait, or set budget.per_day, budget.per_month"
        )
    return good("models", brain["model"] or "none; the box sorts alone")


def _called_models(api: Api) -> list[Finding]:
    """Call the provider of each model for what costs nothing; a trouble of before may have passed, or be new."""
    step = next((each for each in api.call("GET", "/api/setup")["items"] if each["name"] == Part.MODEL.value), None)
    return [finding for account in (step["accounts"] if step else ()) for finding in _called(api, account)]


def _called(api: Api, account: str) -> list[Finding]:
    try:
        return good(account, api.call("POST", f"/api/setup/accounts/{quote(account, safe='')}/check")["said"])
    except AlfredError as error:
        return warning(account, str(error), "the box goes on sorting; look at key, address and limits of the model")


def check_address(settings: Settings) -> list[Finding]:
    """Try the address that phones come by, as long as somebody runs who could answer there."""
    address = settings.web.public_url
    if not address or find_running(settings.home) is None:
        return []
    from daemon.public_address import ask_for_alfred

    reached = ask_for_alfred(address.rstrip("/"))
    if reached.is_alfred:
        return good("address", reached.said)
    return warning("address", reached.said, "alfred setup --step phone; docs/phone.md says what has to lead there")


def check_push(settings: Settings) -> list[Finding]:
    """Apple's push service turns down a sender who names no real address (RFC 8292, 2.1)."""
    file = settings.home / DATABASE
    if not file.exists():
        return []
    from adapters.sqlite.checkup import count_preferences
    from application.sign_in.devices import SUBSCRIBED

    count = count_preferences(file, SUBSCRIBED)
    if count and settings.push_subject == "mailto:alfred@localhost":
        return warning("push", "iPhones get none: no address of yours is named", "set push.subject to mailto:YOU")
    return good("push", f"{count} devices want notifications") if count else []


def check_heartbeat(settings: Settings) -> list[Finding]:
    """Say what the daemon met when it called last; a call from here would say that he lives, whether or not he does."""
    file = settings.home / DATABASE
    if not settings.heartbeat.url or not file.exists():
        return []
    from adapters.sqlite.checkup import preference
    from daemon.heartbeat import TROUBLE

    trouble = preference(file, TROUBLE)
    if trouble:
        return bad("heartbeat", f"it does not arrive: {trouble}", "correct heartbeat.url, then alfred restart")
    return good("heartbeat", "not called yet" if trouble is None else "it arrives")


def _when(text: str | None) -> str:
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M} UTC" if text else "never"


OUTSIDE: tuple[Check, ...] = (check_sources, check_address, check_push, check_heartbeat)
