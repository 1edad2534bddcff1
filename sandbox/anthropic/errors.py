"""Anthropic's refusals (https://platform.claude.com/docs/en/api/errors)."""

from __future__ import annotations

from sandbox.server import Answer, json_answer

_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    529: "overloaded_error",
}
_SAYS = {
    401: "invalid x-api-key",
    402: "Your account has a billing problem.",
    429: "This request would exceed your organization's rate limit.",
    500: "Internal server error",
    529: "Overloaded",
}
CREDIT = (
    "Your credit balance is too low to access the Anthropic API. "
    "Please go to Plans & Billing to upgrade or purchase credits."
)


class Refusal(Exception):
    """A request that Anthropic would refuse."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def refusal(status: int, message: str | None = None, retry_after: int | None = None, request_id: str = "") -> Answer:
    """The error body, with the headers that Anthropic sends."""
    said = message or _SAYS.get(status, "Something went wrong.")
    content = {"type": "error", "error": {"type": _TYPES.get(status, "api_error"), "message": said}}
    headers = {"request-id": request_id} | ({"retry-after": str(retry_after)} if retry_after is not None else {})
    return json_answer({**content, "request_id": request_id}, status, headers)


def ordered(status: int, retry_after: int | None, reason: str | None, request_id: str) -> Answer:
    """A refusal that a test ordered; the reason `credit` is Anthropic's word for an empty purse."""
    return refusal(status, CREDIT if reason == "credit" else reason, retry_after, request_id)
