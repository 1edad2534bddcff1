"""The machine: room on the disk, the clock, the port, and whether Alfred is kept running."""

from __future__ import annotations

import json
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from daemon.clock import SYSTEM_CLOCK
from daemon.crashes import crash_reports
from daemon.disk import disk_of
from daemon.doctor.findings import Check, Finding, bad, good, warning
from daemon.home import DATABASE, SYSTEM_DATA, SYSTEM_SETTINGS
from daemon.running import find_running, listening
from daemon.settings import Settings
from domain.disk import MAKE_WRITABLE, DiskState

if TYPE_CHECKING:
    from daemon.units import Service, ServiceState

CLOCK_SLACK_SECONDS = 2
RECENT = timedelta(days=7)
LOOKED_THROUGH = 2_000
"""How many of the log's last lines are looked through for the last start."""


def check_disk(settings: Settings) -> list[Finding]:
    disk = disk_of(settings.home)
    said = f"{disk.free / 1e9:.1f} GB free"
    if disk.state is DiskState.READ_ONLY:
        return bad("disk", f"the disk of {settings.home} is read-only", MAKE_WRITABLE)
    if disk.state is not DiskState.OK:
        return bad("disk", said, "make room; Alfred cannot keep his log on a full disk")
    return good("disk", said)


def check_clock(settings: Settings) -> list[Finding]:
    now = SYSTEM_CLOCK.now()
    said = f"it is {now:%Y-%m-%d %H:%M} UTC; your zone is {settings.zone}"
    files = [settings.home / name for name in (DATABASE, f"{DATABASE}-wal")]
    written = max((file.stat().st_mtime for file in files if file.exists()), default=0.0)
    if written > now.timestamp() + CLOCK_SLACK_SECONDS:
        last = datetime.fromtimestamp(written, UTC)
        return warning("clock", f"{said}; the last write was at {last:%Y-%m-%d %H:%M}", "set the clock")
    return good("clock", said)


def check_daemon(settings: Settings) -> list[Finding]:
    running = find_running(settings.home)
    if running is not None:
        return good("daemon", f"PID {running.pid} at {running.url}")
    failed = _failed_start(settings.home / "logs" / "alfred.log")
    if failed:
        return bad(
            "daemon", f"it is not running; the last start failed {failed}", "mend that, then alfred start or run"
        )
    return warning("daemon", "it is not running", "alfred run, or alfred install to keep it running")


def _failed_start(log: Path) -> str:
    """Return when and why the daemon last could not run; nothing where it ran after that, or never tried."""
    from daemon.cli.log_lines import last_lines
    from daemon.service import COULD_NOT_RUN

    for line in reversed(last_lines(log, LOOKED_THROUGH)):
        with suppress(ValueError):
            told = json.loads(line)
            if told["logger"] == "daemon.service":
                return f"at {told['at'][:16]}: {told['reason']}" if told["event"] == COULD_NOT_RUN else ""
    return ""


def check_port(settings: Settings) -> list[Finding]:
    """While no daemon runs, its port is free."""
    web = settings.web
    if not web.port or find_running(settings.home) is not None:
        return []
    try:
        with closing(listening(web.host, web.port)):
            return good("port", f"{web.port} on {web.host} is free")
    except OSError as error:
        said = f"{web.port} on {web.host} cannot be used: {error.strerror}"
        return bad("port", said, "stop what listens there, or set web.port to another")


def check_service(settings: Settings) -> list[Finding]:
    from daemon.cli.service import program, runner
    from daemon.units import service_for

    service = service_for(settings.home, runner())
    if not service.is_installed:
        return []
    found = [*_state(service.state()), *_walls(service, settings.backup.folder)]
    if service.is_outdated(program()):
        found += warning("unit", f"{service.name} is not as this version writes it", "alfred restart does that")
    return found


def check_shell(settings: Settings) -> list[Finding]:
    """What is set in the shell reaches the commands, and no service."""
    from daemon.cli.service import runner
    from daemon.surroundings import SHELL_ALONE, alone_in_shell
    from daemon.units import service_for

    if not service_for(settings.home, runner()).is_installed:
        return []
    names = {True: list[str](), False: list[str]()}
    for each in alone_in_shell(settings.home):
        names[each.is_secret].append(each.shown)
    found = [
        (", ".join(names[secret]), _what_the_service_sees(settings.home, is_secret=secret)) for secret in (False, True)
    ]
    return [line for said, advice in found if said for line in warning("shell", f"{said}: {SHELL_ALONE}", advice)]


def _what_the_service_sees(home: Path, *, is_secret: bool) -> str:
    """Advise how settings of the shell come to where the household's service reads them."""
    if home.parent == SYSTEM_DATA:
        return f"write them into {SYSTEM_SETTINGS / home.name / 'environment'}, then alfred restart"
    if not is_secret:
        return "alfred install from this shell, which takes that over"
    asked = "alfred stop, and alfred setup offers to take a provider's into the vault"
    return f"write them into {home / '.env'}, then alfred restart; or {asked}"


def _state(state: ServiceState) -> list[Finding]:
    if state.pid is None:
        return bad("service", state.said, "alfred logs says why; alfred start")
    if not state.enabled:
        return warning("service", state.said, "alfred install switches that on")
    return good("service", state.said)


def _walls(service: Service, backups: Path | None) -> list[Finding]:
    """What is wrong with the walls around the service: they keep backups out, or are not there."""
    found, lacking = list[Finding](), service.what_walls_lack()
    if backups is not None and not service.may_write(backups):
        said = f"backups are set to go to {backups}, where {service.name} may not write"
        found += bad("backup folder", said, "alfred install, which lets it")
    if lacking:
        found += warning("walls", lacking, "alfred install; docs/troubleshooting.md says how he can be shut in")
    return found


def check_tunnel(settings: Settings) -> list[Finding]:
    """The tunnel is kept running, and leads to the port that this household has."""
    from daemon.cli.service import runner
    from daemon.tunnel import tunnelled_port
    from daemon.units import tunnel_for
    from daemon.units.tunnel import tunnel_program

    tunnel = tunnel_for(settings.home, runner())
    if not tunnel.is_installed:
        return []
    state, port = tunnel.state(), tunnelled_port(settings.home)
    if port != settings.web.port:
        said = f"{state.name} leads to port {port}, and Alfred has {settings.web.port}"
        return bad("tunnel", said, "alfred setup --step phone sets it up anew")
    if state.pid is None:
        return bad("tunnel", state.said, "alfred restart; is Cloudflare reached from here?")
    if not state.enabled:
        return warning("tunnel", state.said, "alfred setup --step phone switches that on")
    if tunnel.is_outdated(tunnel_program()):
        return warning("tunnel", f"{tunnel.name} is not as this version writes it", "alfred restart does that")
    return good("tunnel", state.said)


def check_crashes(settings: Settings) -> list[Finding]:
    since = SYSTEM_CLOCK.now() - RECENT
    reports = crash_reports(settings.home / "logs")
    recent = [file for file in reports if datetime.fromtimestamp(file.stat().st_mtime, UTC) > since]
    if not recent:
        return []
    said = f"{len(recent)} in the last week, the newest in {recent[0]}"
    return warning("crashes", said, "read it; it holds no secrets, so it can be shown to whoever helps")


MACHINE: tuple[Check, ...] = (
    check_disk,
    check_clock,
    check_daemon,
    check_port,
    check_service,
    check_shell,
    check_tunnel,
    check_crashes,
)
