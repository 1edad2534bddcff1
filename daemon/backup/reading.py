"""Whether a backup is whole."""

from __future__ import annotations

from pathlib import Path

from daemon.backup.archive import Manifest, check_database, read_manifest, unpack
from daemon.backup.sealing import MAGIC
from daemon.scratch import scratch
from domain.errors import CannotBe


def is_sealed(file: Path) -> bool:
    """Whether a backup is encrypted."""
    with file.open("rb") as handle:
        return handle.read(len(MAGIC)) == MAGIC


def opens(file: Path, passphrase: str) -> bool:
    """Whether a sealed backup was made with this passphrase; takes half a second."""
    try:
        read_manifest(file, passphrase)
    except CannotBe as error:
        return error.code != "wrong_passphrase"
    return True


def verify(file: Path, home: Path, passphrase: str = "") -> Manifest:
    """Read the whole backup: every file's hash, the database's integrity, the log's chain; raise `CannotBe`.

    What is unpacked meanwhile lies in the household at `home`, where there is one, and never beside the file.
    """
    with scratch(home) as place:
        manifest = unpack(file, passphrase, place)
        try:
            check_database(place, manifest)
        except CannotBe as error:
            raise CannotBe(f"{file}: {error}", code=error.code) from error
    return manifest
