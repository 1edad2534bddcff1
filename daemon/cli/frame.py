"""What every command shares: the household it is about, how it prints, and how it ends."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import typer
from rich.console import Console

from daemon.cli.client import Api, NotRunning, open_api
from daemon.settings import Settings, load
from domain.errors import AlfredError, Invalid, SignInAgain

FAILED, WRONG_USAGE, NOT_RUNNING, SIGN_IN_NEEDED = 1, 2, 3, 4


@dataclass(slots=True)
class Chosen:
    """What was said before the command's name."""

    home: Path | None = None


chosen = Chosen()


def out() -> Console:
    """Standard output; colours only on a terminal, none with NO_COLOR."""
    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


def err() -> Console:
    return Console(stderr=True, highlight=False, soft_wrap=True)


def settings(**overrides: Any) -> Settings:
    """Read the settings of the chosen household."""
    return load(chosen.home, overrides)


@contextmanager
def api() -> Iterator[Api]:
    """Reach the household's API."""
    with open_api(settings()) as reached:
        yield reached


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn Alfred's errors into a sentence on stderr and the exit code that INTERFACES names."""
    try:
        yield
    except AlfredError as error:
        fail(error)


def fail(error: AlfredError) -> NoReturn:
    err().print(f"[red]{_escaped(str(error))}[/red]")
    raise typer.Exit(exit_code(error))


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


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)
