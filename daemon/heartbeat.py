"""Calls an address of the owner's while all is well, so that somebody outside notices silence."""

from __future__ import annotations

import logging
from collections.abc import Callable

log = logging.getLogger(__name__)

PATIENCE = 20.0


class Heartbeat:
    """One GET a beat; redirects are not followed, and what comes back is not read."""

    def __init__(self, url: str, works: Callable[[], bool], ca_file: str | None = None) -> None:
        self._url = url
        self._works = works
        self._ca_file = ca_file
        self._failed = False

    def beat(self) -> None:
        """Call, unless something is not well; trouble is logged when it begins and when it ends."""
        import httpx

        if not self._works():
            log.warning("not well; the heartbeat is left out")
            return
        try:
            verify = self._ca_file or True
            httpx.get(self._url, timeout=PATIENCE, follow_redirects=False, trust_env=False, verify=verify)
        except httpx.HTTPError as error:
            if not self._failed:
                log.warning("heartbeat does not arrive", extra={"reason": type(error).__name__})
            self._failed = True
            return
        if self._failed:
            log.info("heartbeat arrives again")
        self._failed = False
