"""Backups: a consistent, checked copy of a household without its secrets, and the way back from one."""

from daemon.backup.archive import Manifest
from daemon.backup.making import create, made_at, newest, prune
from daemon.backup.passphrase import ENCRYPTED, goes_along, keep_passphrase, passphrase_of
from daemon.backup.reading import is_sealed, opens, verify
from daemon.backup.restoring import Restored, restore
from daemon.backup.standing import backups_of, manifests_of, other_than_saved

__all__ = [
    "ENCRYPTED",
    "Manifest",
    "Restored",
    "backups_of",
    "create",
    "goes_along",
    "is_sealed",
    "keep_passphrase",
    "made_at",
    "manifests_of",
    "newest",
    "opens",
    "other_than_saved",
    "passphrase_of",
    "prune",
    "restore",
    "verify",
]
