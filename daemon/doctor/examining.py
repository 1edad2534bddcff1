"""Running every check, one after the other; one that breaks says so, and the others go on."""

from __future__ import annotations

from pathlib import Path

from daemon.disk import explained
from daemon.doctor.findings import Check, Finding, bad, good
from daemon.doctor.folder import FOLDER
from daemon.doctor.machine import MACHINE
from daemon.doctor.outside import OUTSIDE
from daemon.doctor.records import RECORDS
from daemon.doctor.secrets import SECRETS
from daemon.layers import UNREADABLE
from daemon.settings import Settings, load
from domain.errors import AlfredError

CHECKS: tuple[Check, ...] = (*FOLDER, *MACHINE, *SECRETS, *RECORDS, *OUTSIDE)


def examine(home: Path | None, *, fix: bool) -> list[Finding]:
    """Run every check; with `fix`, mend what can be mended and look again."""
    try:
        settings = load(home)
    except AlfredError as error:
        closed = error.code == UNREADABLE
        return bad("settings", str(error), "" if closed else "correct it in config.toml or the environment")
    findings = good("settings", f"read from {settings.home}")
    for check in CHECKS:
        findings += _mended(check, settings) if fix else _run(check, settings)
    return findings


def _run(check: Check, settings: Settings) -> list[Finding]:
    name = check.__name__.removeprefix("check_").replace("_", " ")
    try:
        return check(settings)
    except OSError as error:
        return [Finding(name, "bad", str(explained(error)))]
    except AlfredError as error:
        return [Finding(name, "bad", str(error))]


def _mended(check: Check, settings: Settings) -> list[Finding]:
    found = _run(check, settings)
    mends = [finding.mend for finding in found if finding.mend is not None]
    try:
        for mend in mends:
            mend()
    except (AlfredError, OSError) as error:
        return [*found, *bad("mending", str(error), "mend it by hand, as the line before says")]
    return _run(check, settings) if mends else found
