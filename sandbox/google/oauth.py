"""Google's sign-in: consent with PKCE, codes, refresh and access tokens, revocation.

Source: https://developers.google.com/identity/protocols/oauth2/native-app; PKCE is RFC 7636.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from sandbox.google import identity
from sandbox.server import Answer, json_answer

CLIENT_ID = "000000000000-sandbox.apps.googleusercontent.com"
CLIENT_SECRET = "GOCSPX-sandbox"
_CODE_SECONDS = 600.0
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Grant:
    """What one account allowed; all tokens that came of it die with it."""

    id: str
    account: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Access:
    """An access token's owner and reach, until it expires."""

    grant: Grant
    scopes: frozenset[str]
    expires: float


@dataclass(frozen=True, slots=True)
class _Code:
    grant: Grant
    redirect_uri: str
    challenge: str
    challenge_method: str
    expires: float
    nonce: str


@dataclass(frozen=True, slots=True)
class TokenError(Exception):
    """A refusal in the words of RFC 6749, section 5.2."""

    error: str
    description: str
    status: int = 400

    def answer(self) -> Answer:
        return json_answer({"error": self.error, "error_description": self.description}, self.status)


@dataclass(slots=True)
class SignIn:
    """The authorisation server: who may sign in, what was granted, and every token given out.

    `refuses` makes the owner say no; `rotates` replaces a refresh token at each use; `lifetime` is in seconds.
    `claims` stand in ID tokens instead of the true ones.
    """

    known_scopes: frozenset[str]
    accounts: Callable[[], tuple[str, ...]]
    refuses: bool = False
    rotates: bool = False
    lifetime: int = 3599
    claims: Mapping[str, object] = field(default_factory=dict)
    clock: Callable[[], float] = time.time
    _codes: dict[str, _Code] = field(default_factory=dict)
    _refresh: dict[str, Grant] = field(default_factory=dict)
    _access: dict[str, Access] = field(default_factory=dict)
    _granted: dict[str, frozenset[str]] = field(default_factory=dict)

    def consent(self, query: Mapping[str, str]) -> Answer:
        """Answer the consent page as the owner would: a redirect with a code, or with `access_denied`."""
        problem = self._consent_problem(query)
        if problem:
            return Answer(400, f"Error 400: {problem}".encode(), {"content-type": "text/html; charset=utf-8"})
        state = {"state": query["state"]} if "state" in query else {}
        if self.refuses:
            return _redirect(query["redirect_uri"], {"error": "access_denied", **state})
        grant = self._grant(query)
        code = f"4/0A{secrets.token_urlsafe(32)}"
        self._codes[code] = _Code(
            grant, query["redirect_uri"], query.get("code_challenge", ""),
            query.get("code_challenge_method", "plain"), self.clock() + _CODE_SECONDS,
            query.get("nonce", ""),
        )  # fmt: skip
        return _redirect(query["redirect_uri"], {**state, "code": code, "scope": " ".join(sorted(grant.scopes))})

    def token(self, form: Mapping[str, str]) -> Answer:
        """Exchange a code or a refresh token for an access token."""
        try:
            _check_client(form)
            exchange = {"authorization_code": self._by_code, "refresh_token": self._by_refresh}
            if form.get("grant_type") not in exchange:
                raise TokenError("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type', '')}")
            return json_answer(exchange[form["grant_type"]](form))
        except TokenError as refusal:
            return refusal.answer()

    def revoke(self, form: Mapping[str, str]) -> Answer:
        """Withdraw the whole grant behind a refresh or access token."""
        token = form.get("token", "")
        access = self._access.get(token)
        grant = self._refresh.get(token) or (access.grant if access else None)
        if grant is None:
            return TokenError("invalid_token", "Token expired or revoked").answer()
        self._withdraw(grant)
        return json_answer({})

    def issue_refresh_token(self, account: str, scopes: frozenset[str]) -> str:
        """A refresh token as if the owner had consented before."""
        unknown = scopes - self.known_scopes
        if unknown:
            raise ValueError(f"Google knows no scope {sorted(unknown)}.")
        return self._new_refresh(Grant(secrets.token_hex(8), account, scopes))

    def authenticate(self, token: str) -> Access | None:
        """The owner of an access token that is good now."""
        access = self._access.get(token)
        return access if access and access.expires > self.clock() else None

    def revoke_account(self, account: str) -> None:
        """The owner removes the application's access on the account page."""
        self._granted.pop(account, None)
        for grant in {*self._refresh.values(), *(access.grant for access in self._access.values())}:
            if grant.account == account:
                self._withdraw(grant)

    def expire_access_tokens(self) -> None:
        self._access.clear()

    def _consent_problem(self, query: Mapping[str, str]) -> str | None:
        if query.get("client_id") != CLIENT_ID:
            return "invalid_client"
        if query.get("response_type") != "code":
            return "unsupported_response_type"
        redirect = urlsplit(query.get("redirect_uri", ""))
        if redirect.scheme != "http" or redirect.hostname not in _LOOPBACK:
            return "redirect_uri_mismatch"
        if query.get("code_challenge_method", "plain") not in ("S256", "plain"):
            return "invalid_request: code_challenge_method"
        scopes = identity.spelled_out(query.get("scope", ""))
        return None if scopes and scopes <= self.known_scopes | identity.SCOPES else "invalid_scope"

    def _grant(self, query: Mapping[str, str]) -> Grant:
        account = self._account(query.get("login_hint"))
        asked = identity.spelled_out(query["scope"])
        before = self._granted.get(account, frozenset())
        scopes = asked | before if query.get("include_granted_scopes") == "true" else asked
        self._granted[account] = before | asked
        return Grant(secrets.token_hex(8), account, scopes)

    def _account(self, hint: str | None) -> str:
        accounts = self.accounts()
        wanted = (hint or "").lower()
        return wanted if wanted in accounts else accounts[0]

    def _by_code(self, form: Mapping[str, str]) -> dict[str, object]:
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.expires <= self.clock():
            raise TokenError("invalid_grant", "Malformed auth code.")
        if form.get("redirect_uri") != code.redirect_uri:
            raise TokenError("redirect_uri_mismatch", "Bad Request")
        _check_verifier(code, form.get("code_verifier"))
        answer = self._new_access(code.grant, code.grant.scopes)
        return {**answer, **self._id_token(code), "refresh_token": self._new_refresh(code.grant)}

    def _id_token(self, code: _Code) -> dict[str, str]:
        grant = code.grant
        if identity.OPENID not in grant.scopes:
            return {}
        told = identity.id_token(grant.account, grant.scopes, CLIENT_ID, code.nonce, self.clock(), self.claims)
        return {"id_token": told}

    def _by_refresh(self, form: Mapping[str, str]) -> dict[str, object]:
        token = form.get("refresh_token", "")
        grant = self._refresh.get(token)
        if grant is None:
            raise TokenError("invalid_grant", "Token has been expired or revoked.")
        scopes = frozenset(form.get("scope", "").split()) or grant.scopes
        if not scopes <= grant.scopes:
            raise TokenError("invalid_scope", "Bad Request")
        answer = self._new_access(grant, scopes)
        if self.rotates:
            del self._refresh[token]
            answer["refresh_token"] = self._new_refresh(grant)
        return answer

    def _new_access(self, grant: Grant, scopes: frozenset[str]) -> dict[str, object]:
        token = f"ya29.{secrets.token_urlsafe(48)}"
        self._access[token] = Access(grant, scopes, self.clock() + self.lifetime)
        scope = " ".join(sorted(scopes))
        return {"access_token": token, "expires_in": self.lifetime, "scope": scope, "token_type": "Bearer"}

    def _new_refresh(self, grant: Grant) -> str:
        token = f"1//0{secrets.token_urlsafe(48)}"
        self._refresh[token] = grant
        return token

    def _withdraw(self, grant: Grant) -> None:
        self._refresh = {token: held for token, held in self._refresh.items() if held != grant}
        self._access = {token: held for token, held in self._access.items() if held.grant != grant}


def _check_client(form: Mapping[str, str]) -> None:
    if form.get("client_id") != CLIENT_ID:
        raise TokenError("invalid_client", "The OAuth client was not found.", 401)
    if form.get("client_secret") != CLIENT_SECRET:
        raise TokenError("invalid_client", "The provided client secret is invalid.", 401)


def _check_verifier(code: _Code, verifier: str | None) -> None:
    if not code.challenge:
        return
    if not verifier:
        raise TokenError("invalid_grant", "Missing code verifier.")
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    if code.challenge != (digest if code.challenge_method == "S256" else verifier):
        raise TokenError("invalid_grant", "Invalid code verifier.")


def _redirect(uri: str, query: Mapping[str, str]) -> Answer:
    return Answer(302, b"", {"location": f"{uri}{'&' if '?' in uri else '?'}{urlencode(query)}"})
