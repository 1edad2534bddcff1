"""Errors as RFC 9457 problem details, each kind in one place."""

from __future__ import annotations

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from application.sign_in.attempts import NotSignedIn
from domain.errors import (
    AlfredError,
    CannotBe,
    Conflict,
    Invalid,
    NotFound,
    OutcomeUnknown,
    Refused,
    SignInAgain,
    TryLater,
)
from web.api.answers import as_json

STATUS: tuple[tuple[type[AlfredError], HTTPStatus], ...] = (
    (NotSignedIn, HTTPStatus.UNAUTHORIZED),
    (Invalid, HTTPStatus.UNPROCESSABLE_ENTITY),
    (NotFound, HTTPStatus.NOT_FOUND),
    (Conflict, HTTPStatus.CONFLICT),
    (Refused, HTTPStatus.CONFLICT),
    (SignInAgain, HTTPStatus.CONFLICT),
    (TryLater, HTTPStatus.SERVICE_UNAVAILABLE),
    (OutcomeUnknown, HTTPStatus.BAD_GATEWAY),
    (CannotBe, HTTPStatus.BAD_GATEWAY),
)
CODES = {
    HTTPStatus.BAD_REQUEST: "bad_request",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "not_json",
}


def problem(status: int, code: str, detail: str, *, where: str = "", headers: dict[str, str] | None = None) -> Response:
    """Return a problem answer; `code` is stable and for programs, `detail` is for people."""
    form: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if where:
        form["where"] = where
    return Response(as_json(form), status, headers, "application/problem+json")


def of_error(error: AlfredError) -> Response:
    """Return the problem answer for one of Alfred's errors."""
    status = next((status for kind, status in STATUS if isinstance(error, kind)), HTTPStatus.INTERNAL_SERVER_ERROR)
    headers: dict[str, str] = {}
    if isinstance(error, TryLater):
        wait = max(1, round(error.retry_after or 1))
        headers["Retry-After"] = str(wait)
        if error.code == "slow_down":
            status = HTTPStatus.TOO_MANY_REQUESTS
    if isinstance(error, NotSignedIn):
        headers["WWW-Authenticate"] = "Bearer"
    where = error.where if isinstance(error, Invalid) else ""
    return problem(status, error.code, str(error), where=where, headers=headers)


async def on_alfred_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, AlfredError)
    return of_error(error)


async def on_http_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = CODES.get(HTTPStatus(error.status_code), "http_error")
    headers = dict(error.headers) if error.headers else None
    return problem(error.status_code, code, error.detail, headers=headers)


async def on_bug(_: Request, __: Exception) -> Response:
    return problem(500, "internal_error", "something broke inside Alfred; the log says what")
