"""What a backup file is: a compressed tar of known members, the manifest first."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from daemon.backup.sealing import MAGIC, Opener, Sealer
from daemon.home import DATABASE
from domain.codec import decode, encode
from domain.errors import AlfredError, CannotBe, Invalid, TryLater

MANIFEST = "manifest.json"
MEMBERS = (DATABASE, "config.toml", "persona.toml", "rules.toml")
MOST_MANIFEST = 1024 * 1024
PIECE = 1024 * 1024
SPARE = 64 * 1024 * 1024
QUICKLY = 3
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the household in a backup."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: when and by which Alfred it was made, and the head of the log's hash chain."""

    made_at: datetime
    version: str
    schema: tuple[str, ...]
    entries: int
    head: str
    members: tuple[Member, ...] = field(default=())
    format: int = FORMAT


def member_of(file: Path) -> Member:
    with file.open("rb") as handle:
        return Member(file.name, file.stat().st_size, hashlib.file_digest(handle, "sha256").hexdigest())


def write_archive(target: Path, folder: Path, manifest: Manifest, passphrase: str) -> None:
    """Write the members of `manifest`, which lie in `folder`, into the new file `target`; on disk when this returns."""
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as raw:
        with (
            _sealed(raw, passphrase) as sealed,
            gzip.GzipFile("", "wb", QUICKLY, sealed, manifest.made_at.timestamp()) as packed,
            tarfile.open(fileobj=packed, mode="w|") as tar,
        ):
            _add(tar, MANIFEST, json.dumps(encode(manifest), indent=1).encode(), manifest.made_at)
            for member in manifest.members:
                with (folder / member.name).open("rb") as handle:
                    tar.addfile(_entry(member.name, member.size, manifest.made_at), handle)
        raw.flush()
        os.fsync(raw.fileno())


@contextmanager
def _sealed(raw: BinaryIO, passphrase: str) -> Iterator[BinaryIO]:
    if not passphrase:
        yield raw
        return
    with Sealer(raw, passphrase) as sealer:
        yield cast(BinaryIO, sealer)


def _add(tar: tarfile.TarFile, name: str, content: bytes, at: datetime) -> None:
    tar.addfile(_entry(name, len(content), at), io.BytesIO(content))


def _entry(name: str, size: int, at: datetime) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, 0o600, int(at.timestamp())
    return entry


def unpack(file: Path, passphrase: str, folder: Path) -> Manifest:
    """Write the members of a backup into `folder`, each held against the manifest; `CannotBe` names what is wrong.

    Raises `TryLater` where there is no room for them.
    """
    with _unpacking(file, passphrase) as (packed, tar):
        manifest = _read_manifest(tar)
        need_room(folder, sum(member.size for member in manifest.members))
        left = {member.name: member for member in manifest.members}
        while (entry := tar.next()) is not None:
            _unpack_one(tar, entry, left.pop(entry.name, None), folder)
        while packed.read(PIECE):  # to its end, where its checksum stands
            pass
    if left:
        raise CannotBe(f"{file} is damaged: {', '.join(sorted(left))} is missing", code="damaged_backup")
    return manifest


def need_room(folder: Path, size: int) -> None:
    """Raise `TryLater` where the disk of `folder` has not that much free, and some to spare for whatever else runs."""
    needed = size + SPARE
    if shutil.disk_usage(folder).free < needed:
        raise TryLater(f"{folder} has not the {needed / 1e9:.1f} GB free that a backup needs", code="disk_full")


def read_manifest(file: Path, passphrase: str) -> Manifest:
    """Read what a backup says of itself, and none of its contents; `CannotBe` names what is wrong."""
    with _unpacking(file, passphrase) as (_, tar):
        return _read_manifest(tar)


@contextmanager
def _unpacking(file: Path, passphrase: str) -> Iterator[tuple[gzip.GzipFile, tarfile.TarFile]]:
    try:
        with (
            file.open("rb") as raw,
            gzip.GzipFile(fileobj=_opened(raw, passphrase)) as packed,
            tarfile.open(fileobj=packed, mode="r|") as tar,
        ):
            yield packed, tar
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise CannotBe(f"{file} is damaged: {error}", code="damaged_backup") from error
    except CannotBe as error:
        raise CannotBe(f"{file}: {error}", code=error.code) from error


def _opened(raw: io.BufferedReader, passphrase: str) -> BinaryIO:
    if raw.peek(len(MAGIC))[: len(MAGIC)] != MAGIC:
        return raw
    if not passphrase:
        raise CannotBe("it is encrypted; its passphrase is needed", code="wrong_passphrase")
    return cast(BinaryIO, io.BufferedReader(Opener(raw, passphrase), PIECE))


def _read_manifest(tar: tarfile.TarFile) -> Manifest:
    first = tar.next()
    content = tar.extractfile(first) if first is not None and first.name == MANIFEST else None
    if first is None or content is None or first.size > MOST_MANIFEST:
        raise CannotBe("it is no backup of Alfred's", code="damaged_backup")
    try:
        manifest = decode(Manifest, json.loads(content.read()), MANIFEST)
    except (ValueError, Invalid) as error:
        raise CannotBe(f"its manifest cannot be read: {error}", code="damaged_backup") from error
    if manifest.format != FORMAT:
        raise CannotBe("it was made by a newer Alfred; update Alfred first", code="newer_schema")
    return manifest


def _unpack_one(tar: tarfile.TarFile, entry: tarfile.TarInfo, member: Member | None, folder: Path) -> None:
    content = tar.extractfile(entry) if entry.isreg() else None
    if member is None or content is None or member.name not in MEMBERS or entry.size != member.size:
        raise CannotBe(f"{entry.name} is not what the manifest says", code="damaged_backup")
    digest = hashlib.sha256()
    descriptor = os.open(folder / member.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        while piece := content.read(PIECE):
            digest.update(piece)
            target.write(piece)
        target.flush()
        os.fsync(target.fileno())
    if digest.hexdigest() != member.sha256:
        raise CannotBe(f"{entry.name} is not what was saved", code="damaged_backup")


def check_database(folder: Path, manifest: Manifest) -> None:
    """Check the unpacked database by itself and against the manifest; raise `CannotBe` naming what is wrong."""
    from adapters.sqlite import check_file

    try:
        report = check_file(folder / DATABASE)
    except AlfredError as error:
        raise CannotBe(f"its database cannot be read: {error}", code="damaged_backup") from error
    if report.integrity != "ok":
        raise CannotBe(f"its database is damaged: {report.integrity}", code="damaged_backup")
    if report.chain.broken_at is not None:
        raise CannotBe(
            f"its action log breaks at entry {report.chain.broken_at}: {report.chain.problem}", code="damaged_backup"
        )
    if (report.chain.rows, report.chain.head) != (manifest.entries, manifest.head):
        raise CannotBe("its action log is not the one that was saved", code="damaged_backup")
