"""Work that takes a while, with a bar."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from daemon.cli.frame import api, out
from daemon.cli.ids import quoted
from daemon.running import find_running
from domain.errors import CannotBe, Conflict

if TYPE_CHECKING:
    from application.intake.taken_in import TakenIn
    from daemon.cli.client import Api
    from daemon.settings import Settings

LOOK_EVERY = 0.5


def backfill_with_bar(settings: Settings, source: str, months: int) -> None:
    """Fill in history with a progress bar: by the daemon where one runs, else here."""
    by_daemon = find_running(settings.home) is not None
    new = _by_daemon(source, months) if by_daemon else _here(settings, source, months)
    out().print(f"{new} messages filled in.")


def _here(settings: Settings, source: str, months: int) -> int:
    from daemon.household import household

    with household(settings) as container, _bar(source) as show:

        def advance(part: TakenIn) -> None:
            show(part.done, part.total)

        return len(container.rounds().backfill(container.connections().source(source), months, advance).new)


def _by_daemon(source: str, months: int) -> int:
    with api() as reached, _bar(source) as show:
        for at in followed(reached, source, months):
            show(at["done"], at["total"])
    if at["error"]:
        raise CannotBe(f"it stopped, and goes on from there when asked again: {at['error']}")
    return int(at["new"])


def followed(reached: Api, source: str, months: int) -> Iterator[dict[str, Any]]:
    """Have the daemon fill in history, or go on doing so, and yield how far it is until it has ended.

    Whoever looks away stops nothing.
    """
    path = f"/api/sources/{quoted(source)}/backfill"
    try:
        at = reached.call("POST", path, {"months": months})
    except Conflict as error:
        if error.code != "already_running":
            raise
        at = reached.call("GET", path)
    yield at
    while at["running"]:
        time.sleep(LOOK_EVERY)
        at = reached.call("GET", path)
        yield at


@contextmanager
def _bar(source: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar; what is yielded is told how much is done, of how much, 0 where unknown."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn(source),
        BarColumn(),
        TextColumn("{task.completed} of about {task.total}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=out()) as progress:
        bar = progress.add_task(source, total=None)
        yield lambda done, total: progress.update(bar, completed=done, total=total or None)
