"""What became of the actions that the owner spoke on: said line by line, and as an exit code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import typer

from daemon.cli.drawing import escape, verbatim
from daemon.cli.frame import FAILED, SIGN_IN_NEEDED, err, show
from daemon.cli.ids import short_action

if TYPE_CHECKING:
    from rich.console import Console

SAID = {
    "executed": "Done",
    "approved": "Approved, not done yet",
    "executing": "Being done",
    "rejected": "Rejected",
    "rolled_back": "Taken back",
    "superseded": "No longer needed",
    "uncertain": "Uncertain whether it happened",
    "proposed": "Waits for you",
}
FEW = 5

Outcome = Mapping[str, Any]


def report(outcomes: Sequence[Outcome], as_json: bool, nothing: str = "Nothing of this kind waits for you.") -> None:
    """Print what became of each, or `nothing`; the exit code tells of the first that did not go well."""
    if as_json:
        show({"items": outcomes, "next_cursor": None}, as_json, lambda *_: None)
    else:
        show(outcomes, as_json, partial(draw_outcomes, nothing=nothing))
    codes = [code for outcome in outcomes if (code := _exit_of(outcome))]
    if codes:
        raise typer.Exit(codes[0])


def draw_outcomes(console: Console, outcomes: Sequence[Outcome], nothing: str) -> None:
    """Say each outcome; where many failed for the same reason, the reason once."""
    if not outcomes:
        console.print(nothing)
    for outcome in outcomes:
        if outcome["action"] is not None:
            _draw_done(console, outcome)
    refused: dict[str, list[str]] = {}
    for outcome in outcomes:
        if outcome["action"] is None:
            refused.setdefault(str(outcome["detail"]), []).append(short_action(outcome["id"]))
    for detail, ids in refused.items():
        err().print(f"[red]{', '.join(ids) if len(ids) <= FEW else f'{len(ids)} actions'}: {escape(detail)}[/red]")


def _draw_done(console: Console, outcome: Outcome) -> None:
    action = outcome["action"]
    console.print(f"{verbatim(said_of(action))}  [dim]{short_action(action['id'])}[/dim]")
    if action["error"]:
        err().print(f"[red]  {escape(action['error'])}[/red]")
    if _exit_of(outcome) == SIGN_IN_NEEDED:
        err().print(
            f"  alfred connect {escape(action['account'])} --more, then alfred retry {short_action(action['id'])}"
        )


def said_of(action: Mapping[str, Any]) -> str:
    """Say in a few words what became of an action; one that took another back is called by what it took back."""
    if action["undoes"] and action["status"] == "executed":
        return f"Taken back: {action['title'].removeprefix('Undo: ')}"
    return f"{SAID[action['status']]}: {action['title']}"


def _exit_of(outcome: Outcome) -> int:
    action = outcome["action"]
    if action is None:
        return int(outcome.get("exit", FAILED))
    if not action["error"] or action["status"] == "rejected":
        return 0
    return SIGN_IN_NEEDED if action["error_code"] == "sign_in_again" else FAILED
