"""Secrets: where the master key lies, whether the vault opens, and what expires."""

from __future__ import annotations

import sys
from datetime import timedelta

from application.ports.hooks import LEAST_SECRET
from application.telling.expiries import ANNOUNCED_DAYS, Due
from daemon.clock import SYSTEM_CLOCK
from daemon.doctor.findings import Check, Finding, bad, good, warning
from daemon.expiring import own_expiries
from daemon.https import check_pair
from daemon.key_place import KEY_FILE_ADVICE, KEY_FILE_SAID
from daemon.settings import Settings
from domain.errors import CannotBe

SOON = timedelta(days=max(ANNOUNCED_DAYS))


def check_secrets(settings: Settings) -> list[Finding]:
    if not settings.home.exists():
        return []
    from adapters.keyring import KeyPlace, open_vault

    try:
        place = open_vault(settings.home).place
    except CannotBe as error:
        return bad("secrets", str(error), "bring back the key it was made with; else move it away and connect anew")
    if place is KeyPlace.FILE:
        return warning("secrets", KEY_FILE_SAID, KEY_FILE_ADVICE)
    if place is KeyPlace.KEY_STORE and sys.platform != "darwin" and _is_kept_running(settings):
        said = "the master key lies in the system key store, which is locked after a restart until you log in"
        return warning("secrets", said, "alfred install --key-file, unless you always log in")
    return good("secrets", f"the master key lies in the {place.value}")


def _is_kept_running(settings: Settings) -> bool:
    from daemon.cli.service import runner
    from daemon.units import service_for

    return service_for(settings.home, runner()).is_installed


def check_hooks(settings: Settings) -> list[Finding]:
    """Anybody may try the password of service hooks, as often and from as many addresses as he likes."""
    if not settings.home.exists():
        return []
    from adapters.keyring import open_vault

    vault = open_vault(settings.home)
    kept = [vault.get(name) for name in vault.names("azure_devops/") if name.endswith("/hook_password")]
    if not any(each and len(each) < LEAST_SECRET for each in (settings.azure_devops.hook_password, *kept)):
        return []
    said = f"the password of Azure DevOps' service hooks has fewer than {LEAST_SECRET} characters, and might be guessed"
    advice = (
        "openssl rand -hex 32 makes one; tell it to the hooks there, then alfred connect devops --set hook_password=…"
    )
    return warning("hooks", said, advice)


def check_certificate(settings: Settings) -> list[Finding]:
    """The app's own certificate is of use to a server, and holds for a while."""
    now = SYSTEM_CLOCK.now()
    if settings.web.tls_cert is not None and settings.web.tls_key is not None:
        check_pair(settings.web.tls_cert, settings.web.tls_key)
    findings: list[Finding] = []
    for expiry in own_expiries(settings):
        due = Due("", expiry.what, expiry.at)
        if due.left(now) <= timedelta(0):
            findings += bad(
                "certificate", due.said(now), "renew it, then alfred restart; phones refuse to connect until then"
            )
        elif due.left(now) <= SOON:
            findings += warning("certificate", due.said(now), "renew it")
        else:
            findings += good("certificate", due.said(now))
    return findings


SECRETS: tuple[Check, ...] = (check_secrets, check_hooks, check_certificate)
