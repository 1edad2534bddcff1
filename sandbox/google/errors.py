"""Google's refusals in Google's words (https://developers.google.com/workspace/gmail/api/guides/handle-errors)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.server import Answer, json_answer

_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    502: "UNAVAILABLE",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
_TOO_OFTEN = {"rateLimitExceeded": "Rate Limit Exceeded", "userRateLimitExceeded": "User Rate Limit Exceeded"}
_INVALID_TOKEN = (
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
    "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
)
_REALM = 'Bearer realm="https://accounts.google.com/"'


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    """A call that Google would refuse, with all that its error body says."""

    code: int
    message: str
    reason: str
    domain: str | None = "global"
    short: str | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    details: tuple[Mapping[str, object], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    status: str | None = None

    def answer(self) -> Answer:
        error: dict[str, object] = {"message": self.short or self.message}
        error |= {"domain": self.domain} if self.domain else {}
        error |= {"reason": self.reason, **self.where}
        body: dict[str, object] = {"code": self.code, "message": self.message, "errors": [error]}
        body["status"] = self.status or _STATUS.get(self.code, "UNKNOWN")
        body |= {"details": list(self.details)} if self.details else {}
        return json_answer({"error": body}, self.code, self.headers)


def invalid(message: str) -> Refusal:
    return Refusal(400, message, "invalidArgument")


def not_found() -> Refusal:
    return Refusal(404, "Requested entity was not found.", "notFound")


def unauthorised() -> Refusal:
    where = {"location": "Authorization", "locationType": "header"}
    headers = {"www-authenticate": f'{_REALM}, error="invalid_token"'}
    return Refusal(401, _INVALID_TOKEN, "authError", short="Invalid Credentials", where=where, headers=headers)


def insufficient_scope(method: str, service: str, scopes: tuple[str, ...]) -> Refusal:
    detail = _error_info("ACCESS_TOKEN_SCOPE_INSUFFICIENT", {"service": service, "method": method})
    headers = {"www-authenticate": f'{_REALM}, error="insufficient_scope", scope="{" ".join(scopes)}"'}
    message = "Request had insufficient authentication scopes."
    return Refusal(
        403, message, "insufficientPermissions", short="Insufficient Permission", details=(detail,), headers=headers
    )


def delegation_denied(account: str) -> Refusal:
    return Refusal(403, f"Delegation denied for {account}", "forbidden")


def quota_exceeded(service: str, limit: int) -> Refusal:
    """The per-minute limit, which Gmail refuses with 403 and not with 429."""
    message = (
        "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' "
        f"of service '{service}' for consumer 'project_number:000000000000'."
    )
    metadata = {
        "service": service,
        "quota_metric": f"{service}/default",
        "quota_limit": "defaultPerMinutePerUser",
        "quota_limit_value": str(limit),
        "consumer": "projects/000000000000",
    }
    detail = _error_info("RATE_LIMIT_EXCEEDED", metadata)
    return Refusal(403, message, "rateLimitExceeded", "usageLimits", details=(detail,), status=_STATUS[429])


def malformed(field_path: str, description: str) -> Refusal:
    """A request that does not fit the method's schema."""
    violation = {"description": description} | ({"field": field_path} if field_path else {})
    detail = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}
    return Refusal(400, description, "invalid", domain=None, details=(detail,))


def ordered(status: int, retry_after: int | None, reason: str | None) -> Refusal:
    """The refusal that a fault orders for a status."""
    headers = {"retry-after": str(retry_after)} if retry_after is not None else {}
    plain = {
        401: unauthorised(),
        403: Refusal(403, "The caller does not have permission", "forbidden"),
        404: not_found(),
        429: Refusal(429, "Resource has been exhausted (e.g. check quota).", "rateLimitExceeded"),
        500: Refusal(500, "Internal error encountered.", "backendError"),
        503: Refusal(503, "The service is currently unavailable.", "backendError"),
    }.get(status, Refusal(status, "Unknown Error.", "backendError"))
    if reason in _TOO_OFTEN:
        return Refusal(status, _TOO_OFTEN[reason], reason, "usageLimits", headers=headers)
    return Refusal(
        status, plain.message, reason or plain.reason, plain.domain, plain.short, plain.where,
        headers={**plain.headers, **headers},
    )  # fmt: skip


def _error_info(reason: str, metadata: Mapping[str, str]) -> Mapping[str, object]:
    kind = "type.googleapis.com/google.rpc.ErrorInfo"
    return {"@type": kind, "reason": reason, "domain": "googleapis.com", "metadata": metadata}
