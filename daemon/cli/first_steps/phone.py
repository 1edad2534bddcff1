"""The step of the phone: by which way, and under which https address, Alfred is reached from outside."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from daemon.cli.asking import agrees, ask, choose
from daemon.cli.drawing import escape
from daemon.cli.first_steps.saying import show_error, show_good
from daemon.cli.first_steps.tunnel import QUESTION, can_set_up, set_up_tunnel
from daemon.cli.frame import out, settings
from daemon.public_address import ask_for_alfred, checked_address
from daemon.running import find_running
from daemon.settings_file import Value, put_settings
from daemon.units.tunnel import PROGRAM
from domain.errors import AlfredError, Invalid


@dataclass(frozen=True, slots=True)
class Way:
    """A way in from outside. `program` does it; `is_proxy`: it stands between the phone and Alfred."""

    title: str
    steps: tuple[str, ...]
    program: str = ""
    is_proxy: bool = True

    @property
    def shown(self) -> str:
        return f"{self.title} ({self.program} is on this machine)" if shutil.which(self.program) else self.title


HERE = "127.0.0.1"
WAYS = (
    Way(
        "Tailscale: your own devices alone; the simplest",
        (
            "Install it here and on the phone from https://tailscale.com/download, and sign in on both.",
            "Switch HTTPS on at https://login.tailscale.com/admin/dns.",
            "Here, on Linux with sudo before it: tailscale serve --bg {port}; keep the https address that it prints.",
        ),
        program="tailscale",
    ),
    Way(
        "Cloudflare tunnel: a domain of your own; outside services can reach the hooks too",
        (
            "Install cloudflared from https://developers.cloudflare.com/tunnel/downloads/; "
            "then `alfred setup --step phone` does the rest for you. By hand:",
            "cloudflared tunnel login, then: cloudflared tunnel create alfred, "
            "then: cloudflared tunnel route dns alfred alfred.your-domain.org",
            "Fill deploy/cloudflared/config.yml with the id, the file and the port {port}, then: "
            "cloudflared service install",
        ),
        program=PROGRAM,
    ),
    Way(
        "A reverse proxy of your own, such as Caddy",
        ("For Caddy: alfred.your-domain.org {{ reverse_proxy 127.0.0.1:{port} }}",),
        program="caddy",
    ),
    Way(
        "A certificate of your own, and Alfred listens himself",
        ("You need the certificate chain and its key as PEM files, and a name that leads to this machine.",),
        is_proxy=False,
    ),
)


def open_the_way() -> bool:
    """Have the owner choose a way, and write its settings; return whether there is one now."""
    chosen = choose("Which way", [way.shown for way in WAYS])
    if chosen is None:
        return False
    way = WAYS[chosen]
    tunnels = way.program == PROGRAM and can_set_up() and agrees(QUESTION, usually=True)
    if not tunnels:
        _show_steps(way)
    try:
        values = _asked(way)
        if values and tunnels:
            set_up_tunnel(str(values["public_url"]))
        if values:
            put_settings(settings().home / "config.toml", "web", values)
    except AlfredError as error:
        show_error(error)
        return False
    if values:
        _say_whether_it_answers(str(values["public_url"]))
        if find_running(settings().home) is not None:
            out().print("Alfred runs with the settings as they were: end him and start him again (`alfred restart`).")
    return bool(values)


def _show_steps(way: Way) -> None:
    port = settings().web.port
    for number, step in enumerate(way.steps, 1):
        out().print(escape(f"  {number}. {step.format(port=port)}"), soft_wrap=True)


def _asked(way: Way) -> dict[str, Value]:
    """Ask for what the way takes; raise `Invalid` for what cannot be."""
    said = ask("The https address that leads to him (Enter: later)")
    if not said:
        return {}
    address = checked_address(said)
    if way.is_proxy:
        return {"public_url": address, "trusted_proxies": tuple(dict.fromkeys((*settings().web.trusted_proxies, HERE)))}
    files = {"tls_cert": ask("File of the certificate chain"), "tls_key": ask("File of its key")}
    for name, file in files.items():
        if not Path(file).expanduser().is_file():
            raise Invalid(f"there is no file {file!r}", where=f"web.{name}")
    return {"public_url": address, "host": "0.0.0.0", **{name: _whole(file) for name, file in files.items()}}


def _whole(file: str) -> str:
    return str(Path(file).expanduser().absolute())


def _say_whether_it_answers(address: str) -> None:
    reached = ask_for_alfred(address)
    if reached.is_alfred:
        show_good(reached.said)
    else:
        out().print(escape(reached.said), soft_wrap=True)
