"""The persona's file, read anew whenever it changes; switching needs no restart."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from domain.codec import decode
from domain.errors import Invalid
from domain.persona import Persona


@dataclass(slots=True)
class PersonaFile:
    """`persona.toml` in the data folder; the shipped butler where there is none."""

    home: Path
    _read: tuple[float, Persona] | None = field(default=None, init=False)

    @property
    def path(self) -> Path:
        return self.home / "persona.toml"

    def read(self) -> Persona:
        """Return the persona; raise `Invalid` naming the key that is wrong."""
        if not self.path.exists():
            return Persona()
        changed = self.path.stat().st_mtime
        if self._read is None or self._read[0] != changed:
            self._read = (changed, _parsed(self.path))
        return self._read[1]


def _parsed(path: Path) -> Persona:
    try:
        return decode(Persona, tomllib.loads(path.read_text(encoding="utf-8")), path.name)
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"is no TOML: {error}", where=path.name) from error
