"""The session's cookie: `__Host-` over https, a plain name over http on loopback, where Safari drops Secure ones.

Browsers keep cookies by host, whatever the port (RFC 6265, 8.5): each household beside another has names of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from starlette.requests import cookie_parser

from application.sign_in.attempts import ATTEMPT_LIVES
from application.sign_in.devices import SESSION_LIVES

NAME = "alfred"
SECURE = "__Host-"


@dataclass(frozen=True, slots=True)
class Cookies:
    """The cookies of one household; `household` tells it from others on this machine, and is empty for the first."""

    household: str = ""

    @property
    def plain(self) -> str:
        return f"{NAME}-{self.household}" if self.household else NAME

    def session(self, token: str, *, secure: bool) -> str:
        """Return the header that hands out a session for seven days."""
        return self._session(token, int(SESSION_LIVES.total_seconds()), secure=secure)

    def ended(self) -> tuple[str, str]:
        """Return the headers that make a browser forget the session, under either name."""
        return self._session("", 0, secure=True), self._session("", 0, secure=False)

    def attempt(self, key: str, *, secure: bool) -> str:
        """Return the header that binds a sign-in to this browser: `Lax`, for it comes back from another site."""
        return _header(self._attempt(secure=secure), key, int(ATTEMPT_LIVES.total_seconds()), "Lax", secure=secure)

    def ended_attempt(self, *, secure: bool) -> str:
        return _header(self._attempt(secure=secure), "", 0, "Lax", secure=secure)

    def attempt_in(self, cookies: Mapping[str, str], *, secure: bool) -> str:
        """Return the key of the attempt that a browser holds, or nothing."""
        return cookies.get(self._attempt(secure=secure), "")

    def _session(self, value: str, seconds: int, *, secure: bool) -> str:
        return _header(self._name(secure=secure), value, seconds, "Strict", secure=secure)

    def _name(self, *, secure: bool) -> str:
        return SECURE + self.plain if secure else self.plain

    def _attempt(self, *, secure: bool) -> str:
        return f"{self._name(secure=secure)}-attempt"


@lru_cache(maxsize=64)
def token_in(cookies: bytes, plain: str) -> str | None:
    """Return the session's token; one handed out before households had names of their own counts until it ends."""
    found = cookie_parser(cookies.decode("latin-1"))
    return next((found[name] for name in (SECURE + plain, plain, SECURE + NAME, NAME) if found.get(name)), None)


def _header(name: str, value: str, seconds: int, same_site: str, *, secure: bool) -> str:
    flag = "; Secure" if secure else ""
    return f"{name}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite={same_site}{flag}"
