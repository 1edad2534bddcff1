"""Settings: command line, then environment, then `.env`, then `config.toml`, then the default. One frozen object."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo, available_timezones

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from adapters.webpush import KNOWN_HOSTS
from application.models import Budget
from application.ports.model import Role
from daemon.sections import (
    Actions,
    Anthropic,
    BudgetLimits,
    Google,
    Log,
    Models,
    Ollama,
    Owner,
    Poll,
    Push,
    Section,
    Tls,
    Triage,
    Web,
)
from domain.errors import Invalid

__all__ = ["DEFAULT_HOME", "Settings", "described", "load", "prepare_home", "provider_settings", "shown"]

DEFAULT_HOME = Path("~/.alfred")
PREFIX = "ALFRED_"
PROVIDER_SECTIONS = ("google", "anthropic", "ollama")
NOT_YET = frozenset({"microsoft", "power_automate", "azure_devops"})
"""Sections of providers that are still to come: the environment may name them already."""
USUAL_NAMES = {
    "GOOGLE_CLIENT_ID": ("google", "client_id"),
    "GOOGLE_CLIENT_SECRET": ("google", "client_secret"),
    "ANTHROPIC_API_KEY": ("anthropic", "api_key"),
    "OLLAMA_HOST": ("ollama", "host"),
}


class Settings(BaseModel):
    """Everything that can be set. Named `ALFRED_SECTION__KEY` in the environment and `[section] key` in the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Field(default=DEFAULT_HOME, description="data folder; named by `--home` or `ALFRED_HOME` alone")
    owner: Owner = Owner()
    web: Web = Web()
    poll: Poll = Poll()
    triage: Triage = Triage()
    actions: Actions = Actions()
    log: Log = Log()
    tls: Tls = Tls()
    google: Google = Google()
    anthropic: Anthropic = Anthropic()
    ollama: Ollama = Ollama()
    models: Models = Models()
    budget: BudgetLimits = BudgetLimits()
    push: Push = Push()

    @property
    def halt_file(self) -> Path:
        return self.home / "HALT"

    @property
    def model_names(self) -> dict[Role, tuple[str, ...]]:
        return {role: getattr(self.models, role.value) for role in Role}

    @property
    def spending(self) -> Budget:
        return Budget(self.budget.per_day, self.budget.per_month)

    @property
    def push_subject(self) -> str:
        """Return who answers for the pushes: Apple insists on an address that is real (RFC 8292, 2.1)."""
        return self.push.subject or self.web.public_url or "mailto:alfred@localhost"

    @property
    def push_hosts(self) -> tuple[str, ...]:
        return (*KNOWN_HOSTS, *self.push.hosts)

    @property
    def sign_in_client(self) -> tuple[str, str]:
        """Return id and secret of the OAuth client by which the owner signs in to the app."""
        own = (self.web.google_client_id, self.web.google_client_secret)
        return own if own[0] else (self.google.client_id, self.google.client_secret)

    @model_validator(mode="after")
    def _who_asks_google(self) -> Self:
        if self.web.google_address and not self.sign_in_client[0]:
            raise ValueError("web.google_address needs an OAuth client: set web.google_client_id or google.client_id")
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.owner.timezone or _machine_zone())


class _Layer:
    """One place where settings come from: its name for messages, and values by section and key."""

    def __init__(self, name: str, values: Mapping[str, Any]) -> None:
        self.name = name
        self.values = values

    def has(self, path: tuple[Any, ...]) -> bool:
        inner: Any = self.values
        for part in path[:2]:
            if not isinstance(inner, Mapping) or part not in inner:
                return False
            inner = inner[part]
        return bool(path)


def load(home: Path | None = None, overrides: Mapping[str, Any] | None = None) -> Settings:
    """Read the settings of the household at `home`; raise `Invalid` naming key, value and what is allowed."""
    folder = (home or Path(os.environ.get("ALFRED_HOME") or DEFAULT_HOME)).expanduser().absolute()
    layers = (
        _Layer("the command line", overrides or {}),
        _Layer("the environment", _named(os.environ)),
        _Layer(str(folder / ".env"), _named(_env_file(folder / ".env"))),
        _Layer(str(folder / "config.toml"), _toml(folder / "config.toml")),
    )
    merged: dict[str, Any] = {}
    for layer in reversed(layers):
        _lay_over(merged, layer)
    try:
        return Settings.model_validate({**merged, "home": folder})
    except ValidationError as error:
        raise _invalid(error, layers) from None


def prepare_home(home: Path) -> Path:
    """Make the data folder, readable by the owner alone; raise `Invalid` where that cannot be."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        if stat.S_IMODE(home.stat().st_mode) != 0o700:
            home.chmod(0o700)
    except OSError as error:
        raise Invalid(f"the data folder {home} cannot be used: {error.strerror}", where="home") from error
    return home


def provider_settings(settings: Settings) -> dict[str, dict[str, str]]:
    """Return what was set of each provider's section, as the text fields that accounts fall back to."""
    return {
        name: {
            key: str(value) for key, value in getattr(settings, name).model_dump(exclude_defaults=True).items() if value
        }
        for name in PROVIDER_SECTIONS
    }


def shown(settings: Settings) -> dict[str, Any]:
    """Return the settings as JSON values, those that are secret left out."""
    return settings.model_dump(mode="json", exclude=_secret_keys())


def described() -> list[tuple[str, str, str]]:
    """Return (name, default, meaning) of every setting, for the README and its test."""
    rows = [("home", str(DEFAULT_HOME), Settings.model_fields["home"].description or "")]
    for section, fields in _sections():
        rows += [
            (f"{section}.{key}", _default(field.default), field.description or "") for key, field in fields.items()
        ]
    return rows


def _sections() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, Section):
            yield name, type(field.default).model_fields


def _secret_keys() -> dict[str, set[str]]:
    secret = {name: {key for key, field in fields.items() if not field.repr} for name, fields in _sections()}
    return {name: keys for name, keys in secret.items() if keys}


def _default(default: object) -> str:
    return "" if default in (None, "", ()) else str(default)


def _named(variables: Mapping[str, str | None]) -> dict[str, Any]:
    """Return what `ALFRED_SECTION__KEY`, or a usual name, says in `variables`, by section and key."""
    found: dict[str, Any] = {}
    for usual, (section, key) in USUAL_NAMES.items():
        if variables.get(usual):
            found.setdefault(section, {})[key] = variables[usual]
    for name, value in variables.items():
        section, _, key = name.removeprefix(PREFIX).lower().partition("__")
        if name.startswith(PREFIX) and key and section not in NOT_YET:
            found.setdefault(section, {})[key] = value
    return found


def _env_file(file: Path) -> Mapping[str, str | None]:
    try:
        return dotenv_values(file) if file.exists() else {}
    except (OSError, ValueError) as error:
        raise Invalid(f"cannot be read: {error}", where=str(file)) from error


def _toml(file: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    except (OSError, ValueError) as error:
        raise Invalid(f"cannot be read: {error}", where=str(file)) from error
    if "home" in values:
        raise Invalid("the data folder is named by --home or ALFRED_HOME, not in itself", where=f"{file}: home")
    return values


def _lay_over(below: dict[str, Any], layer: _Layer) -> None:
    for section, values in layer.values.items():
        if isinstance(values, Mapping) and isinstance(below.get(section, {}), Mapping):
            below[section] = {**below.get(section, {}), **values}
        else:
            below[section] = values


def _invalid(error: ValidationError, layers: tuple[_Layer, ...]) -> Invalid:
    """Say the first thing that is wrong, where it was set, and what is allowed."""
    first = error.errors()[0]
    path = first["loc"]
    allowed = first["msg"].removeprefix("Value error, ").replace("Input should", "it should")
    if not path:
        return Invalid(allowed, where="the settings")
    place = next((layer.name for layer in layers if layer.has(path)), "the settings")
    key = f"{'.'.join(map(str, path))} in {place}"
    if first["type"] == "extra_forbidden":
        return Invalid(f"there is no such setting; known are {_known_beside(path)}", where=key)
    secret = _secret_keys().get(str(path[0]), set())
    is_secret = path[1] in secret if len(path) > 1 else bool(secret)
    return Invalid(f"{'what is set' if is_secret else repr(first['input'])} will not do: {allowed}", where=key)


def _known_beside(path: tuple[Any, ...]) -> str:
    sections = dict(_sections())
    return ", ".join(sections[path[0]] if len(path) > 1 else sections)


def _machine_zone() -> str:
    link = Path("/etc/localtime")
    _, _, name = str(link.resolve()).partition("zoneinfo/")
    return name if name in available_timezones() else "UTC"
