"""Settings: command line, then environment, then `.env`, then `config.toml`, then the default. One frozen object."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from domain.errors import Invalid

DEFAULT_HOME = Path("~/.alfred")
PORT = 8420
PROVIDER_SECTIONS = ("google", "anthropic", "ollama")
USUAL_NAMES = {
    "GOOGLE_CLIENT_ID": "ALFRED_GOOGLE__CLIENT_ID",
    "GOOGLE_CLIENT_SECRET": "ALFRED_GOOGLE__CLIENT_SECRET",
    "ANTHROPIC_API_KEY": "ALFRED_ANTHROPIC__API_KEY",
    "OLLAMA_HOST": "ALFRED_OLLAMA__HOST",
}


class Section(BaseModel):
    """A part of the settings; unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Owner(Section):
    timezone: str = Field(default="", description="IANA name of the owner's zone; empty: the machine's")

    @field_validator("timezone")
    @classmethod
    def _known(cls, value: str) -> str:
        if value and value not in available_timezones():
            raise ValueError("an IANA time zone such as Europe/Berlin is needed")
        return value


class Web(Section):
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=PORT, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    public_url: str = Field(default="", description="the https address under which phones reach Alfred")
    allowed_hosts: tuple[str, ...] = Field(default=(), description="host names answered to, besides loopback's")
    trusted_proxies: tuple[str, ...] = Field(default=(), description="addresses whose forwarded headers count")
    tls_cert: Path | None = Field(default=None, description="certificate chain, PEM")
    tls_key: Path | None = Field(default=None, description="private key, PEM")


class Poll(Section):
    interval: int = Field(default=60, ge=5, le=86400, description="seconds between polls")
    first_limit: int = Field(default=50, ge=1, le=500, description="inbox messages taken at the first poll")


class Triage(Section):
    sure_at: float = Field(default=0.9, ge=0, le=1, description="confidence from which the local brain needs no model")
    parse_workers: int = Field(default=0, ge=0, le=8, description="processes that read mail; 0 reads in this one")


class Actions(Section):
    hourly_cap: int = Field(default=200, ge=0, description="automatic actions per hour at most")


class Log(Section):
    level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="least level written")
    keep_days: int = Field(default=14, ge=1, description="days of log files kept")


class Tls(Section):
    ca_file: Path | None = Field(default=None, description="certificates of a private authority, PEM")


class Google(Section):
    client_id: str = Field(default="", description="OAuth client of your Google Cloud project")
    client_secret: str = Field(default="", description="its secret; better kept in the vault", repr=False)
    api_endpoint: str = Field(default="https://gmail.googleapis.com", description="address of the Gmail API")
    auth_uri: str = Field(default="https://accounts.google.com/o/oauth2/v2/auth", description="consent page")
    token_uri: str = Field(default="https://oauth2.googleapis.com/token", description="token endpoint")


class Anthropic(Section):
    base_url: str = Field(default="https://api.anthropic.com", description="address of Anthropic's API")
    api_key: str = Field(default="", description="your key; better kept in the vault", repr=False)


class Ollama(Section):
    host: str = Field(default="http://127.0.0.1:11434", description="address of your Ollama server")
    keep_alive: str = Field(default="10m", description="how long Ollama keeps a model loaded")


class Models(Section):
    """Each role's models as `provider:model`, tried in turn; empty: the best that is connected."""

    classify: tuple[str, ...] = Field(default=(), description="models that sort mail")
    extract: tuple[str, ...] = Field(default=(), description="models that turn words into intents")
    compose: tuple[str, ...] = Field(default=(), description="models that write answers")
    critic: tuple[str, ...] = Field(default=(), description="models that check a turn")
    embed: tuple[str, ...] = Field(default=(), description="models that embed memories")


class BudgetLimits(Section):
    per_day: float = Field(default=1.0, ge=0, description="US dollars for models per day at most; 0: no limit")
    per_month: float = Field(default=15.0, ge=0, description="US dollars for models per month at most; 0: no limit")


class Settings(BaseSettings):
    """Everything that can be set. Named `ALFRED_SECTION__KEY` in the environment and `[section] key` in the file."""

    model_config = SettingsConfigDict(env_prefix="ALFRED_", env_nested_delimiter="__", frozen=True, extra="ignore")

    home: Path = Field(default=DEFAULT_HOME, description="data folder")
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

    @property
    def halt_file(self) -> Path:
        return self.home / "HALT"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.owner.timezone or _machine_zone())


def provider_settings(settings: Settings) -> dict[str, dict[str, str]]:
    """Return each provider's section as the text fields that accounts fall back to."""
    return {
        name: {key: str(value) for key, value in getattr(settings, name).model_dump().items() if value}
        for name in PROVIDER_SECTIONS
    }


def load(home: Path | None = None, overrides: Mapping[str, Any] | None = None) -> Settings:
    """Read the settings of the household at `home`; raise `Invalid` naming key, value and what is allowed."""
    folder = (home or Path(os.environ.get("ALFRED_HOME") or DEFAULT_HOME)).expanduser()
    _use_usual_names()
    file = folder / "config.toml"

    class Household(Settings):
        model_config = SettingsConfigDict(env_file=folder / ".env", extra="ignore")

        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return init_settings, env_settings, dotenv_settings, TomlConfigSettingsSource(settings_cls, file)

    try:
        settings = Household(**{**(overrides or {}), "home": folder})
    except ValidationError as error:
        raise _invalid(error, file) from error
    except ValueError as error:
        raise Invalid(f"{file} cannot be read: {error}", where="config.toml") from error
    _refuse_unknown_sections(file)
    return settings


def prepare_home(home: Path) -> Path:
    """Make the data folder, readable by the owner alone; raise `Invalid` where that cannot be."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        if stat.S_IMODE(home.stat().st_mode) != 0o700:
            home.chmod(0o700)
    except OSError as error:
        raise Invalid(f"the data folder {home} cannot be used: {error.strerror}", where="home") from error
    return home


def described() -> list[tuple[str, str, str]]:
    """Return (name, default, meaning) of every setting, for the README and its test."""
    rows: list[tuple[str, str, str]] = []
    for section, field in Settings.model_fields.items():
        if isinstance(field.default, Section):
            for key, inner in type(field.default).model_fields.items():
                rows.append((f"{section}.{key}", _shown(inner.default), inner.description or ""))
        else:
            rows.append((section, _shown(field.default), field.description or ""))
    return rows


def _shown(default: object) -> str:
    return "" if default in (None, "", ()) else str(default)


def _use_usual_names() -> None:
    for usual, ours in USUAL_NAMES.items():
        if usual in os.environ and ours not in os.environ:
            os.environ[ours] = os.environ[usual]


def _machine_zone() -> str:
    link = Path("/etc/localtime")
    _, _, name = str(link.resolve()).partition("zoneinfo/")
    return name if name in available_timezones() else "UTC"


def _invalid(error: ValidationError, file: Path) -> Invalid:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return Invalid(f"there is no such setting (in {file.name} or the environment)", where=key)
    return Invalid(f"{first['input']!r} will not do: {first['msg']}", where=key)


def _refuse_unknown_sections(file: Path) -> None:
    if not file.exists():
        return
    import tomllib

    unknown = sorted(set(tomllib.loads(file.read_text())) - set(Settings.model_fields))
    if unknown:
        known = ", ".join(sorted(Settings.model_fields))
        raise Invalid(f"there is no such section; known are {known}", where=unknown[0])
