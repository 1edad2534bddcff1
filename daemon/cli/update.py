"""`alfred update`: to a wheel, or to what a release channel names."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.drawing import escape
from daemon.cli.frame import out, settings
from domain.errors import CannotBe, Invalid

if TYPE_CHECKING:
    from daemon.units import Service
    from daemon.updating import Release


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(update)


def update(
    wheel: Annotated[
        Path | None, typer.Option("--from", help="A wheel on this machine", exists=True, dir_okay=False)
    ] = None,
    channel: Annotated[str, typer.Option("--channel", help="A release channel [default: update.channel]")] = "",
    sha256: Annotated[str, typer.Option("--sha256", help="What the wheel's hash has to be")] = "",
    again: Annotated[bool, typer.Option("--again", help="Also to a version that is not newer")] = False,
) -> None:
    """Install a new version beside the old, try it, and change over; what is not well is taken back by itself."""
    from importlib.metadata import version

    from daemon.cli.service import runner
    from daemon.running import find_running
    from daemon.units import service_for, services_running
    from daemon.updating import Trial, Update, refuse_strangers

    known, console = settings(), out()
    service = service_for(known.home, runner())
    kept_running = service if service.is_installed else None
    if kept_running is None and find_running(known.home) is not None:
        raise CannotBe("Alfred runs by hand; end that first, then update, or alfred install", code="running_by_hand")
    environment = _environment()
    trial = Trial(known.home, environment)
    keeping = services_running(environment / "bin" / "alfred", runner())
    _refuse_without_trial(known.home, environment, kept_running, keeping)
    refuse_strangers(environment / "bin" / "alfred", (service, *keeping), runner())
    with tempfile.TemporaryDirectory() as folder:
        named = channel or known.update.channel
        release = _release(wheel, named, sha256, Path(folder), known.update.public_key)
        steps = Update(
            home=known.home,
            environment=environment,
            version=version("alfred-butler"),
            run=runner(),
            service=kept_running or (trial if trial.is_possible else None),
            back_up=_back_up,
            tell=lambda line: console.print(escape(line)),
            others=tuple(each for each in keeping if each.home != known.home),
        )
        done = steps.to(release, again=again)
    console.print(f"Alfred {done.version} is installed{' and running' if kept_running else ''}.")
    for line in done.said:
        console.print(escape(line))


def _refuse_without_trial(home: Path, environment: Path, kept: Service | None, keeping: tuple[Service, ...]) -> None:
    """Raise `CannotBe` where households would be started with a version that none of them tried."""
    if kept is None and keeping:
        program = environment / "bin" / "alfred"
        said = f"no service keeps {home}, and a new version is tried where one does; update in one that is kept"
        raise CannotBe(f"{said}: {' or '.join(f'{program} --home {each.home} update' for each in keeping)}")


def _back_up(home: Path) -> Path:
    from daemon import backup
    from daemon.cli.lending import lent_key
    from daemon.settings import load

    known = load(home)
    with lent_key(known.home):
        return backup.create(known.home, known.backups, backup.passphrase_of(known))


def _release(wheel: Path | None, channel: str, sha256: str, folder: Path, public_key: str) -> Release:
    from daemon.updating import fetch_release, read_wheel

    if wheel is not None:
        return read_wheel(wheel, sha256)
    if not channel:
        raise Invalid("say --from WHEEL or --channel URL, or set update.channel", where="update")
    return fetch_release(channel, folder, public_key)


def _environment() -> Path:
    """Return the environment that Alfred is installed into; raise where it is not one of his own."""
    if sys.prefix == sys.base_prefix:
        raise CannotBe("Alfred is not in an environment of his own; update him the way he was installed")
    return Path(sys.prefix)
