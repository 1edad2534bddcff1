"""Writing into `config.toml` without losing what the owner wrote there."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from daemon.units.templates import write_whole
from domain.errors import CannotBe

Value = str | int | float | Sequence[str]


def put_settings(file: Path, section: str, values: Mapping[str, Value]) -> None:
    """Set values of one section; comments, order and everything else stay as they are.

    Raise `CannotBe` with the lines to add by hand where the file is written in a way that this cannot follow.
    """
    before = file.read_text(encoding="utf-8-sig") if file.exists() else ""
    lines = before.rstrip("\n").split("\n") if before.strip() else []
    for key, value in values.items():
        lines = _with(lines, section, key, f"{key} = {_written(value)}")
    after = "\n".join(lines) + "\n"
    if not _says(after, before, section, values):
        wanted = "\n".join(f"{key} = {_written(value)}" for key, value in values.items())
        raise CannotBe(f"{file} is left alone; add this to it:\n[{section}]\n{wanted}", code="settings_file")
    write_whole(file, after.encode(), 0o600)


def _with(lines: Sequence[str], section: str, key: str, line: str) -> list[str]:
    """Return the lines with one more, or another in the place of the one that set `key`."""
    header = re.compile(rf"\s*\[\s*{re.escape(section)}\s*\]")
    begin = next((number for number, each in enumerate(lines) if header.match(each)), None)
    if begin is None:
        return [*lines, *([""] if lines else []), f"[{section}]", line]
    end = next((number for number in range(begin + 1, len(lines)) if lines[number].startswith("[")), len(lines))
    known = re.compile(rf"\s*{re.escape(key)}\s*=")
    for number in range(begin + 1, end):
        if known.match(lines[number]):
            return [*lines[:number], line, *lines[number + 1 :]]
    while end > begin + 1 and not lines[end - 1].strip():
        end -= 1
    return [*lines[:end], line, *lines[end:]]


def _says(after: str, before: str, section: str, values: Mapping[str, Value]) -> bool:
    """Whether the new text says what the old one said, and the values besides."""
    try:
        expected: dict[str, Any] = tomllib.loads(before)
        expected[section] = {**expected.get(section, {}), **{key: _plain(value) for key, value in values.items()}}
        return tomllib.loads(after) == expected
    except (tomllib.TOMLDecodeError, TypeError):
        return False


def _written(value: Value) -> str:
    """Write a value as TOML does: as JSON, whose strings may hold DEL as it is."""
    return json.dumps(_plain(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _plain(value: Value) -> str | float | list[str]:
    return value if isinstance(value, str | int | float) else list(value)
