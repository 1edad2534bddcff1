"""The calendars in the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daemon.cli.drawing import escape, verbatim
from daemon.cli.frame import api, settings, show
from daemon.cli.mail import JSON, local_time
from daemon.clock import SYSTEM_CLOCK

if TYPE_CHECKING:
    from rich.console import Console

_ANSWERS = {"accepted": "", "needs_action": "not answered"}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(calendar)


def calendar(
    week: Annotated[bool, typer.Option("--week", help="The next seven days; without, today and tomorrow")] = False,
    as_json: JSON = False,
) -> None:
    """Read what stands in the calendars, with what clashes."""
    zone = settings().zone
    today = SYSTEM_CLOCK.now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    until = today + timedelta(days=7 if week else 2)
    span = {"from": _utc(today), "to": _utc(until)}
    with api() as reached:
        page = reached.call("GET", "/api/calendar/events", query=span)
        clashes = reached.call("GET", "/api/calendar/clashes", query={"days": 7 if week else 2})["items"]
    show({**page, "clashes": clashes}, as_json, _draw)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _draw(console: Console, page: Mapping[str, Any]) -> None:
    clashing = {each[side]["id"] for each in page["clashes"] for side in ("first", "second")}
    for day, events in groupby(page["items"], key=lambda event: local_time(event["start"], "%A %d %B")):
        console.print(f"\n[bold]{escape(day)}[/bold]")
        for event in events:
            console.print(_line(event, clashes=event["id"] in clashing))
    if not page["items"]:
        console.print("Nothing stands in the calendars.")
    if page["unasked"]:
        console.print(f"\n[yellow]Not asked:[/yellow] {escape(', '.join(page['unasked']))}")
    for clash in page["clashes"]:
        first, second = verbatim(clash["first"]["title"]), verbatim(clash["second"]["title"])
        why = f"{verbatim(clash['said'])} " if clash["said"] else ""
        console.print(f"\n[yellow]Clash:[/yellow] {first} and {second}. {why}[italic]{escape(clash['label'])}[/italic]")


def _line(event: Mapping[str, Any], *, clashes: bool) -> str:
    times = f"{local_time(event['start'], '%H:%M')}–{local_time(event['end'], '%H:%M')}"
    mark = "[yellow]![/yellow] " if clashes else "  "
    place = f" [dim]{verbatim(event['location'])}[/dim]" if event["location"] else ""
    said = _ANSWERS.get(event["response"], event["response"])
    answer = f" [dim]({said})[/dim]" if said else ""
    return f"{mark}{'all day    ' if event['all_day'] else times} {verbatim(event['title'])}{place}{answer}"
