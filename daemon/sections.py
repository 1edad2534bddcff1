"""What can be set, section by section: names, defaults, bounds and meanings."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Any, Literal
from zoneinfo import available_timezones

from daemon.running import PORT
from domain.errors import Invalid

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _means(doc: str, check: Callable[[Any], Any] | None = None) -> dict[str, Any]:
    """Return the metadata of a setting: what it means, and what turns down, or puts in order, a value of its type."""
    return {"doc": doc, "check": check}


def _within(least: float, most: float = math.inf) -> Callable[[float], float]:
    def checked(value: float) -> float:
        if not least <= value <= most:
            allowed = f"at least {least}" if most == math.inf else f"from {least} to {most}"
            raise Invalid(f"{value} will not do: it should be {allowed}")
        return value

    return checked


def _file(value: Path) -> Path:
    if not value.is_file():
        raise Invalid(f"'{value}' will not do: it should be the path of a file")
    return value


def _zone(value: str) -> str:
    if value and value not in available_timezones():
        raise Invalid(f"{value!r} will not do: an IANA time zone such as Europe/Berlin is needed")
    return value


def _one_address(value: str) -> str:
    if value and not re.fullmatch(r"[^\s@,;<>]+@[^\s@,;<>]+", value.strip()):
        raise Invalid(f"{value!r} will not do: exactly one mail address is needed, or nothing")
    return value.strip()


def _hours(value: str) -> str:
    try:
        start, end = (time.fromisoformat(each.strip()) for each in value.split("-"))
    except ValueError:
        raise Invalid(f"{value!r} will not do: two times of the day such as 09:00-18:00 are needed") from None
    return f"{start:%H:%M}-{end:%H:%M}"


def _time(value: str) -> str:
    try:
        return value and time.fromisoformat(value.strip()).strftime("%H:%M")
    except ValueError:
        raise Invalid(f"{value!r} will not do: a time of the day such as 07:30 is needed, or nothing") from None


def _days(value: tuple[str, ...]) -> tuple[str, ...]:
    days = tuple(each.strip().lower() for each in value)
    if not days or not set(days) <= set(DAYS):
        raise Invalid(f"{', '.join(value)!r} will not do: some of {', '.join(DAYS)} are needed")
    return days


def _day(value: str) -> str:
    try:
        return value and date.fromisoformat(value).isoformat()
    except ValueError:
        raise Invalid(f"{value!r} will not do: a day such as 2027-03-31 is needed") from None


def _beat_url(value: str) -> str:
    if value and not re.match(r"https://[^\s/]|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(/|$)", value):
        raise Invalid(f"{value!r} will not do: an https address is needed, or nothing")
    return value


def _public_key(value: str) -> str:
    try:
        length = len(base64.b64decode(value, validate=True))
    except ValueError:
        length = -1
    if value and length != 32:
        raise Invalid(f"{value!r} will not do: an Ed25519 key is needed, 32 bytes in base64, or nothing")
    return value


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the settings; unknown keys are errors. What is secret has `repr=False`."""


@dataclass(frozen=True, slots=True)
class Owner(Section):
    timezone: str = field(default="", metadata=_means("IANA name of the owner's zone; empty: the machine's", _zone))
    working_hours: str = field(
        default="09:00-18:00", metadata=_means("when free time is looked for, such as `08:30-17:00`", _hours)
    )
    working_days: tuple[str, ...] = field(
        default=DAYS[:5], metadata=_means("the days of that, as the first three letters of each", _days)
    )
    briefing_at: str = field(
        default="08:00",
        metadata=_means("when the morning briefing is pushed, or once quiet hours end; empty: never", _time),
    )


@dataclass(frozen=True, slots=True)
class Web(Section):
    host: str = field(default="127.0.0.1", metadata=_means("address to listen on"))
    port: int = field(default=PORT, metadata=_means("port to listen on; 0 takes a free one", _within(0, 65535)))
    public_url: str = field(default="", metadata=_means("the https address under which phones reach Alfred"))
    allowed_hosts: tuple[str, ...] = field(
        default=(), metadata=_means("host names answered to, besides loopback's and `web.host`")
    )
    trusted_proxies: tuple[str, ...] = field(default=(), metadata=_means("addresses whose forwarded headers count"))
    tls_cert: Path | None = field(default=None, metadata=_means("certificate chain, PEM", _file))
    tls_key: Path | None = field(default=None, metadata=_means("private key, PEM", _file))
    google_address: str = field(
        default="", metadata=_means("the one address that may sign in with Google; empty: none", _one_address)
    )
    google_client_id: str = field(default="", metadata=_means("OAuth client for that; empty: `google.client_id`"))
    google_client_secret: str = field(default="", repr=False, metadata=_means("its secret"))

    def __post_init__(self) -> None:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise Invalid("web.tls_cert and web.tls_key are needed together")

    @property
    def near_host(self) -> str:
        """How this machine itself calls the host that is listened on, in an address."""
        if self.host in ("127.0.0.1", "0.0.0.0", "::1", "::"):
            return "localhost"
        return f"[{self.host}]" if ":" in self.host else self.host

    def near_url(self, port: int) -> str:
        """The address at which this machine itself finds the daemon that listens on `port`."""
        return f"{'https' if self.tls_cert else 'http'}://{self.near_host}:{port}"


@dataclass(frozen=True, slots=True)
class Poll(Section):
    interval: int = field(default=60, metadata=_means("seconds between polls", _within(5, 86400)))
    first_limit: int = field(default=50, metadata=_means("inbox messages taken at the first poll", _within(1, 500)))


@dataclass(frozen=True, slots=True)
class Triage(Section):
    sure_at: float = field(
        default=0.9, metadata=_means("confidence from which the local brain needs no model", _within(0, 1))
    )
    parse_workers: int = field(
        default=0, metadata=_means("processes that read mail; 0 reads in this one", _within(0, 8))
    )


@dataclass(frozen=True, slots=True)
class Actions(Section):
    hourly_cap: int = field(default=200, metadata=_means("automatic actions per hour at most", _within(0)))
    first: Literal["show", "propose"] = field(
        default="show", metadata=_means("in a new household: show first what rules would do, or propose at once")
    )


@dataclass(frozen=True, slots=True)
class Log(Section):
    level: Literal["debug", "info", "warning", "error"] = field(default="info", metadata=_means("least level written"))
    keep_days: int = field(default=14, metadata=_means("days of log files kept", _within(1)))


@dataclass(frozen=True, slots=True)
class Backup(Section):
    every_hours: int = field(default=24, metadata=_means("hours between backups; 0: none by itself", _within(0, 8760)))
    keep: int = field(default=14, metadata=_means("newest backups kept", _within(1)))
    keep_weeks: int = field(default=4, metadata=_means("weeks of which the last backup is kept besides", _within(0)))
    keep_months: int = field(default=6, metadata=_means("months of which the last backup is kept besides", _within(0)))
    folder: Path | None = field(
        default=None,
        metadata=_means("where they are put, in a folder of the household's own; empty: `backups` in the data folder"),
    )
    passphrase: str = field(
        default="",
        repr=False,
        metadata=_means("encrypts them, in place of the one that `alfred backup passphrase` keeps"),
    )


@dataclass(frozen=True, slots=True)
class Keep(Section):
    bodies_days: int = field(
        default=0, metadata=_means("days the text of a mail is kept; 0: for good", _within(0, 36500))
    )


@dataclass(frozen=True, slots=True)
class Update(Section):
    channel: str = field(default="", metadata=_means("address that names the newest release, asked by `alfred update`"))
    public_key: str = field(
        default="", metadata=_means("Ed25519 key, base64, by which a channel's releases must be signed", _public_key)
    )


@dataclass(frozen=True, slots=True)
class Heartbeat(Section):
    url: str = field(
        default="", repr=False, metadata=_means("https address called while all is well; empty: none", _beat_url)
    )
    seconds: int = field(default=300, metadata=_means("seconds between the calls", _within(30, 86400)))


@dataclass(frozen=True, slots=True)
class Tls(Section):
    ca_file: Path | None = field(default=None, metadata=_means("certificates of a private authority, PEM", _file))


@dataclass(frozen=True, slots=True)
class Google(Section):
    client_id: str = field(default="", metadata=_means("OAuth client of your Google Cloud project"))
    client_secret: str = field(default="", repr=False, metadata=_means("its secret; better kept in the vault"))
    api_endpoint: str = field(default="https://gmail.googleapis.com", metadata=_means("address of the Gmail API"))
    auth_uri: str = field(default="https://accounts.google.com/o/oauth2/v2/auth", metadata=_means("consent page"))
    token_uri: str = field(default="https://oauth2.googleapis.com/token", metadata=_means("token endpoint"))
    publishing: Literal["production", "testing"] = field(
        default="production",
        metadata=_means("your project's publishing status; in `testing` the end of each sign-in is announced"),
    )


@dataclass(frozen=True, slots=True)
class Microsoft(Section):
    client_id: str = field(default="", metadata=_means("application id of your app registration"))
    tenant: str = field(default="common", metadata=_means("your organization's domain or id; common for any account"))
    authority: str = field(
        default="https://login.microsoftonline.com",
        metadata=_means("sign-in; with a path, that stands in the tenant's place"),
    )
    graph_endpoint: str = field(default="https://graph.microsoft.com", metadata=_means("address of Microsoft Graph"))


@dataclass(frozen=True, slots=True)
class AzureDevOps(Section):
    url: str = field(default="", metadata=_means("your organisation, such as `https://dev.azure.com/name`"))
    pat: str = field(default="", repr=False, metadata=_means("personal access token; better kept in the vault"))
    pat_expires: str = field(default="", metadata=_means("day on which it expires, such as 2027-03-31", _day))
    pat_covers: Literal["organisation", "all"] = field(
        default="organisation", metadata=_means("what the token is for; those for all organisations end on 2026-12-01")
    )
    sign_in: Literal["token", "browser", "code"] = field(
        default="token", metadata=_means("by a personal access token, or with Entra in a browser or by a code")
    )
    client_id: str = field(default="", metadata=_means("application id for Entra; empty: `microsoft.client_id`"))
    tenant: str = field(default="", metadata=_means("tenant for Entra; empty: `microsoft.tenant`"))
    projects: str = field(default="", metadata=_means("projects to look at, with commas between them; empty: all"))
    hook_password: str = field(default="", repr=False, metadata=_means("password that service hooks carry"))


@dataclass(frozen=True, slots=True)
class PowerAutomate(Section):
    token: str = field(
        default="", repr=False, metadata=_means("secret that the flows post with; better kept in the vault")
    )
    mail_search_url: str = field(default="", repr=False, metadata=_means("flow that searches mail"))
    teams_search_url: str = field(default="", repr=False, metadata=_means("flow that searches Teams"))
    archive_url: str = field(default="", repr=False, metadata=_means("flow that archives a mail"))
    delete_url: str = field(default="", repr=False, metadata=_means("flow that moves a mail to Deleted Items"))
    reply_url: str = field(default="", repr=False, metadata=_means("flow that answers a mail"))
    send_url: str = field(default="", repr=False, metadata=_means("flow that sends a new mail"))
    late_hours: float = field(default=24.0, metadata=_means("hours after which a post is marked late", _within(0)))


@dataclass(frozen=True, slots=True)
class Anthropic(Section):
    base_url: str = field(default="", metadata=_means("address of Anthropic's API, where it is not the usual one"))
    api_key: str = field(default="", repr=False, metadata=_means("your key; better kept in the vault"))


@dataclass(frozen=True, slots=True)
class Ollama(Section):
    host: str = field(default="", metadata=_means("address of your Ollama server; set it to use one"))
    keep_alive: str = field(default="10m", metadata=_means("how long Ollama keeps a model loaded"))


@dataclass(frozen=True, slots=True)
class Models(Section):
    """Each role's models as `provider:model`, tried in turn; empty: the best that is connected."""

    classify: tuple[str, ...] = field(
        default=(), metadata=_means("models that sort mail and transactions, and sum up reviews")
    )
    extract: tuple[str, ...] = field(
        default=(), metadata=_means("models that turn words into intents, and read tables of statements")
    )
    compose: tuple[str, ...] = field(default=(), metadata=_means("models that write answers"))
    critic: tuple[str, ...] = field(default=(), metadata=_means("models that check a turn"))
    embed: tuple[str, ...] = field(default=(), metadata=_means("models that embed memories"))


@dataclass(frozen=True, slots=True)
class Books(Section):
    senders: tuple[str, ...] = field(
        default=(), metadata=_means("addresses or domains of your banks; only their statements are believed")
    )


@dataclass(frozen=True, slots=True)
class Push(Section):
    subject: str = field(default="", metadata=_means("your address for push services, mailto: or https:"))
    hosts: tuple[str, ...] = field(default=(), metadata=_means("push services allowed besides the known ones"))
    plain_hosts: tuple[str, ...] = field(default=(), metadata=_means("push services reached over http, for tests"))


@dataclass(frozen=True, slots=True)
class BudgetLimits(Section):
    per_day: float = field(
        default=1.0, metadata=_means("US dollars for models per day at most; 0: no limit", _within(0))
    )
    per_month: float = field(
        default=15.0, metadata=_means("US dollars for models per month at most; 0: no limit", _within(0))
    )
