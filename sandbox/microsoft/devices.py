"""Sign-in on another device: a short code that somebody types in (RFC 8628)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from sandbox.microsoft.aadsts import TokenError

_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
_SECONDS = 900.0


@dataclass(slots=True)
class _Waiting:
    user_code: str
    scopes: frozenset[str]
    expires: float
    said: bool | None = None


@dataclass(slots=True)
class Devices:
    """The device codes that wait for somebody; `polls` is how often a client is told to wait before the owner agrees.

    With `polls` None the owner does nothing until `approve` or `decline` is called with the user code.
    """

    polls: int | None = 1
    interval: int = 5
    _waiting: dict[str, _Waiting] = field(default_factory=dict)
    _asked: dict[str, int] = field(default_factory=dict)

    def begin(self, scopes: frozenset[str], tenant_url: str, now: float) -> dict[str, object]:
        code, user_code = secrets.token_urlsafe(48), "".join(secrets.choice(_LETTERS) for _ in range(9))
        self._waiting[code] = _Waiting(user_code, scopes, now + _SECONDS)
        where = f"{tenant_url}/devicelogin"
        return {
            "user_code": user_code,
            "device_code": code,
            "verification_uri": where,
            "expires_in": int(_SECONDS),
            "interval": self.interval,
            "message": f"To sign in, use a web browser to open the page {where} and enter the code {user_code}.",
        }

    def approve(self, user_code: str) -> bool:
        return self._say(user_code, agreed=True)

    def decline(self, user_code: str) -> bool:
        return self._say(user_code, agreed=False)

    def redeem(self, code: str, now: float) -> frozenset[str]:
        """The scopes that the owner agreed to; raises what RFC 8628 says until then."""
        waiting = self._waiting.get(code)
        if waiting is None:
            raise TokenError("bad_verification_code", 70000, "The device code is invalid or was used before.")
        if waiting.expires <= now:
            raise TokenError("expired_token", 70020, "The provided value for the device code is not valid: it expired.")
        self._asked[code] = self._asked.get(code, 0) + 1
        if waiting.said is None and self.polls is not None and self._asked[code] > self.polls:
            waiting.said = True
        if waiting.said is None:
            raise TokenError("authorization_pending", 70016, "OAuth 2.0 device flow error. Authorization is pending.")
        del self._waiting[code]
        if not waiting.said:
            raise self.declined()
        return waiting.scopes

    def declined(self) -> TokenError:
        return TokenError("authorization_declined", 70018, "The end user denied the authorization request.")

    def _say(self, user_code: str, *, agreed: bool) -> bool:
        for waiting in self._waiting.values():
            if waiting.user_code == user_code.strip().upper():
                waiting.said = agreed
                return True
        return False
