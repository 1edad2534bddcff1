"""What expires of the household's own: the certificate by which it is reached."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from application.ports.providers import Expiry
from daemon.settings import Settings
from domain.errors import Invalid


def own_expiries(settings: Settings) -> tuple[Expiry, ...]:
    """Return when the certificate in `web.tls_cert` expires; nothing without one."""
    file = settings.web.tls_cert
    return () if file is None else (Expiry(f"the certificate {file.name}", certificate_end(file)),)


def certificate_end(file: Path) -> datetime:
    """Return when the first certificate of a PEM chain, or the first to go, expires; `Invalid` for no certificate."""
    from cryptography.x509 import load_pem_x509_certificates

    try:
        chain = load_pem_x509_certificates(file.read_bytes())
    except ValueError as error:
        raise Invalid(f"{file} holds no certificate in PEM form", where="web.tls_cert") from error
    return min(certificate.not_valid_after_utc for certificate in chain)
