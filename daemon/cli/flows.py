"""The flows for Power Automate, as files to import."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from daemon.cli.drawing import escape
from daemon.cli.frame import out, settings


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(flows)


def flows(folder: Annotated[Path, typer.Argument(help="Folder to put them in", file_okay=False)]) -> None:
    """Write the flows for Power Automate as packages to import, with your address filled in; no secret is in them."""
    from daemon.flow_packages import write_packages

    for file in write_packages(folder, settings().web.public_url):
        out().print(escape(str(file)))
    out().print("Import those you want at https://make.powerautomate.com: My flows → Import → Import Package (Legacy).")
    out().print(
        "In those that post, put your secret in the place of PUT-YOUR-SECRET-HERE; docs/power-automate.md goes on."
    )
