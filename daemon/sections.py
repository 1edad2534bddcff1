"""What can be set, section by section: names, defaults, bounds and meanings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from daemon import allowed
from daemon.allowed import DAYS, within
from daemon.running import PORT
from domain.errors import Invalid


def _means(doc: str, check: Callable[[Any], Any] | None = None) -> dict[str, Any]:
    """Return the metadata of a setting: what it means, and what turns down a value of its type."""
    return {"doc": doc, "check": check}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the settings; unknown keys are errors. What is secret has `repr=False`."""


@dataclass(frozen=True, slots=True)
class Owner(Section):
    timezone: str = field(
        default="", metadata=_means("IANA name of the owner's zone; empty: the machine's", allowed.zone)
    )
    working_hours: str = field(
        default="09:00-18:00", metadata=_means("when free time is looked for, such as `08:30-17:00`", allowed.hours)
    )
    working_days: tuple[str, ...] = field(
        default=DAYS[:5], metadata=_means("the days of that, as the first three letters of each", allowed.days)
    )
    briefing_at: str = field(
        default="08:00",
        metadata=_means(
            "when the morning briefing is pushed, or once quiet hours end; empty: never", allowed.time_of_day
        ),
    )


@dataclass(frozen=True, slots=True)
class Web(Section):
    host: str = field(default="127.0.0.1", metadata=_means("address to listen on", allowed.host))
    port: int = field(default=PORT, metadata=_means("port to listen on; 0 takes a free one", within(0, 65535)))
    public_url: str = field(
        default="", metadata=_means("the https address under which phones reach Alfred", allowed.own_address)
    )
    allowed_hosts: tuple[str, ...] = field(
        default=(), metadata=_means("host names answered to, besides loopback's and `web.host`")
    )
    trusted_proxies: tuple[str, ...] = field(
        default=(), metadata=_means("addresses whose forwarded headers count", allowed.proxies)
    )
    tls_cert: Path | None = field(default=None, metadata=_means("certificate chain, PEM", allowed.file))
    tls_key: Path | None = field(default=None, metadata=_means("private key, PEM", allowed.file))
    google_address: str = field(
        default="",
        metadata=_means("the one address that may sign in with Google; empty: none", allowed.one_mail_address),
    )
    google_client_id: str = field(default="", metadata=_means("OAuth client for that; empty: `google.client_id`"))
    google_client_secret: str = field(default="", repr=False, metadata=_means("its secret"))

    def __post_init__(self) -> None:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise Invalid("web.tls_cert and web.tls_key are needed together")

    @property
    def near_host(self) -> str:
        """How this machine itself calls the host that is listened on, in an address."""
        if self.host in ("", "127.0.0.1", "0.0.0.0", "::"):
            return "localhost"
        return f"[{self.host}]" if ":" in self.host else self.host

    def near_url(self, port: int) -> str:
        """The address at which this machine itself finds the daemon that listens on `port`."""
        return f"{'https' if self.tls_cert else 'http'}://{self.near_host}:{port}"


@dataclass(frozen=True, slots=True)
class Poll(Section):
    interval: int = field(default=60, metadata=_means("seconds between polls", within(5, 86400)))
    first_limit: int = field(default=50, metadata=_means("inbox messages taken at the first poll", within(1, 500)))


@dataclass(frozen=True, slots=True)
class Triage(Section):
    sure_at: float = field(
        default=0.9, metadata=_means("confidence from which the local brain needs no model", within(0, 1))
    )
    parse_workers: int = field(
        default=0, metadata=_means("processes that read mail; 0 reads in this one", within(0, 8))
    )


@dataclass(frozen=True, slots=True)
class Actions(Section):
    hourly_cap: int = field(default=200, metadata=_means("automatic actions per hour at most", within(0)))
    first: Literal["show", "propose"] = field(
        default="show", metadata=_means("in a new household: show first what rules would do, or propose at once")
    )


@dataclass(frozen=True, slots=True)
class Log(Section):
    level: Literal["debug", "info", "warning", "error"] = field(default="info", metadata=_means("least level written"))
    keep_days: int = field(default=14, metadata=_means("days of log files kept", within(1)))


@dataclass(frozen=True, slots=True)
class Backup(Section):
    every_hours: int = field(default=24, metadata=_means("hours between backups; 0: none by itself", within(0, 8760)))
    keep: int = field(default=14, metadata=_means("newest backups kept", within(1)))
    keep_weeks: int = field(default=4, metadata=_means("weeks of which the last backup is kept besides", within(0)))
    keep_months: int = field(default=6, metadata=_means("months of which the last backup is kept besides", within(0)))
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
        default=0, metadata=_means("days the text of a mail is kept; 0: for good", within(0, 36500))
    )


@dataclass(frozen=True, slots=True)
class Update(Section):
    channel: str = field(
        default="",
        metadata=_means("address that names the newest release, asked by `alfred update`", allowed.safe_address),
    )
    public_key: str = field(
        default="",
        metadata=_means("Ed25519 key, base64, by which a channel's releases must be signed", allowed.public_key),
    )


@dataclass(frozen=True, slots=True)
class Heartbeat(Section):
    url: str = field(
        default="",
        repr=False,
        metadata=_means("https address called while all is well; empty: none", allowed.safe_address),
    )
    seconds: int = field(default=300, metadata=_means("seconds between the calls", within(30, 86400)))


@dataclass(frozen=True, slots=True)
class Tls(Section):
    ca_file: Path | None = field(
        default=None, metadata=_means("certificates of a private authority, PEM", allowed.file)
    )


@dataclass(frozen=True, slots=True)
class Google(Section):
    client_id: str = field(default="", metadata=_means("OAuth client of your Google Cloud project"))
    client_secret: str = field(default="", repr=False, metadata=_means("its secret; better kept in the vault"))
    api_endpoint: str = field(
        default="https://gmail.googleapis.com", metadata=_means("address of the Gmail API", allowed.address)
    )
    auth_uri: str = field(
        default="https://accounts.google.com/o/oauth2/v2/auth", metadata=_means("consent page", allowed.address)
    )
    token_uri: str = field(
        default="https://oauth2.googleapis.com/token", metadata=_means("token endpoint", allowed.address)
    )
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
        metadata=_means("sign-in; with a path, that stands in the tenant's place", allowed.address),
    )
    graph_endpoint: str = field(
        default="https://graph.microsoft.com", metadata=_means("address of Microsoft Graph", allowed.address)
    )


@dataclass(frozen=True, slots=True)
class AzureDevOps(Section):
    url: str = field(
        default="", metadata=_means("your organisation, such as `https://dev.azure.com/name`", allowed.address)
    )
    pat: str = field(default="", repr=False, metadata=_means("personal access token; better kept in the vault"))
    pat_expires: str = field(default="", metadata=_means("day on which it expires, such as 2027-03-31", allowed.day))
    pat_covers: Literal["organisation", "all"] = field(
        default="organisation", metadata=_means("what the token is for; those for all organisations end on 2026-12-01")
    )
    sign_in: Literal["token", "browser", "code"] = field(
        default="token", metadata=_means("by a personal access token, or with Entra in a browser or by a code")
    )
    client_id: str = field(default="", metadata=_means("application id for Entra; empty: `microsoft.client_id`"))
    tenant: str = field(default="", metadata=_means("tenant for Entra; empty: `microsoft.tenant`"))
    projects: str = field(default="", metadata=_means("projects to look at, with commas between them; empty: all"))
    hook_password: str = field(
        default="", repr=False, metadata=_means("password that service hooks carry, best of 20 characters or more")
    )


@dataclass(frozen=True, slots=True)
class PowerAutomate(Section):
    token: str = field(
        default="", repr=False, metadata=_means("secret that the flows post with; better kept in the vault")
    )
    mail_search_url: str = field(
        default="", repr=False, metadata=_means("flow that searches mail", allowed.safe_address)
    )
    teams_search_url: str = field(
        default="", repr=False, metadata=_means("flow that searches Teams", allowed.safe_address)
    )
    archive_url: str = field(default="", repr=False, metadata=_means("flow that archives a mail", allowed.safe_address))
    delete_url: str = field(
        default="", repr=False, metadata=_means("flow that moves a mail to Deleted Items", allowed.safe_address)
    )
    reply_url: str = field(default="", repr=False, metadata=_means("flow that answers a mail", allowed.safe_address))
    send_url: str = field(default="", repr=False, metadata=_means("flow that sends a new mail", allowed.safe_address))
    late_hours: float = field(default=24.0, metadata=_means("hours after which a post is marked late", within(0)))


@dataclass(frozen=True, slots=True)
class Anthropic(Section):
    base_url: str = field(
        default="", metadata=_means("address of Anthropic's API, where it is not the usual one", allowed.address)
    )
    api_key: str = field(default="", repr=False, metadata=_means("your key; better kept in the vault"))


@dataclass(frozen=True, slots=True)
class Ollama(Section):
    host: str = field(
        default="", metadata=_means("address of your Ollama server; set it to use one", allowed.address_or_host)
    )
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
    subject: str = field(
        default="", metadata=_means("your address for push services, mailto: or https:", allowed.subject)
    )
    hosts: tuple[str, ...] = field(default=(), metadata=_means("push services allowed besides the known ones"))
    plain_hosts: tuple[str, ...] = field(default=(), metadata=_means("push services reached over http, for tests"))


@dataclass(frozen=True, slots=True)
class BudgetLimits(Section):
    per_day: float = field(
        default=1.0, metadata=_means("US dollars for models per day at most; 0: no limit", within(0))
    )
    per_month: float = field(
        default=15.0, metadata=_means("US dollars for models per month at most; 0: no limit", within(0))
    )
