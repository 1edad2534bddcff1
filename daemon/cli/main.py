"""`alfred`: every command of the terminal."""

from __future__ import annotations

import errno
import sys
from pathlib import Path
from typing import Annotated

import typer

from daemon.cli import accounts, action_log, demo, mail, memory, rules, running, talk
from daemon.cli.frame import chosen, said
from domain.errors import AlfredError

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
        Path | None, typer.Option("--home", help="Data folder of the household [default: $ALFRED_HOME or ~/.alfred]")
    ] = None,
) -> None:
    chosen.home = home


for group in (demo, running, accounts, mail, action_log, rules, memory, talk):
    group.register(app)


def main() -> None:
    """Run a command; what went wrong is said in a sentence on stderr."""
    try:
        app()
    except AlfredError as error:
        sys.exit(said(error))
    except OSError as error:
        sys.exit(said(_explained(error)))
    except KeyboardInterrupt:
        sys.exit(130)


def _explained(error: OSError) -> AlfredError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return AlfredError("the disk is full; make room, then try again")
    return AlfredError(f"{error.filename or 'the system'}: {error.strerror or error}")


if __name__ == "__main__":
    main()
