"""How the steps of setting up are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from daemon.cli.asking import agrees
from daemon.cli.drawing import escape
from daemon.cli.frame import out, settings
from domain.errors import AlfredError

PAGES = "docs/"
_MARKS = {
    "done": "[green]✓[/green]",
    "open": "·",
    "skipped": "[dim]–[/dim]",
    "trouble": "[yellow]![/yellow]",
}
_WORDS = {"done": "done", "open": "not yet", "skipped": "put off"}


def show_key_place() -> None:
    """Say where the secrets' key lies, where that could be better."""
    from daemon.key_place import key_file_notice

    notice = key_file_notice(settings().home)
    if notice:
        out().print(f"[yellow]![/yellow] Secrets: {escape(notice)}.\n", soft_wrap=True)


def take_over_shell(*, with_secrets: bool) -> None:
    """Keep what only this shell says, for the service that is to come; what stands in the way of that is said."""
    from daemon.surroundings import take_over

    try:
        for taken in take_over(settings().home, with_secrets=with_secrets):
            (show_good if taken.is_kept else show_warning)(taken.said)
    except AlfredError as error:
        show_error(error)


def offer_shell() -> None:
    """Have the owner decide whether what only this shell says is to be kept."""
    from daemon.surroundings import SHELL_ALONE, alone_in_shell

    names = ", ".join(each.shown for each in alone_in_shell(settings().home) if each.can_be_kept)
    if names and agrees(f"{names}: {SHELL_ALONE}. Keep that in the household?", usually=True):
        take_over_shell(with_secrets=True)


def show_overview(state: Mapping[str, Any]) -> None:
    """List every step with how far it is."""
    for step in state["items"]:
        said = step["said"] or _WORDS.get(step["progress"], "")
        out().print(f"{_MARKS[step['progress']]} {step['title']}: {escape(said)}")


def show_heading(step: Mapping[str, Any]) -> None:
    out().print(f"\n[bold]{step['title']}[/bold]")
    out().print(f"{escape(step['why'])} [dim]({PAGES}{step['page']})[/dim]")


def show_guide(choice: Mapping[str, Any]) -> None:
    """Say what to do at a provider before the first sign-in."""
    for number, line in enumerate(choice["steps"], 1):
        out().print(escape(f"  {number}. {line}"), soft_wrap=True)
    if choice["page"]:
        out().print(f"[dim]  More of it: {PAGES}{choice['page']}[/dim]")


def show_error(error: Exception) -> None:
    out().print(f"[red]{escape(str(error))}[/red]", soft_wrap=True)


def show_warning(said: str) -> None:
    out().print(f"[yellow]![/yellow] {escape(said)}", soft_wrap=True)


def show_good(said: str) -> None:
    out().print(f"[green]✓[/green] {escape(said)}")
