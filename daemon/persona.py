"""The persona's file, read anew whenever it changes; switching needs no restart."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from application.ports.personas import Personas
from domain.codec import decode, encode
from domain.errors import Invalid
from domain.persona import Persona


@dataclass(slots=True)
class PersonaFile(Personas):
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

    def write(self, persona: Persona) -> None:
        """Write the file anew; what is the shipped butler's own is left out."""
        shipped = encode(Persona())
        form = encode(persona)
        assert isinstance(form, dict)
        assert isinstance(shipped, dict)
        lines = [
            f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in form.items() if value != shipped[key]
        ]
        fresh = self.path.with_suffix(".new")
        fresh.write_text("\n".join(lines) + "\n", encoding="utf-8")
        fresh.replace(self.path)
        self._read = None


def _parsed(path: Path) -> Persona:
    try:
        return decode(Persona, tomllib.loads(path.read_text(encoding="utf-8")), path.name)
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"is no TOML: {error}", where=path.name) from error
