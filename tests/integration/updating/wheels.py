"""Wheels of Alfred, made from the tree as it is, with another version and whatever shall be wrong with it."""

from __future__ import annotations

import base64
import hashlib
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[3]
# One entry of the lock, which is installed wherever tests run.
LOCK = re.findall(rb"^certifi==[^\n]+(?:\n [^\n]+)+", (ROOT / "requirements.lock").read_bytes(), re.MULTILINE)[0]
PACKAGES = ("domain", "application", "adapters", "daemon", "web", "sandbox")
METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nRequires-Python: {python}\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
ENTRY_POINTS = "[console_scripts]\nalfred = daemon.cli.main:main\n"


def a_wheel(
    folder: Path,
    version: str,
    added: Mapping[str, str] | None = None,
    *,
    name: str = "alfred-butler",
    python: str = ">=3.11",
    packages: tuple[str, ...] = PACKAGES,
    lock: bytes = LOCK,
) -> Path:
    """Make a wheel; `added` is appended to the files that it names, `lock` names the packages it needs."""
    folder.mkdir(exist_ok=True)
    file = folder / f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
    about = f"{name.replace('-', '_')}-{version}.dist-info"
    members = {str(path.relative_to(ROOT)): path.read_bytes() for path in _sources(packages)}
    members |= {f"daemon/{path.relative_to(ROOT)}": path.read_bytes() for path in (ROOT / "deploy").rglob("*.service")}
    members["daemon/requirements.lock"] = lock
    for place, text in (added or {}).items():
        members[place] = members[place] + text.encode()
    members[f"{about}/METADATA"] = METADATA.format(name=name, version=version, python=python).encode()
    members[f"{about}/WHEEL"] = WHEEL.encode()
    members[f"{about}/entry_points.txt"] = ENTRY_POINTS.encode()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for place, content in members.items():
            archive.writestr(place, content)
        archive.writestr(f"{about}/RECORD", "".join(map(_recorded, members, members.values())))
    return file


def _recorded(place: str, content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{place},sha256={digest},{len(content)}\n"


def _sources(packages: tuple[str, ...]) -> list[Path]:
    found = [path for name in packages for path in (ROOT / name).rglob("*") if path.is_file()]
    return [path for path in found if not {"app", "__pycache__", "node_modules", "static"} & set(path.parts)]
