"""The certificate by which the app itself is served: whether a server can use it and its key."""

from __future__ import annotations

import ssl
from pathlib import Path

from domain.errors import Invalid


def check_pair(certificate: Path, key: Path) -> None:
    """Raise `Invalid` for no certificate, no key, a key with a password, or the key of another certificate."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            said = f"{key} is not the key of {certificate}; name the two that were made together"
        else:
            said = f"{certificate} or {key} will not do: a chain and its key without a password are needed, in PEM form"
        raise Invalid(said, where="web.tls_cert") from error
