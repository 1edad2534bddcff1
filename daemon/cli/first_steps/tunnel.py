"""Setting up Cloudflare's tunnel, where `cloudflared` is on this machine: signed in, made, named, and kept running."""

from __future__ import annotations

import shutil
from pathlib import Path

from daemon.cli import service as keeping
from daemon.cli.drawing import escape
from daemon.cli.frame import out, settings
from daemon.running import find_running
from daemon.settings import Settings, prepare_home
from daemon.tunnel import Tunnel, host_of, is_signed_in
from daemon.units import tunnel_for
from daemon.units.commands import run_in_sight
from daemon.units.tunnel import PROGRAM, can_keep_tunnel, tunnel_program
from domain.errors import CannotBe

QUESTION = "Set the tunnel up now? Whoever knows the address then reaches Alfred's door; only your devices pass it"


def can_set_up() -> bool:
    """Whether the tunnel can be set up from here."""
    return shutil.which(PROGRAM) is not None and can_keep_tunnel(settings().home)


def set_up_tunnel(address: str) -> None:
    """Make the tunnel that leads the address to this household, and have the machine keep it running."""
    host, known = host_of(address), _with_a_port_of_its_own()
    program = tunnel_program()
    _sign_in(program)
    Tunnel(known.home, keeping.runner(), str(program)).make(host, known.web.port)
    service = tunnel_for(known.home, keeping.runner())
    for line in service.install(program):
        out().print(escape(line))
    out().print(escape(service.state().said))


def _with_a_port_of_its_own() -> Settings:
    """Return the settings, in which a further household has got its own port; raise where no tunnel can lead there."""
    known = settings()
    prepare_home(known.home)
    if find_running(known.home) is None:
        keeping.settle_port(known)
        known = settings()
    if known.web.tls_cert is not None:
        raise CannotBe("Alfred has a certificate of his own; take web.tls_cert out, for the tunnel brings one")
    if not known.web.port:
        raise CannotBe("web.port is 0, another port at each start; set one that the tunnel can lead to")
    return known


def _sign_in(program: Path) -> None:
    """Have the owner choose his domain at Cloudflare, which `cloudflared` keeps."""
    if is_signed_in():
        return
    out().print("Sign in at Cloudflare, and choose the domain, at the address that comes now:")
    if not run_in_sight(str(program), "tunnel", "login") or not is_signed_in():
        raise CannotBe("nobody is signed in at Cloudflare yet; `alfred setup --step phone` begins anew")
