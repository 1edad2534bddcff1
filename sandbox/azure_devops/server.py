"""The make-believe Azure DevOps: one organisation on a loopback port, its tokens, and the handles for tests."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from sandbox import admin
from sandbox.azure_devops import moving
from sandbox.azure_devops.api import Api, Request
from sandbox.azure_devops.handles import Handles
from sandbox.azure_devops.organisation import Organisation
from sandbox.azure_devops.tokens import FULL, Entra, Tokens
from sandbox.azure_devops.world import World
from sandbox.microsoft.throttle import Throttle
from sandbox.record import Record
from sandbox.server import Sending, VendorServer

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from sandbox.households.works import Works

_VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


class AzureDevOpsServer(VendorServer):
    """Azure DevOps on loopback; clients connect to `organization_url` with a token of `pat` or `bearer`.

    `entra` says whose address a Bearer token of another make-believe tenant stands for; `limit` is how many calls
    somebody has in five minutes (None: any number). Tests move the world by `world`, and read what clients did in
    `record`.
    """

    def __init__(
        self,
        organization: str = "fabrikam",
        port: int = 0,
        limit: int | None = None,
        record: Path | None = None,
        entra: Entra | None = None,
    ) -> None:
        super().__init__(port, Record(record))
        self.lock = threading.RLock()
        self.organisation = Organisation(organization)
        self.tokens = Tokens(self.organisation.people, entra)
        self.world = World(self.organisation, self.lock)
        self.throttle = Throttle(limit, window=300.0)
        endpoints = self.organisation.endpoints()
        self.api = Api(endpoints, self.tokens, self.throttle, self.faults, self.record, self.lock)

    @property
    def organization_url(self) -> str:
        return f"{self.base_url}/{self.organisation.name}"

    def pat(self, address: str, scopes: Iterable[str] = (FULL,), days: float = 30.0, name: str = "") -> str:
        """A personal access token of a member."""
        with self.lock:
            return self.tokens.issue_pat(self.organisation.people.person(address, name), scopes, days)

    def bearer(self, address: str, seconds: float = 3600.0) -> str:
        """An Entra token of a member."""
        with self.lock:
            return self.tokens.issue_bearer(self.organisation.people.person(address), seconds)

    def id_of(self, address: str) -> str:
        """The id by which a member votes."""
        return self.organisation.people.person(address).id

    def move_in(self, works: Works) -> None:
        """Let the work of a household live here."""
        with self.lock:
            moving.move_in(self.organisation, works)

    def app(self) -> ASGIApp:
        return Starlette(
            exception_handlers={ClientDisconnect: _nobody_listens},
            routes=[
                *admin.routes(self.faults, self.record),
                *Handles(self).routes(),
                Route(f"/{self.organisation.name}/{{path:path}}", self._call, methods=_VERBS),
            ],
        )

    async def _call(self, http: HttpRequest) -> Sending:
        path = http.scope["raw_path"].decode("ascii").partition(f"/{self.organisation.name}/")[2]
        query = {name.lower(): value for name, value in parse_qsl(http.url.query, keep_blank_values=True)}
        headers = {name.lower(): value for name, value in http.headers.items()}
        received = Request(http.method, path, self.organization_url, query, headers, await http.body())
        return Sending(await run_in_threadpool(self.api.answer, received))


async def _nobody_listens(request: HttpRequest, error: Exception) -> Response:
    return Response(status_code=499)
