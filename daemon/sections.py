"""What can be set, section by section: names, defaults, bounds and meanings."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self
from zoneinfo import available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, FilePath, field_validator, model_validator

from daemon.running import PORT


def _split(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_split)]
"""A list; in the environment, words with commas between them."""


_ONE_ADDRESS = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+")


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
    allowed_hosts: Words = Field(default=(), description="host names answered to, besides loopback's")
    trusted_proxies: Words = Field(default=(), description="addresses whose forwarded headers count")
    tls_cert: FilePath | None = Field(default=None, description="certificate chain, PEM")
    tls_key: FilePath | None = Field(default=None, description="private key, PEM")
    google_address: str = Field(default="", description="the one address that may sign in with Google; empty: none")
    google_client_id: str = Field(default="", description="OAuth client for that; empty: `google.client_id`")
    google_client_secret: str = Field(default="", description="its secret", repr=False)

    @field_validator("google_address")
    @classmethod
    def _one_address(cls, value: str) -> str:
        if value and not _ONE_ADDRESS.fullmatch(value.strip()):
            raise ValueError("exactly one mail address is needed, or nothing")
        return value.strip()

    @model_validator(mode="after")
    def _whole_pair(self) -> Self:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("web.tls_cert and web.tls_key are needed together")
        return self


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
    ca_file: FilePath | None = Field(default=None, description="certificates of a private authority, PEM")


class Google(Section):
    client_id: str = Field(default="", description="OAuth client of your Google Cloud project")
    client_secret: str = Field(default="", description="its secret; better kept in the vault", repr=False)
    api_endpoint: str = Field(default="https://gmail.googleapis.com", description="address of the Gmail API")
    auth_uri: str = Field(default="https://accounts.google.com/o/oauth2/v2/auth", description="consent page")
    token_uri: str = Field(default="https://oauth2.googleapis.com/token", description="token endpoint")


class Anthropic(Section):
    base_url: str = Field(default="", description="address of Anthropic's API, where it is not the usual one")
    api_key: str = Field(default="", description="your key; better kept in the vault", repr=False)


class Ollama(Section):
    host: str = Field(default="", description="address of your Ollama server; set it to use one")
    keep_alive: str = Field(default="10m", description="how long Ollama keeps a model loaded")


class Models(Section):
    """Each role's models as `provider:model`, tried in turn; empty: the best that is connected."""

    classify: Words = Field(default=(), description="models that sort mail")
    extract: Words = Field(default=(), description="models that turn words into intents")
    compose: Words = Field(default=(), description="models that write answers")
    critic: Words = Field(default=(), description="models that check a turn")
    embed: Words = Field(default=(), description="models that embed memories")


class Push(Section):
    subject: str = Field(default="", description="your address for push services, mailto: or https:")
    hosts: Words = Field(default=(), description="push services allowed besides the known ones")
    plain_hosts: Words = Field(default=(), description="push services reached over http, for tests")


class BudgetLimits(Section):
    per_day: float = Field(default=1.0, ge=0, description="US dollars for models per day at most; 0: no limit")
    per_month: float = Field(default=15.0, ge=0, description="US dollars for models per month at most; 0: no limit")
