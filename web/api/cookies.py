"""The session's cookie: `__Host-` over https, a plain name over http on loopback, where Safari drops Secure ones."""

from __future__ import annotations

from collections.abc import Mapping

from application.sign_in.attempts import ATTEMPT_LIVES
from application.sign_in.devices import SESSION_LIVES

SECURE_COOKIE = "__Host-alfred"
PLAIN_COOKIE = "alfred"
SECURE_ATTEMPT = "__Host-alfred-attempt"
PLAIN_ATTEMPT = "alfred-attempt"


def session_cookie(token: str, *, secure: bool) -> str:
    """Return the header that hands out a session for seven days."""
    return _cookie(token, int(SESSION_LIVES.total_seconds()), secure=secure)


def ended_cookies() -> tuple[str, str]:
    """Return the headers that make a browser forget the session, under either name."""
    return _cookie("", 0, secure=True), _cookie("", 0, secure=False)


def attempt_cookie(key: str, *, secure: bool) -> str:
    """Return the header that binds a sign-in to this browser: `Lax`, for it comes back from another site."""
    return _attempt(key, int(ATTEMPT_LIVES.total_seconds()), secure=secure)


def ended_attempt(*, secure: bool) -> str:
    return _attempt("", 0, secure=secure)


def attempt_of(cookies: Mapping[str, str], *, secure: bool) -> str:
    """Return the key of the attempt that a browser holds, or nothing."""
    return cookies.get(SECURE_ATTEMPT if secure else PLAIN_ATTEMPT, "")


def _attempt(value: str, seconds: int, *, secure: bool) -> str:
    name, flag = (SECURE_ATTEMPT, "; Secure") if secure else (PLAIN_ATTEMPT, "")
    return f"{name}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax{flag}"


def _cookie(value: str, seconds: int, *, secure: bool) -> str:
    name, flag = (SECURE_COOKIE, "; Secure") if secure else (PLAIN_COOKIE, "")
    return f"{name}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Strict{flag}"
