"""Who signed in, as Google says it: the ID token of OpenID Connect.

Source: https://developers.google.com/identity/openid-connect/openid-connect. Its signature is make-believe: whoever
gets it from the token endpoint itself need not check one (OpenID Connect Core 1.0, 3.1.3.7).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping

ISSUER = "https://accounts.google.com"
OPENID = "openid"
EMAIL = "https://www.googleapis.com/auth/userinfo.email"
SCOPES = frozenset({OPENID, EMAIL})
_SHORT = {"email": EMAIL}


def spelled_out(scope: str) -> frozenset[str]:
    """Return the scopes asked for; Google grants `email` under its long name."""
    return frozenset(_SHORT.get(each, each) for each in scope.split())


def id_token(
    account: str, scopes: frozenset[str], client_id: str, nonce: str, now: float, changes: Mapping[str, object]
) -> str:
    """Return the ID token of an account; `changes` stand in the place of true claims, None leaves one out."""
    claims: dict[str, object] = {
        "iss": ISSUER,
        "azp": client_id,
        "aud": client_id,
        "sub": str(int(hashlib.sha256(account.encode()).hexdigest()[:17], 16)),
        "iat": int(now),
        "exp": int(now) + 3600,
    }
    if nonce:
        claims["nonce"] = nonce
    if EMAIL in scopes:
        claims |= {"email": account, "email_verified": True}
    told = {name: value for name, value in (claims | dict(changes)).items() if value is not None}
    head = {"alg": "RS256", "kid": "sandbox", "typ": "JWT"}
    return ".".join((_part(json.dumps(head).encode()), _part(json.dumps(told).encode()), _part(bytes(256))))


def _part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
