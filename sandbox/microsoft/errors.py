"""Graph's refusals in Graph's words (https://learn.microsoft.com/graph/errors)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from sandbox.server import Answer, json_answer

_CODES = {
    400: "BadRequest",
    401: "InvalidAuthenticationToken",
    403: "ErrorAccessDenied",
    404: "ErrorItemNotFound",
    409: "Conflict",
    410: "SyncStateNotFound",
    412: "ErrorIrresolvableConflict",
    423: "Locked",
    429: "TooManyRequests",
    500: "InternalServerError",
    502: "BadGateway",
    503: "ServiceUnavailable",
    504: "GatewayTimeout",
}
_MESSAGES = {
    401: "Access token has expired or is not yet valid.",
    403: "Access is denied. Check credentials and try again.",
    404: "The specified object was not found in the store.",
    410: "The sync state generation is not found; fullsync required.",
    429: "Please retry again later.",
    503: "The service is temporarily unavailable. Please retry.",
}


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    """A call that Graph would refuse, with all that its error body says."""

    status: int
    code: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def answer(self) -> Answer:
        return json_answer(self.body(), self.status, {"request-id": str(uuid.uuid4()), **self.headers})

    def body(self) -> dict[str, object]:
        request = str(uuid.uuid4())
        date = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        inner = {"date": date, "request-id": request, "client-request-id": request}
        return {"error": {"code": self.code, "message": self.message, "innerError": inner}}


def invalid(message: str, code: str = "ErrorInvalidRequest") -> Refusal:
    return Refusal(400, code, message)


def bad_query(message: str) -> Refusal:
    return Refusal(400, "RequestBroker--ParseUri", message)


def not_found() -> Refusal:
    return Refusal(404, _CODES[404], _MESSAGES[404])


def teams_not_found(what: str) -> Refusal:
    return Refusal(404, "NotFound", f"{what} not found.")


def no_route(segment: str) -> Refusal:
    return Refusal(400, "BadRequest", f"Resource not found for the segment '{segment}'.")


def unauthorised(message: str = _MESSAGES[401]) -> Refusal:
    challenge = 'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"'
    return Refusal(401, _CODES[401], message, {"www-authenticate": challenge})


def missing_scope(asked: tuple[str, ...], held: frozenset[str], *, teams: bool) -> Refusal:
    """Outlook only says no; Teams tells what is missing."""
    if not teams:
        return Refusal(403, _CODES[403], _MESSAGES[403])
    message = (
        f"Missing scope permissions on the request. API requires one of '{', '.join(asked)}'. "
        f"Scopes on the request '{', '.join(sorted(held))}'"
    )
    return Refusal(403, "Forbidden", message)


def unknown_property(name: str, kind: str) -> Refusal:
    message = (
        f"The property '{name}' does not exist on type 'microsoft.graph.{kind}'. Make sure to only use property "
        "names that are defined by the type or mark the type as open type."
    )
    return Refusal(400, "RequestBodyRead", message)


def wrong_type(name: str, wanted: str) -> Refusal:
    message = f"Cannot convert the value of property '{name}' to the expected type '{wanted}'."
    return Refusal(400, "RequestBodyRead", message)


def stale() -> Refusal:
    message = (
        "The send or update operation could not be performed because the change key passed in the request does not "
        "match the current change key for the item."
    )
    return Refusal(412, _CODES[412], message)


def resync(location: str) -> Refusal:
    """A delta token that is too old: begin again at `location` (https://learn.microsoft.com/graph/delta-query-overview)."""
    return Refusal(410, _CODES[410], _MESSAGES[410], {"location": location})


def throttled(retry_after: int, *, teams: bool) -> Refusal:
    headers = {"retry-after": str(retry_after)}
    if teams:
        return Refusal(429, _CODES[429], _MESSAGES[429], headers)
    return Refusal(429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.", headers)


def ordered(status: int, retry_after: int | None, reason: str | None) -> Refusal:
    """The refusal that a fault orders for a status."""
    code, message = _CODES.get(status, "UnknownError"), _MESSAGES.get(status, "An error has occurred.")
    plain = unauthorised() if status == 401 else Refusal(status, code, message)
    headers = {"retry-after": str(retry_after)} if retry_after is not None else {}
    return replace(plain, code=reason or plain.code, headers={**plain.headers, **headers})
