"""Asking the owner in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from daemon.cli.drawing import escape
from daemon.cli.frame import out


class Stopped(Exception):
    """Nobody answers any more: what was read from has come to its end."""


def ask(question: str, default: str = "") -> str:
    """Return what the owner types, or `default` for Enter alone."""
    out().print(escape(f"{question} [{default}]:" if default else f"{question}:"), end=" ")
    return _line() or default


def ask_secret(question: str) -> str:
    """Return what the owner types, which a terminal does not show."""
    out().print(escape(f"{question}:"), end=" ")
    if not sys.stdin.isatty():
        return _line()
    import getpass

    return getpass.getpass("").strip()


def agrees(question: str, *, usually: bool) -> bool:
    """Whether the owner says yes; Enter alone says what is usual."""
    answer = ask(f"{question} ({'Y/n' if usually else 'y/N'})").lower()
    return usually if not answer else answer.startswith(("y", "j"))


def choose(question: str, options: Sequence[str]) -> int | None:
    """Return the index of what the owner chooses, None for nothing of it."""
    for number, option in enumerate(options, 1):
        out().print(escape(f"  {number}  {option}"))
    while True:
        answer = ask(f"{question} (Enter: later)")
        if not answer:
            return None
        if answer.isdigit() and 1 <= int(answer) <= len(options):
            return int(answer) - 1
        out().print(f"A number from 1 to {len(options)} is needed, or Enter.")


def _line() -> str:
    line = sys.stdin.readline()
    if not sys.stdin.isatty():
        out().print()
    if not line:
        raise Stopped
    return line.strip()
