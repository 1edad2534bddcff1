"""The briefing, drawn for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from daemon.cli.drawing import escape, indented, verbatim
from daemon.cli.ids import short_action, short_message
from daemon.cli.mail import day, local_time

if TYPE_CHECKING:
    from rich.console import Console

Row = Mapping[str, Any]


def draw_briefing(console: Console, page: Row) -> None:
    """Draw the briefing as one page: greeting, what matters, what can be cleared, what to beware of."""
    minutes = f", about {_counted(page['minutes'], 'minute')}" if page["minutes"] else ""
    console.print(
        f"[bold]{escape(page['greeting'])}[/bold] {page['arrived']} arrived in three days; "
        f"{_needs(page['needs_you'])} you{minutes}. {_freshness(page)}"
    )
    _draw_stuck(console, page["stuck"])
    _draw_matters(console, "Now", page["now"])
    _draw_matters(console, "Also", page["more"])
    _draw_clashes(console, page["clashes"])
    _draw_reviews(console, page["reviews"])
    _draw_owed(console, page["owed"])
    _draw_offers(console, page["waiting"])
    _draw_clearing(console, page["clearing"])
    _draw_money(console, page["money"])
    _draw_matters(console, "Beware", page["beware"])
    _draw_matters(console, "Security notices", page["security"])
    console.print(f"\n[italic]{escape(page['closing'])}[/italic]")


def _needs(count: int) -> str:
    return "nothing needs" if count == 0 else "one thing needs" if count == 1 else f"{count} things need"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _freshness(page: Row) -> str:
    if page["blind"]:
        said = "; ".join(f"{each['source']}: {each['reason']}" for each in page["blind"])
        return f"[yellow]Blind spots: {escape(said)}[/yellow]"
    return f"[italic]All sources read {local_time(page['read_until'], '%H:%M')}.[/italic]" if page["read_until"] else ""


def _draw_stuck(console: Console, stuck: Sequence[Row]) -> None:
    if not stuck:
        return
    console.print("\n[bold]Did not work[/bold]")
    for each in stuck:
        id = short_action(each["action_id"])
        first = f"alfred connect {escape(each['signs_in'])} --more, then " if each["signs_in"] else ""
        words = f"{first}alfred retry {id}, or alfred reject {id}"
        _row(console, f"{verbatim(each['title'])}\n  [red]{escape(each['why'])}[/red]\n  [dim]{words}[/dim]")


def _draw_matters(console: Console, title: str, matters: Sequence[Row]) -> None:
    if not matters:
        return
    console.print(f"\n[bold]{title}[/bold]")
    for matter in matters:
        due = f" [yellow](by {day(matter['due'])})[/yellow]" if matter["due"] else ""
        show = f"[dim]alfred show {escape(short_message(matter['message_id']))}[/dim]"
        _row(console, f"[cyan]{verbatim(matter['who'])}[/cyan]: {verbatim(matter['headline'])}{due}\n  {show}")


def _draw_clashes(console: Console, clashes: Sequence[Row]) -> None:
    if not clashes:
        return
    console.print("\n[bold]Clashes[/bold]")
    for clash in clashes:
        at = local_time(clash["second"]["start"], "%a %H:%M")
        both = f"{verbatim(clash['first']['title'])} and {verbatim(clash['second']['title'])}"
        told = f"; would tell {verbatim(', '.join(clash['notified'][:3]))}" if clash["notified"] else ""
        why = f"{verbatim(clash['said'])} " if clash["said"] else ""
        _row(console, f"{at} {both}\n  [dim]{why}{escape(clash['label'])}{told}[/dim]")


def _draw_reviews(console: Console, reviews: Sequence[Row]) -> None:
    if not reviews:
        return
    console.print("\n[bold]Reviews[/bold]")
    for review in reviews:
        waits = f"{review['hours'] // 24} days" if review["hours"] >= 48 else f"{review['hours']} h"
        about = [f"waits {waits}", _counted(review["files"], "file"), f"pipeline {review['run']}", *review["risks"]]
        about += ["asked for by mail"] if review["message_ids"] else []
        head = f"[cyan]{verbatim(review['who'])}[/cyan]: {verbatim(review['title'])} (!{review['number']})"
        _row(console, f"{head}\n  [dim]{escape(', '.join(about))} · alfred prs {review['number']}[/dim]")


def _draw_owed(console: Console, owed: Sequence[Row]) -> None:
    if not owed:
        return
    console.print("\n[bold]Owed and due[/bold]")
    for each in owed:
        by = f" [yellow](by {day(each['by'])})[/yellow]" if each["by"] else ""
        _row(console, f"{verbatim(each['title'])}{by}")


def _draw_offers(console: Console, offers: Sequence[Row]) -> None:
    if not offers:
        return
    console.print("\n[bold]Waits for your approval[/bold]")
    for offer in offers:
        _row(console, f"{verbatim(offer['title'])}\n  [dim]alfred approve {short_action(offer['action_id'])}[/dim]")


def _draw_clearing(console: Console, groups: Sequence[Row]) -> None:
    if not groups:
        return
    console.print("\n[bold]Clear the rest[/bold]")
    for group in groups:
        _row(console, verbatim(group["title"]))
    for kind in dict.fromkeys(group["kind"] for group in groups):
        _row(console, f"  [dim]alfred approve --all {escape(kind)}[/dim]")


def _draw_money(console: Console, alerts: Sequence[Row]) -> None:
    if not alerts:
        return
    console.print("\n[bold]Money[/bold]")
    for alert in alerts:
        _row(console, verbatim(alert["text"]))


def _row(console: Console, markup: str) -> None:
    """Print a row, set in from the left also where it wraps."""
    console.print(indented(markup, (0, 0, 0, 2)))
