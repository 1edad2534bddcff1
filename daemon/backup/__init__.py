"""Backups: a consistent, checked copy of a household without its secrets, and the way back from one."""

from daemon.backup.archive import Manifest
from daemon.backup.making import create, made_at, newest, prune
from daemon.backup.reading import is_sealed, verify
from daemon.backup.restoring import Restored, restore

__all__ = ["Manifest", "Restored", "create", "is_sealed", "made_at", "newest", "prune", "restore", "verify"]
