"""Alfred as a service: install, uninstall, start, stop, restart, logs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daemon.cli.drawing import escape
from daemon.cli.frame import chosen, out, settings
from daemon.cli.log_lines import brief, followed, last_lines
from domain.errors import CannotBe, Invalid

if TYPE_CHECKING:
    from rich.console import Console

    from daemon.settings import Settings
    from daemon.units import Runner, Service

NAME = Annotated[str, typer.Option("--name", help="What to call the service, where there are several households")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (install, uninstall, start, stop, restart, logs):
        app.command()(command)


def runner() -> Runner:
    """Return what runs the machine's commands; tests put another in its place."""
    from daemon.units import run_command

    return run_command


def install(
    system: Annotated[bool, typer.Option("--system", help="For the whole machine, as a user of its own")] = False,
    name: NAME = "",
    key_file: Annotated[
        bool, typer.Option("--key-file", help="Move the master key from the key store into a file")
    ] = False,
) -> None:
    """Have the machine keep Alfred running: from boot on, again after a crash, also while nobody is logged in."""
    service = _chosen_service(system, name)
    if not system:
        _prepare(settings(), service)
        _take_over()
        _settle_key(settings().home, key_file)
    _put(service)


def install_own() -> None:
    """Do as `install` for an owner who was asked already what of the shell is to be kept."""
    service = _chosen_service(system=False, name="")
    _prepare(settings(), service)
    _settle_key(settings().home, key_file=False)
    _put(service)


def _put(service: Service) -> None:
    console = out()
    for line in service.install(program()):
        console.print(escape(line))
    console.print(escape(service.state().said))
    console.print("`alfred status` tells how he fares, `alfred logs -f` what he does.")


def uninstall(name: NAME = "", system: Annotated[bool, typer.Option("--system", help="The machine's")] = False) -> None:
    """Remove the service; the household's data stay where they are."""
    service = _chosen_service(system, name)
    console = out()
    tunnel = _tunnel()
    if tunnel is not None and tunnel.home == service.home:
        tunnel.uninstall()
        console.print(
            f"{tunnel.name} is removed. Cloudflare keeps the tunnel and its name until you delete them there."
        )
    existed = service.uninstall()
    console.print(f"{service.name} is removed." if existed else f"{service.name} was not installed.")
    _unlink_after_the_last(console)
    console.print(f"Your data stay in {escape(str(service.home.resolve()))}; remove that folder to remove them.")
    for line in service.remains():
        console.print(escape(line))


def _unlink_after_the_last(console: Console) -> None:
    """Remove the link that makes `alfred` a command, once no household is kept by this installation any more."""
    from daemon.command_link import place_of_link, remove_link
    from daemon.units import services_running

    try:
        is_needed = bool(services_running(program(), runner()))
    except CannotBe:  # the machine has households, which root alone may look at
        is_needed = True
    link = place_of_link()
    if not is_needed and remove_link(link, program()):
        console.print(escape(f"{link} is removed; Alfred himself is still {program()}."))


def start() -> None:
    """Start the service."""
    service, tunnel = _installed(), _tunnel()
    _renew(service, tunnel)
    service.start()
    if tunnel is not None:
        tunnel.start()
    out().print(escape(service.state().said))


def stop() -> None:
    """Stop the service; it starts again with the machine, or by `alfred start`."""
    service, tunnel = _installed(), _tunnel()
    if tunnel is not None:
        tunnel.stop()
    service.stop()
    out().print(escape(service.state().said))


def restart() -> None:
    """Stop the service and start it anew."""
    service, tunnel = _installed(), _tunnel()
    _renew(service, tunnel)
    service.restart()
    if tunnel is not None:
        tunnel.restart()
    out().print(escape(service.state().said))


def logs(
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as lines are written")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", help="How many of the last lines", min=0)] = 40,
    as_json: Annotated[bool, typer.Option("--json", help="The lines as they are written")] = False,
) -> None:
    """Show what the daemon wrote into its log, the newest last."""
    file = settings().home / "logs" / "alfred.log"
    for line in _lines(file, lines, follow=follow):
        sys.stdout.write((line if as_json else brief(line)) + "\n")
        sys.stdout.flush()


def _lines(file: Path, count: int, *, follow: bool) -> Iterator[str]:
    if not file.exists() and not follow:
        raise CannotBe(f"{file} is not there: nothing was logged yet")
    yield from last_lines(file, count)
    if follow:
        yield from followed(file)


def service_state() -> dict[str, Any] | None:
    """Return what the machine says of this household's service; None where none is installed."""
    from daemon.units import service_for

    known = settings()
    service = service_for(known.home, runner())
    state, backups = _state_of(service), known.backup.folder
    if state is not None and backups is not None and not service.may_write(backups):
        state["said"] += f"; it may not write backups to {backups}: `alfred install` lets it"
    return state


def tunnel_state() -> dict[str, Any] | None:
    """Return what the machine says of the tunnel to this household; None where it keeps none."""
    from daemon.units import tunnel_for

    return _state_of(tunnel_for(settings().home, runner()))


def _state_of(service: Service) -> dict[str, Any] | None:
    if not service.is_installed:
        return None
    state = service.state()
    return {"name": state.name, "active": state.active, "pid": state.pid, "enabled": state.enabled, "said": state.said}


def program() -> Path:
    """Return the `alfred` of this installation, which a service is to run."""
    beside = Path(sys.executable).with_name("alfred")
    if not beside.exists():
        raise CannotBe(f"{beside} is missing; install Alfred anew with ./setup.sh")
    return beside


def _prepare(known: Settings, service: Service) -> None:
    """Make the data folder before anything runs; raise where a daemon of another kind has it."""
    from daemon.running import find_running
    from daemon.settings import prepare_home

    prepare_home(known.home)
    running = find_running(known.home)
    if running is not None and service.state().pid != running.pid:
        raise CannotBe(f"Alfred runs already, as process {running.pid}; end that one first")
    if running is None:
        settle_port(known)


def _take_over() -> None:
    from daemon.surroundings import take_over

    for taken in take_over(settings().home, with_secrets=False):
        out().print(escape(taken.said))


def _settle_key(home: Path, key_file: bool) -> None:
    """Make the household's key where it has none, and move it into a file where that is wanted."""
    from adapters.keyring import KeyPlace, find_master_key

    _, place = find_master_key(home)
    if place is not KeyPlace.KEY_STORE:
        return
    if key_file:
        _move_key(home)
    elif sys.platform != "darwin":
        out().print(
            "The master key lies in the key store, which is locked until you log in: after a restart of the machine "
            "Alfred cannot open his vault before that. `alfred install --key-file` puts it into a file of mode 0600."
        )


def settle_port(known: Settings) -> None:
    """Give a further household a port of its own, written into its settings, where a neighbour has the usual one."""
    from daemon.neighbours import free_port, ports_of
    from daemon.settings_file import put_settings
    from daemon.units import kept_homes

    taken = ports_of(home for home in kept_homes() if home != known.home)
    if known.web.port not in taken:
        return
    port = free_port(known.web.host, taken)
    put_settings(known.home / "config.toml", "web", {"port": port})
    out().print(f"Another household has port {known.web.port}; this one is at http://localhost:{port}")


def _move_key(home: Path) -> None:
    """Write the key store's key into the key file, which is then found first."""
    from base64 import urlsafe_b64encode

    from adapters.keyring import find_master_key
    from adapters.keyring.master_key import KEY_FILE
    from daemon.units.templates import write_whole

    key, _ = find_master_key(home)
    write_whole(home / KEY_FILE, urlsafe_b64encode(key), 0o600)


def _chosen_service(system: bool, name: str) -> Service:
    from daemon.units import service_for, system_service

    if not system:
        return service_for(settings().home, runner(), name)
    if chosen.home is not None:
        raise Invalid("a service of the system keeps its data in /var/lib/alfred/NAME; say --name", where="--home")
    return system_service(name, runner())


def _installed() -> Service:
    from daemon.units import service_for

    service = service_for(settings().home, runner())
    if not service.is_installed:
        raise CannotBe(f"{service.name} is not installed; `alfred install` does that", code="not_installed")
    return service


def _renew(service: Service, tunnel: Service | None) -> None:
    """Write the units of before anew, as this version has them."""
    from daemon.units.tunnel import tunnel_program

    for each, runs in ((service, program()), (tunnel, tunnel_program())):
        if each is not None and each.is_outdated(runs):
            each.renew(runs)
            out().print(f"{each.name} is written anew, as this version has it.")


def _tunnel() -> Service | None:
    """Return the tunnel that the machine keeps to this household; None where there is none."""
    from daemon.units import tunnel_for

    tunnel = tunnel_for(settings().home, runner())
    return tunnel if tunnel.is_installed else None
