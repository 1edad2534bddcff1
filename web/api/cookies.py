"""The session's cookie: `__Host-` over https, a plain name over http on loopback, where Safari drops Secure ones."""

from __future__ import annotations

from application.devices import SESSION_LIVES

SECURE_COOKIE = "__Host-alfred"
PLAIN_COOKIE = "alfred"


def session_cookie(token: str, *, secure: bool) -> str:
    """Return the header that hands out a session for seven days."""
    return _cookie(token, int(SESSION_LIVES.total_seconds()), secure=secure)


def ended_cookies() -> tuple[str, str]:
    """Return the headers that make a browser forget the session, under either name."""
    return _cookie("", 0, secure=True), _cookie("", 0, secure=False)


def _cookie(value: str, seconds: int, *, secure: bool) -> str:
    name, flag = (SECURE_COOKIE, "; Secure") if secure else (PLAIN_COOKIE, "")
    return f"{name}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Strict{flag}"
