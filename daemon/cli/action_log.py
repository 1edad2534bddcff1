"""The action log in the terminal: what waits, and the owner's word on it."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daemon.cli.approving import looked_at
from daemon.cli.cards import draw_action
from daemon.cli.client import Api
from daemon.cli.drawing import plain
from daemon.cli.frame import WIDE, api, assignment, exit_code, listing, out, settings, show
from daemon.cli.ids import find_action, short_action, walk
from daemon.cli.mail import JSON, LIMIT
from daemon.cli.outcomes import report
from daemon.clock import SYSTEM_CLOCK
from domain.errors import AlfredError, Invalid

if TYPE_CHECKING:
    from rich.console import Console

    from domain.codec import Json

IDS = Annotated[list[str], typer.Argument(help="Ids of actions, or their first letters")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (actions, approve, edit, reject, retry, undo):
        app.command()(command)


def actions(
    status: Annotated[str, typer.Option(help="proposed, approved, executed, rejected …")] = "",
    limit: LIMIT = 50,
    as_json: JSON = False,
) -> None:
    """List the action log, newest first: what waits, what was done, and why."""
    with api() as reached:
        page = reached.call("GET", "/api/actions", query={"status": status, "limit": limit})
    show(page, as_json, draw_actions)


def approve(
    ids: Annotated[list[str] | None, typer.Argument(help="Ids of actions, or their first letters")] = None,
    every: Annotated[str, typer.Option("--all", help="Approve all that wait of this kind, such as archive")] = "",
    digest: Annotated[str, typer.Option(help="Approve the one action only as it was when it had this digest")] = "",
    as_json: JSON = False,
) -> None:
    """Approve proposals, have them done, and say what was done; what must be read is shown first, and asked about."""
    with api() as reached:
        if not ids and not every and sys.stdin.isatty():
            show(_waiting(reached), as_json, _draw_waiting)
            return
        wanted = _of_kind(reached, every) if every else [find_action(reached, each) for each in ids or []]
        if not wanted and not every:
            raise Invalid("name at least one action, or --all KIND", where="approve")
        agreed = _as_seen(wanted, digest) if digest else list(looked_at(reached, wanted, bool(every), as_json))
        if wanted and not agreed and not as_json:
            out().print("Nothing was approved.")
            return
        items = [{"id": each["id"], "digest": each["digest"]} for each in agreed]
        outcome = reached.call("POST", "/api/actions/approve", {"items": items}) if items else {"items": []}
    report(outcome["items"], as_json)


def _as_seen(wanted: list[dict[str, Any]], digest: str) -> list[Mapping[str, Any]]:
    """Name what was seen by its digest, whatever stands there now."""
    if len(wanted) != 1:
        raise Invalid("a digest is that of one action alone", where="--digest")
    return [{**wanted[0], "digest": digest}]


def edit(
    id: Annotated[str, typer.Argument(help="Id of a proposal")],
    change: Annotated[
        list[str], typer.Option("--set", help="NAME=VALUE, such as text='Thank you' or to=a@b.c,d@e.f; repeat for more")
    ],
    as_json: JSON = False,
) -> None:
    """Change a proposal before it is approved; it is shown again as it stands then."""
    arguments = dict(assignment(each) for each in change)
    with api() as reached:
        found = find_action(reached, id)
        body = {"arguments": _typed(found["kind"], arguments)}
        made = reached.call("POST", f"/api/actions/{found['id']}/edit", body)
    show(made, as_json, draw_action)


def reject(ids: IDS, reason: Annotated[str, typer.Option(help="Why, for the log")] = "", as_json: JSON = False) -> None:
    """Reject proposals; what they had prepared is removed again."""
    _each(ids, "reject", {"reason": reason}, as_json)


def retry(id: Annotated[str, typer.Argument(help="Id of an approved action")], as_json: JSON = False) -> None:
    """Try an approved action again now; for an uncertain one this is your word that it did not happen."""
    _each([id], "retry", None, as_json)


def undo(
    ids: Annotated[list[str] | None, typer.Argument(help="Ids of actions, or their first letters")] = None,
    rule: Annotated[str, typer.Option(help="Take back all that this rule did")] = "",
    since: Annotated[str, typer.Option(help="Since when: 2026-11-23T08:00, today, yesterday, 2h, 3d")] = "24h",
    as_json: JSON = False,
) -> None:
    """Take back what was done: single actions, or all that one rule did since a time."""
    if not rule:
        if not ids:
            raise Invalid("name at least one action, or --rule", where="ids")
        _each(ids, "rollback", None, as_json)
        return
    with api() as reached:
        body = {"rule": rule, "since": _moment(since).isoformat()}
        outcome = reached.call("POST", "/api/actions/rollback", body)
    report(outcome["items"], as_json, "That rule did nothing in that time that can be taken back.")


def _each(ids: list[str], step: str, body: dict[str, Any] | None, as_json: bool) -> None:
    with api() as reached:
        outcomes = [_one(reached, id, step, body) for id in ids]
    report(outcomes, as_json)


def _one(reached: Api, id: str, step: str, body: dict[str, Any] | None) -> dict[str, Any]:
    try:
        found = find_action(reached, id)
        action = reached.call("POST", f"/api/actions/{found['id']}/{step}", body)
    except AlfredError as error:
        return {"id": id, "action": None, "code": error.code, "detail": str(error), "exit": exit_code(error)}
    return {"id": action["id"], "action": action}


def _draw_waiting(console: Console, page: Mapping[str, Any]) -> None:
    if not page["items"]:
        console.print("Nothing waits for you.")
        return
    draw_actions(console, page)
    kinds = Counter(action["kind"] for action in page["items"])
    console.print("\nApprove one with `alfred approve ID`, or all of a kind:")
    for kind, count in kinds.most_common():
        console.print(f"  alfred approve --all {kind}  [dim]({count})[/dim]")


def draw_actions(console: Console, page: Mapping[str, Any]) -> None:
    """Draw a listing of actions, one line each."""
    if not page["items"]:
        console.print("Nothing here.")
        return
    wide = console.width >= WIDE
    columns = ("Id", "Status", "What", *(("Why",) if wide else ()), "When")
    table = listing(console, *columns, flexible={"What", "Why"})
    zone = settings().zone
    for action in page["items"]:
        when = datetime.fromisoformat(action["changed_at"]).astimezone(zone).strftime("%d %b %H:%M")
        why = [action["reason"]] if wide else []
        cells = (short_action(action["id"]), action["status"].replace("_", " "), action["title"], *why, when)
        table.add_row(*map(plain, cells))
    console.print(table)
    if page["next_cursor"]:
        console.print("[dim]There is more: --limit, or --status.[/dim]")


def _waiting(reached: Api) -> dict[str, Any]:
    page: dict[str, Any] = reached.call("GET", "/api/actions", query={"status": "proposed", "limit": 200})
    return page


def _of_kind(reached: Api, kind: str) -> list[dict[str, Any]]:
    return list(walk(reached, "/api/actions", {"status": "proposed", "kind": kind}))


def _typed(kind: str, arguments: Mapping[str, str]) -> dict[str, Json]:
    """Give what was written the types that actions of this kind have; the household judges what is left as text."""
    from domain.codec import of_text, type_hints
    from domain.kinds import facts, read_kind

    hints = type_hints(facts(read_kind(kind)).payload)
    return {name: of_text(hints.get(name, str), text) for name, text in arguments.items()}


_DAYS = {"today": 0, "yesterday": 1}
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def _moment(text: str) -> datetime:
    now = SYSTEM_CLOCK.now().astimezone(settings().zone)
    if text in _DAYS:
        return now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=_DAYS[text])
    try:
        if text[-1:] in _UNITS and text[:-1].isdecimal():
            return now - timedelta(**{_UNITS[text[-1]]: int(text[:-1])})
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise Invalid(f"{text!r} is no time: 2026-11-23T08:00, today, yesterday, 2h, 3d", where="--since") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)
