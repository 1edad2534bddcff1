"""Signing in at Microsoft: in the browser with PKCE, or by a code that is typed in on another device.

Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow and …/v2-oauth2-device-code.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from adapters.connecting.fresh_token import FreshToken
from adapters.connecting.landing import Landing
from adapters.microsoft.api import Graph, Request
from adapters.microsoft.auth import (
    Grant,
    application,
    client_of,
    grant_of,
    keep_grant,
    keep_reserved,
    mailbox_of,
    reserved_of,
    scopes_in,
)
from adapters.microsoft.refusals import refusal, request_to_administrators, wants_administrator
from adapters.microsoft.scopes import ADMINISTRATORS, BASE, WHO, in_shared, missing, purpose
from application.ports.issuer import Aim
from application.ports.providers import Account, SignIn, SignInStep
from application.ports.secrets import Vault
from domain.errors import AlfredError, CannotBe, Invalid, NotFound, TryLater
from domain.messages import Address

# Of loopback's names Microsoft lets only this one go with any port
# (https://learn.microsoft.com/entra/identity-platform/reply-url#localhost-exceptions).
ON_THIS_MACHINE = "localhost"
_PENDING = frozenset({"authorization_pending", "slow_down"})
Answer = Mapping[str, Any]


class Asking:
    """What one attempt asks for, and what becomes of Microsoft's answer.

    `wishes` are the scopes that would be good to have, left out where the organization was found to reserve them;
    `scopes` are asked for in any case, as are the aim's own.
    """

    def __init__(
        self, account: Account, vault: Vault, aim: Aim, wishes: Iterable[str] = (), scopes: Iterable[str] = ()
    ) -> None:
        self.account = account
        self._aim = aim
        self.client = client_of(account)
        self.before = grant_of(account, vault)
        self._vault = vault
        self._reserved = reserved_of(account, vault)
        # Who opens a shared mailbox is not whose mailbox it is.
        self.hint = self.before.address if self.before and not mailbox_of(account) else ""
        held = self.before.scopes if self.before else ()
        wanted = (*aim.scopes, *sorted(set(wishes) - self._reserved), *scopes, *sorted(held))
        self.scopes = tuple(dict.fromkeys(wanted))

    def conclude(self, answer: Answer) -> Address:
        """Keep what was granted; return who signed in."""
        if "access_token" not in answer:
            raise self.refused(answer)
        granted = scopes_in(answer) or frozenset(self.scopes)
        lacking = missing(self._aim.scopes, granted)
        if lacking:
            raise CannotBe(f"you signed in, but did not allow Alfred to {purpose(lacking)}", code="granted_less")
        if not answer.get("refresh_token"):
            raise CannotBe("Microsoft gave no lasting permission; sign in again", code="no_refresh_token")
        who = self._aim.who(str(answer["access_token"]))
        grant = Grant(str(answer["refresh_token"]), who.address, who.name, granted)
        keep_grant(self.account, self._vault, grant)
        keep_reserved(self.account, self._vault, self._reserved - granted)
        return who

    def refused(self, answer: Answer) -> AlfredError:
        """Return why not; what only administrators may allow is not asked for again by itself."""
        if not wants_administrator(answer):
            return refusal(answer)
        optional = frozenset(self.scopes) - frozenset(self._aim.scopes)
        given_up = (optional & frozenset(ADMINISTRATORS)) - self._reserved or optional
        keep_reserved(self.account, self._vault, self._reserved | given_up)
        without = f"sign in again, and Alfred does without it ({purpose(sorted(given_up))})"
        further = without if given_up else f"without that, {self._aim.otherwise}"
        request = request_to_administrators(self.client.authority, self.client.id, sorted(self.scopes))
        return CannotBe(
            f"your organization lets only its administrators allow this; {further}. "
            f"To have it allowed, send them this: “{request}”",
            code="needs_admin",
        )


def at_graph(account: Account, vault: Vault) -> Callable[[str], Address]:
    """Return what asks Graph who signed in; another person than before does not take over the account."""
    before, client = grant_of(account, vault), client_of(account)

    def who(access_token: str) -> Address:
        api = Graph(account.name, client.graph, _GraphToken(account, access_token, "Microsoft"), client.ca_file)
        wanted = {"$select": "displayName,mail,userPrincipalName"}
        me = api.read(Request("/me", needs=(WHO,), params=wanted))
        address = str(me.get("mail") or me.get("userPrincipalName") or "").lower()
        if before is not None and before.address != address:
            said = f"{account.name} belongs to {before.address}, but {address} signed in"
            raise CannotBe(said, code="wrong_account")
        return Address(str(me.get("displayName") or ""), address)

    return who


def at_mailbox(account: Account) -> Callable[[str], Address]:
    """Return what asks Graph whether the shared mailbox is open to who signed in."""
    mailbox, client = mailbox_of(account), client_of(account)

    def who(access_token: str) -> Address:
        api = Graph(
            account.name, client.graph, _GraphToken(account, access_token, "Microsoft"), client.ca_file, mailbox=mailbox
        )
        try:
            api.read(Request("/me/mailFolders/inbox", params={"$select": "id"}))
        except (NotFound, CannotBe) as error:
            said = f"{mailbox} is not open to who signed in; whoever keeps it has to give you full access to it"
            raise CannotBe(said, code="not_shared") from error
        return Address("", mailbox)

    return who


def begun(asking: Asking) -> SignIn:
    """Begin an attempt the way that the account's settings want it."""
    return DeviceSignIn(asking) if asking.account.settings.get("sign_in") == "code" else BrowserSignIn(asking)


class BrowserSignIn(SignIn):
    """One attempt: the browser's way back is a loopback port, or the address pasted by hand."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._landing = Landing(self._is_ours, ON_THIS_MACHINE)
        try:
            self._flow = self._begun()
        except AlfredError:
            self._landing.close()
            raise
        self.step = SignInStep(
            self._flow["auth_uri"],
            self._flow["state"],
            message=f"Open this address and allow Alfred to {purpose(asking.scopes)}.",
        )

    def wait(self, timeout: float) -> Address:
        redirect = self._landing.wait(timeout)
        if redirect is None:
            raise TryLater("nobody came back from Microsoft's sign-in page yet", code="nobody_came")
        return self.finish(redirect)

    def finish(self, redirect: str) -> Address:
        if not self._is_ours(redirect):
            raise Invalid("this address belongs to another sign-in, or is not complete", where="redirect")
        told = {name: values[0] for name, values in parse_qs(urlsplit(redirect.strip()).query).items()}
        try:
            return self._conclude(told)
        finally:
            self.cancel()

    def cancel(self) -> None:
        self._landing.close()

    def _begun(self) -> dict[str, Any]:
        hint = self._asking.hint
        whom = {"login_hint": hint} if hint else {"prompt": "select_account"}
        with application(self._asking.client) as app:
            flow: dict[str, Any] = app.initiate_auth_code_flow(
                list(self._asking.scopes), redirect_uri=self._landing.address, response_mode="form_post", **whom
            )
        return {**flow, "auth_uri": _answered_in_the_address(flow["auth_uri"])}

    def _conclude(self, told: Mapping[str, str]) -> Address:
        if "error" in told:
            raise self._asking.refused(told)
        if "code" not in told:
            raise Invalid("the address holds no code of Microsoft's", where="redirect")
        with application(self._asking.client) as app:
            answer = app.acquire_token_by_auth_code_flow(self._flow, dict(told))
        return self._asking.conclude(answer)

    def _is_ours(self, redirect: str) -> bool:
        state = parse_qs(urlsplit(redirect.strip()).query).get("state", [""])[0]
        return hmac.compare_digest(state.encode(), self._flow["state"].encode())


class DeviceSignIn(SignIn):
    """One attempt for a machine without a browser: a code is typed in at another one."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        with application(asking.client) as app:
            self._flow: dict[str, Any] = app.initiate_device_flow(scopes=list(asking.scopes))
        if "user_code" not in self._flow:
            raise asking.refused(self._flow)
        page, code = str(self._flow["verification_uri"]), str(self._flow["user_code"])
        said = f"On any device, open this address, type in {code}, and allow Alfred to {purpose(asking.scopes)}."
        self.step = SignInStep(page, "", code, can_paste=False, message=said)

    def wait(self, timeout: float) -> Address:
        until = time.monotonic() + timeout
        with application(self._asking.client) as app:
            answer = app.acquire_token_by_device_flow(self._flow, exit_condition=lambda _: time.monotonic() >= until)
        if answer.get("error") in _PENDING:
            raise TryLater("nobody has typed the code in yet", code="nobody_came")
        return self._asking.conclude(answer)

    def finish(self, redirect: str) -> Address:
        """See the port. There is nothing to paste, so this looks whether the code was typed in."""
        return self.wait(0)

    def cancel(self) -> None:
        """Nothing is held open; Microsoft forgets the code by itself."""


def _answered_in_the_address(url: str) -> str:
    """Have the answer come in the address, from where it can be copied; msal warns of that, but PKCE protects it."""
    return url.replace("response_mode=form_post", "response_mode=query")


class _GraphToken(FreshToken):
    def scopes(self) -> frozenset[str]:
        return frozenset((*BASE, *in_shared(BASE)))
