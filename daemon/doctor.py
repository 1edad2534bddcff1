"""Checks everything checkable, and says what to do about each."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from daemon.running import find_running
from daemon.settings import Settings, load, prepare_home
from domain.errors import AlfredError

LEAST_FREE_BYTES = 500 * 1024 * 1024
CLOCK_SLACK_SECONDS = 2
State = Literal["good", "warning", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, and what the owner can do."""

    name: str
    state: State
    said: str
    advice: str = ""

    def as_json(self) -> dict[str, str]:
        return asdict(self)


Check = Callable[[Settings], list[Finding]]


def examine(home: Path | None, *, fix: bool) -> list[Finding]:
    """Run every check; one that breaks says so and the others go on."""
    try:
        settings = load(home)
    except AlfredError as error:
        return [Finding("settings", "bad", str(error), "correct it in config.toml or the environment")]
    if fix:
        prepare_home(settings.home)
    findings = [Finding("settings", "good", f"read from {settings.home}")]
    for check in CHECKS:
        findings += _run(check, settings)
    return findings


def _run(check: Check, settings: Settings) -> list[Finding]:
    name = check.__name__.removeprefix("check_").replace("_", " ")
    try:
        return check(settings)
    except (AlfredError, OSError) as error:
        return [Finding(name, "bad", str(error))]


def check_folder(settings: Settings) -> list[Finding]:
    home = settings.home
    if not home.exists():
        return [Finding("folder", "warning", f"{home} does not exist yet", "it is made at the first start")]
    mode = stat.S_IMODE(home.stat().st_mode)
    if mode != 0o700:
        return [Finding("folder", "bad", f"{home} can be read by others ({mode:o})", f"chmod 700 {home}, or --fix")]
    if not os.access(home, os.W_OK):
        return [Finding("folder", "bad", f"{home} cannot be written to", "make it yours: chown it to your user")]
    return [Finding("folder", "good", f"{home} is yours alone")]


def check_disk(settings: Settings) -> list[Finding]:
    existing = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    said = f"{free / 1e9:.1f} GB free"
    if free < LEAST_FREE_BYTES:
        return [Finding("disk", "bad", said, "make room; Alfred cannot keep his log on a full disk")]
    return [Finding("disk", "good", said)]


def check_clock(settings: Settings) -> list[Finding]:
    now = datetime.now(UTC)
    said = f"it is {now:%Y-%m-%d %H:%M} UTC; your zone is {settings.zone}"
    files = [settings.home / name for name in ("alfred.db", "alfred.db-wal")]
    written = max((file.stat().st_mtime for file in files if file.exists()), default=0.0)
    if written > now.timestamp() + CLOCK_SLACK_SECONDS:
        last = datetime.fromtimestamp(written, UTC)
        return [Finding("clock", "warning", f"{said}; the last write was at {last:%Y-%m-%d %H:%M}", "set the clock")]
    return [Finding("clock", "good", said)]


def check_secrets(settings: Settings) -> list[Finding]:
    if not settings.home.exists():
        return []
    from adapters.keyring import KeyPlace, open_vault

    vault = open_vault(settings.home)
    if vault.place is KeyPlace.FILE:
        advice = "no key store was found; whoever can read this folder can open the vault"
        return [Finding("secrets", "warning", "the master key lies in a key file of mode 0600", advice)]
    return [Finding("secrets", "good", f"the master key lies in the {vault.place.value}")]


def check_daemon(settings: Settings) -> list[Finding]:
    running = find_running(settings.home)
    if running is None:
        return [Finding("daemon", "warning", "it is not running", "alfred run")]
    return [Finding("daemon", "good", f"PID {running.pid} at {running.url}")]


def check_sources(settings: Settings) -> list[Finding]:
    """Ask the daemon, or the household itself where none runs."""
    if not (settings.home / "alfred.db").exists():
        return [Finding("sources", "warning", "none is connected", "alfred connect google")]
    from daemon.cli.client import open_api

    with open_api(settings) as api:
        status: dict[str, Any] = api.call("GET", "/api/status")
    return [*_halt(status), *_sources(status)]


def check_persona(settings: Settings) -> list[Finding]:
    from daemon.persona import PersonaFile

    persona = PersonaFile(settings.home).read()
    return [Finding("persona", "good", f"{persona.name}, who calls you “{persona.address}”")]


def _halt(status: dict[str, Any]) -> list[Finding]:
    if status["halt"]["halted"]:
        return [Finding("halt", "warning", status["halt"]["reason"], "alfred resume")]
    return [Finding("halt", "good", "not halted")]


def _sources(status: dict[str, Any]) -> list[Finding]:
    findings: list[Finding] = []
    for source in status["sources"]:
        if source["error"] or source["paused"]:
            advice = f"alfred connect {source['account']}" if source["paused"] else "it is tried again by itself"
            findings.append(Finding(source["id"], "bad", source["error"] or "nobody is signed in", advice))
        else:
            findings.append(Finding(source["id"], "good", f"last read {_when(source['last_success'])}"))
    return findings or [Finding("sources", "warning", "none is connected", "alfred connect google")]


def _when(text: str | None) -> str:
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M} UTC" if text else "never"


def check_database(settings: Settings) -> list[Finding]:
    """Verify the file and the hash chain, from a copy where a daemon is writing."""
    file = settings.home / "alfred.db"
    if not file.exists():
        return [Finding("database", "good", "not made yet")]
    from adapters.sqlite import check_file

    report = check_file(file)
    if report.integrity != "ok":
        return [
            Finding("database", "bad", f"{file} is damaged: {report.integrity}", "keep a copy and restore a backup")
        ]
    findings = [Finding("database", "good", f"{file} is whole")]
    chain = report.chain
    if chain.broken_at is not None:
        said = f"the chain breaks at entry {chain.broken_at}: {chain.problem}"
        return [
            *findings,
            Finding("action log", "bad", said, "somebody changed the log; keep a copy and restore a backup"),
        ]
    return [*findings, Finding("action log", "good", f"{chain.rows} entries, head {chain.head[:12]}")]


CHECKS: tuple[Check, ...] = (
    check_folder,
    check_disk,
    check_clock,
    check_persona,
    check_secrets,
    check_database,
    check_daemon,
    check_sources,
)
