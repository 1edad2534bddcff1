"""Reading in the terminal: briefing, inbox, show, search; and taking in: poll, backfill, correct."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from daemon.cli.client import Api
from daemon.cli.frame import api, out, settings, show

JSON = Annotated[bool, typer.Option("--json", help="Print JSON")]
LIMIT = Annotated[int, typer.Option("--limit", "-n", help="How many at most", min=1, max=200)]
COLOURS = {"urgent": "red", "work": "cyan", "personal": "green", "spam": "magenta"}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (briefing, inbox, show_message, search, poll, backfill, correct):
        app.command(NAMES.get(command.__name__, command.__name__))(command)


NAMES = {"show_message": "show"}


def briefing(as_json: JSON = False) -> None:
    """What matters now, on one page."""
    with api() as reached:
        page = reached.call("GET", "/api/briefing")
    show(page, as_json, draw_briefing)


def inbox(
    category: Annotated[str, typer.Option(help="urgent, personal, work, newsletter, transactional or spam")] = "",
    source: Annotated[str, typer.Option(help="such as gmail/mail")] = "",
    limit: LIMIT = 30,
    as_json: JSON = False,
) -> None:
    """The newest messages, with what Alfred made of them."""
    with api() as reached:
        page = reached.call(
            "GET", "/api/messages", query={"category": category, "source": source, "label": "inbox", "limit": limit}
        )
    show(page, as_json, _draw_messages)


def show_message(id: Annotated[str, typer.Argument(help="The message's id")], as_json: JSON = False) -> None:
    """One message, with its text and classification."""
    with api() as reached:
        message = reached.call("GET", f"/api/messages/{_quoted(id)}")
    show(message, as_json, _draw_message)


def search(
    query: Annotated[str, typer.Argument(help='Words, "phrases", -without, begin*')],
    limit: LIMIT = 30,
    as_json: JSON = False,
) -> None:
    """Search everything that was taken in."""
    with api() as reached:
        page = reached.call("GET", "/api/messages", query={"q": query, "limit": limit})
    show(page, as_json, _draw_messages)


def poll(
    source: Annotated[str, typer.Argument(help="Only this source; all without")] = "", as_json: JSON = False
) -> None:
    """Take in what is new, now."""
    with api() as reached:
        names = [source] if source else source_names(reached)
        results = [reached.call("POST", f"/api/sources/{_quoted(name)}/poll") for name in names]
    show({"items": results, "next_cursor": None}, as_json, _draw_polls)


def backfill(
    source: Annotated[str, typer.Argument(help="The source, such as gmail/mail")],
    months: Annotated[int, typer.Option(help="How far back", min=1, max=120)] = 3,
) -> None:
    """Fill in history, with a progress bar; a second call goes on where the first stopped."""
    from daemon.cli.progress import backfill_with_bar

    backfill_with_bar(settings(), source, months)


def correct(
    id: Annotated[str, typer.Argument(help="The message's id")],
    category: Annotated[str, typer.Option(help="The right category")] = "",
    priority: Annotated[int, typer.Option(help="The right priority, 1 (now) to 5 (never)", min=0, max=5)] = 0,
    as_json: JSON = False,
) -> None:
    """Tell Alfred what a message really is; he learns it at once."""
    body = {name: value for name, value in (("category", category), ("priority", priority)) if value}
    with api() as reached:
        made = reached.call("PUT", f"/api/messages/{_quoted(id)}/classification", body)
    show(made, as_json, lambda console, it: console.print(f"Noted: {it['category']}, priority {it['priority']}."))


def source_names(reached: Api) -> list[str]:
    """Return the ids of all sources."""
    return [source["id"] for source in reached.call("GET", "/api/status")["sources"]]


def local_time(text: str | None, form: str = "%a %H:%M") -> str:
    """Show an RFC 3339 time in the owner's zone."""
    if not text:
        return ""
    return datetime.fromisoformat(text).astimezone(settings().zone).strftime(form)


def draw_briefing(console: Console, page: Mapping[str, Any]) -> None:
    """Draw the briefing as PRODUCT's first screen does."""
    minutes = f", about {page['minutes']} minutes" if page["minutes"] else ""
    console.print(f"[bold]{escape(page['greeting'])}[/bold] {page['arrived']} arrived; ", end="")
    console.print(f"{_counted(page['needs_you'])} you{minutes}. [italic]{_freshness(page)}[/italic]")
    _draw_matters(console, "Now", page["now"])
    _draw_matters(console, "Also", page["more"])
    _draw_owed(console, page["owed"])
    _draw_offers(console, page["waiting"])
    for group in page["clearing"]:
        console.print(
            f"\n[bold]Clear the rest[/bold]\n  {escape(group['title'])}  [dim]alfred approve --all {group['kind']}[/dim]"
        )
    _draw_matters(console, "Beware", page["beware"])
    _draw_matters(console, "Security", page["security"])
    console.print(f"\n[italic]{escape(page['closing'])}[/italic]")


def _counted(needs: int) -> str:
    return "nothing needs" if needs == 0 else "one thing needs" if needs == 1 else f"{needs} things need"


def _freshness(page: Mapping[str, Any]) -> str:
    if page["blind"]:
        return "Blind spots: " + "; ".join(f"{each['source']}: {each['reason']}" for each in page["blind"])
    return f"All sources read {local_time(page['read_until'], '%H:%M')}." if page["read_until"] else ""


def _draw_matters(console: Console, title: str, matters: list[dict[str, Any]]) -> None:
    if not matters:
        return
    console.print(f"\n[bold]{title}[/bold]")
    for matter in matters:
        due = f" [yellow](by {matter['due']})[/yellow]" if matter["due"] else ""
        console.print(f"  [cyan]{escape(matter['who'])}[/cyan]: {escape(matter['headline'])}{due}")
        console.print(f"    [dim]{escape(matter['message_id'])}[/dim]")


def _draw_owed(console: Console, owed: list[dict[str, Any]]) -> None:
    if not owed:
        return
    console.print("\n[bold]Owed and due[/bold]")
    for each in owed:
        console.print(f"  {escape(each['title'])}" + (f" [yellow]by {each['by']}[/yellow]" if each["by"] else ""))


def _draw_offers(console: Console, offers: list[dict[str, Any]]) -> None:
    if not offers:
        return
    console.print("\n[bold]Waits for your approval[/bold]")
    for offer in offers:
        console.print(f"  {escape(offer['title'])}  [dim]{offer['action_id']}[/dim]")


def _draw_messages(console: Console, page: Mapping[str, Any]) -> None:
    table = Table(box=None, pad_edge=False, show_edge=False)
    for name in ("When", "From", "Subject", "What", "Id"):
        table.add_column(name, no_wrap=name != "Subject", overflow="ellipsis")
    for message in page["items"]:
        table.add_row(*_message_row(message))
    console.print(table)
    if not page["items"]:
        console.print("Nothing.")


def _message_row(message: Mapping[str, Any]) -> list[Text]:
    made = message["classification"]
    what = f"{made['category']} {made['priority']}" if made else "—"
    colour = COLOURS.get(made["category"], "") if made else "dim"
    sender = message["from"]["name"] or message["from"]["address"]
    cells = [local_time(message["received_at"], "%d %b %H:%M"), sender[:24], message["subject"][:60]]
    return [*map(Text, cells), Text(what, style=colour), Text(message["id"], style="dim")]


def _draw_message(console: Console, message: Mapping[str, Any]) -> None:
    sender = message["from"]
    console.print(f"[bold]{escape(message['subject'] or '(no subject)')}[/bold]")
    console.print(
        f"From {escape(sender['name'])} <{escape(sender['address'])}>, {local_time(message['sent_at'], '%d %b %Y %H:%M')}"
    )
    made = message["classification"]
    if made:
        console.print(
            f"[dim]{made['category']}, priority {made['priority']} ({made['brain']}, {made['confidence']:.0%})[/dim]"
        )
        if made["suspicion"]:
            console.print(f"[red]Beware: {escape(made['suspicion'])}[/red]")
    console.print()
    console.print(Text(message["body_text"]))
    for attachment in message["attachments"]:
        console.print(f"[dim]attached: {escape(attachment['name'])} ({attachment['size']} bytes)[/dim]")


def _draw_polls(console: Console, polls: Mapping[str, Any]) -> None:
    for each in polls["items"]:
        aside = f", {each['set_aside']} set aside" if each["set_aside"] else ""
        console.print(f"{each['source']}: {each['new']} new, {each['changed']} changed{aside}")
    if not polls["items"]:
        out().print("No source is connected yet; see `alfred connect google`.")


def _quoted(id: str) -> str:
    from urllib.parse import quote

    return quote(id, safe="")
