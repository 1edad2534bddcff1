"""Talking with the butler in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daemon.cli.client import Api
from daemon.cli.drawing import escape, verbatim
from daemon.cli.frame import FAILED, api, err, out

if TYPE_CHECKING:
    from rich.console import Console

Event = tuple[str, Any]
MODE = Annotated[str, typer.Option("--mode", help="intent, tool_use, local, or auto")]


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(chat)


def chat(
    text: Annotated[str, typer.Argument(help="One question; without it, a conversation")] = "",
    mode: MODE = "auto",
    go_on: Annotated[bool, typer.Option("--continue", "-c", help="Go on with the last conversation")] = False,
) -> None:
    """Ask the butler something, or talk with him."""
    with api() as reached:
        conversation = _conversation(reached, go_on=go_on)
        questions = [text] if text else _typed()
        ended = [_answer(reached, conversation, question, mode) for question in questions]
    if text and not all(ended):
        raise typer.Exit(FAILED)


def _conversation(reached: Api, *, go_on: bool) -> str:
    if go_on:
        last = reached.call("GET", "/api/conversations", query={"limit": 1})["items"]
        if last:
            return str(last[0]["id"])
    return str(reached.call("POST", "/api/conversations")["id"])


def _typed() -> Iterator[str]:
    """Yield what is typed, line by line; an empty line or Ctrl-D ends it."""
    while True:
        if sys.stdin.isatty():
            out().print("[bold]>[/bold] ", end="")
        line = sys.stdin.readline()
        if not line.strip():
            return
        yield line.strip()


def _answer(reached: Api, conversation: str, question: str, mode: str) -> bool:
    """Stream one answer; return whether it came to its end."""
    console = out()
    path = f"/api/conversations/{conversation}/messages"
    for name, data in _without_echo(reached.stream("POST", path, {"text": question, "mode": mode})):
        if name == "error":
            console.print()
            err().print(f"[red]{escape(data['detail'])}[/red]")
            return False
        _draw(console, name, data)
    console.print()
    return True


def _without_echo(events: Iterator[Event]) -> Iterator[Event]:
    """Leave out a step whose very words the answer begins with, as it does where no model rewords them."""
    held: list[Event] = []
    for name, data in events:
        if name == "text":
            held = [step for step in held if step[0] != "tool" or not _begins(data["text"], step[1]["said"])]
        if name not in ("tool", "proposal"):
            yield from held
            held = []
            yield name, data
        else:
            held.append((name, data))
    yield from held


def _begins(answer: str, said: str) -> bool:
    """Whether an answer begins with what was said; it may close the sentence otherwise, and begin it with a capital."""
    return answer.casefold().startswith(said.removesuffix(".").casefold())


def _draw(console: Console, name: str, data: Mapping[str, Any]) -> None:
    if name == "tool":
        console.print(f"[dim]· {escape(data['said'])}[/dim]")
    elif name == "text":
        console.print(escape(data["text"]), end="")
    elif name == "proposal":
        action = data["action"]
        console.print(
            f"[yellow]▸ {verbatim(action['title'])}[/yellow] [dim]{action['status']} {action['id'][:8]}[/dim]"
        )
