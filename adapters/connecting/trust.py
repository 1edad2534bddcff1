"""Whom a secure connection trusts: the usual authorities, and besides the owner's own where he names one."""

from __future__ import annotations

import ssl
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.errors import CannotBe

if TYPE_CHECKING:
    import requests
    from requests.adapters import HTTPAdapter


def trusted(ca_file: str) -> ssl.SSLContext:
    """Return what trusts the usual authorities, this machine's and Mozilla's, and those in `ca_file` where one is.

    Raise `CannotBe` where the file cannot be read.
    """
    try:
        return _trusted(ca_file, Path(ca_file).stat().st_mtime_ns if ca_file else 0)
    except OSError as error:
        raise CannotBe(f"tls.ca_file: {ca_file} holds no certificates that can be read", code="no_authority") from error


@lru_cache(maxsize=4)
def _trusted(ca_file: str, changed: int) -> ssl.SSLContext:
    """Read the authorities once for each change of the file: it takes longer than a connection."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    if ca_file:
        is_folder = Path(ca_file).is_dir()
        context.load_verify_locations(**{"capath" if is_folder else "cafile": ca_file})
    return context


def trusting(session: requests.Session, ca_file: str) -> None:
    """Let a session of requests trust `ca_file` besides, where one is named."""
    if ca_file:
        session.mount("https://", trusting_wires(ca_file))


def trusting_wires(ca_file: str, **options: Any) -> HTTPAdapter:
    """Return what a session of requests connects by, which trusts as `trusted` says.

    requests itself would read Mozilla's authorities anew for each connection, which takes far longer than it.
    """
    from requests.adapters import HTTPAdapter

    class Trusting(HTTPAdapter):
        def init_poolmanager(self, *sizes: Any, **options: Any) -> None:
            super().init_poolmanager(*sizes, ssl_context=trusted(ca_file), **options)

        def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
            if verify is not True:
                super().cert_verify(conn, url, verify, cert)  # type: ignore[no-untyped-call]

    return Trusting(**options)
