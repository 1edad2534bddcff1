"""Google's own client for the calendar, and events as tests write them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from googleapiclient.discovery import Resource
from googleapiclient.errors import HttpError

from sandbox.google import GoogleServer
from tests.contract.sandbox_google.checking import CALENDAR, OWNER, Json, connect

SCOPE = "https://www.googleapis.com/auth/calendar"
ZONE = "Europe/Berlin"
GUEST = "sabrina@example.com"


@contextmanager
def signed_in(google: GoogleServer, scope: str = SCOPE, address: str = OWNER) -> Iterator[Resource]:
    with connect(google, [scope], address, CALENDAR) as service:
        yield service


def timed(day: str, start: str, end: str, **more: Any) -> Json:
    """An event by the clock in the owner's zone."""
    return {
        "summary": "Lunch",
        "start": {"dateTime": f"{day}T{start}:00", "timeZone": ZONE},
        "end": {"dateTime": f"{day}T{end}:00", "timeZone": ZONE},
        **more,
    }


def whole_days(first: str, after: str, **more: Any) -> Json:
    return {"summary": "Holiday", "start": {"date": first}, "end": {"date": after}, **more}


def refusal(error: HttpError) -> tuple[int, str]:
    """The status, and the reason that Google's list of errors gives."""
    return error.status_code, json.loads(error.content)["error"]["errors"][0]["reason"]
