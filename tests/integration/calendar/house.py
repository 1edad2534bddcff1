"""A household with a calendar at a make-believe vendor, whose daemon is killed and started again."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from adapters.google.scopes import CALENDAR_EVENTS
from adapters.microsoft.scopes import CALENDAR_WRITE
from daemon.household import household
from daemon.settings import load
from tests.integration.crash.house import OWNER, PATIENCE, VENDORS, House, prepare
from tests.integration.crash.wire import HeldUp, HeldUpGoogle, HeldUpMicrosoft

ORGANIZER = "ann@example.org"
GUEST = "bob@example.net"
HOUR = timedelta(hours=1)
ANSWERING_SECONDS = 0.2
BEGIN = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=2)


@contextmanager
def house_with(home: Path, events: int, provider: str) -> Iterator[House]:
    """Prepare a household that has signed in and taken in as many events."""
    with VENDORS[provider](OWNER) as vendor:
        if isinstance(vendor, HeldUpMicrosoft):
            vendor.calendar(OWNER).answering_seconds = ANSWERING_SECONDS
        for number in range(events):
            enter(vendor, number)
        headers = {"Authorization": f"Bearer {prepare(home, vendor)}"}
        take_in_the_calendar(home, vendor)
        with httpx.Client(headers=headers, timeout=PATIENCE, trust_env=False) as client:
            house = House(home, vendor, client)
            try:
                yield house
            finally:
                house.end()


def take_in_the_calendar(home: Path, vendor: HeldUp) -> None:
    settings = load(home, vendor.settings_there())
    scope = CALENDAR_EVENTS if isinstance(vendor, HeldUpGoogle) else CALENDAR_WRITE
    with household(settings) as container:
        accounts = container.accounts()
        attempt, step = accounts.begin_sign_in(vendor.account, (scope,))
        trusted = ssl.create_default_context(cafile=settings.tls.ca_file)
        answer = httpx.get(step.url, follow_redirects=False, trust_env=False, verify=trusted)
        accounts.finish_sign_in(attempt, answer.headers["location"])
        container.rounds().poll_named(f"{vendor.account}/calendar")


def enter(vendor: HeldUpGoogle | HeldUpMicrosoft, number: int) -> None:
    """Put an event of an hour into the calendar; every other one is somebody else's invitation."""
    start, organizer = BEGIN + number * HOUR, ORGANIZER if number % 2 else OWNER
    if isinstance(vendor, HeldUpGoogle):
        _enter_at_google(vendor, number, start, organizer)
    else:
        _enter_at_microsoft(vendor, number, start, organizer)


def _enter_at_google(google: HeldUpGoogle, number: int, start: datetime, organizer: str) -> None:
    times = {"start": start, "end": start + HOUR}
    body: dict[str, object] = {
        "summary": f"Event {number}",
        **{edge: {"dateTime": at.isoformat(), "timeZone": "UTC"} for edge, at in times.items()},
        "attendees": [{"email": who, "responseStatus": "tentative"} for who in (OWNER, GUEST)],
    }
    google.calendar(OWNER).add(body, id=f"event{number:04}", organizer={"email": organizer})


def _enter_at_microsoft(microsoft: HeldUpMicrosoft, number: int, start: datetime, organizer: str) -> None:
    times = {"start": start, "end": start + HOUR}
    said = {"response": "tentativelyAccepted", "time": "0001-01-01T00:00:00Z"}
    body: dict[str, Any] = {
        "subject": f"Event {number}",
        **{edge: {"dateTime": f"{at:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"} for edge, at in times.items()},
        "attendees": [{"type": "required", "emailAddress": {"address": who}, "status": said} for who in (OWNER, GUEST)],
    }
    calendar, key = microsoft.calendar(OWNER), f"event{number:04}"
    if organizer == OWNER:
        calendar.create(body, key)
    else:
        calendar.invite(body, {"emailAddress": {"address": organizer}}, "tentativelyAccepted", key)
