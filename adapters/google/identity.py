"""Who signed in at Google (https://developers.google.com/identity/openid-connect/openid-connect)."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from adapters.connecting.out_of_reach import out_of_reach
from application.ports.identity import Identity, IdentityProvider, Journey
from domain.codec import Json
from domain.errors import CannotBe, Invalid, TryLater

_ISSUERS = ("https://accounts.google.com", "accounts.google.com")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_WHERE = "identity"


@dataclass(frozen=True, slots=True)
class GoogleIdentity(IdentityProvider):
    """Asks for `openid email` alone, once: no lasting permission comes of it."""

    client_id: str
    client_secret: str
    auth_uri: str
    token_uri: str
    ca_file: str = ""

    def __repr__(self) -> str:
        return f"GoogleIdentity(client_id={self.client_id!r})"

    def consent_page(self, journey: Journey) -> str:
        # No login_hint: whoever opens the sign-in page would read the owner's address in it.
        asked = {
            "client_id": self.client_id,
            "response_type": "code",
            "scope": "openid email",
            "redirect_uri": journey.redirect_uri,
            "state": journey.state,
            "nonce": journey.nonce,
            "code_challenge": _challenge(journey.verifier),
            "code_challenge_method": "S256",
            "prompt": "select_account",
        }
        return f"{self.auth_uri}{'&' if urlsplit(self.auth_uri).query else '?'}{urlencode(asked)}"

    def identity(self, journey: Journey, code: str) -> Identity:
        status, told = _posted(self._safe_token_uri(), self._exchange(journey, code), self.ca_file)
        if status != 200:
            raise _trouble(status, told)
        claims = _claims(told.get("id_token"))
        if claims.get("iss") not in _ISSUERS or claims.get("aud") != self.client_id:
            raise Invalid("this identity was told to somebody else", where=_WHERE)
        return _identity(claims)

    def _exchange(self, journey: Journey, code: str) -> dict[str, str]:
        return {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": journey.redirect_uri,
            "code_verifier": journey.verifier,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }

    def _safe_token_uri(self) -> str:
        """Return where tokens come from; nobody on the way may change what is said there."""
        address = urlsplit(self.token_uri)
        if address.scheme != "https" and address.hostname not in _LOOPBACK:
            raise CannotBe("google.token_uri has to be an https address", code="plain_token_uri")
        return self.token_uri


def _challenge(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636, 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _posted(address: str, form: Mapping[str, str], ca_file: str) -> tuple[int, dict[str, Json]]:
    """Post a form; return the status and the JSON object that came back."""
    from adapters.google.transport import Broken, Http, Unreachable

    headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
    try:
        with closing(Http(ca_file)) as connection:
            response, content = connection.request(address, "POST", urlencode(form), headers)
    except (Unreachable, Broken) as error:
        raise out_of_reach("Google's sign-in", error) from error
    return int(response.status), _object(content)


def _trouble(status: int, told: Mapping[str, Json]) -> Invalid | CannotBe | TryLater:
    """Return our error for a refused exchange (RFC 6749, 5.2)."""
    said = told.get("error")
    if said in ("invalid_client", "unauthorized_client", "redirect_uri_mismatch"):
        return CannotBe(f"Google does not accept Alfred's client ({said})", code="invalid_client")
    if said == "invalid_grant":
        return Invalid("Google does not know this sign-in any more; begin again", where=_WHERE)
    return TryLater(f"Google's sign-in failed (status {status})")


def _claims(token: Json) -> dict[str, Json]:
    """Return what an ID token says.

    It came from the token endpoint itself over TLS, which then stands for the issuer in the place of the signature
    (OpenID Connect Core 1.0, 3.1.3.7, item 6), so the signature is not looked at.
    """
    parts = token.split(".") if isinstance(token, str) else []
    if len(parts) != 3:
        raise Invalid("Google did not say who signed in", where=_WHERE)
    try:
        return _object(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError as error:
        raise Invalid("what Google said cannot be read", where=_WHERE) from error


def _object(content: bytes) -> dict[str, Json]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _identity(claims: Mapping[str, Json]) -> Identity:
    address, nonce, ends = claims.get("email"), claims.get("nonce"), claims.get("exp")
    if not isinstance(address, str) or not isinstance(nonce, str) or not isinstance(ends, int):
        raise Invalid("Google did not say who signed in", where=_WHERE)
    try:
        ends_at = datetime.fromtimestamp(ends, UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise Invalid("what Google said cannot be read", where=_WHERE) from error
    return Identity(address, claims.get("email_verified") is True, nonce, ends_at)
