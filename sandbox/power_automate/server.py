"""The make-believe Power Automate: addresses with a signature in them that start flows, and the handles for tests."""

from __future__ import annotations

import hmac
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox import admin
from sandbox.microsoft.mail.mailbox import Mailbox
from sandbox.misbehaviour import ON_DELIVERY, Kind
from sandbox.power_automate.flows import Flow, FlowError, known
from sandbox.record import Record
from sandbox.server import Answer, Sending, VendorServer, json_answer

if TYPE_CHECKING:
    from starlette.types import ASGIApp

_PATH = "/workflows/{workflow}/triggers/manual/paths/invoke"
_VERSION = "2016-06-01"
_FAILURES = {
    429: ("ActionRequestsThrottled", "Rate limit is exceeded. Try again later."),
    502: ("NoResponse", "The server did not receive a response from an upstream server."),
    504: ("GatewayTimeout", "The execution of template action 'Response' timed out."),
}


class PowerAutomateServer(VendorServer):
    """The owner's flows on loopback, over the mailbox that they work in (one of a `MicrosoftServer`, or one alone)."""

    def __init__(self, mailbox: Mailbox, port: int = 0, record: Path | None = None) -> None:
        super().__init__(port, Record(record))
        self.mailbox = mailbox
        self.flows = known()
        self._signature = secrets.token_urlsafe(32)
        self._ids = {name: secrets.token_hex(16) for name in self.flows}
        self._off: set[str] = set()

    def url(self, flow: str) -> str:
        """The address that starts a flow; whoever has it may start it."""
        path = _PATH.replace("{workflow}", self._ids[flow])
        return (
            f"{self.base_url}{path}?api-version={_VERSION}&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig={self._signature}"
        )

    def turn_off(self, flow: str) -> None:
        """Let the owner switch a flow off."""
        self._off.add(flow)

    def app(self) -> ASGIApp:
        return Starlette(
            exception_handlers={ClientDisconnect: _nobody_listens},
            routes=[Route(_PATH, self._invoke, methods=["POST"]), *admin.routes(self.faults, self.record)],
        )

    async def _invoke(self, request: Request) -> Sending:
        workflow, body = request.path_params["workflow"], await request.body()
        name = next((name for name, id in self._ids.items() if id == workflow), "")
        return Sending(await run_in_threadpool(self._answer, name, request.query_params.get("sig", ""), body))

    def _answer(self, name: str, signature: str, body: bytes) -> Answer:
        delivery = self.faults.struck(f"flows.{name}", self.mailbox.address, ON_DELIVERY)
        try:
            flow = self._flow(name, signature)
            return json_answer(self._carry_out(flow, body)).struck_by(delivery)
        except FlowError as failed:
            return json_answer(failed.body(), failed.status, failed.headers).struck_by(delivery)

    def _flow(self, name: str, signature: str) -> Flow:
        if not hmac.compare_digest(signature.encode(), self._signature.encode()):
            raise FlowError(401, "AuthorizationFailed", "The authentication credentials are not valid.")
        if name not in self.flows:
            raise FlowError(404, "WorkflowNotFound", "The workflow could not be found.")
        if name in self._off:
            message = "Could not execute workflow trigger 'manual' with state 'Disabled': trigger is not enabled."
            raise FlowError(400, "WorkflowTriggerIsNotEnabled", message)
        for fault in self.faults.struck(f"flows.{name}", self.mailbox.address, (Kind.STATUS,)):
            code, message = _FAILURES.get(fault.status, ("InternalServerError", "Encountered internal server error."))
            headers = {"retry-after": str(fault.retry_after)} if fault.retry_after is not None else {}
            raise FlowError(fault.status, fault.reason or code, message, headers)
        return self.flows[name]

    def _carry_out(self, flow: Flow, body: bytes) -> object:
        try:
            asked = flow.check(orjson.loads(body or b"null"))
        except orjson.JSONDecodeError as wrong:
            raise FlowError(400, "InvalidRequestContent", "The request content is not valid JSON.") from wrong
        with self.mailbox.lock:
            self.mailbox.settle()
            run = flow.carry_out(self.mailbox, asked)
        if run.state is not None:
            self.record.add(f"flows.{flow.name}", self.mailbox.address, run.resource, asked, run.state)
        return run.result


async def _nobody_listens(request: Request, error: Exception) -> Response:
    return Response(status_code=499)
