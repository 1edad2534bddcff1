"""Where the persona is kept."""

from __future__ import annotations

from typing import Protocol

from domain.persona import Persona


class Personas(Protocol):
    """One persona, exchangeable while Alfred runs."""

    def read(self) -> Persona:
        """Raise `Invalid` naming the key that is wrong."""
        ...

    def write(self, persona: Persona) -> None: ...
