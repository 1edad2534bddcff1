"""Commands that Alfred names, worded so that they are about the household which the owner named."""

from __future__ import annotations

import re
import shlex
from functools import cache
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from daemon.cli.drawing import escape


class AddressedConsole(Console):
    """A console for the household at `named`; `verbatim` and `plain` words, which others wrote, stay as they are."""

    def __init__(self, named: Path, **how: Any) -> None:
        super().__init__(**how)
        self._named = named

    def render_str(self, text: str, **how: Any) -> Text:
        return super().render_str(addressed(text, self._named), **how)


def addressed(text: str, named: Path) -> str:
    """Return `text`, where every command of Alfred's names the folder as well."""
    folder = escape(shlex.quote(str(named.expanduser().absolute())))
    return _commands().sub(lambda _: f"alfred --home {folder}", text)


@cache
def _commands() -> re.Pattern[str]:
    from typer.main import get_command

    from daemon.cli.commands import app

    names = "|".join(sorted(get_command(app).commands, key=len, reverse=True))  # type: ignore[attr-defined]
    return re.compile(rf"(?<![\w/.-])alfred(?= (?:{names})\b)")
