"""The sign-in's refusals, with their AADSTS numbers."""

from __future__ import annotations

import html
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox.server import Answer, json_answer

_ADMIN = {
    90094: "The grant requires admin permission. An administrator of the organization has to consent.",
    65001: "The user or administrator has not consented to use the application. Send an interactive authorization "
    "request for this user and resource.",
}


@dataclass(frozen=True, slots=True)
class TokenError(Exception):
    """A refusal in the words of RFC 6749, section 5.2, as Microsoft adorns it."""

    error: str
    number: int
    description: str
    suberror: str = ""
    status: int = 400

    def described(self) -> str:
        moment = datetime.now(UTC)
        trace = f"Trace ID: {uuid.uuid4()} Correlation ID: {uuid.uuid4()} Timestamp: {moment:%Y-%m-%d %H:%M:%SZ}"
        return f"AADSTS{self.number}: {self.description} {trace}"

    def answer(self) -> Answer:
        body: dict[str, object] = {
            "error": self.error,
            "error_description": self.described(),
            "error_codes": [self.number],
            "timestamp": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%SZ}",
            "trace_id": str(uuid.uuid4()),
            "correlation_id": str(uuid.uuid4()),
        }
        return json_answer(body | ({"suberror": self.suberror} if self.suberror else {}), self.status)

    def page(self) -> Answer:
        """What the browser shows where there is nowhere to send it back to."""
        said = html.escape(f"{self.error}: {self.described()}")
        return Answer(400, f"<h1>Sign in</h1><p>{said}</p>".encode(), {"content-type": "text/html; charset=utf-8"})


def needs_admin(error: str, number: int) -> TokenError:
    """The refusal of a scope that the tenant leaves to administrators."""
    return TokenError(error, number, _ADMIN[number], "consent_required" if number == 65001 else "")
