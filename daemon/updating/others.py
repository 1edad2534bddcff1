"""The other households of an installation: they stand still while one of them tries the new version."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NoReturn

from daemon.disk import flush
from daemon.opening import UPDATE_ELSEWHERE, UPDATE_NOTE
from daemon.ownership import give_to_owner
from daemon.units import Runner, Service
from daemon.units.templates import write_whole
from daemon.updating.journal import alone, is_under_way
from domain.errors import AlfredError, CannotBe

log = logging.getLogger(__name__)


def refuse_strangers(program: Path, services: Iterable[Service], run: Runner) -> None:
    """Raise `CannotBe` naming daemons of this `program` that none of the services keeps, such as other users'.

    Nobody could stop them for the update, and what they import afterwards would be of another version.
    """
    kept = {service.state().pid for service in services}
    found = _daemons(program.parent).findall(_processes(run))
    strangers = [f"process {pid} of {user}" for pid, user in found if int(pid) not in kept]
    if strangers:
        said = f"{', '.join(strangers)} would run on while the program changes beneath; end that first"
        raise CannotBe(
            f"{said} (`alfred stop` as that user, or Ctrl-C), and start it again afterwards", code="strangers"
        )


def _daemons(programs: Path) -> re.Pattern[str]:
    """Match a daemon among the processes, by what is in `programs`: however Alfred was called, his Python is named."""
    beside = "|".join(re.escape(str(folder)) for folder in {programs, programs.resolve()})
    called = rf"(?:{beside})/python\S* (?:.*[/ ])?(?:-m daemon\.cli\.main|alfred)|.*(?:{beside})/alfred"
    return re.compile(rf"^\s*(\d+)\s+(\S+)\s+(?:{called})(?: --home[ =].+)? run(?: --|$)", re.MULTILINE)


def _processes(run: Runner) -> str:
    """List the machine's processes; a machine without `ps` tells of none."""
    try:
        return run("ps", "-axww", "-o", "pid=,user=,args=").out
    except CannotBe:
        return ""


@contextmanager
def standing_still(services: tuple[Service, ...], tried: Path, patience: float) -> Iterator[list[Path]]:
    """Stop the services that run, hold all households, and start those again at the end; yield whose they are.

    A power cut lets go of what is held, so each household also keeps a note of the one whose update it waits for.
    """
    running = [service for service in services if service.state().pid is not None]
    with ExitStack() as held:
        for service in running:
            held.callback(_start, service)
            service.stop()
        for service in services:
            held.enter_context(alone(service.home, patience))
            held.callback(_forget, service.home, tried)
            _note(service.home, tried)
        yield [service.home for service in running]


def _start(service: Service) -> None:
    """Start it; what keeps it from starting is no reason to leave the next one standing."""
    try:
        service.start()
    except AlfredError as error:
        log.error("a household was not started again", extra={"service": service.name, "reason": str(error)})


def _note(home: Path, tried: Path) -> None:
    file = home / UPDATE_ELSEWHERE
    write_whole(file, str(tried).encode(), 0o600)
    give_to_owner(file, home)
    flush(home)


def _forget(home: Path, tried: Path) -> None:
    if not (tried / UPDATE_NOTE).exists():
        (home / UPDATE_ELSEWHERE).unlink(missing_ok=True)


def awaited(home: Path) -> Path | None:
    """Return the household whose update `home` has to wait for; None where there is none, or it has ended."""
    file = home / UPDATE_ELSEWHERE
    if not file.exists():
        return None
    tried = Path(file.read_text(encoding="utf-8"))
    try:
        return tried if is_under_way(tried) or (tried / UPDATE_NOTE).exists() else None
    except FileNotFoundError:  # its folder was removed, and with it what could be waited for
        return None
    except PermissionError:  # another user's household: nobody can tell from here
        return tried


def wait_for_others(home: Path) -> NoReturn:
    """Raise `CannotBe`: this process may be of a version that is taken back, so it waits, and then begins anew."""
    tried = awaited(home)
    if tried is not None:
        said = f"the update that {tried} tries has not ended; until then {home} is not opened"
        raise CannotBe(f"{said}: alfred --home {tried} doctor --fix ends it", code="update_elsewhere")
    (home / UPDATE_ELSEWHERE).unlink(missing_ok=True)
    raise CannotBe("an update of this installation was cut off and has ended; run that again", code="update_elsewhere")


def let_go_on(services: tuple[Service, ...], tried: Path) -> None:
    """Start the households that waited for the update of `tried`, which has ended."""
    for service in services:
        if (service.home / UPDATE_ELSEWHERE).exists():
            _forget(service.home, tried)
            _start(service)
