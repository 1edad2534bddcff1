"""The sign-in's own address: https, as msal demands, beside Graph's plain http."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from sandbox.microsoft.aadsts import TokenError
from sandbox.microsoft.certificate import Certificate
from sandbox.microsoft.sign_in import SignIn
from sandbox.misbehaviour import ON_DELIVERY, Faults, Kind
from sandbox.server import Answer, Sending, VendorServer, json_answer

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from starlette.types import ASGIApp

    from sandbox.server import _Uvicorn


class Tenant(Protocol):
    """Whose sign-in it is."""

    faults: Faults
    lock: threading.RLock
    sign_in: SignIn


class Pages(VendorServer):
    """The authorisation server of a tenant, on a port of its own."""

    def __init__(self, tenant: Tenant, port: int, certificate: Certificate) -> None:
        super().__init__(port)
        self.certificate = certificate
        self._tenant = tenant

    @property
    def base_url(self) -> str:
        return super().base_url.replace("http://", "https://")

    def app(self) -> ASGIApp:
        oauth = "/{tenant}/oauth2/v2.0"
        return Starlette(
            routes=[
                Route("/common/discovery/instance", self._instance),
                Route("/{tenant}/v2.0/.well-known/openid-configuration", self._configuration),
                Route("/{tenant}/discovery/v2.0/keys", self._keys),
                Route(f"{oauth}/authorize", self._authorize),
                Route(f"{oauth}/devicecode", self._device_code, methods=["POST"]),
                Route(f"{oauth}/token", self._token, methods=["POST"]),
                Route(f"{oauth}/logout", self._goodbye),
                Route("/{tenant}/devicelogin", self._device_page, methods=["GET", "POST"]),
            ]
        )

    def _prepare(self) -> _Uvicorn:
        server = super()._prepare()
        server.config.ssl_certfile = self.certificate.file
        server.config.ssl_keyfile = self.certificate.key_file
        return server

    async def _instance(self, request: Request) -> Sending:
        where = f"{self.base_url}/common/v2.0/.well-known/openid-configuration"
        return Sending(json_answer({"tenant_discovery_endpoint": where, "api-version": "1.1", "metadata": []}))

    async def _configuration(self, request: Request) -> Sending:
        return self._answer("oauth.configuration", lambda: self._tenant.sign_in.configuration(self._url(request)))

    async def _keys(self, request: Request) -> Sending:
        return Sending(json_answer({"keys": []}))

    async def _authorize(self, request: Request) -> Sending:
        return self._answer("oauth.auth", lambda: self._tenant.sign_in.consent(dict(request.query_params)))

    async def _device_code(self, request: Request) -> Sending:
        form = await _form(request)
        return self._answer("oauth.devicecode", lambda: self._tenant.sign_in.device_code(form, self._url(request)))

    async def _token(self, request: Request) -> Sending:
        form = await _form(request)
        return self._answer("oauth.token", lambda: self._tenant.sign_in.token(form, self._url(request)))

    async def _goodbye(self, request: Request) -> PlainTextResponse:
        return PlainTextResponse("You signed out of your account.")

    async def _device_page(self, request: Request) -> PlainTextResponse:
        """Type the code in (`otc`); `deny` says no."""
        asked = {**dict(request.query_params), **await _form(request)}
        devices = self._tenant.sign_in.devices
        with self._tenant.lock:
            known = (devices.decline if "deny" in asked else devices.approve)(asked.get("otc", ""))
        return PlainTextResponse("You have signed in." if known else "That code did not work.", 200 if known else 400)

    def _url(self, request: Request) -> str:
        return f"{self.base_url}/{request.path_params['tenant']}"

    def _answer(self, method: str, carry_out: Callable[[], Answer]) -> Sending:
        delivery = self._tenant.faults.struck(method, "", ON_DELIVERY)
        for fault in self._tenant.faults.struck(method, "", (Kind.STATUS,)):
            error = fault.reason or ("temporarily_unavailable" if fault.status >= 500 else "invalid_grant")
            number = 90033 if fault.status >= 500 else 50078
            ordered = TokenError(error, number, "A make-believe fault was ordered.", status=fault.status).answer()
            return Sending(ordered.struck_by(delivery))
        with self._tenant.lock:
            return Sending(carry_out().struck_by(delivery))


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
