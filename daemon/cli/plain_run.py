"""Knows `alfred run` by sight, so that the daemon starts without the machinery of other commands, and says where."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

WEB = {"--port": "port", "--host": "host", "--tls-cert": "tls_cert", "--tls-key": "tls_key"}
PATHS = ("--tls-cert", "--tls-key")


@dataclass(slots=True)
class Plain:
    """What was said with `run`, as text; the settings judge it."""

    home: Path | None = None
    web: dict[str, str] = field(default_factory=dict)


def plain_run(words: Sequence[str]) -> Plain | None:
    """Return what `[--home X] run [--port N]…` says; None for all else, help included, which is for Typer to read."""
    found, rest = Plain(), list(words)
    if len(rest) > 2 and rest[0] == "--home":
        found.home, rest = Path(rest[1]), rest[2:]
    if rest[:1] != ["run"] or len(rest) % 2 == 0:
        return None
    for name, value in zip(rest[1::2], rest[2::2], strict=True):
        if name not in WEB or value.startswith("-"):
            return None
        found.web[WEB[name]] = str(Path(value).absolute()) if name in PATHS else value
    return found


def say_where(_: object, url: str) -> None:
    """Tell whoever started him on a terminal where he answers; what a service prints is read by nobody."""
    if sys.stdout.isatty():
        from daemon.cli.frame import out

        out().print(
            f"Alfred answers at {url}. `alfred pair` signs in a browser or a phone; Ctrl-C ends him.", soft_wrap=True
        )
