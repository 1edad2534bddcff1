"""Anthropic's troubles turned into ours (https://platform.claude.com/docs/en/api/errors)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.connecting.out_of_reach import out_of_reach
from adapters.connecting.retry_after import retry_after
from domain.errors import AlfredError, CannotBe, SignInAgain, TryLater

if TYPE_CHECKING:
    from anthropic import APIStatusError

_LONGEST = 300
_PURSE = ("credit balance", "billing")
_SHUT_OUT = "organization has been disabled"
_DISABLED = "Anthropic has disabled the organization to which the key of"
_NO_CREDIT = "Anthropic says the credit is used up; add some at console.anthropic.com under Plans & Billing"


def trouble(error: Exception, *, account: str, model: str, key: str) -> AlfredError:
    """Return our error for what the SDK raised; the key is in no sentence of it."""
    from anthropic import APIConnectionError, APIStatusError, APITimeoutError

    if isinstance(error, APIStatusError):
        return _refusal(error, account, model, key)
    if isinstance(error, APITimeoutError):
        return late()
    if isinstance(error, APIConnectionError):
        return out_of_reach("Anthropic", error)
    return broken()


def broken() -> TryLater:
    """Return the error for an answer that makes no sense, or breaks off."""
    return TryLater("Anthropic's answer did not arrive whole", code="cut_off")


def late() -> TryLater:
    """Return the error for an answer that was not complete when its time was up."""
    return TryLater("Anthropic did not answer in time", code="timeout")


def _refusal(error: APIStatusError, account: str, model: str, key: str) -> AlfredError:
    said, wait = _said(error, key), retry_after(error.response.headers.get("retry-after"))
    kind = str(error.type)
    if error.status_code == 402 or kind == "billing_error" or any(word in said.lower() for word in _PURSE):
        return CannotBe(_NO_CREDIT, code="credit_gone")
    if _SHUT_OUT in said.lower():
        return SignInAgain(
            f"{_DISABLED} {account} belongs; ask Anthropic why, or enter a key of another", account=account
        )
    if error.status_code in (401, 403):
        return SignInAgain(f"Anthropic does not accept the API key of {account}: {said}", account=account)
    if error.status_code == 404:
        return CannotBe(f"Anthropic knows no model called {model}", code="model_unknown")
    if error.status_code == 429 or kind == "rate_limit_error":
        return TryLater("Anthropic asks Alfred to slow down", retry_after=wait, code="rate_limited")
    if error.status_code == 529 or kind == "overloaded_error":
        return TryLater("Anthropic is overloaded", retry_after=wait, code="overloaded")
    if error.status_code >= 500 or error.status_code in (408, 409) or kind == "api_error":
        return TryLater(f"Anthropic is in trouble: {said}", retry_after=wait)
    if error.status_code < 400:
        return broken()
    return CannotBe(f"Anthropic refused the request: {said}", code="request_refused")


def _said(error: APIStatusError, key: str) -> str:
    message = error.api_message or f"status {error.status_code}"
    return (message.replace(key, "…") if key else message)[:_LONGEST]
