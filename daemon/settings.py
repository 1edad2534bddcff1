"""Settings: command line, then environment, then `.env`, then `config.toml`, then the default. One frozen object."""

from __future__ import annotations

import stat
import typing
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from datetime import time
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from adapters.webpush import KNOWN_HOSTS
from application.models.budget import Budget
from application.ports.model import Role
from daemon.allowed import DAYS
from daemon.disk import explained
from daemon.home import DEFAULT_HOME, HALT, home_of, household_id
from daemon.layers import Layers
from daemon.sections import (
    Actions,
    Anthropic,
    AzureDevOps,
    Backup,
    Books,
    BudgetLimits,
    Google,
    Heartbeat,
    Keep,
    Log,
    Microsoft,
    Models,
    Ollama,
    Owner,
    Poll,
    PowerAutomate,
    Push,
    Section,
    Tls,
    Triage,
    Update,
    Web,
)
from domain.codec import decode, encode, of_text
from domain.errors import Invalid
from domain.free_time import WorkingHours

__all__ = [
    "Settings",
    "described",
    "load",
    "prepare_home",
    "provider_settings",
    "section_kinds",
    "shown",
]

PROVIDER_SECTIONS = ("google", "microsoft", "power_automate", "azure_devops", "anthropic", "ollama")


@dataclass(frozen=True)
class Settings:
    """Everything that can be set. Named `ALFRED_SECTION__KEY` in the environment and `[section] key` in the file."""

    home: Path = field(default=DEFAULT_HOME, metadata={"doc": "data folder; named by `--home` or `ALFRED_HOME` alone"})
    owner: Owner = field(default_factory=Owner)
    web: Web = field(default_factory=Web)
    poll: Poll = field(default_factory=Poll)
    triage: Triage = field(default_factory=Triage)
    actions: Actions = field(default_factory=Actions)
    log: Log = field(default_factory=Log)
    backup: Backup = field(default_factory=Backup)
    keep: Keep = field(default_factory=Keep)
    heartbeat: Heartbeat = field(default_factory=Heartbeat)
    update: Update = field(default_factory=Update)
    tls: Tls = field(default_factory=Tls)
    google: Google = field(default_factory=Google)
    microsoft: Microsoft = field(default_factory=Microsoft)
    power_automate: PowerAutomate = field(default_factory=PowerAutomate)
    azure_devops: AzureDevOps = field(default_factory=AzureDevOps)
    anthropic: Anthropic = field(default_factory=Anthropic)
    ollama: Ollama = field(default_factory=Ollama)
    models: Models = field(default_factory=Models)
    budget: BudgetLimits = field(default_factory=BudgetLimits)
    books: Books = field(default_factory=Books)
    push: Push = field(default_factory=Push)

    @property
    def halt_file(self) -> Path:
        return self.home / HALT

    @property
    def backups(self) -> Path:
        """Where this household's backups lie; in a folder that others may have too, within one of its own."""
        shared, own = self.backup.folder, household_id(self.home)
        if shared is None:
            return self.home / "backups"
        return shared / f"{self.home.name.lstrip('.')}-{own}" if own else shared

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

    def __post_init__(self) -> None:
        if self.web.google_address and not self.sign_in_client[0]:
            needed = "web.google_address needs an OAuth client: set web.google_client_id or google.client_id"
            raise Invalid(needed, where="the settings")

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.owner.timezone) if self.owner.timezone else _machine_zone()

    @property
    def hours(self) -> WorkingHours:
        start, end = map(time.fromisoformat, self.owner.working_hours.split("-"))
        return WorkingHours(self.zone, start, end, frozenset(DAYS.index(day) for day in self.owner.working_days))

    @property
    def briefing_at(self) -> time | None:
        return time.fromisoformat(self.owner.briefing_at) if self.owner.briefing_at else None


def load(home: Path | None = None, overrides: Mapping[str, Any] | None = None) -> Settings:
    """Read the settings of the household at `home`; raise `Invalid` naming key, value and what is allowed."""
    folder = home_of(home)
    layers = Layers(folder, overrides or {})
    given, known = layers.merged(), dict(section_kinds())
    for name in given:
        if name not in known:
            raise _unknown(known, layers.where(name))
    sections: dict[str, Any] = {name: _section(kind, name, given.get(name, {}), layers) for name, kind in known.items()}
    return Settings(home=folder, **sections)


def _section(kind: type[Section], name: str, given: object, layers: Layers) -> Section:
    if not isinstance(given, Mapping):
        raise Invalid("what is set will not do: keys and values are needed, as a table", where=layers.where(name))
    known, hints = {each.name: each for each in fields(kind)}, typing.get_type_hints(kind)
    found = {}
    for key, value in given.items():
        if key not in known:
            raise _unknown(known, layers.where(name, key))
        found[key] = _value(known[key], hints[key], value, layers.where(name, key), layers.folder)
    try:
        return kind(**found)
    except Invalid as error:
        raise Invalid(str(error), where=layers.where(name)) from None


def _value(known: Field[Any], hint: Any, given: object, where: str, home: Path) -> object:
    """Read one value as its type says; a secret is not quoted."""
    if not known.repr and not isinstance(given, str):
        raise Invalid("what is set will not do: text is needed", where=where)
    try:
        value = (
            _place(given, home)
            if hint == Path | None
            else decode(hint, of_text(hint, given) if isinstance(given, str) else given)
        )
        return value if value is None else _checked(known, value)
    except Invalid as error:
        raise Invalid(str(error), where=where) from None


def _checked(known: Field[Any], value: object) -> object:
    """Return a value of the right type in order; raise `Invalid` saying which it is, but for a secret."""
    check = known.metadata["check"]
    try:
        return check(value) if check else value
    except Invalid as error:
        said = repr(_json(value)) if known.repr else "what is set"
        raise Invalid(f"{said} will not do: {error}") from None


def _place(given: object, home: Path) -> Path | None:
    """Return the path that is meant, whatever folder a command is run in: a relative one lies in the household's."""
    text = decode(str, str(given) if isinstance(given, Path) else given)
    try:
        return home / Path(text).expanduser() if text else None
    except RuntimeError as error:
        raise Invalid(f"{text!r} will not do: {error}") from None


def _unknown(known: Mapping[str, object], where: str) -> Invalid:
    return Invalid(f"there is no such setting; known are {', '.join(known)}", where=where)


def prepare_home(home: Path) -> Path:
    """Make the data folder, readable by the owner alone; raise `Invalid` where that cannot be."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        if stat.S_IMODE(home.stat().st_mode) != 0o700:
            home.chmod(0o700)
    except OSError as error:
        advice = f"{explained(error)}; or name another with --home or ALFRED_HOME"
        raise Invalid(f"the data folder {home} cannot be used: {advice}", where="home") from error
    return home


def provider_settings(settings: Settings) -> dict[str, dict[str, str]]:
    """Return what was set of each provider's section, as the text fields that accounts fall back to."""
    found = {
        name: {
            each.name: str(value)
            for each in fields(getattr(settings, name))
            if (value := getattr(getattr(settings, name), each.name)) and value != each.default
        }
        for name in PROVIDER_SECTIONS
    }
    if settings.tls.ca_file:
        for name in PROVIDER_SECTIONS:
            found[name]["ca_file"] = str(settings.tls.ca_file)
    return found | {"azure_devops": _of_entra(found["microsoft"]) | found["azure_devops"]}


def _of_entra(microsoft: Mapping[str, str]) -> dict[str, str]:
    """Return what another service that signs in with Entra takes over from Microsoft's section."""
    return {name: microsoft[name] for name in ("client_id", "tenant", "authority") if name in microsoft}


def shown(settings: Settings) -> dict[str, Any]:
    """Return the settings as JSON values, those that are secret left out."""
    sections = {
        name: {each.name: _json(getattr(getattr(settings, name), each.name)) for each in fields(kind) if each.repr}
        for name, kind in section_kinds()
    }
    return {"home": str(settings.home), **sections}


def _json(value: object) -> object:
    return str(value) if isinstance(value, Path) else encode(value)


def described() -> list[tuple[str, str, str]]:
    """Return (name, default, meaning) of every setting, for the README and its test."""
    home = next(each for each in fields(Settings) if each.name == "home")
    rows = [("home", str(home.default), home.metadata["doc"])]
    for section, kind in section_kinds():
        rows += [(f"{section}.{each.name}", _default(each.default), each.metadata["doc"]) for each in fields(kind)]
    return rows


def section_kinds() -> Iterator[tuple[str, type[Section]]]:
    """Yield each section's name and class."""
    for name, kind in typing.get_type_hints(Settings).items():
        if issubclass(kind, Section):
            yield name, kind


def _default(default: object) -> str:
    if isinstance(default, tuple):
        return ", ".join(default)
    return "" if default in (None, "") else str(default)


def _machine_zone() -> ZoneInfo:
    _, _, name = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")
    try:
        return ZoneInfo(name or "UTC")
    except ZoneInfoNotFoundError:
        return ZoneInfo("UTC")
