"""Work that takes a while, with a bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from daemon.cli.frame import api, out
from daemon.cli.ids import quoted
from daemon.running import find_running

if TYPE_CHECKING:
    from application.intake.intake import TakenIn
    from daemon.settings import Settings


def backfill_with_bar(settings: Settings, source: str, months: int) -> None:
    """Fill in history: by the daemon where one runs, else here with a progress bar."""
    if find_running(settings.home) is not None:
        with api() as reached:
            reached.call("POST", f"/api/sources/{quoted(source)}/backfill", {"months": months})
        out().print("The daemon fills in history; `alfred status` tells how far it is.")
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from daemon.household import household

    columns = (
        TextColumn(source),
        BarColumn(),
        TextColumn("{task.completed} of about {task.total}"),
        TimeRemainingColumn(),
    )
    with household(settings) as container, Progress(*columns, console=out()) as progress:
        bar = progress.add_task(source, total=None)

        def advance(part: TakenIn) -> None:
            progress.update(bar, completed=part.done, total=part.total or None)

        taken = container.rounds().backfill(container.connections().source(source), months, advance)
    out().print(f"{len(taken.new)} messages filled in.")
