"""How the API is reached."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from web.api.addresses import host_of
from web.api.cookies import Cookies


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Where the API is reached. `allowed_hosts` come besides loopback's names; `log_file` is what `/api/logs` shows;
    `household` tells its cookies from those of other households on this machine."""

    public_url: str = ""
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    static: Path | None = None
    log_file: Path | None = None
    version: str = ""
    household: str = ""

    @property
    def cookies(self) -> Cookies:
        return Cookies(self.household)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names by which requests may call it, besides loopback's."""
        public = host_of(urlsplit(self.public_url).netloc)
        return (*self.allowed_hosts, *([public] if public else []))
