"""Microsoft's sign-in: consent with PKCE, device codes, refresh and access tokens.

Sources: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow and …/v2-oauth2-device-code; the
AADSTS numbers are from …/reference-error-codes.
"""

from __future__ import annotations

import base64
import hashlib
import html
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

import orjson

from sandbox.microsoft.aadsts import TokenError, needs_admin
from sandbox.microsoft.devices import Devices
from sandbox.microsoft.directory import TENANT, Directory, User
from sandbox.server import Answer, json_answer

CLIENT_ID = "5d1c2f6a-9e0b-4f3e-8a55-0c7de41b7a21"
GRAPH = "https://graph.microsoft.com/"
# Azure DevOps is a resource of its own (https://learn.microsoft.com/azure/devops/integrate/get-started/authentication).
_DEVOPS = "499b84ac-1321-427f-aa17-267ca6975798"
DEVOPS = frozenset({f"{_DEVOPS}/.default", f"{_DEVOPS}/user_impersonation"})
_OPEN_ID = frozenset({"openid", "profile", "offline_access", "email"})
_CODE_SECONDS = 600.0
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Grant:
    """What one account allowed; all tokens that came of it die with it."""

    id: str
    account: str
    scopes: frozenset[str]
    nonce: str = ""


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
    expires: float


@dataclass(slots=True)
class SignIn:
    """The authorisation server of one tenant: who may sign in, what was granted, and every token given out.

    `refuses` makes the owner say no; `reserved` are scopes that the tenant leaves to administrators; `retires`
    withdraws a refresh token when it is used (each use gives a new one in any case); `lifetime` is in seconds.
    """

    directory: Directory
    known_scopes: frozenset[str]
    refuses: bool = False
    reserved: frozenset[str] = frozenset()
    retires: bool = False
    lifetime: int = 3599
    clock: Callable[[], float] = time.time
    devices: Devices = field(default_factory=Devices)
    _codes: dict[str, _Code] = field(default_factory=dict)
    _refresh: dict[str, Grant] = field(default_factory=dict)
    _revoked: set[str] = field(default_factory=set)
    _access: dict[str, Access] = field(default_factory=dict)

    def configuration(self, tenant_url: str) -> Answer:
        """The OpenID configuration, as far as a public client reads it."""
        oauth = f"{tenant_url}/oauth2/v2.0"
        return json_answer(
            {
                "issuer": f"{tenant_url}/v2.0",
                "authorization_endpoint": f"{oauth}/authorize",
                "token_endpoint": f"{oauth}/token",
                "device_authorization_endpoint": f"{oauth}/devicecode",
                "end_session_endpoint": f"{oauth}/logout",
                "jwks_uri": f"{tenant_url}/discovery/v2.0/keys",
                "response_modes_supported": ["query", "fragment", "form_post"],
                "response_types_supported": ["code"],
                "scopes_supported": sorted(_OPEN_ID),
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "tenant_region_scope": "AS",
            }
        )

    def consent(self, query: Mapping[str, str]) -> Answer:
        """Answer the consent page as the owner would: with a code, or with the reason why there is none."""
        problem = self._consent_problem(query)
        if problem:
            return problem.page()
        state = {"state": query["state"]} if "state" in query else {}
        refusal = self._refusal(query.get("scope", ""))
        if refusal:
            told = {"error": refusal.error, "error_description": refusal.described(), **state}
            return _back(query, told | ({"error_subcode": "cancel"} if refusal.number == 65004 else {}))
        return _back(query, {"code": self._issue_code(query), **state, "session_state": secrets.token_hex(16)})

    def device_code(self, form: Mapping[str, str], tenant_url: str) -> Answer:
        """Begin a sign-in on another device."""
        try:
            self._check_client(form)
            asked = self._known(form.get("scope", ""))
            return json_answer(self.devices.begin(asked, tenant_url, self.clock()))
        except TokenError as refusal:
            return refusal.answer()

    def token(self, form: Mapping[str, str], tenant_url: str) -> Answer:
        """Exchange a code, a device code or a refresh token for an access token."""
        exchange = {
            "authorization_code": self._by_code,
            "refresh_token": self._by_refresh,
            "urn:ietf:params:oauth:grant-type:device_code": self._by_device,
            "device_code": self._by_device,
        }
        try:
            self._check_client(form)
            if form.get("grant_type") not in exchange:
                raise TokenError("unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
            grant, scopes = exchange[form["grant_type"]](form)
            prefix = GRAPH if GRAPH in form.get("scope", "") else ""
            return json_answer(self._tokens(grant, scopes, tenant_url, prefix))
        except TokenError as refusal:
            return refusal.answer()

    def issue_refresh_token(self, account: str, scopes: frozenset[str]) -> str:
        """A refresh token as if the owner had consented before."""
        user = self.directory.admit(account)
        return self._new_refresh(Grant(secrets.token_hex(8), user.address, self._known(" ".join(scopes))))

    def issue_access_token(self, account: str, scopes: frozenset[str]) -> str:
        """An access token as if the owner had just signed in."""
        user = self.directory.admit(account)
        known = self._known(" ".join(scopes))
        return self._new_access(Grant(secrets.token_hex(8), user.address, known), known)

    def authenticate(self, token: str) -> Access | None:
        """The owner of an access token that is good now."""
        access = self._access.get(token)
        return access if access and access.expires > self.clock() else None

    def revoke_account(self, account: str) -> None:
        """End every session of an account, as an administrator or a new password does."""
        self._revoked |= {token for token, grant in self._refresh.items() if grant.account == account}
        self._access = {token: held for token, held in self._access.items() if held.grant.account != account}

    def expire_access_tokens(self) -> None:
        self._access.clear()

    def _consent_problem(self, query: Mapping[str, str]) -> TokenError | None:
        if query.get("client_id") != CLIENT_ID:
            return TokenError("unauthorized_client", 700016, "Application was not found in the directory.")
        if query.get("response_type") != "code":
            return TokenError("unsupported_response_type", 700054, "response_type is not enabled for the application.")
        redirect = urlsplit(query.get("redirect_uri", ""))
        if redirect.scheme != "http" or redirect.hostname not in _LOOPBACK:
            return TokenError("invalid_request", 50011, "The redirect URI does not match those of the application.")
        if not query.get("code_challenge") or query.get("code_challenge_method") != "S256":
            return TokenError("invalid_request", 501481, "A public client must send a Proof Key for Code Exchange.")
        try:
            self._known(query.get("scope", ""))
        except TokenError as unknown:
            return unknown
        return None

    def _refusal(self, scope: str) -> TokenError | None:
        if self._known(scope) & self.reserved:
            return needs_admin("access_denied", 90094)
        if self.refuses:
            return TokenError("access_denied", 65004, "User declined to consent to access the app.")
        return None

    def _issue_code(self, query: Mapping[str, str]) -> str:
        account = self._account(query.get("login_hint"))
        grant = Grant(secrets.token_hex(8), account, self._known(query["scope"]), query.get("nonce", ""))
        code = f"1.AXkA{secrets.token_urlsafe(48)}"
        expires = self.clock() + _CODE_SECONDS
        self._codes[code] = _Code(grant, query["redirect_uri"], query["code_challenge"], expires)
        return code

    def _account(self, hint: str | None) -> str:
        accounts = self.directory.accounts()
        wanted = (hint or "").lower()
        return wanted if wanted in accounts else accounts[0]

    def _known(self, scope: str) -> frozenset[str]:
        """The scopes asked for, without Graph's address in front; one that Graph does not know is refused."""
        asked = frozenset(one.removeprefix(GRAPH) for one in scope.split())
        unknown = asked - _OPEN_ID - self.known_scopes - DEVOPS
        if unknown:
            raise TokenError("invalid_scope", 70011, f"The provided value for scope {' '.join(unknown)} is not valid.")
        return asked

    def _by_code(self, form: Mapping[str, str]) -> tuple[Grant, frozenset[str]]:
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.expires <= self.clock():
            raise TokenError("invalid_grant", 70008, "The provided authorization code has expired or was used before.")
        if form.get("redirect_uri") != code.redirect_uri:
            raise TokenError("invalid_grant", 500112, "The reply address does not match the one of the code.")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if code.challenge != base64.urlsafe_b64encode(digest).rstrip(b"=").decode():
            raise TokenError("invalid_grant", 501481, "The Code_Verifier does not match the code_challenge.")
        return code.grant, code.grant.scopes

    def _by_device(self, form: Mapping[str, str]) -> tuple[Grant, frozenset[str]]:
        asked = self.devices.redeem(form.get("device_code", ""), self.clock())
        refusal = self._refusal(" ".join(asked))
        if refusal:
            raise refusal if refusal.number == 90094 else self.devices.declined()
        return Grant(secrets.token_hex(8), self._account(None), asked), asked

    def _by_refresh(self, form: Mapping[str, str]) -> tuple[Grant, frozenset[str]]:
        token = form.get("refresh_token", "")
        grant = self._refresh.get(token)
        if grant is None:
            raise TokenError("invalid_grant", 9002313, "Invalid request. Request is malformed or invalid.")
        if token in self._revoked:
            raise TokenError(
                "invalid_grant", 50173, "The provided grant has expired due to it being revoked.", "bad_token"
            )
        asked = self._known(form.get("scope", "")) or grant.scopes
        if (asked - _OPEN_ID) & self.reserved or not asked - _OPEN_ID <= grant.scopes:
            raise needs_admin("invalid_grant", 65001)
        if self.retires:
            self._revoked.add(token)
        return grant, asked

    def _tokens(self, grant: Grant, scopes: frozenset[str], tenant_url: str, prefix: str) -> dict[str, object]:
        user = self.directory.user(grant.account)
        answer: dict[str, object] = {
            "token_type": "Bearer",
            "scope": " ".join(sorted(one if one in _OPEN_ID else prefix + one for one in scopes - {"offline_access"})),
            "expires_in": self.lifetime,
            "ext_expires_in": self.lifetime,
            "access_token": self._new_access(grant, scopes - _OPEN_ID),
            "client_info": _encoded({"uid": user.id, "utid": TENANT}),
        }
        if "offline_access" in scopes:
            answer["refresh_token"] = self._new_refresh(grant)
        if "openid" in scopes:
            answer["id_token"] = self._id_token(user, grant.nonce, tenant_url)
        return answer

    def _id_token(self, user: User, nonce: str, tenant_url: str) -> str:
        """A token as Microsoft shapes it, with a dummy for a signature: a client that got it by TLS need not check."""
        now = int(self.clock())
        claims: dict[str, object] = {
            "aud": CLIENT_ID, "iss": f"{tenant_url}/v2.0", "iat": now, "nbf": now, "exp": now + self.lifetime,
            "name": user.name, "oid": user.id, "preferred_username": user.address, "sub": user.id, "tid": TENANT,
            "ver": "2.0",
        }  # fmt: skip
        claims |= {"nonce": nonce} if nonce else {}
        return ".".join((_encoded({"typ": "JWT", "alg": "RS256"}), _encoded(claims), "c2FuZGJveA"))

    def _new_access(self, grant: Grant, scopes: frozenset[str]) -> str:
        token = f"EwB{secrets.token_urlsafe(60)}"
        self._access[token] = Access(grant, scopes, self.clock() + self.lifetime)
        return token

    def _new_refresh(self, grant: Grant) -> str:
        token = f"1.AXkA{secrets.token_urlsafe(60)}"
        self._refresh[token] = grant
        return token

    def _check_client(self, form: Mapping[str, str]) -> None:
        if form.get("client_id") != CLIENT_ID:
            raise TokenError("unauthorized_client", 700016, "Application was not found in the directory.")
        if form.get("client_secret"):
            raise TokenError(
                "invalid_client", 700025, "Client is public so a 'client_secret' should not be presented.", status=401
            )


def _encoded(claims: Mapping[str, object]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(claims)).rstrip(b"=").decode()


def _back(query: Mapping[str, str], told: Mapping[str, str]) -> Answer:
    """Send the browser back, by redirect or by a form that posts itself (response_mode)."""
    uri = query["redirect_uri"]
    if query.get("response_mode", "query") == "form_post":
        fields = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}"/>'
            for name, value in told.items()
        )
        page = (
            "<html><head><title>Working...</title></head><body>"
            f'<form method="POST" name="hiddenform" action="{html.escape(uri)}">{fields}'
            '<noscript><p>Click Submit to continue.</p><input type="submit" value="Submit"/></noscript>'
            '</form><script language="javascript">document.forms[0].submit();</script></body></html>'
        )
        return Answer(200, page.encode(), {"content-type": "text/html; charset=utf-8", "cache-control": "no-store"})
    return Answer(302, b"", {"location": f"{uri}{'&' if '?' in uri else '?'}{urlencode(told)}"})
