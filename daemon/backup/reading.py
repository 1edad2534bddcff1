"""Whether a backup is whole."""

from __future__ import annotations

import tempfile
from pathlib import Path

from daemon.backup.archive import Manifest, check_database, unpack
from daemon.backup.sealing import MAGIC
from domain.errors import CannotBe


def is_sealed(file: Path) -> bool:
    """Whether a backup is encrypted."""
    with file.open("rb") as handle:
        return handle.read(len(MAGIC)) == MAGIC


def verify(file: Path, passphrase: str = "") -> Manifest:
    """Read the whole backup: every file's hash, the database's integrity, the log's chain; raise `CannotBe`."""
    with tempfile.TemporaryDirectory(prefix=".verifying-", dir=file.absolute().parent) as folder:
        manifest = unpack(file, passphrase, Path(folder))
        try:
            check_database(Path(folder), manifest)
        except CannotBe as error:
            raise CannotBe(f"{file}: {error}", code=error.code) from error
    return manifest
