"""An action in the terminal as the owner judges it: what it will do, to whom, why, and every step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from daemon.cli.drawing import escape, indented, plain, verbatim
from daemon.cli.ids import short_action
from daemon.cli.mail import local_time

if TYPE_CHECKING:
    from rich.console import Console

_MOMENTS = frozenset({"start", "end", "remind_at", "until"})


def draw_action(console: Console, action: Mapping[str, Any]) -> None:
    """Draw one action with what it will do and every step."""
    console.print(f"[bold]{verbatim(action['title'])}[/bold]  [dim]{action['id']}[/dim]")
    console.print(f"{action['status'].replace('_', ' ').capitalize()}. Why: {verbatim(action['reason'])}.")
    for warning in action["warnings"]:
        console.print(f"[yellow]! {verbatim(warning)}[/yellow]")
    if action["outgoing"]:
        draw_mail(console, action["outgoing"])
    else:
        _draw_arguments(console, action["arguments"])
    if action["status"] == "proposed":
        console.print(f"[dim]Digest: {action['digest']}[/dim]")
    for event in action["events"]:
        when = local_time(event["at"], "%d %b %H:%M:%S")
        console.print(f"[dim]{when}  {event['type'].replace('_', ' ')}  by {verbatim(event['actor'])}[/dim]")
    if action["error"]:
        console.print(f"[red]{escape(action['error'])}[/red]")
    if action["undo"]["possible"]:
        end = f" until {local_time(action['undo']['until'], '%d %b %Y')}" if action["undo"]["until"] else ""
        console.print(f"[dim]It can be taken back{end}: alfred undo {short_action(action['id'])}[/dim]")


def draw_mail(console: Console, mail: Mapping[str, Any]) -> None:
    """Draw an outgoing mail as its bytes will be sent."""
    for name in ("to", "cc", "bcc", "reply_to"):
        if mail[name]:
            people = ", ".join(each["address"] for each in mail[name])
            console.print(plain(f"  {name.replace('_', '-').capitalize()}: {people}"))
    console.print(plain(f"  Subject: {mail['subject']}"))
    for name in mail["attachments"]:
        console.print(plain(f"  Attached: {name}"))
    console.print(indented(plain(mail["text"]), (1, 2)))
    for calendar in mail["calendars"]:
        console.print(indented(plain(f"For the organizer's calendar:\n{calendar}"), (0, 2)))


def _in_his_zone(name: str, said: str) -> str:
    """Show a moment by the owner's clock, as the title of the same card has it."""
    return local_time(said, "%a %d %b %Y %H:%M") if name in _MOMENTS and "T" in said else said


def _draw_arguments(console: Console, arguments: Mapping[str, Any]) -> None:
    for name, value in arguments.items():
        if value not in (None, "", [], False):
            said = ", ".join(map(str, value)) if isinstance(value, list) else _in_his_zone(name, str(value))
            console.print(indented(plain(f"{name.replace('_', ' ').capitalize()}: {said}"), (0, 2)))
