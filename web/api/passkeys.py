"""Passkeys: registering one, and signing in with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from application.ports.passkeys import Passkey
from web.api.operations import Call, Operation
from web.api.session import DeviceForm, opening, signed_in


@dataclass(frozen=True, slots=True)
class CeremonyForm:
    """`options` go to `navigator.credentials` as they are; `attempt` comes back with the answer."""

    attempt: str
    options: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AnswerForm:
    attempt: str
    credential: dict[str, Any]
    name: str = ""


@dataclass(frozen=True, slots=True)
class PasskeyForm:
    id: str
    name: str
    site: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PasskeyList:
    items: tuple[PasskeyForm, ...]
    next_cursor: str | None = None


def passkey_form(passkey: Passkey) -> PasskeyForm:
    return PasskeyForm(passkey.id, passkey.name, passkey.site, passkey.created_at)


def list_passkeys(call: Call) -> PasskeyList:
    return PasskeyList(tuple(passkey_form(each) for each in call.services.passkeys.all()))


def begin_registration(call: Call) -> CeremonyForm:
    return CeremonyForm(*call.services.passkeys.begin_registration(_site(call.request), "owner"))


def register(call: Call) -> PasskeyForm:
    form: AnswerForm = call.body
    site, origin = _site(call.request), _origin(call.request)
    assert call.device is not None
    name = form.name or call.device.name
    with opening(call):
        return passkey_form(call.services.passkeys.register(form.attempt, form.credential, site, origin, name))


def begin_sign_in(call: Call) -> CeremonyForm:
    return CeremonyForm(*call.services.passkeys.begin_sign_in(_site(call.request)))


def sign_in(call: Call) -> Response:
    form: AnswerForm = call.body
    device, token = call.services.passkeys.sign_in(form.attempt, form.credential, _origin(call.request), form.name)
    return signed_in(call, device, token)


def remove(call: Call) -> None:
    call.services.passkeys.remove(call.path["id"])


def _site(request: Request) -> str:
    return request.url.hostname or "localhost"


def _origin(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


BASE = "/api/passkeys"
OPERATIONS = (
    Operation("GET", BASE, "Registered passkeys", list_passkeys, PasskeyList),
    Operation("POST", f"{BASE}/registration/begin", "Begin to register one", begin_registration, CeremonyForm),
    Operation(
        "POST", f"{BASE}/registration/finish", "Register one", register, PasskeyForm, body=AnswerForm, status=201
    ),
    Operation("POST", f"{BASE}/sign-in/begin", "Begin to sign in with one", begin_sign_in, CeremonyForm, open=True),
    Operation("POST", f"{BASE}/sign-in/finish", "Sign in with one", sign_in, DeviceForm, body=AnswerForm, open=True),
    Operation("DELETE", f"{BASE}/{{id}}", "Remove one", remove, status=204),
)
