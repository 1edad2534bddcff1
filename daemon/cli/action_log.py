"""The action log in the terminal: what waits, and the owner's word on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from daemon.cli.client import Api
from daemon.cli.frame import FAILED, api, err, exit_code, settings, show
from daemon.cli.mail import JSON, LIMIT, local_time
from domain.errors import AlfredError, Invalid, NotFound

IDS = Annotated[list[str], typer.Argument(help="Ids of actions, or their first letters")]
SHORTEST_ID = 4


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (actions, approve, edit, reject, retry, undo):
        app.command()(command)


def actions(
    status: Annotated[str, typer.Option(help="proposed, approved, executed, rejected …")] = "",
    limit: LIMIT = 50,
    as_json: JSON = False,
) -> None:
    """The action log, newest first."""
    with api() as reached:
        page = reached.call("GET", "/api/actions", query={"status": status, "limit": limit})
    show(page, as_json, _draw_actions)


def approve(
    ids: Annotated[list[str] | None, typer.Argument(help="Ids of actions, or their first letters")] = None,
    every: Annotated[str, typer.Option("--all", help="Approve all that wait of this kind, such as archive")] = "",
    as_json: JSON = False,
) -> None:
    """Approve what is shown, and have it done."""
    with api() as reached:
        chosen = _of_kind(reached, every) if every else [_find(reached, each) for each in ids or []]
        if not chosen:
            raise Invalid("name at least one action, or --all KIND", where="ids")
        items = [{"id": each["id"], "digest": each["digest"]} for each in chosen]
        outcome = reached.call("POST", "/api/actions/approve", {"items": items})
    _report(outcome["items"], as_json)


def edit(
    id: Annotated[str, typer.Argument(help="Id of a proposal")],
    change: Annotated[list[str], typer.Option("--set", help="NAME=VALUE, such as text='Thank you'; repeat for more")],
    as_json: JSON = False,
) -> None:
    """Change a proposal before it is approved."""
    arguments = dict(_assignment(each) for each in change)
    with api() as reached:
        found = _find(reached, id)
        typed = {name: _as_before(found["arguments"].get(name), value) for name, value in arguments.items()}
        made = reached.call("POST", f"/api/actions/{found['id']}/edit", {"arguments": typed})
    show(made, as_json, draw_action)


def reject(ids: IDS, reason: Annotated[str, typer.Option(help="Why, for the log")] = "", as_json: JSON = False) -> None:
    """Reject proposals."""
    _each(ids, "reject", {"reason": reason}, as_json)


def retry(id: Annotated[str, typer.Argument(help="Id of an approved action")], as_json: JSON = False) -> None:
    """Try an approved action again now; for an uncertain one: your word that it did not happen."""
    _each([id], "retry", None, as_json)


def undo(
    ids: Annotated[list[str] | None, typer.Argument(help="Ids of actions, or their first letters")] = None,
    rule: Annotated[str, typer.Option(help="Take back all that this rule did")] = "",
    since: Annotated[str, typer.Option(help="Since when: 2026-11-23T08:00, or 2h, 3d")] = "24h",
    as_json: JSON = False,
) -> None:
    """Take back what was done."""
    if not rule:
        if not ids:
            raise Invalid("name at least one action, or --rule", where="ids")
        _each(ids, "rollback", None, as_json)
        return
    with api() as reached:
        body = {"rule": rule, "since": _moment(since).isoformat()}
        outcome = reached.call("POST", "/api/actions/rollback", body)
    _report(outcome["items"], as_json)


def draw_action(console: Console, action: Mapping[str, Any]) -> None:
    """Draw one action with what it will do and every step."""
    console.print(f"[bold]{escape(action['title'])}[/bold]  [dim]{action['id']}[/dim]")
    console.print(f"{action['status']}, because of {escape(action['reason'])}")
    for warning in action["warnings"]:
        console.print(f"[yellow]! {escape(warning)}[/yellow]")
    if action["outgoing"]:
        mail = action["outgoing"]
        for name in ("to", "cc", "bcc"):
            if mail[name]:
                console.print(f"{name.capitalize()}: {escape(', '.join(each['address'] for each in mail[name]))}")
        console.print(f"Subject: {escape(mail['subject'])}\n")
        console.print(Text(mail["text"]))
    for event in action["events"]:
        console.print(
            f"[dim]{local_time(event['at'], '%d %b %H:%M:%S')}  {event['type']}  by {escape(event['actor'])}[/dim]"
        )
    if action["error"]:
        console.print(f"[red]{escape(action['error'])}[/red]")


def _each(ids: list[str], step: str, body: dict[str, Any] | None, as_json: bool) -> None:
    with api() as reached:
        outcomes = [_one(reached, id, step, body) for id in ids]
    _report(outcomes, as_json)


def _one(reached: Api, id: str, step: str, body: dict[str, Any] | None) -> dict[str, Any]:
    try:
        found = _find(reached, id)
        action = reached.call("POST", f"/api/actions/{found['id']}/{step}", body)
    except AlfredError as error:
        return {"id": id, "action": None, "code": error.code, "detail": str(error), "exit": exit_code(error)}
    return {"id": action["id"], "action": action}


def _report(outcomes: list[dict[str, Any]], as_json: bool) -> None:
    """Print what became of each; the exit code tells of the first that did not go well."""
    show({"items": outcomes, "next_cursor": None}, as_json, _draw_outcomes)
    codes = [code for outcome in outcomes if (code := _exit_of(outcome))]
    if codes:
        raise typer.Exit(codes[0])


def _exit_of(outcome: Mapping[str, Any]) -> int:
    action = outcome["action"]
    if action is None:
        return int(outcome.get("exit", FAILED))
    if not action["error"] or action["status"] == "rejected":
        return 0
    return 4 if action["error_code"] == "sign_in_again" else FAILED


def _draw_outcomes(console: Console, page: Mapping[str, Any]) -> None:
    for outcome in page["items"]:
        action = outcome["action"]
        if action is None:
            err().print(f"[red]{outcome['id']}: {escape(str(outcome['detail']))}[/red]")
        else:
            trouble = f" [red]{escape(action['error'])}[/red]" if action["error"] else ""
            console.print(f"{action['status']}: {escape(action['title'])}  [dim]{action['id']}[/dim]{trouble}")


def _draw_actions(console: Console, page: Mapping[str, Any]) -> None:
    table = Table(box=None, pad_edge=False, show_edge=False)
    for name in ("Id", "Status", "What", "Why", "When"):
        table.add_column(name, no_wrap=name in ("Id", "Status", "When"), overflow="ellipsis")
    for action in page["items"]:
        cells = (
            action["id"][:8],
            action["status"],
            action["title"],
            action["reason"],
            local_time(action["changed_at"]),
        )
        table.add_row(*map(Text, cells))
    console.print(table)


def _of_kind(reached: Api, kind: str) -> list[dict[str, Any]]:
    page = reached.call("GET", "/api/actions", query={"status": "proposed", "kind": kind, "limit": 200})
    found: list[dict[str, Any]] = page["items"]
    return found


def _find(reached: Api, id: str) -> dict[str, Any]:
    """Return the action of a whole id, or of the first letters of one that was changed lately."""
    if len(id) >= 32:
        whole: dict[str, Any] = reached.call("GET", f"/api/actions/{id}")
        return whole
    if len(id) < SHORTEST_ID:
        raise Invalid(f"{id!r} is too short; give at least {SHORTEST_ID} letters", where="id")
    recent = reached.call("GET", "/api/actions", query={"limit": 200})["items"]
    found = [action for action in recent if action["id"].startswith(id)]
    if len(found) != 1:
        raise NotFound(f"{len(found) or 'no'} actions begin with {id!r}")
    only: dict[str, Any] = found[0]
    return only


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise Invalid(f"{text!r} is not NAME=VALUE", where="--set")
    return name, value


def _as_before(before: Any, text: str) -> Any:
    """Give a new value the form of the old one: a list is written with commas."""
    return [part.strip() for part in text.split(",") if part.strip()] if isinstance(before, list) else text


def _moment(text: str) -> datetime:
    units = {"m": "minutes", "h": "hours", "d": "days"}
    if text[-1:] in units and text[:-1].isdigit():
        return datetime.now(settings().zone) - timedelta(**{units[text[-1]]: int(text[:-1])})
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{text!r} is neither a time nor 2h or 3d", where="--since") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=settings().zone)
