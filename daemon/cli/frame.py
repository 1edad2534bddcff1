"""What every command shares: the household it is about, how it prints, and how it ends."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daemon.cli.client import Api, NotRunning, open_api
from daemon.cli.drawing import escape
from domain.errors import AlfredError, Invalid, SignInAgain

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from daemon.settings import Settings

FAILED, WRONG_USAGE, NOT_RUNNING, SIGN_IN_NEEDED = 1, 2, 3, 4


@dataclass(slots=True)
class Chosen:
    """What was said before the command's name; `named` is the folder as `--home` named it."""

    home: Path | None = None
    named: Path | None = None


chosen = Chosen()


WIDE = 110
PIPED = 500


def out() -> Console:
    """Standard output; colours only on a terminal, none with NO_COLOR; nothing is cut off on its way to a program."""
    if sys.stdout.isatty():
        return _console(highlight=False)
    return _console(highlight=False, soft_wrap=True, width=None if "COLUMNS" in os.environ else PIPED)


def err() -> Console:
    return _console(stderr=True, highlight=False, soft_wrap=True)


def _console(**how: Any) -> Console:
    """Return a console; on a terminal, the commands that Alfred names are about the household that `--home` named."""
    if chosen.named is not None and (sys.stderr if how.get("stderr") else sys.stdout).isatty():
        from daemon.cli.addressing import AddressedConsole

        return AddressedConsole(chosen.named, **how)
    from rich.console import Console

    return Console(**how)


def listing(console: Console, *columns: str, flexible: Collection[str]) -> Table:
    """Return a table of one line a row; where the console is narrow, the columns `flexible` share what is left."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold", expand=console.width < PIPED)
    for name in columns:
        table.add_column(name, no_wrap=True, overflow="ellipsis", ratio=1 if name in flexible else None)
    return table


def can_open_browser() -> bool:
    """Whether a window can open here; on a machine without a screen, `webbrowser` would take over the terminal."""
    return sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def settings(**overrides: Any) -> Settings:
    """Read the settings of the chosen household."""
    from daemon.settings import load

    return load(chosen.home, overrides)


@contextmanager
def api() -> Iterator[Api]:
    """Reach the household's API."""
    with open_api(settings()) as reached:
        yield reached


def said(error: AlfredError) -> int:
    """Say what went wrong on stderr; return the exit code."""
    err().print(f"[red]{escape(str(error))}[/red]")
    return exit_code(error)


def exit_code(error: AlfredError) -> int:
    """Return 3 where the daemon is missing, 4 where a sign-in is needed, 2 for wrong usage, else 1."""
    if isinstance(error, NotRunning):
        return NOT_RUNNING
    if isinstance(error, SignInAgain) or error.code in ("sign_in_again", "not_signed_in"):
        return SIGN_IN_NEEDED
    return WRONG_USAGE if isinstance(error, Invalid) else FAILED


def show(value: Any, as_json: bool, shown: Callable[[Console, Any], None]) -> None:
    """Print `value` as JSON, or as `shown` draws it."""
    if as_json:
        sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
    else:
        shown(out(), value)


def assignment(text: str) -> tuple[str, str]:
    """Read what `--set` was given: NAME=VALUE."""
    name, equals, value = text.partition("=")
    if not equals:
        raise Invalid(f"{text!r} is not NAME=VALUE", where="--set")
    return name, value
