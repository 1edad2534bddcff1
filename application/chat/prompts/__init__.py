"""The prompts: files beside this one, with today's date, the zone and the persona put in by code."""

from __future__ import annotations

from datetime import datetime, tzinfo
from functools import cache
from importlib.resources import files

from domain.chat import HISTORY_LETTERS, Entry, Role
from domain.persona import Persona


@cache
def template(name: str) -> str:
    """Return a prompt's file."""
    return files(__package__).joinpath(f"{name}.txt").read_text(encoding="utf-8").strip()


def persona_prompt(persona: Persona) -> str:
    """Return who speaks and how: the stable beginning of every prompt."""
    return template("persona").format(
        name=persona.name,
        address=persona.address,
        manner=persona.manner,
        language=persona.language,
        notes=persona.notes,
    )


def moment(now: datetime, zone: tzinfo) -> str:
    """Say what day and time it is for the owner."""
    local = now.astimezone(zone)
    return f"It is {local:%A, %d %B %Y, %H:%M} in the owner's zone ({zone})."


def said_before(history: tuple[Entry, ...]) -> str:
    """Return the conversation so far as text, each entry cut to 2,000 characters."""
    names = {Role.OWNER: "Owner", Role.ALFRED: "You"}
    return "\n".join(f"{names[entry.role]}: {entry.text[:HISTORY_LETTERS]}" for entry in history)
