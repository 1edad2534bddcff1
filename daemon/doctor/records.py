"""Alfred's own records: the database, the log's chain, backups, what was set aside, and who speaks."""

from __future__ import annotations

from itertools import islice

from daemon.clock import SYSTEM_CLOCK
from daemon.doctor.findings import Check, Finding, bad, good, warning
from daemon.home import DATABASE
from daemon.settings import Settings

COMPARED = 3
"""Backups that the log is held against while somebody waits; the weekly check takes all of them."""


def check_persona(settings: Settings) -> list[Finding]:
    from daemon.persona import PersonaFile

    persona = PersonaFile(settings.home).read()
    return good("persona", f"{persona.name}, who calls you “{persona.address}”")


def check_database(settings: Settings) -> list[Finding]:
    """Verify the file and the hash chain, read-only, also while a daemon is writing."""
    file = settings.home / DATABASE
    if not file.exists():
        return good("database", "not made yet")
    from adapters.sqlite import check_file

    report = check_file(file)
    if report.integrity != "ok":
        said = f"{file} is damaged: {report.integrity}"
        return bad("database", said, "keep a copy, then alfred backup restore FILE FOLDER")
    findings = good("database", f"{file} is whole")
    chain = report.chain
    if chain.broken_at is not None:
        said = f"the chain breaks at entry {chain.broken_at}: {chain.problem}"
        return findings + bad("action log", said, "somebody changed the log; keep a copy and restore a backup")
    whole = good("action log", f"{chain.rows} entries, head {chain.head[:12]}")
    return findings + (_other_than_saved(settings) or whole)


def _other_than_saved(settings: Settings) -> list[Finding]:
    """Hold the log against every backup that is kept."""
    from daemon.backup import manifests_of, other_than_saved

    newest = islice(manifests_of(settings, SYSTEM_CLOCK.now()), COMPARED)
    said = other_than_saved(settings, newest)
    advice = "somebody changed the log, or cut it off, unless you restored an older backup; keep a copy and restore"
    return bad("action log", said, advice) if said else []


def check_set_aside(settings: Settings) -> list[Finding]:
    """Messages that could not be read are not lost: they lie at the provider, and are named here."""
    file = settings.home / DATABASE
    if not file.exists():
        return []
    from adapters.sqlite.checkup import count_set_aside

    counts = count_set_aside(file)
    if not counts:
        return []
    said = ", ".join(f"{count} of {source}: {reason}" for source, reason, count in counts)
    return warning(
        "set aside", f"could not be read: {said}", "look at them at the provider; nothing was done with them"
    )


def check_backups(settings: Settings) -> list[Finding]:
    if not settings.backup.every_hours or not (settings.home / DATABASE).exists():
        return []
    from adapters.sqlite.checkup import preference
    from daemon.backup import backups_of
    from daemon.upkeep.backing_up import FAILING

    failing = preference(settings.home / DATABASE, FAILING)
    if failing is not None:
        said = f"none could be made since {failing['since'][:16]}: {failing['said']}"
        return bad("backups", said, "mend that; alfred backup create tries at once")
    known = backups_of(settings, SYSTEM_CLOCK.now())
    if known.last_at is None:
        return warning(
            "backups", f"there is none in {known.folder}", "alfred backup create; the daemon makes one a day"
        )
    sealed = "encrypted" if known.encrypted else "not encrypted"
    said = f"the last was made on {known.last_at:%Y-%m-%d %H:%M} UTC in {known.folder}, {sealed}"
    if known.late(SYSTEM_CLOCK.now()):
        return warning("backups", said, "alfred backup create, and alfred logs to see why none was made")
    if not known.encrypted and not settings.backups.is_relative_to(settings.home):
        said += "; whoever has that folder can read all mail in it"
        return warning("backups", said, "alfred stop, alfred backup passphrase, alfred start")
    return good("backups", said)


RECORDS: tuple[Check, ...] = (check_persona, check_database, check_set_aside, check_backups)
