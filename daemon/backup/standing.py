"""How a household's backups stand, by what lies in their folder, and whether its log is still the one in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from application.ports.secrets import Vault
from daemon.backup.archive import Manifest, read_manifest
from daemon.backup.making import made_at, newest, newest_first
from daemon.backup.passphrase import passphrase_of
from daemon.backup.reading import is_sealed
from daemon.home import DATABASE
from daemon.settings import Settings
from domain.backups import Backups
from domain.errors import AlfredError


def backups_of(settings: Settings, now: datetime) -> Backups:
    """Look into the folder; one that cannot be read holds none that could be used."""
    folder, wanted = settings.backups, settings.backup.every_hours
    try:
        last = newest(folder, now)
        if last is not None:
            return Backups(str(folder), wanted, made_at(last), is_sealed(last))
    except OSError:
        pass
    return Backups(str(folder), wanted)


def manifests_of(settings: Settings, now: datetime, vault: Vault | None = None) -> Iterator[Manifest]:
    """Yield what the kept backups say of themselves, the newest first; of one that cannot be read others tell.

    For one that is sealed that takes half a second.
    """
    try:
        passphrase, files = passphrase_of(settings, vault), newest_first(settings.backups, now)
    except (AlfredError, OSError):
        return
    for file in files:
        try:
            yield read_manifest(file, passphrase)
        except (AlfredError, OSError):
            continue


def other_than_saved(settings: Settings, manifests: Iterable[Manifest]) -> str:
    """Say where the log is not the one that was saved: who writes to its file can cut its end off, or make it anew."""
    from adapters.sqlite.checkup import hash_of_entry

    for saved in manifests:
        if saved.entries and hash_of_entry(settings.home / DATABASE, saved.entries) != saved.head:
            return (
                f"its entry {saved.entries} is not the one that the backup of {saved.made_at:%Y-%m-%d %H:%M} UTC holds"
            )
    return ""
