"""The last step: the machine keeps Alfred running, and the first phone is paired."""

from __future__ import annotations

import time

from daemon.backup import keep_passphrase, passphrase_of
from daemon.cli.asking import agrees, ask_secret
from daemon.cli.backup import WRITE_IT_DOWN
from daemon.cli.drawing import escape
from daemon.cli.first_steps.saying import show_error, show_good
from daemon.cli.frame import out, settings
from daemon.cli.service import install_own
from daemon.running import find_running
from domain.errors import AlfredError

STARTS_WITHIN = 30.0
LOOK_EVERY = 0.2


def keep_running() -> bool | None:
    """Install the service where the owner wants it; return whether he does, None where it could not be installed."""
    if not agrees("Install the service and start Alfred now?", usually=True):
        return False
    _offer_passphrase()
    try:
        install_own()
    except AlfredError as error:
        show_error(error)
        out().print("Until that is mended, `alfred run` runs him in a terminal.")
        return None
    _offer_pairing()
    return True


def _offer_passphrase() -> None:
    """Say what backups are, and let the owner choose what encrypts them, before a daemon has the vault open."""
    known = settings()
    if not known.backup.every_hours or passphrase_of(known) or find_running(known.home) is not None:
        return
    out().print(
        escape(
            f"Once a day he puts a backup into {known.backups}: mail, log, rules and settings, no secrets. Whoever has "
            "the file can read the mail, unless a passphrase encrypts it; without the passphrase nobody can restore it."
        )
    )
    if not agrees("Choose a passphrase for backups?", usually=False):
        out().print("`alfred backup passphrase` does that at any time.")
        return
    first = ask_secret("Passphrase")
    if not first or ask_secret("Once more") != first:
        out().print("Those were not the same; backups stay as they are. `alfred backup passphrase` asks again.")
        return
    keep_passphrase(known, first)
    show_good(WRITE_IT_DOWN)


def _offer_pairing() -> None:
    """Offer the code that signs the first phone in, once there is somebody to sign in to."""
    if not _has_started():
        out().print("He does not answer yet; `alfred logs` says why. Then `alfred pair` signs a phone in.")
        return
    show_good("Alfred runs")
    if agrees("Sign in a phone or a browser now?", usually=True):
        from daemon.cli.running import pair

        pair()


def _has_started() -> bool:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        if find_running(settings().home) is not None:
            return True
        time.sleep(LOOK_EVERY)
    return False
