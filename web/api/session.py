"""Signing in with a pairing code, out again, and who is who."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response

from application.devices import SESSION_LIVES, Device
from web.api.answers import answer, nothing
from web.api.guard import PLAIN_COOKIE, SECURE_COOKIE
from web.api.operations import Call, Operation


@dataclass(frozen=True, slots=True)
class CodeForm:
    code: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class DeviceForm:
    id: str
    name: str
    created_at: datetime
    seen_at: datetime
    current: bool


@dataclass(frozen=True, slots=True)
class PairingForm:
    """A one-time code, and the link that carries it, good for ten minutes."""

    code: str
    link: str


@dataclass(frozen=True, slots=True)
class DeviceNameForm:
    name: str


@dataclass(frozen=True, slots=True)
class DeviceList:
    items: tuple[DeviceForm, ...]
    next_cursor: str | None = None


def device_form(device: Device, current: Device | None) -> DeviceForm:
    is_current = current is not None and current.id == device.id
    return DeviceForm(device.id, device.name, device.created_at, device.seen_at, is_current)


def sign_in(call: Call) -> Response:
    name = call.body.name or _named_by(call.request)
    device, token = call.services.devices.pair(call.body.code, name)
    response = answer(device_form(device, device))
    set_session_cookie(response, call.request, token)
    return response


def set_session_cookie(response: Response, request: Request, token: str) -> None:
    """Hand out the session: a `__Host-` cookie over https, a plain one over http on loopback."""
    secure = request.url.scheme == "https"
    response.set_cookie(
        SECURE_COOKIE if secure else PLAIN_COOKIE,
        token,
        max_age=int(SESSION_LIVES.total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="strict",
    )


def sign_out(call: Call) -> Response:
    if call.device is not None:
        call.services.devices.revoke(call.device.id)
    response = nothing()
    headers = MutableHeaders(raw=response.raw_headers)
    for name, secure in ((SECURE_COOKIE, "; Secure"), (PLAIN_COOKIE, "")):
        headers.append("Set-Cookie", f"{name}=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict{secure}")
    return response


def who_am_i(call: Call) -> DeviceForm:
    assert call.device is not None
    return device_form(call.device, call.device)


def list_devices(call: Call) -> DeviceList:
    devices = sorted(call.services.devices.all(), key=lambda device: device.seen_at, reverse=True)
    return DeviceList(tuple(device_form(device, call.device) for device in devices))


def rename_device(call: Call) -> DeviceForm:
    return device_form(call.services.devices.rename(call.path["id"], call.body.name), call.device)


def revoke_device(call: Call) -> None:
    call.services.devices.revoke(call.path["id"])


def new_pairing(call: Call) -> PairingForm:
    code = call.services.devices.new_code()
    base = call.services.web.public_url or str(call.request.base_url).rstrip("/")
    return PairingForm(code, f"{base}/sign-in#{code}")


def _named_by(request: Request) -> str:
    agent = request.headers.get("user-agent", "")
    known = ("iPhone", "iPad", "Android", "Macintosh", "Windows", "Linux")
    return next((name for name in known if name in agent), "a device")


OPERATIONS = (
    Operation("POST", "/api/session", "Sign in with a pairing code", sign_in, DeviceForm, body=CodeForm, open=True),
    Operation("GET", "/api/session", "Who am I", who_am_i, DeviceForm),
    Operation("DELETE", "/api/session", "Sign out", sign_out, status=204),
    Operation("GET", "/api/devices", "Signed-in devices", list_devices, DeviceList),
    Operation("POST", "/api/devices/pairing", "A code that signs in one more device", new_pairing, PairingForm),
    Operation("PUT", "/api/devices/{id}", "Rename a device", rename_device, DeviceForm, body=DeviceNameForm),
    Operation("DELETE", "/api/devices/{id}", "Sign a device out", revoke_device, status=204),
)
