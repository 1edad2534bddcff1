"""Every command of the terminal, as Typer reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from daemon.cli import (
    accounts,
    action_log,
    backup,
    calendar,
    demo,
    finance,
    flows,
    mail,
    memory,
    rules,
    running,
    service,
    setup,
    talk,
    update,
    work,
)
from daemon.cli.frame import chosen
from daemon.cli.lending import lend_key

app = typer.Typer(
    name="alfred",
    help="A butler for your digital household.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def household(
    home: Annotated[
        Path | None,
        typer.Option(
            "--home", readable=False, help="Data folder of the household [default: $ALFRED_HOME or ~/.alfred]"
        ),
    ] = None,
) -> None:
    chosen.home = chosen.named = home
    lend_key(home)


GROUPS = (
    demo,
    setup,
    running,
    service,
    backup,
    update,
    accounts,
    flows,
    mail,
    calendar,
    work,
    finance,
    action_log,
    rules,
    memory,
    talk,
)
for group in GROUPS:
    group.register(app)
