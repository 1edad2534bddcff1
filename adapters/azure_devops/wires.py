"""How the vendor's library connects: what it would find out for each call or connection, a thread finds out once."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adapters.connecting.trust import trusting_wires

if TYPE_CHECKING:
    from requests import Session
    from requests.adapters import HTTPAdapter


@dataclass(frozen=True, slots=True)
class Wires:
    """The connections of one thread, and the proxies that they go by."""

    adapter: HTTPAdapter
    proxies: dict[str, str]


class Wiring:
    """Hands a thread the same connections for all of the vendor's clients, until it lets them go."""

    def __init__(self, ca_file: str) -> None:
        self._ca_file = ca_file
        self._of_thread = threading.local()

    def __call__(self, session: Session, config: Any, _: object, **asked: Any) -> dict[str, Any]:
        """Set up a session before a call, as msrest's configuration lets one; return how the call is to be made.

        The environment is trusted no further than `Wires` has looked at it: a password out of `.netrc` would be sent
        in place of the key.
        """
        wires = self._wires(config)
        session.trust_env = False
        for scheme in ("https://", "http://"):
            session.mount(scheme, wires.adapter)
        return {**asked, "proxies": wires.proxies, "verify": True}

    def let_go(self) -> None:
        """Close this thread's connections."""
        if hasattr(self._of_thread, "wires"):
            self._of_thread.wires.adapter.close()
            del self._of_thread.wires

    def _wires(self, config: Any) -> Wires:
        if not hasattr(self._of_thread, "wires"):
            self._of_thread.wires = self._found(config)
        wires: Wires = self._of_thread.wires
        return wires

    def _found(self, config: Any) -> Wires:
        from requests.utils import get_environ_proxies

        adapter = trusting_wires(self._ca_file or _bundle_named(), max_retries=config.retry_policy())
        return Wires(adapter, get_environ_proxies(config.base_url))


def _bundle_named() -> str:
    """Return the authorities that the environment names, as requests has them named."""
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or ""
