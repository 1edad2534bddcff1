"""Where settings come from: command line, then environment, then `.env`, then `config.toml`."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from daemon.disk import explained
from domain.errors import Invalid

PREFIX = "ALFRED_"
UNREADABLE = "settings_unreadable"
USUAL_NAMES = {
    "GOOGLE_CLIENT_ID": ("google", "client_id"),
    "GOOGLE_CLIENT_SECRET": ("google", "client_secret"),
    "ANTHROPIC_API_KEY": ("anthropic", "api_key"),
    "OLLAMA_HOST": ("ollama", "host"),
}


class Layer:
    """One place where settings come from: its name for messages, and values by section and key."""

    def __init__(self, name: str, values: Mapping[str, Any]) -> None:
        self.name = name
        self.values = values

    def has(self, path: tuple[str, ...]) -> bool:
        inner: Any = self.values
        for part in path:
            if not isinstance(inner, Mapping) or part not in inner:
                return False
            inner = inner[part]
        return True


class Layers:
    """All places together; what one says outranks what the next says."""

    def __init__(self, folder: Path, overrides: Mapping[str, Any]) -> None:
        self.folder = folder
        self._layers = (
            Layer("the command line", overrides),
            Layer("the environment", _named(os.environ)),
            Layer(str(folder / ".env"), _named(_env_file(folder / ".env"))),
            Layer(str(folder / "config.toml"), _toml(folder / "config.toml")),
        )

    def merged(self) -> dict[str, Any]:
        """Return what holds, by section and key."""
        values: dict[str, Any] = {}
        for layer in reversed(self._layers):
            _lay_over(values, layer)
        return values

    def said_by_environment_alone(self) -> dict[str, dict[str, str]]:
        """Return, by section and key, what the environment says and no file of the household."""
        environment, *files = self._layers[1:]
        said = {
            section: {
                key: value for key, value in values.items() if not any(file.has((section, key)) for file in files)
            }
            for section, values in environment.values.items()
        }
        return {section: values for section, values in said.items() if values}

    def where(self, *path: str) -> str:
        """Name a section or a key, and the place that set it."""
        place = next((layer.name for layer in self._layers if layer.has(path)), "the settings")
        return f"{'.'.join(path)} in {place}"


def _named(variables: Mapping[str, str | None]) -> dict[str, Any]:
    """Return what `ALFRED_SECTION__KEY`, or a usual name, says in `variables`, by section and key."""
    found: dict[str, Any] = {}
    for usual, (section, key) in USUAL_NAMES.items():
        if variables.get(usual):
            found.setdefault(section, {})[key] = variables[usual]
    for name, value in variables.items():
        section, _, key = name.removeprefix(PREFIX).lower().partition("__")
        if name.startswith(PREFIX) and key:
            found.setdefault(section, {})[key] = value
    return found


def _env_file(file: Path) -> Mapping[str, str | None]:
    """Return what each line says, word for word: a `$` of a secret stands for nothing else."""
    text = _text(file)
    if not text:
        return {}
    from dotenv.parser import parse_stream

    lines = tuple(parse_stream(StringIO(text)))
    broken = next((each.original.line for each in lines if each.error), None)
    if broken is not None:
        raise Invalid(f"line {broken} is not NAME=VALUE, or its quotation mark is never closed", where=str(file))
    return {each.key: each.value for each in lines if each.key is not None}


def _toml(file: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(_text(file))
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"cannot be read: {error}", where=str(file)) from error
    if "home" in values:
        raise Invalid("the data folder is named by --home or ALFRED_HOME, not in itself", where=f"{file}: home")
    return values


def _text(file: Path) -> str:
    """Return what a file says, which some editors begin with a mark of byte order; nothing where there is none."""
    try:
        return file.read_text(encoding="utf-8-sig") if file.exists() else ""
    except OSError as error:
        raise Invalid(f"the settings cannot be read: {explained(error)}", where="home", code=UNREADABLE) from error
    except UnicodeDecodeError as error:
        raise Invalid("cannot be read: it is not written in UTF-8; save it as that", where=str(file)) from error


def _lay_over(below: dict[str, Any], layer: Layer) -> None:
    for section, values in layer.values.items():
        if isinstance(values, Mapping) and isinstance(below.get(section, {}), Mapping):
            below[section] = {**below.get(section, {}), **values}
        else:
            below[section] = values
