"""Calls an address of the owner's while all is well, so that somebody outside notices silence."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

log = logging.getLogger(__name__)

PATIENCE = 20.0
TROUBLE = "heartbeat/trouble"  # what keeps it from arriving, among the preferences; empty while it arrives


def quietly(_: str) -> None:
    """Trouble that nobody else asks for."""


class Heartbeat:
    """One GET a beat; redirects are not followed, and what comes back is not read: only a status of 2xx counts.

    `note` hears of each change, and once after the start: what keeps it from arriving, or nothing.
    """

    def __init__(
        self, url: str, works: Callable[[], bool], note: Callable[[str], None] = quietly, ca_file: Path | None = None
    ) -> None:
        self._url = url
        self._works = works
        self._note = note
        self._ca_file = ca_file
        self._trouble: str | None = None

    def beat(self) -> None:
        """Call, unless something is not well; trouble is logged when it begins and when it ends."""
        if not self._works():
            log.warning("not well; the heartbeat is left out")
            return
        before, self._trouble = self._trouble, self._call()
        if self._trouble and not before:
            log.warning("heartbeat does not arrive", extra={"reason": self._trouble})
        if before and not self._trouble:
            log.info("heartbeat arrives again")
        if self._trouble != before:
            self._note(self._trouble)

    def _call(self) -> str:
        """Call once; return what went wrong."""
        import ssl

        import httpx

        try:
            verify = True if self._ca_file is None else ssl.create_default_context(cafile=self._ca_file)
            answer = httpx.get(self._url, timeout=PATIENCE, follow_redirects=False, trust_env=False, verify=verify)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:  # the authority's file, a name's form
            return type(error).__name__
        return "" if answer.is_success else f"it answers with status {answer.status_code}"
