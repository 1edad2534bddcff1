"""Signing in with a pairing code, out again, and who is who."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from application.sign_in.devices import PHONES, UNNAMED, Device
from application.sign_in.signing_out import sign_others_out
from web.api.addresses import caller_of
from web.api.answers import answer, nothing
from web.api.guard import is_secure
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
    figures_only: bool


@dataclass(frozen=True, slots=True)
class SignedOut:
    """How many devices and programs were signed out."""

    devices: int


@dataclass(frozen=True, slots=True)
class PairingForm:
    """A one-time code, and the link that carries it, good for ten minutes."""

    code: str
    link: str


@dataclass(frozen=True, slots=True)
class TokenForm:
    """A program's token; it is shown this once."""

    id: str
    name: str
    token: str


@dataclass(frozen=True, slots=True)
class RecoveryCodes:
    """Shown once; each signs in one device, for the day when no other is at hand. Earlier ones no longer count."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeviceNameForm:
    name: str


@dataclass(frozen=True, slots=True)
class NewTokenForm:
    """What to call the program; with `figures_only` its token reads `/metrics` and nothing else."""

    name: str
    figures_only: bool = False


@dataclass(frozen=True, slots=True)
class DeviceList:
    items: tuple[DeviceForm, ...]
    next_cursor: str | None = None


def device_form(device: Device, current: Device | None) -> DeviceForm:
    is_current = current is not None and current.id == device.id
    return DeviceForm(device.id, device.name, device.created_at, device.seen_at, is_current, device.figures_only)


def sign_in(call: Call) -> Response:
    name = call.body.name or named_by(call.request)
    device, token = call.services.devices.pair(call.body.code, name, caller_of(call.request))
    return signed_in(call, device, token)


def signed_in(call: Call, device: Device, token: str) -> Response:
    """Hand the session of a device that has just signed in to its browser."""
    response = answer(device_form(device, device))
    cookie = call.services.web.cookies.session(token, secure=is_secure(call.request.scope))
    response.raw_headers.append((b"set-cookie", cookie.encode()))
    return response


def sign_out(call: Call) -> Response:
    if call.device is not None:
        call.services.devices.revoke(call.device.id)
    response = nothing()
    response.raw_headers += [(b"set-cookie", cookie.encode()) for cookie in call.services.web.cookies.ended()]
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


def revoke_others(call: Call) -> SignedOut:
    assert call.device is not None
    return SignedOut(sign_others_out(call.services.devices, call.services.passkeys, call.device.id))


def opening(call: Call) -> AbstractContextManager[None]:
    """While the caller lets somebody in he is signed in himself."""
    assert call.device is not None
    return call.services.devices.opening(call.device.id)


def new_pairing(call: Call) -> PairingForm:
    with opening(call):
        code = call.services.devices.new_code()
    base = call.services.web.public_url or str(call.request.base_url).rstrip("/")
    return PairingForm(code, f"{base}/sign-in#{code}")


def recovery_codes(call: Call) -> RecoveryCodes:
    with opening(call):
        return RecoveryCodes(call.services.devices.new_recovery_codes())


def new_token(call: Call) -> TokenForm:
    with opening(call):
        device, token = call.services.devices.add(call.body.name, ends=False, figures_only=call.body.figures_only)
    return TokenForm(device.id, device.name, token)


def named_by(request: Request) -> str:
    """Return what a browser tells of the device it runs on."""
    agent = request.headers.get("user-agent", "")
    known = (*PHONES, "Macintosh", "Windows", "Linux")
    return next((name for name in known if name in agent), UNNAMED)


OPERATIONS = (
    Operation("POST", "/api/session", "Sign in with a pairing code", sign_in, DeviceForm, body=CodeForm, open=True),
    Operation("GET", "/api/session", "Who am I", who_am_i, DeviceForm),
    Operation("DELETE", "/api/session", "Sign out", sign_out, status=204),
    Operation("GET", "/api/devices", "Signed-in devices", list_devices, DeviceList),
    Operation("POST", "/api/devices/pairing", "A code that signs in one more device", new_pairing, PairingForm),
    Operation(
        "POST", "/api/devices/token", "A token for a program", new_token, TokenForm, body=NewTokenForm, status=201
    ),
    Operation("POST", "/api/devices/recovery-codes", "New recovery codes, shown once", recovery_codes, RecoveryCodes),
    Operation("PUT", "/api/devices/{id}", "Rename a device", rename_device, DeviceForm, body=DeviceNameForm),
    Operation(
        "DELETE",
        "/api/devices",
        "Sign out all others, void all codes and remove all passkeys",
        revoke_others,
        SignedOut,
    ),
    Operation("DELETE", "/api/devices/{id}", "Sign a device out", revoke_device, status=204),
)
