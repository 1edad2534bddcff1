"""The way back from a backup: into a new folder, halted, and in doubt about what may have been done since."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from application.acting.halt import HaltSwitch
from application.acting.since_then import doubt_what_may_have_happened
from application.sign_in.signing_out import sign_all_out
from daemon.backup.archive import Manifest, check_database, unpack
from daemon.backup.passphrase import ENCRYPTED
from daemon.backup.reading import is_sealed
from daemon.clock import SYSTEM_CLOCK
from daemon.disk import flush
from daemon.home import DATABASE, HALT
from domain.errors import CannotBe

RESTORING = ".alfred-restoring-"


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore brought back: the backup's manifest, the actions that the owner must look at, and how many
    devices are signed out."""

    manifest: Manifest
    doubted: tuple[str, ...]
    waiting: int
    signed_out: int


def restore(file: Path, folder: Path, passphrase: str = "") -> Restored:
    """Bring a backup back into `folder`, which must be new or empty; it appears whole or not at all.

    The household starts halted. What was approved and cannot safely be repeated is uncertain from then on: it may
    have been done after the backup was made, so it is looked up at the provider, or the owner is asked.
    Where the backup was encrypted, the household makes none in plain.
    Nobody is signed in any more: who was when the backup was made may have been signed out since.
    """
    target = folder.absolute()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise CannotBe(f"{folder} is not empty; a backup is restored only into a new folder", code="not_empty")
    _need_place_outside(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    for left in target.parent.glob(f"{RESTORING}{target.name}-*"):
        shutil.rmtree(left)
    scratch = Path(tempfile.mkdtemp(prefix=f"{RESTORING}{target.name}-", dir=target.parent))
    try:
        restored = _bring_back(file, scratch, passphrase)
        _put_in_place(scratch, target)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    return restored


def _need_place_outside(target: Path) -> None:
    """Raise `CannotBe` where it lies within a household, which is to be moved aside, and would take it along."""
    around = next((each for each in target.resolve().parents if (each / DATABASE).exists()), None)
    if around is not None:
        raise CannotBe(
            f"{target} lies within the household {around}; name a folder outside it", code="within_household"
        )


def _bring_back(file: Path, scratch: Path, passphrase: str) -> Restored:
    from adapters.sqlite import open_store
    from daemon.clock import SystemClock

    manifest = unpack(file, passphrase, scratch)
    check_database(scratch, manifest)
    made = f"{manifest.made_at:%Y-%m-%d %H:%M} UTC"
    HaltSwitch(scratch / HALT).halt(
        f"restored from the backup of {made}; look at what was in doubt first", SYSTEM_CLOCK.now()
    )
    store = open_store(scratch / DATABASE)
    try:
        found = doubt_what_may_have_happened(store, SystemClock(), made)
        signed_out = sign_all_out(store)
        if is_sealed(file):
            store.preferences.put(ENCRYPTED, True)
    finally:
        store.close()
    (scratch / f"{DATABASE}.lock").unlink(missing_ok=True)
    return Restored(manifest, found.doubted, found.waiting, signed_out)


def _put_in_place(scratch: Path, target: Path) -> None:
    """Have everything on disk, then give it its name in one step, which also replaces an empty folder."""
    for path in (*scratch.iterdir(), scratch):
        flush(path)
    scratch.rename(target)
    flush(target.parent)
