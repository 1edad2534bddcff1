"""The make-believe Google: one address for sign-in, the APIs, batches, uploads and the handles for tests."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import parse_qsl, unquote_plus

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox import admin
from sandbox.google import batch, errors, quota
from sandbox.google.api import Api, ApiRequest
from sandbox.google.calendar import GoogleCalendar, moving
from sandbox.google.calendar.store import Calendar, Calendars
from sandbox.google.call import Service
from sandbox.google.gmail import Gmail
from sandbox.google.gmail.mailbox import Lag, Mailbox, Mailboxes
from sandbox.google.handles import Handles
from sandbox.google.oauth import CLIENT_ID, CLIENT_SECRET, SignIn
from sandbox.google.quota import Quota
from sandbox.google.upload import Uploads
from sandbox.invitations import invited
from sandbox.misbehaviour import ON_DELIVERY, Kind
from sandbox.record import Record
from sandbox.server import Answer, Sending, VendorServer

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from sandbox.households.model import Event as HouseholdEvent

_LIST = "gmail.users.messages.list"
_VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


class HouseholdMail(Protocol):
    """A mail as a household tells of it; labels are Gmail label ids."""

    @property
    def account(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def thread_id(self) -> str: ...
    @property
    def received(self) -> datetime: ...
    @property
    def labels(self) -> tuple[str, ...]: ...
    @property
    def raw(self) -> bytes: ...
    @property
    def key(self) -> str: ...


class GoogleServer(VendorServer):
    """Google on loopback. As a context manager it serves in a thread; `quota` None lifts Gmail's limit.

    `sign_in` tells how consent and tokens behave (`refuses`, `rotates`, `lifetime`).
    """

    def __init__(
        self,
        accounts: Iterable[str] = (),
        port: int = 0,
        quota: int | None = quota.PER_MINUTE,
        record: Path | None = None,
    ) -> None:
        super().__init__(port, Record(record))
        self.mailboxes = Mailboxes(self._lag)
        self.calendars = Calendars(self.mailboxes.lock)
        self.services: list[Service] = [Gmail(self.mailboxes, self.faults), GoogleCalendar(self.calendars, self.faults)]
        self.sign_in = SignIn(self._scopes(), self._accounts)
        self.quota = Quota(quota)
        self.api = Api(self.services, self.sign_in, self.quota, self.faults, self.record, self.mailboxes.lock)
        self._uploads = Uploads(self.api)
        for account in accounts:
            self.mailbox(account)
            self.calendar(account)

    def mailbox(self, address: str) -> Mailbox:
        """The mailbox of an address, opened where it is new."""
        with self.api.lock:
            return self.mailboxes[address]

    def calendar(self, address: str) -> Calendar:
        """The calendar of an address, opened where it is new."""
        with self.api.lock:
            return self.calendars[address]

    def move_in(self, owner: str, mails: Iterable[HouseholdMail], events: Iterable[HouseholdEvent] = ()) -> None:
        """Let a household live here: the owner signs in first, each mail lies in its account's mailbox, and the
        owner's events stand in his calendar."""
        self.mailbox(owner)
        uids: dict[str, str] = {}
        for mail in mails:
            self.mailbox(mail.account).deliver(mail.raw, mail.labels, mail.received, mail.id, mail.thread_id)
            if uid := invited(mail.raw):
                uids[mail.key] = uid
        moving.enter(self.calendar(owner), (event for event in events if event.account == owner), uids)

    def issue_refresh_token(self, address: str, scopes: Iterable[str]) -> str:
        """A refresh token as if the owner of that mailbox had consented."""
        return self.sign_in.issue_refresh_token(self.mailbox(address).address, frozenset(scopes))

    def client_config(self) -> Mapping[str, Mapping[str, object]]:
        """What Google's console offers for download as `client_secret.json` of a desktop application."""
        return {
            "installed": {
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
                "project_id": "sandbox",
                "auth_uri": f"{self.base_url}/o/oauth2/v2/auth",
                "token_uri": f"{self.base_url}/token",
                "redirect_uris": ["http://localhost"],
            }
        }

    def app(self) -> ASGIApp:
        return Starlette(
            exception_handlers={ClientDisconnect: _nobody_listens},
            routes=[
                Route("/o/oauth2/v2/auth", self._consent),
                Route("/token", self._token, methods=["POST"]),
                Route("/revoke", self._revoke, methods=["POST"]),
                Route("/batch", self._batch, methods=["POST"]),
                Route("/batch/{api:path}", self._batch, methods=["POST"]),
                *admin.routes(self.faults, self.record),
                *Handles(self).routes(),
                Route("/upload/{path:path}", self._upload, methods=_VERBS),
                Route("/resumable/upload/{path:path}", self._upload, methods=_VERBS),
                Route("/{path:path}", self._call, methods=_VERBS),
            ],
        )

    async def _consent(self, request: Request) -> Sending:
        return self._sign_in_answer("oauth.auth", lambda: self.sign_in.consent(dict(request.query_params)))

    async def _token(self, request: Request) -> Sending:
        form = {**_client_of(request), **await _form(request)}
        return self._sign_in_answer("oauth.token", lambda: self.sign_in.token(form))

    async def _revoke(self, request: Request) -> Sending:
        form = {**dict(request.query_params), **await _form(request)}
        return self._sign_in_answer("oauth.revoke", lambda: self.sign_in.revoke(form))

    async def _batch(self, request: Request) -> Sending:
        received = await _received(request)
        delivery = self.faults.struck("batch", "", ON_DELIVERY)
        for fault in self.faults.struck("batch", "", (Kind.STATUS,)):
            refusal = errors.ordered(fault.status, fault.retry_after, fault.reason)
            return Sending(refusal.answer().struck_by(delivery))
        return Sending(batch.answer(self.api, received).struck_by(delivery))

    async def _upload(self, request: Request) -> Sending:
        return Sending(self._uploads.answer(await _received(request), self.base_url))

    async def _call(self, request: Request) -> Sending:
        return Sending(self.api.answer(await _received(request)))

    def _sign_in_answer(self, method: str, carry_out: Callable[[], Answer]) -> Sending:
        delivery = self.faults.struck(method, "", ON_DELIVERY)
        for fault in self.faults.struck(method, "", (Kind.STATUS,)):
            refusal = errors.ordered(fault.status, fault.retry_after, fault.reason)
            return Sending(refusal.answer().struck_by(delivery))
        with self.api.lock:
            return Sending(carry_out().struck_by(delivery))

    def _lag(self, address: str) -> Lag:
        faults = self.faults.struck(_LIST, address, (Kind.SEARCH_LAG,))
        return Lag(
            max((fault.seconds for fault in faults), default=0.0), max((f.operations for f in faults), default=0)
        )

    def _scopes(self) -> frozenset[str]:
        return frozenset().union(*(service.document.scopes for service in self.services))

    def _accounts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(account for service in self.services for account in service.accounts()))


async def _nobody_listens(request: Request, error: Exception) -> Response:
    return Response(status_code=499)


async def _received(request: Request) -> ApiRequest:
    headers = {name.lower(): value for name, value in request.headers.items()}
    path = request.scope["raw_path"].decode("ascii")
    return ApiRequest(request.method, path, request.query_params.multi_items(), headers, await request.body())


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))


def _client_of(request: Request) -> dict[str, str]:
    """The client by HTTP Basic (RFC 6749, section 2.3.1), as oauthlib sends it."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    try:
        name, _, secret = base64.b64decode(token).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": unquote_plus(name), "client_secret": unquote_plus(secret)} if kind.lower() == "basic" else {}
