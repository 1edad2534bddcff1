"""Why Microsoft's sign-in says no, in words for the owner (https://learn.microsoft.com/entra/identity-platform/reference-error-codes)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from adapters.microsoft.scopes import purpose
from domain.errors import AlfredError, CannotBe, SignInAgain, TryLater

_NUMBER = re.compile(r"AADSTS(\d+)")
_DECLINED = frozenset({65004, 70018})
_ADMINISTRATOR = frozenset({90094, 90095, 90093})
_EXPIRED = frozenset({70008, 70020, 54005, 70000, 9002313})
_NO_REDIRECT = 50011
_NO_CLIENT = frozenset({700016, 7000218, 700025, 7000215, 70001})
_STRANGER = frozenset({50020, 50194, 90002, 90072, 50128})
_FORBIDDEN = frozenset({53000, 53001, 53002, 53003, 53004, 530003, 50105, 50005})
_BUSY = frozenset({"temporarily_unavailable", "server_error"})


def number_of(answer: Mapping[str, Any]) -> int:
    """Return the number in AADSTS90094 and its like, 0 where there is none."""
    found = _NUMBER.search(str(answer.get("error_description", "")))
    return int(found[1]) if found else 0


def wants_administrator(answer: Mapping[str, Any]) -> bool:
    """Whether the organization leaves what was asked for to its administrators."""
    return number_of(answer) in _ADMINISTRATOR


def refusal(answer: Mapping[str, Any]) -> AlfredError:
    """Return our error for a sign-in that was refused, whether on the page or at the exchange of its code."""
    number, said = number_of(answer), str(answer.get("error", ""))
    if number in _DECLINED or (said in ("access_denied", "authorization_declined") and not number):
        return CannotBe("Microsoft was told no: Alfred may not read this account", code="consent_refused")
    if number in _NO_CLIENT or said in ("invalid_client", "unauthorized_client"):
        return CannotBe(
            "Microsoft does not accept the application: check microsoft.client_id and microsoft.tenant, and that "
            "the app registration allows public client flows",
            code="invalid_client",
        )
    if number == _NO_REDIRECT:
        return CannotBe("add http://localhost as a redirect URI for mobile and desktop applications", code="redirect")
    if number in _STRANGER:
        return CannotBe("this account is unknown to the organization in microsoft.tenant", code="wrong_tenant")
    if number in _FORBIDDEN:
        return CannotBe("your organization's rules do not let this device or application in", code="not_let_in")
    if said in _BUSY:
        return TryLater("Microsoft's sign-in is in trouble")
    if number in _EXPIRED or said in ("invalid_grant", "expired_token", "bad_verification_code"):
        return CannotBe("Microsoft no longer accepts this sign-in; begin again", code="code_expired")
    return CannotBe(f"Microsoft refused the sign-in ({said[:40]} {number or ''})".replace(" )", ")"))


def renewal_refused(answer: Mapping[str, Any], account: str, scopes: Iterable[str]) -> AlfredError:
    """Return our error for a refresh token that brought nothing."""
    said = str(answer.get("error", ""))
    if said in _BUSY:
        return TryLater("Microsoft could not renew the sign-in just now")
    if number_of(answer) in _NO_CLIENT:
        return refusal(answer)
    return SignInAgain(
        f"the sign-in of {account} has expired or was withdrawn; sign in once more",
        account=account,
        scopes=tuple(sorted(scopes)),
    )


def request_to_administrators(authority: str, client_id: str, scopes: Iterable[str]) -> str:
    """Return the text that the owner may send to whoever can say yes."""
    wanted = tuple(scopes)
    page = f"{authority}/adminconsent?{urlencode({'client_id': client_id})}"
    return (
        f"Please allow the application {client_id} the delegated permissions {', '.join(wanted)}, "
        f"so that on my behalf it may {purpose(wanted)}. It runs on my own computer and sees only what I see myself. "
        f"Your consent page: {page}"
    )
