"""The unit files of `deploy/`, filled in: what stands for a path is written as systemd reads it there."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path

from domain.errors import CannotBe, Invalid

PLACEHOLDER = re.compile(r"@([A-Z]+)@")
PATHS = frozenset({"ReadWritePaths", "ReadOnlyPaths", "InaccessiblePaths", "BindPaths", "BindReadOnlyPaths"})
BACK_OFF = ("RestartSteps=", "RestartMaxDelaySec=")
BACK_OFF_SINCE = 254  # https://github.com/systemd/systemd/blob/main/NEWS, "CHANGES WITH 254"


def deploy_folder() -> Path:
    """Return where the templates lie: beside the packages of a checkout, within the package of a wheel."""
    here = Path(__file__)
    for folder in (here.parents[2] / "deploy", here.parents[1] / "deploy"):
        if (folder / "systemd").is_dir():
            return folder
    raise CannotBe("the templates in deploy/ are missing; install Alfred again")


def unit_text(template: str, values: Mapping[str, str], version: int, without: Collection[str] = ()) -> str:
    """Return a template of `deploy/systemd` with its placeholders filled, for the systemd of that version.

    A line whose value is empty is left out, and so are the directives in `without`. Raises `Invalid` for a path that a
    unit file cannot hold.
    """
    lines = (deploy_folder() / "systemd" / template).read_text(encoding="utf-8").splitlines()
    if version < BACK_OFF_SINCE:
        lines = [line for line in lines if not line.startswith(BACK_OFF)]
    kept = [line for line in lines if line.partition("=")[0] not in without and not _lacks(line, values)]
    return "".join(f"{filled(line, values)}\n" for line in kept)


def _lacks(line: str, values: Mapping[str, str]) -> bool:
    return any(not values[name] for name in PLACEHOLDER.findall(line))


def filled(line: str, values: Mapping[str, str]) -> str:
    """Return one line of a template with its placeholders filled."""
    directive, _, value = line.partition("=")
    first = value.split(" ")[0]

    def written(match: re.Match[str]) -> str:
        text = values[match[1]]
        if any(ord(letter) < 32 or ord(letter) == 127 for letter in text):
            raise Invalid(f"{text!r} will not do: a unit file cannot hold control characters", where=match[1].lower())
        if line.startswith("#"):
            return text
        return _value(directive, text, is_program=match[0] == first)

    return PLACEHOLDER.sub(written, line)


def _value(directive: str, text: str, *, is_program: bool) -> str:
    """Write a value as its directive reads it (systemd.syntax(7), systemd.unit(5) "Specifiers")."""
    literal = text.replace("%", "%%")
    if directive in PATHS:
        return _path(literal)
    if not directive.startswith("Exec"):
        return literal
    if is_program and set(text) & set("\\\"'"):
        raise Invalid(f"{text!r} will not do: systemd starts no program with quotes in its path", where="program")
    escaped = literal.replace("\\", "\\\\").replace('"', '\\"')
    # In arguments $ begins a variable (systemd.service(5), "Command lines"); the program's own path knows none.
    return f'"{escaped}"' if is_program else '"' + escaped.replace("$", "$$") + '"'


def _path(literal: str) -> str:
    """Quote a path for a list of paths, where a backslash stays as it is."""
    if not re.search(r"[\s\"']", literal):
        return literal
    quote = next((mark for mark in "\"'" if mark not in literal), None)
    if quote is None:
        raise Invalid(f"{literal!r} will not do: both kinds of quotes are in it; choose another folder", where="home")
    return f"{quote}{literal}{quote}"


def write_whole(file: Path, content: bytes, mode: int) -> None:
    """Replace a file at once; whoever reads meanwhile sees the old one or the new."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, mode)
    try:
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        fresh.replace(file)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
