"""Makes the files of a pull request: texts of which exactly so many lines come and go."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from sandbox.households.works import CodeChange

_FILE = re.compile(r"(/\S+) \+(\d+)(?: -(\d+))?")
_KEPT = 12


def change(written: str) -> CodeChange:
    """Return the change that `/path +added -removed` stands for; without lines removed the file is new."""
    found = _FILE.fullmatch(written)
    if found is None:
        raise ValueError(f"{written!r} is no file of a pull request: write '/path +added -removed'")
    path, added, removed = found[1], int(found[2]), found[3]
    if removed is None:
        return new(path, added)
    stem = _stem(path)
    before = _text(stem, "former", int(removed))
    return CodeChange(path, before, _text(stem, "current", added))


def new(path: str, lines: int) -> CodeChange:
    """Return a new file of so many lines."""
    stem = _stem(path)
    return CodeChange(path, None, "".join(f"{stem}_{number:03d} = step({number})\n" for number in range(lines)))


def _text(stem: str, name: str, lines: int) -> str:
    kept = [f"# {stem}: part {number}\n" for number in range(_KEPT)]
    own = [f"{name}_{stem}_{number:03d} = step({number})\n" for number in range(lines)]
    return "".join([*kept[: _KEPT // 2], *own, *kept[_KEPT // 2 :]])


def _stem(path: str) -> str:
    return PurePosixPath(path).stem.replace("-", "_")
