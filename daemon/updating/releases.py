"""What can be updated to: a wheel, by itself or named by a release channel; nothing is run to look at it."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import zipfile
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from daemon.updating.signatures import NAME, check_signature
from domain.errors import CannotBe, Invalid, TryLater

SHA256 = re.compile(r"[0-9a-fA-F]{64}")
LOCK = "daemon/requirements.lock"
MOST_BYTES = 200 * 1024 * 1024
PATIENCE = 60.0
Version = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """A wheel on this machine, whose name, version and hash were checked; its `lock` names what it needs, by hash."""

    wheel: Path
    version: str
    sha256: str
    lock: bytes


def version_of(text: str) -> Version:
    """Return the numbers of a version, such as (0, 2, 0)."""
    return tuple(int(part) for part in re.findall(r"\d+", text.split("+")[0]))


def read_wheel(wheel: Path, sha256: str = "") -> Release:
    """Check a wheel: that it is Alfred, whole, for this Python, and of that hash where one is given.

    Raises `CannotBe` naming what is wrong.
    """
    try:
        content = wheel.read_bytes()
        found = hashlib.sha256(content).hexdigest()
        with zipfile.ZipFile(wheel) as archive:
            broken = archive.testzip()
            name = next(each for each in archive.namelist() if each.endswith(".dist-info/METADATA"))
            about = HeaderParser().parsestr(archive.read(name).decode("utf-8"))
            lock = archive.read(LOCK) if LOCK in archive.namelist() else b""
    except (zipfile.BadZipFile, StopIteration, UnicodeDecodeError) as error:
        raise CannotBe(f"{wheel} is no wheel", code="bad_release") from error
    if broken is not None:
        raise CannotBe(f"{wheel} is damaged at {broken}", code="bad_release")
    if sha256 and found != sha256.lower():
        raise CannotBe(f"{wheel} is not what was released: its SHA-256 is {found}", code="bad_release")
    if re.sub(r"[-_.]+", "-", str(about["Name"]).lower()) != NAME:
        raise CannotBe(f"{wheel} is {about['Name']}, not {NAME}", code="bad_release")
    _suit_python(wheel, str(about["Requires-Python"] or ""))
    if not lock.strip():
        raise CannotBe(f"{wheel} does not name the packages it needs by their hashes ({LOCK})", code="bad_release")
    return Release(wheel, str(about["Version"]), found, lock)


def _suit_python(wheel: Path, wanted: str) -> None:
    """Hold this Python against `Requires-Python` (PEP 440), of which Alfred uses `>=` and `<` alone."""
    here = sys.version_info[:3]
    for clause in filter(None, (each.strip() for each in wanted.split(","))):
        sign, bound = re.sub(r"[\d.\s]", "", clause), version_of(clause)
        if (sign == ">=" and here < bound) or (sign == "<" and here >= bound):
            raise CannotBe(f"{wheel} needs Python {wanted}; this is {'.'.join(map(str, here))}", code="bad_release")


def fetch_release(channel: str, folder: Path, public_key: str = "") -> Release:
    """Fetch what a channel names: JSON with `version`, `wheel` (an address beside it) and `sha256`, all over https.

    With a `public_key`, `signature` has to be its owner's. Raises `TryLater` where the channel does not answer,
    `CannotBe` for what is not as it says, before anything is fetched that is not signed.
    """
    form = _form(channel, _fetched(channel, 64 * 1024))
    if public_key:
        check_signature(public_key, form["version"], form["sha256"], form["signature"])
    address = urljoin(channel, form["wheel"])
    file = folder / Path(urlsplit(address).path).name
    file.write_bytes(_fetched(address, MOST_BYTES))
    release = read_wheel(file, form["sha256"])
    if release.version != form["version"]:
        raise CannotBe(f"{channel} names {form['version']}, but its wheel is {release.version}", code="bad_release")
    return release


def _form(channel: str, content: bytes) -> dict[str, str]:
    try:
        form = json.loads(content)
        told = {name: str(form[name]) for name in ("version", "wheel", "sha256")}
    except (ValueError, KeyError, TypeError) as error:
        raise CannotBe(f"{channel} is no release channel: version, wheel and sha256 are needed") from error
    if not SHA256.fullmatch(told["sha256"]):
        raise CannotBe(f"{channel} names no SHA-256 of its wheel; nothing was installed", code="bad_release")
    return {**told, "signature": str(form.get("signature") or "")}


def _fetched(address: str, most: int) -> bytes:
    import httpx

    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise Invalid(f"{address} will not do: an https address is needed", where="--channel")
    content = bytearray()
    try:
        with httpx.stream("GET", address, timeout=PATIENCE, follow_redirects=False) as answer:
            answer.raise_for_status()
            for piece in answer.iter_bytes():
                content += piece
                if len(content) > most:
                    raise CannotBe(f"{address} is larger than {most} bytes", code="bad_release")
    except httpx.HTTPError as error:
        raise TryLater(f"{address} cannot be fetched: {error}") from error
    return bytes(content)
