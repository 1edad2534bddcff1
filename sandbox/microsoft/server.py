"""The make-believe Microsoft: one address for Graph, another with https for sign-in, and the handles for tests."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox import admin
from sandbox.microsoft import batch, certificate, errors, moving, throttle
from sandbox.microsoft.api import ROOT, Api, ApiRequest
from sandbox.microsoft.calendar import Calendars, CalendarService
from sandbox.microsoft.calendar.store import Calendar
from sandbox.microsoft.call import Endpoint
from sandbox.microsoft.directory import TENANT, Directory
from sandbox.microsoft.handles import Handles
from sandbox.microsoft.mail import Outlook, uploads
from sandbox.microsoft.mail.mailbox import Lag, Mailbox, Mailboxes
from sandbox.microsoft.mail.uploads import Uploads
from sandbox.microsoft.pages import Pages
from sandbox.microsoft.people import People
from sandbox.microsoft.search import Search
from sandbox.microsoft.sign_in import CLIENT_ID, SignIn
from sandbox.microsoft.subscriptions import Subscriptions
from sandbox.microsoft.teams import Teams
from sandbox.microsoft.teams.workplace import Workplace
from sandbox.microsoft.throttle import Throttle
from sandbox.misbehaviour import ON_DELIVERY, Kind
from sandbox.record import Record
from sandbox.server import Answer, Sending, VendorServer

if TYPE_CHECKING:
    from starlette.types import ASGIApp

_VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


class MicrosoftServer(VendorServer):
    """Microsoft 365 on loopback. As a context manager it serves in threads; `limit` None lifts the throttling.

    Graph answers at `base_url`, sign-in at `authority`, whose certificate a client trusts by `ca_file`. `sign_in` tells
    how consent and tokens behave (`refuses`, `reserved`, `retires`, `lifetime`, `devices`).
    """

    def __init__(
        self,
        accounts: Iterable[str] = (),
        port: int = 0,
        limit: int | None = throttle.PER_WINDOW,
        record: Path | None = None,
    ) -> None:
        super().__init__(port, Record(record))
        self.lock = threading.RLock()
        self.directory = Directory()
        self.mailboxes = Mailboxes(self._lag, self.lock)
        self.calendars = Calendars(self.lock)
        self.workplace = Workplace(self.directory, self.lock)
        self.subscriptions = Subscriptions()
        self._uploads = Uploads(self.mailboxes, self.faults)
        endpoints = self._endpoints()
        scopes = frozenset(scope for endpoint in endpoints for scope in endpoint.scopes)
        shared = frozenset(f"{scope}.Shared" for scope in scopes if scope.startswith("Mail."))
        self.sign_in = SignIn(self.directory, scopes | shared)
        self.throttle = Throttle(limit)
        self.api = Api(endpoints, self.sign_in, self.throttle, self.faults, self.record, self.lock)
        self._folder = TemporaryDirectory(prefix="sandbox-microsoft-")
        self._pages = Pages(self, port + 1 if port else 0, certificate.issue(Path(self._folder.name)))
        for account in accounts:
            self.mailbox(account)

    def mailbox(self, address: str, name: str = "") -> Mailbox:
        """The mailbox of an address, opened (and its owner admitted) where it is new."""
        with self.lock:
            self.directory.admit(address, name)
            return self.mailboxes[address]

    def calendar(self, address: str) -> Calendar:
        """The calendar of an address, which may be a colleague's who never signs in."""
        with self.lock:
            return self.calendars[self.directory.user(address).address]

    def move_in(
        self,
        owner: str,
        name: str = "",
        mails: Iterable[moving.HouseholdMail] = (),
        posts: Iterable[moving.HouseholdPost] = (),
        events: Iterable[moving.HouseholdEvent] = (),
    ) -> None:
        """Let a household live here: the owner of the address signs in first, and what belongs to it comes along."""
        with self.lock:
            self.mailbox(owner, name)
            moving.deliver(self, (mail for mail in mails if mail.account == owner))
            moving.say(self, (post for post in posts if post.account == owner))
            moving.enter(self, (event for event in events if event.account == owner), moving.uids_of(mails))

    @property
    def authority(self) -> str:
        """Where to sign in: https, with the tenant."""
        return f"{self._pages.base_url}/{TENANT}"

    @property
    def ca_file(self) -> Path:
        return self._pages.certificate.file

    @property
    def client_id(self) -> str:
        return CLIENT_ID

    def issue_refresh_token(self, address: str, scopes: Iterable[str]) -> str:
        """A refresh token as if the owner of that mailbox had consented."""
        return self.sign_in.issue_refresh_token(self.mailbox(address).address, frozenset(scopes))

    def issue_access_token(self, address: str, scopes: Iterable[str]) -> str:
        """An access token as if the owner of that mailbox had just signed in."""
        return self.sign_in.issue_access_token(self.mailbox(address).address, frozenset(scopes))

    def expire_delta(self, address: str) -> None:
        """Let every delta token of an account grow too old."""
        with self.lock:
            self.mailbox(address).log.forget()
            for calendar in self.calendars.all(address):
                calendar.log.forget()
            for team in self.workplace.teams.values():
                for channel in team.channels.values():
                    channel.log.forget()

    def bind(self) -> str:
        self._pages.bind()
        return super().bind()

    def start(self) -> Self:
        self._open_sign_in()
        return super().start()

    def serve(self) -> None:
        self._open_sign_in()
        super().serve()

    def _open_sign_in(self) -> None:
        if self._socket is None:
            self.bind()
        self._pages.start()

    def stop(self) -> None:
        super().stop()
        self._pages.stop()
        self._folder.cleanup()

    def app(self) -> ASGIApp:
        return Starlette(
            exception_handlers={ClientDisconnect: _nobody_listens},
            routes=[
                Route(f"{ROOT}/$batch", self._batch, methods=["POST"]),
                *admin.routes(self.faults, self.record),
                *Handles(self).routes(),
                Route(uploads.PLACE + "/{secret}", self._upload, methods=["PUT"]),
                Route(ROOT + "/{path:path}", self._call, methods=_VERBS),
            ],
        )

    async def _call(self, request: Request) -> Sending:
        return Sending(await run_in_threadpool(self.api.answer, await self._received(request)))

    async def _upload(self, request: Request) -> Sending:
        received = await self._received(request)
        return Sending(await run_in_threadpool(self._taken, request.path_params["secret"], received))

    def _taken(self, secret: str, piece: ApiRequest) -> Answer:
        with self.lock:
            return self._uploads.put(secret, piece.headers, piece.body)

    async def _batch(self, request: Request) -> Sending:
        received = await self._received(request)
        delivery = self.faults.struck("batch", "", ON_DELIVERY)
        for fault in self.faults.struck("batch", "", (Kind.STATUS,)):
            refusal = errors.ordered(fault.status, fault.retry_after, fault.reason)
            return Sending(refusal.answer().struck_by(delivery))
        return Sending((await run_in_threadpool(batch.answer, self.api, received)).struck_by(delivery))

    async def _received(self, request: Request) -> ApiRequest:
        headers = {name.lower(): value for name, value in request.headers.items()}
        path = request.scope["raw_path"].decode("ascii").removeprefix(ROOT)
        query = dict(parse_qsl(request.url.query, keep_blank_values=True))
        base = f"{self.base_url}{ROOT}"
        return ApiRequest(request.method, path, base, query, headers, await request.body())

    def _endpoints(self) -> tuple[Endpoint, ...]:
        services = (
            People(self.directory, self.calendars),
            Outlook(self.mailboxes, self.faults),
            self._uploads,
            CalendarService(self.calendars, self.directory, self.faults),
            Teams(self.workplace, self.faults),
            Search(self.mailboxes, self.workplace),
            self.subscriptions,
        )
        return tuple(endpoint for service in services for endpoint in service.endpoints())

    def _lag(self, address: str) -> Lag:
        struck = self.faults.struck("messages.search", address, (Kind.SEARCH_LAG,))
        return Lag(max((f.seconds for f in struck), default=0.0), max((f.operations for f in struck), default=0))

    def settings(self) -> Mapping[str, object]:
        """What the handles show of how the server behaves."""
        sign_in = self.sign_in
        return {
            "limit": self.throttle.limit,
            "refuses": sign_in.refuses,
            "reserved": sorted(sign_in.reserved),
            "retires": sign_in.retires,
            "lifetime": sign_in.lifetime,
            "sending_seconds": self.mailboxes.sending_seconds,
        }


async def _nobody_listens(request: Request, error: Exception) -> Response:
    return Response(status_code=499)
