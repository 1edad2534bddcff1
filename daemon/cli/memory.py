"""What Alfred remembers about you, in the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daemon.cli.drawing import verbatim
from daemon.cli.frame import api, out, show
from daemon.cli.ids import find_fact, short_action
from daemon.cli.mail import JSON

if TYPE_CHECKING:
    from rich.console import Console

group = typer.Typer(help="What Alfred remembers about you, in your own words.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(group, name="memory")


@group.command("list")
def list_facts(as_json: JSON = False) -> None:
    """Everything he remembers, each with the words you said it in."""
    with api() as reached:
        page = reached.call("GET", "/api/memory")
    show(page, as_json, _draw)


@group.command()
def forget(id: Annotated[str, typer.Argument(help="Id of a memory, or its first letters")]) -> None:
    """Forget one thing for good."""
    with api() as reached:
        reached.call("DELETE", f"/api/memory/{find_fact(reached, id)['id']}")
    out().print("Forgotten.")


def _draw(console: Console, page: Mapping[str, Any]) -> None:
    for fact in page["items"]:
        console.print(f"{verbatim(fact['fact'])}  [dim]“{verbatim(fact['quote'])}” {short_action(fact['id'])}[/dim]")
    if not page["items"]:
        console.print("He remembers nothing about you yet.")
