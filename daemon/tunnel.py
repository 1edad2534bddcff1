"""A named tunnel of Cloudflare's to a household: made, written down for `cloudflared`, and given its name."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from daemon.units.commands import Runner, demanded
from daemon.units.templates import deploy_folder, write_whole
from daemon.units.tunnel import CONFIG
from domain.errors import CannotBe, Invalid

CREDENTIALS = "tunnel.json"
# Where cloudflared looks: https://developers.cloudflare.com/tunnel/advanced/local-management/local-tunnel-terms/
SIGNED_IN = (
    "~/.cloudflared",
    "~/.cloudflare-warp",
    "~/cloudflare-warp",
    "/etc/cloudflared",
    "/usr/local/etc/cloudflared",
)
HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}", re.ASCII)
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
LEADS_TO = re.compile(r"^ +service: http://127\.0\.0\.1:(\d+)$", re.MULTILINE)
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Tunnel:
    """The tunnel to the household at `home`; `run` runs `program`, which is `cloudflared`."""

    home: Path
    run: Runner
    program: str

    @property
    def credentials(self) -> Path:
        return self.home / CREDENTIALS

    @property
    def config(self) -> Path:
        return self.home / CONFIG

    def make(self, host: str, port: int) -> None:
        """Make the tunnel, once, and lead `host` through it to `port` of this machine, and nowhere else.

        Raises `CannotBe` with what cloudflared said; a name that leads elsewhere already is left as it is.
        """
        if not self.credentials.exists():
            self._create(host.replace(".", "-"))
        tunnel = tunnel_id(self.credentials)
        write_whole(self.config, config_text(tunnel, self.credentials, host, port).encode(), 0o600)
        self._demand("--config", str(self.config), "ingress", "validate")
        # Without --config, cloudflared would read another tunnel's from its own folder.
        said = self._demand("--config", str(self.config), "route", "dns", tunnel, host)
        _refuse_other_domain(host, said)

    def _create(self, name: str) -> None:
        self._demand("create", "--credentials-file", str(self.credentials), name)
        if not self.credentials.exists():
            raise CannotBe(f"cloudflared made the tunnel {name}, and left no {self.credentials}")
        self.credentials.chmod(0o600)  # some versions leave it writable to the group

    def _demand(self, *words: str) -> str:
        ran = demanded(self.run, self.program, "tunnel", *words)
        return f"{ran.out}\n{ran.err}"


def _refuse_other_domain(host: str, said: str) -> None:
    """Whoever signed in for another domain gets `host` within that one, which cloudflared takes for a success."""
    other = re.search(rf"{re.escape(host)}\.[a-z0-9][a-z0-9.-]*", said, re.ASCII | re.IGNORECASE)
    if other is not None:
        raise CannotBe(
            f"Cloudflare named it {other[0]}, for you are signed in for another domain. Remove that record there, "
            "move ~/.cloudflared/cert.pem away, and begin anew"
        )


def is_signed_in() -> bool:
    """Whether `cloudflared tunnel login` left its certificate, with which tunnels are made."""
    named = os.environ.get("TUNNEL_ORIGIN_CERT")
    files = [Path(named)] if named else [Path(folder).expanduser() / "cert.pem" for folder in SIGNED_IN]
    return any(file.is_file() for file in files)


def host_of(address: str) -> str:
    """Return the name that a tunnel is to have; raise `Invalid` for what cannot be a name at Cloudflare."""
    host = address.removeprefix("https://").lower()
    if not HOST.fullmatch(host):
        raise Invalid(
            f"{address!r} will not do: a tunnel has a name of your domain, and no port", where="web.public_url"
        )
    return host


def tunnel_id(credentials: Path) -> str:
    """Return the id of the tunnel that the credentials open."""
    try:
        found = json.loads(credentials.read_text(encoding="utf-8"))["TunnelID"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CannotBe(f"{credentials} holds no tunnel; move it away, and a new one is made") from error
    if not isinstance(found, str) or not ID.fullmatch(found):
        raise CannotBe(f"{credentials} names no tunnel; move it away, and a new one is made")
    return found


def config_text(tunnel: str, credentials: Path, host: str, port: int) -> str:
    """Return `deploy/cloudflared/config.yml`, its words in capitals filled in so that none can say more than itself."""
    if UNSEEN.search(str(credentials)):
        raise Invalid(f"{str(credentials)!r} will not do: choose a folder without control characters", where="home")
    # What JSON quotes, YAML reads as it was meant (YAML 1.2, 7.3.1).
    quoted = json.dumps(str(credentials), ensure_ascii=False)
    values = {"TUNNEL-ID": tunnel, "CREDENTIALS-FILE": quoted, "HOSTNAME": host, "PORT": str(port)}
    text = (deploy_folder() / "cloudflared" / "config.yml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    words = re.compile("|".join(values))
    return "".join(words.sub(lambda found: values[found[0]], line) + "\n" for line in lines)


def tunnelled_port(home: Path) -> int | None:
    """Return the port that the tunnel leads to; None where none is written down."""
    file = home / CONFIG
    found = LEADS_TO.search(file.read_text(encoding="utf-8")) if file.exists() else None
    return int(found[1]) if found else None
