"""Reading in the terminal: briefing, inbox, show, search; and taking in: poll, backfill, correct."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daemon.cli.client import Api
from daemon.cli.drawing import escape, plain, verbatim
from daemon.cli.frame import PIPED, WIDE, api, err, exit_code, listing, settings, show
from daemon.cli.ids import find_message, find_path, quoted, short_message
from domain.errors import AlfredError, Invalid

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

JSON = Annotated[bool, typer.Option("--json", help="Print JSON")]
LIMIT = Annotated[int, typer.Option("--limit", "-n", help="How many at most", min=1, max=200)]
MESSAGE = Annotated[str, typer.Argument(help="The message's id, or the few letters of it that the inbox shows")]
COLOURS = {"urgent": "red", "work": "cyan", "personal": "green", "spam": "magenta"}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (briefing, inbox, show_one, search, poll, backfill, correct):
        app.command(NAMES.get(command.__name__, command.__name__))(command)


NAMES = {"show_one": "show"}


def briefing(as_json: JSON = False) -> None:
    """Read what matters now, on one page."""
    from daemon.cli.page import draw_briefing

    with api() as reached:
        page = reached.call("GET", "/api/briefing")
    show(page, as_json, draw_briefing)


def inbox(
    category: Annotated[str, typer.Option(help="urgent, personal, work, newsletter, transactional or spam")] = "",
    source: Annotated[str, typer.Option(help="such as gmail/mail")] = "",
    snoozed: Annotated[bool, typer.Option("--snoozed", help="what you snoozed, in place of the rest")] = False,
    limit: LIMIT = 30,
    as_json: JSON = False,
) -> None:
    """List the newest messages in the inbox, with what Alfred made of them."""
    wanted = {"category": category, "source": source, "label": "inbox", "snoozed": snoozed, "limit": limit}
    with api() as reached:
        page = reached.call("GET", "/api/messages", query=wanted)
    show(page, as_json, _draw_messages)


def show_one(
    id: Annotated[str, typer.Argument(help="Id of a message or an action, or the few letters of it that are listed")],
    as_json: JSON = False,
) -> None:
    """Read one message and what Alfred made of it; or one action with every step of it."""
    from daemon.cli.cards import draw_action

    with api() as reached:
        path = find_path(reached, id)
        found = reached.call("GET", path)
    show(found, as_json, _draw_message if "/messages/" in path else draw_action)


def search(
    query: Annotated[str, typer.Argument(help='Words, "phrases", -without, begin*, from:name')],
    limit: LIMIT = 30,
    as_json: JSON = False,
) -> None:
    """Search everything that was ever taken in."""
    with api() as reached:
        page = reached.call("GET", "/api/messages", query={"q": query, "limit": limit})
    show(page, as_json, _draw_messages)


def poll(
    source: Annotated[str, typer.Argument(help="Only this source; all without")] = "", as_json: JSON = False
) -> None:
    """Take in what is new, now."""
    with api() as reached:
        names = [source] if source else source_names(reached)
        taken, failed = _polled(reached, names)
    if taken or not failed or as_json:
        show({"items": taken, "next_cursor": None}, as_json, _draw_polls)
    for name, error in failed:
        err().print(f"[red]{escape(name)}: {escape(str(error))}[/red]")
    if failed:
        raise typer.Exit(exit_code(failed[0][1]))


def _polled(reached: Api, names: Sequence[str]) -> tuple[list[Mapping[str, Any]], list[tuple[str, AlfredError]]]:
    """Take in from each source by itself; return what came, and which failed with what."""
    taken: list[Mapping[str, Any]] = []
    failed = []
    for name in names:
        try:
            taken.append(reached.call("POST", f"/api/sources/{quoted(name)}/poll"))
        except AlfredError as error:
            failed.append((name, error))
    return taken, failed


def backfill(
    source: Annotated[str, typer.Argument(help="The source, such as gmail/mail")],
    months: Annotated[int, typer.Option(help="How far back", min=1, max=600)] = 3,
) -> None:
    """Fill in history with a progress bar; a second call goes on where the first stopped."""
    from daemon.cli.progress import backfill_with_bar

    backfill_with_bar(settings(), source, months)


def correct(
    id: Annotated[str, typer.Argument(help="The message; none: list what you corrected")] = "",
    category: Annotated[str, typer.Option(help="The right category, such as work")] = "",
    priority: Annotated[int | None, typer.Option(help="The right priority, 1 (now) to 5 (never)", min=1, max=5)] = None,
    back: Annotated[bool, typer.Option("--back", help="Take back what you said of it; he judges it anew")] = False,
    as_json: JSON = False,
) -> None:
    """Tell Alfred what a message really is; he learns it at once."""
    body = {name: value for name, value in (("category", category), ("priority", priority)) if value}
    if back and body:
        raise Invalid("--back takes back what you said; say what is right by itself", where="correct")
    if not id and (back or body):
        raise Invalid("say which message", where="correct")
    if not id:
        _list_corrections(as_json)
        return
    if not body and not back:
        raise Invalid("say what is right: --category, --priority, or both; or --back", where="correct")
    with api() as reached:
        path = f"/api/messages/{quoted(find_message(reached, id))}/classification"
        made = reached.call("DELETE", path) if back else reached.call("PUT", path, body)
    said = "Taken back" if back else "Noted"
    show(made, as_json, lambda console, it: console.print(f"{said}: {_judged(it)}."))


def _list_corrections(as_json: bool) -> None:
    with api() as reached:
        show(reached.call("GET", "/api/corrections"), as_json, _draw_corrections)


def _judged(verdict: Mapping[str, Any] | None) -> str:
    return f"{verdict['category']}, priority {verdict['priority']}" if verdict else "nothing is made of it yet"


def _draw_corrections(console: Console, page: Mapping[str, Any]) -> None:
    for each in page["items"]:
        said = ", ".join(filter(None, (each["category"], each["priority"] and f"priority {each['priority']}")))
        words = f"[cyan]{verbatim(each['sender'])}[/cyan]: {verbatim(each['subject'])} [bold]{said}[/bold]"
        console.print(f"{words}  [dim]{escape(short_message(each['message_id']))}[/dim]")
    if not page["items"]:
        console.print("You corrected nothing, or took it back.")


def source_names(reached: Api) -> list[str]:
    """Return the ids of all sources."""
    return [source["id"] for source in reached.call("GET", "/api/status")["sources"]]


def local_time(text: str | None, form: str = "%a %H:%M") -> str:
    """Show an RFC 3339 time in the owner's zone."""
    return datetime.fromisoformat(text).astimezone(settings().zone).strftime(form) if text else ""


def _draw_messages(console: Console, page: Mapping[str, Any]) -> None:
    if not page["items"]:
        console.print("Nothing here.")
        return
    table = listing(console, "When", "From", "Subject", "Made of it", "Id", flexible={"Subject"})
    zone = settings().zone
    for message in page["items"]:
        when = datetime.fromisoformat(message["received_at"]).astimezone(zone).strftime("%d %b %H:%M")
        table.add_row(when, *_message_cells(message, console.width))
    console.print(table)
    if page["next_cursor"]:
        console.print("[dim]There is more: --limit, or `alfred search`.[/dim]")


def _message_cells(message: Mapping[str, Any], width: int) -> list[Text]:
    made = message["classification"]
    what = f"{made['category']} {made['priority']}" if made else "not sorted yet"
    colour = COLOURS.get(made["category"], "") if made else "dim"
    sender = plain(message["from"]["name"] or message["from"]["address"])
    sender.truncate(24 if width >= WIDE else 16, overflow="ellipsis")
    id = message["id"] if width >= PIPED else short_message(message["id"])
    return [sender, plain(message["subject"] or "(no subject)"), plain(what, style=colour), plain(id, style="dim")]


def _draw_message(console: Console, message: Mapping[str, Any]) -> None:
    sender = message["from"]
    when = local_time(message["sent_at"], "%a %d %b %Y %H:%M")
    console.print(f"[bold]{verbatim(message['subject'] or '(no subject)')}[/bold]")
    console.print(f"From {verbatim(sender['name'])} <{verbatim(sender['address'])}>, {when}")
    if message["to"]:
        console.print(f"To {verbatim(', '.join(each['address'] for each in message['to'][:10]))}")
    _draw_classification(console, message["classification"])
    if message.get("one_time_code"):
        console.print(f"One-time code: [bold]{verbatim(message['one_time_code'])}[/bold]")
    console.print()
    console.print(plain(message["body_text"]))
    for attachment in message["attachments"]:
        console.print(f"[dim]Attached: {verbatim(attachment['name'])} ({attachment['size']:,} bytes)[/dim]")


def _draw_classification(console: Console, made: Mapping[str, Any] | None) -> None:
    if made is None:
        console.print("[dim]Not sorted yet.[/dim]")
        return
    by = "as you said" if made["brain"] == "owner" else f"{made['brain']}, {made['confidence']:.0%} sure"
    console.print(f"[dim]{made['category'].capitalize()}, priority {made['priority']}; {by}[/dim]")
    for item in made["action_items"]:
        due = f" (by {day(item['due'])})" if item["due"] else ""
        console.print(f"To do: {verbatim(item['text'])}[yellow]{due}[/yellow]")
    if made["suspicion"]:
        console.print(f"[red]Beware: {verbatim(made['suspicion'])}[/red]")


def day(text: str) -> str:
    """Show an ISO date as `Sun 22 Nov`."""
    return date.fromisoformat(text).strftime("%a %d %b")


def _draw_polls(console: Console, polls: Mapping[str, Any]) -> None:
    for each in polls["items"]:
        aside = f", {each['set_aside']} set aside" if each["set_aside"] else ""
        console.print(f"{escape(each['source'])}: {each['new']} new, {each['changed']} changed{aside}")
    if not polls["items"]:
        console.print("No source is connected yet. Begin with `alfred connect google`.")
