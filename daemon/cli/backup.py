"""Copies of a household, and what others can read: backup create, verify, restore; export."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.drawing import escape
from daemon.cli.frame import out, settings, show
from daemon.cli.mail import JSON
from domain.errors import CannotBe, Invalid, StoreLocked

if TYPE_CHECKING:
    from rich.console import Console

    from daemon.backup import Manifest

backup = typer.Typer(
    name="backup", help="A consistent, checked copy of the household, and the way back.", no_args_is_help=True
)
WRITE_IT_DOWN = (
    "Backups are encrypted from now on. Write the passphrase down and keep it apart from this machine: the vault is in "
    "no backup, and without the passphrase nobody can restore one, you included. Older backups stay as they are."
)
FROM_STDIN = Annotated[bool, typer.Option("--passphrase-stdin", help="Read the passphrase from standard input")]
FILE = Annotated[Path, typer.Argument(help="A backup", exists=True, dir_okay=False)]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (create, verify, restore, passphrase):
        backup.command()(command)
    app.add_typer(backup)
    app.command()(export)


def create(
    to: Annotated[Path | None, typer.Option("--to", help="Folder to put it in [default: backup.folder]")] = None,
    passphrase_stdin: FROM_STDIN = False,
) -> None:
    """Save mail, log, settings and rules into one checked file, also while Alfred runs; secrets stay out."""
    from daemon import backup as backups
    from daemon.home import DATABASE, name_household

    known = settings()
    if (known.home / DATABASE).exists():
        name_household(known.home)
    sealing = _said() if passphrase_stdin else backups.passphrase_of(known)
    file = backups.create(known.home, to or known.backups, sealing)
    out().print(escape(f"{file}, {file.stat().st_size / 1e6:.1f} MB, {'encrypted' if sealing else 'not encrypted'}"))
    out().print(
        "The vault and what opens a tunnel are not in it: where they are lost, you sign in anew after a restore."
    )


def verify(file: FILE, passphrase_stdin: FROM_STDIN = False, as_json: JSON = False) -> None:
    """Read a whole backup: every file's hash, the database, and the log's chain."""
    from daemon import backup as backups
    from domain.codec import encode

    manifest = backups.verify(file, settings().home, _passphrase(file, passphrase_stdin))
    show(encode(manifest), as_json, lambda console, _: _draw(console, file, manifest))


def restore(
    file: FILE,
    folder: Annotated[Path, typer.Argument(help="A new or empty folder")],
    passphrase_stdin: FROM_STDIN = False,
) -> None:
    """Bring a backup back into a new folder, where Alfred starts halted and asks about what was under way."""
    from daemon import backup as backups

    restored = backups.restore(file, folder, _passphrase(file, passphrase_stdin))
    console = out()
    console.print(escape(f"{folder} is as it was at {restored.manifest.made_at:%Y-%m-%d %H:%M} UTC. It is halted."))
    console.print(
        f"{len(restored.doubted)} actions that may have been done since are uncertain; "
        f"{restored.waiting} approved ones, harmless to repeat, are done after the halt."
    )
    console.print(
        f"{restored.signed_out} devices are signed out, and recovery codes and passkeys forgotten: "
        "what was revoked since must not come back."
    )
    _say_how_to_go_on(folder.absolute(), is_sealed=backups.is_sealed(file))


def _say_how_to_go_on(folder: Path, *, is_sealed: bool) -> None:
    from daemon.backup import goes_along
    from daemon.cli.service import runner
    from daemon.cli.way_back import steps_back
    from daemon.units import service_for

    known = settings()
    home, needs_passphrase = known.home, is_sealed and not goes_along(known)
    is_kept = service_for(home, runner()).is_installed
    console = out()
    console.print(f"Next, in this order; secrets and tunnel are in no backup, so {escape(str(home))} hands on its own:")
    for step in steps_back(folder, home, is_kept=is_kept, needs_passphrase=needs_passphrase):
        console.print(escape(f"  {step}"), soft_wrap=True)
    former = known.backups
    if former.exists() and not former.is_relative_to(home):
        said = f"Backups of before stay in {former}: from now on he has a folder of his own, and removes none of them."
        console.print(escape(said))


def passphrase(
    passphrase_stdin: FROM_STDIN = False,
    none: Annotated[bool, typer.Option("--none", help="Encrypt no longer")] = False,
) -> None:
    """Choose the passphrase that encrypts backups from now on, kept in the vault; write it down."""
    from daemon import backup as backups

    if none:
        chosen = ""
    elif passphrase_stdin:
        chosen = _said()
    elif sys.stdin.isatty():
        chosen = str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=True))
    else:
        raise Invalid("nobody can be asked; say it with --passphrase-stdin", where="passphrase")
    try:
        backups.keep_passphrase(settings(), chosen)
    except StoreLocked as error:
        raise CannotBe(f"{error}: alfred stop, then this again, then alfred start", code="running") from error
    out().print(WRITE_IT_DOWN if chosen else "Backups are not encrypted from now on.")


def export(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder")],
    format: Annotated[str, typer.Option("--format", help="jsonl, mbox or csv")] = "jsonl",
) -> None:
    """Write everything that is kept into files that other programs read."""
    from daemon.export import export_to

    for name, count in export_to(settings().home, folder, format):
        out().print(escape(f"{name}: {count}"))


def _draw(console: Console, file: Path, manifest: Manifest) -> None:
    console.print(
        escape(f"{file} is whole: made at {manifest.made_at:%Y-%m-%d %H:%M} UTC by Alfred {manifest.version}.")
    )
    console.print(f"Action log: {manifest.entries} entries, head {manifest.head[:12]}")


def _passphrase(file: Path, from_stdin: bool) -> str:
    """Return what opens a backup: as it is said, as it is set, or as it is typed where somebody can."""
    from daemon.backup import is_sealed, opens, passphrase_of

    if from_stdin:
        return _said()
    if not is_sealed(file):
        return ""
    known = passphrase_of(settings())
    if known and opens(file, known):
        return known
    how = "encrypted with another passphrase than the one in use" if known else "encrypted"
    if not sys.stdin.isatty():
        raise Invalid(f"{file} is {how}; say its passphrase with --passphrase-stdin", where="passphrase")
    out().print(escape(f"{file} is {how}."), soft_wrap=True)
    return str(typer.prompt("Its passphrase", hide_input=True))


def _said() -> str:
    passphrase = sys.stdin.readline().rstrip("\n")
    if not passphrase:
        raise Invalid("standard input held no passphrase", where="--passphrase-stdin")
    return passphrase
