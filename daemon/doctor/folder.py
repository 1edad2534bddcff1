"""The data folder: whose it is, who can read it, and what was left behind in it."""

from __future__ import annotations

import os
import shutil
import stat
from functools import partial
from pathlib import Path

from daemon.disk import disk_of, make_yours
from daemon.doctor.findings import Check, Finding, bad, good, warning
from daemon.home import DATABASE
from daemon.opening import UPDATE_ELSEWHERE, UPDATE_NOTE
from daemon.ownership import give_back, strangers
from daemon.running import RUN_FILE, find_running
from daemon.scratch import clear, left_behind, passing
from daemon.settings import Settings, prepare_home
from daemon.tunnel import CREDENTIALS

PRIVATE = (DATABASE, "vault", "master.key", ".env", "config.toml", CREDENTIALS)


def check_folder(settings: Settings) -> list[Finding]:
    home = settings.home
    if not home.exists():
        parent = next(path for path in home.parents if path.exists())
        if not os.access(parent, os.W_OK):
            said = f"{home} cannot be made: {parent} cannot be written to"
            return bad("folder", said, f"name another with --home; or {make_yours(parent)}")
        return warning("folder", f"{home} does not exist yet", "it is made at the first start")
    if not home.is_dir():
        return bad("folder", f"{home} is no folder", "move it away, or name another with --home")
    mode = stat.S_IMODE(home.stat().st_mode)
    if mode != 0o700:
        said = f"{home} can be read by others ({mode:o})" if mode & 0o077 else f"{home} is not wholly yours ({mode:o})"
        return bad("folder", said, f"chmod 700 {home}, or --fix", partial(prepare_home, home))
    if disk_of(home).read_only:
        return good("folder", f"{home} is yours alone; its disk is another matter")
    if not os.access(home, os.W_OK):
        return bad("folder", f"{home} cannot be written to", make_yours(home))
    return good("folder", f"{home} is yours alone")


def check_permissions(settings: Settings) -> list[Finding]:
    """What holds mail or secrets is the owner's alone, whatever the folder around it allows."""
    files = [settings.home / name for name in PRIVATE]
    open_ones = [file for file in files if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077]
    if not open_ones:
        return good("permissions", "no file can be read by others") if settings.home.exists() else []
    names = ", ".join(file.name for file in open_ones)
    return bad("permissions", f"others may read {names}", "chmod 600 them, or --fix", partial(_make_private, open_ones))


def check_access(settings: Settings) -> list[Finding]:
    """What lies in the folder can be read and written; on a disk that is read-only that says nothing."""
    home = settings.home
    if not home.is_dir() or disk_of(home).read_only:
        return []
    own_files = (path for path in sorted(home.iterdir()) if not path.is_symlink())
    closed = [path for path in own_files if not os.access(path, os.R_OK | os.W_OK)]
    if not closed:
        return []
    own = [path for path in closed if path.stat().st_uid == os.geteuid()]
    said = f"you may not read or write {', '.join(path.name for path in closed)} in {home}"
    return bad("access", said, f"{make_yours(closed[0])}; or --fix, where it is yours", partial(_open_up, own))


def _open_up(paths: list[Path]) -> None:
    for path in paths:
        path.chmod(0o700 if path.is_dir() else 0o600)


def _make_private(files: list[Path]) -> None:
    for file in files:
        file.chmod(0o600)


def check_owner(settings: Settings) -> list[Finding]:
    """A command run with sudo leaves files that Alfred may not write any more: all are the folder's owner's."""
    from daemon.cli.service import program

    home = settings.home
    others = strangers(home) if home.is_dir() else []
    if not others:
        return []
    names = ", ".join(path.name for path in others[:5])
    said = f"{names} in {home} {'belongs' if len(others) == 1 else 'belong'} to another user than the folder"
    advice = f"sudo {program()} --home {home} doctor --fix"
    return bad("owner", said, advice, partial(give_back, home) if os.geteuid() == 0 else None)


def check_run_file(settings: Settings) -> list[Finding]:
    file = settings.home / RUN_FILE
    if not file.exists() or find_running(settings.home) is not None:
        return []
    advice = "it does no harm; --fix removes it"
    return warning("run file", "a daemon that was killed left its note behind", advice, file.unlink)


def check_update(settings: Settings) -> list[Finding]:
    """An update that was cut off is ended at the next start; here, at once, and the services are started again."""
    if (settings.home / UPDATE_ELSEWHERE).exists():
        return _update_elsewhere(settings.home)
    if not (settings.home / UPDATE_NOTE).exists():
        return []
    from daemon.cli.service import program, runner
    from daemon.units import service_for, services_running
    from daemon.updating.cut_off import cut_off, mend

    journal = cut_off(settings.home)
    if journal is None:
        return []
    said = f"an update from {journal.version} to {journal.release} was cut off; until it is ended nothing is executed"
    service = service_for(settings.home, runner())
    others = services_running(program(), runner())
    return bad("update", said, "alfred doctor --fix ends it", partial(mend, settings.home, service, others))


def _update_elsewhere(home: Path) -> list[Finding]:
    """Another household of this installation tries a new version, or did when the power went away."""
    from daemon.updating.others import awaited

    tried = awaited(home)
    if tried is None:
        return warning("update", "one of this installation was cut off and has ended", "alfred start")
    said = f"{home} is not opened until the update that {tried} tries has ended"
    return bad("update", said, f"alfred --home {tried} doctor --fix ends it")


def check_leftovers(settings: Settings) -> list[Finding]:
    """What a backup, its check or a restore that was cut off left behind."""
    from daemon.backup.making import PART, PLAIN
    from daemon.backup.restoring import RESTORING

    folders = [settings.backups.glob(f"{prefix}*") for prefix in PLAIN]
    folders.append(settings.backups.glob(f".*{PART}"))
    folders.append(settings.home.parent.glob(f"{RESTORING}{settings.home.name}-*"))
    shops = (settings.home, passing())
    others = [path for found in folders for path in found]
    left = [*others, *(path for place in shops for path in left_behind(place))]
    if not left:
        return []
    said = f"{len(left)} unfinished copies lie in {', '.join(sorted({str(path.parent) for path in left}))}"
    return warning(
        "leftovers", said, "remove them when no backup is under way, or --fix", partial(_remove, others, shops)
    )


def _remove(paths: list[Path], shops: tuple[Path, ...]) -> None:
    for path in paths:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for place in shops:
        clear(place)


FOLDER: tuple[Check, ...] = (
    check_folder,
    check_permissions,
    check_access,
    check_owner,
    check_run_file,
    check_update,
    check_leftovers,
)
