"""Signing in with Google, and which ways to sign in there are."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.responses import Response

from application.sign_in.address_sign_in import Return
from web.api.addresses import caller_of
from web.api.guard import is_secure
from web.api.operations import Call, Operation
from web.api.session import named_by

BEGIN = "/api/session/google"
CALLBACK = f"{BEGIN}/callback"


@dataclass(frozen=True, slots=True)
class WaysForm:
    """The ways to sign in: a code always; `passkey` where one is registered for this address."""

    code: bool
    passkey: bool
    google: bool


@dataclass(frozen=True, slots=True)
class CallbackQuery:
    state: str = ""
    code: str = ""
    error: str = ""


def ways(call: Call) -> WaysForm:
    site = call.request.url.hostname or "localhost"
    has_passkey = any(each.site == site for each in call.services.passkeys.all())
    return WaysForm(code=True, passkey=has_passkey, google=call.services.google_sign_in.is_on)


def begin(call: Call) -> Response:
    key, page = call.services.google_sign_in.begin(f"{_base(call)}{CALLBACK}", caller_of(call.request))
    return _moved(page, call.services.web.cookies.attempt(key, secure=is_secure(call.request.scope)))


def finish(call: Call) -> Response:
    """Sign the browser in and lead it to the app, whose shell needs no session: coming from Google, strict cookies
    stay back until the app itself asks."""
    secure, brought = is_secure(call.request.scope), Return(call.query.state, call.query.code, call.query.error)
    cookies = call.services.web.cookies
    key = cookies.attempt_in(call.request.cookies, secure=secure)
    _, token = call.services.google_sign_in.finish(key, brought, named_by(call.request), caller_of(call.request))
    return _moved("/", cookies.session(token, secure=secure), cookies.ended_attempt(secure=secure))


def _moved(address: str, *cookies: str) -> Response:
    response = Response(status_code=302, headers={"Location": address})
    response.raw_headers += [(b"set-cookie", cookie.encode()) for cookie in cookies]
    return response


def _base(call: Call) -> str:
    """Return the address that this browser uses: the attempt's cookie comes back to it alone."""
    public, here = call.services.web.public_url, call.request.url
    if public and urlsplit(public).netloc.lower() == here.netloc.lower():
        return public.rstrip("/")
    return f"{here.scheme}://{here.netloc}"


OPERATIONS = (
    Operation("GET", "/api/session/ways", "Ways to sign in", ways, WaysForm, open=True),
    Operation("GET", BEGIN, "Sign in with Google: leads to its consent page", begin, status=302, open=True),
    Operation(
        "GET",
        CALLBACK,
        "Where Google sends the browser back to; leads to the app",
        finish,
        query=CallbackQuery,
        status=302,
        open=True,
        lenient=True,
    ),
)
