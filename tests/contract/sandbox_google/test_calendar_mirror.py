"""Whatever happens to a calendar: whoever follows its sync tokens holds what a full list tells."""

from __future__ import annotations

import random

import pytest
from googleapiclient.discovery import Resource
from googleapiclient.errors import HttpError

from sandbox.google import GoogleServer
from sandbox.google.calendar.store import Calendar
from tests.contract.sandbox_google.calendar_client import ZONE, signed_in, timed
from tests.contract.sandbox_google.checking import OWNER, Json

WINDOW = {"timeMin": "2026-06-01T00:00:00Z", "timeMax": "2026-09-01T00:00:00Z"}
Known = dict[str, Json]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("single", [True, False])
def test_a_mirror_of_changes_is_the_calendar(google: GoogleServer, seed: int, single: bool) -> None:
    dice, calendar = random.Random(seed), google.calendar(OWNER)
    calendar.zone = ZONE
    with signed_in(google) as service:
        known: Known = {}
        token = follow(service, known, "", single=single)
        for _ in range(12):
            for _ in range(dice.randrange(4)):
                change(calendar, dice)
            token = follow(service, known, token, single=single)
        whole: Known = {}
        follow(service, whole, "", single=single)
    assert known == whole


def follow(service: Resource, known: Known, token: str, *, single: bool) -> str:
    """Read what changed since a token, or everything again where the token has grown too old."""
    query: Json = {"syncToken": token} if token else dict(WINDOW)
    if not token:
        known.clear()
    while True:
        try:
            answer = service.events().list(calendarId="primary", singleEvents=single, maxResults=7, **query).execute()
        except HttpError as error:
            if error.status_code != 410:
                raise
            return follow(service, known, "", single=single)
        for item in answer["items"]:
            note(known, item)
        if "nextSyncToken" in answer:
            return str(answer["nextSyncToken"])
        query = {**query, "pageToken": answer["nextPageToken"]}


def note(known: Known, item: Json) -> None:
    if item["status"] == "cancelled" and "recurringEventId" not in item:
        for id in [item["id"], *(id for id, one in known.items() if one.get("recurringEventId") == item["id"])]:
            known.pop(id, None)
    elif item["status"] == "cancelled":
        known.pop(item["id"], None)
    else:
        known[item["id"]] = {name: item.get(name) for name in ("summary", "start", "end", "recurringEventId")}


def change(calendar: Calendar, dice: random.Random) -> None:
    """Something that anybody may do to a calendar, as the dice will have it."""
    standing = [id for id, event in calendar.events.items() if not event.cancelled]
    day = f"2026-{dice.randrange(6, 9):02d}-{dice.randrange(1, 29):02d}"
    act = dice.choice(["add", "series", "alter", "move", "instance", "remove", "expire"])
    if act == "expire" and dice.random() < 0.2:
        calendar.expire_sync_tokens()
    elif act == "series":
        calendar.add(timed(day, "09:00", "10:00", recurrence=["RRULE:FREQ=DAILY;COUNT=4"]))
    elif act == "add" or not standing:
        calendar.add(timed(day, "09:00", "10:00"))
    elif act == "alter":
        calendar.alter(dice.choice(standing), {"summary": f"Lunch {dice.random()}"})
    elif act == "move":
        moved = timed(day, "11:00", "12:00")
        calendar.alter(dice.choice(standing), {"start": moved["start"], "end": moved["end"]})
    else:
        calendar.remove(one_of(calendar, dice.choice(standing), dice, whole=act == "remove"))


def one_of(calendar: Calendar, id: str, dice: random.Random, *, whole: bool) -> str:
    """The event itself, or an instance of it where it is a series."""
    event = calendar.existing(id)
    instances = [one.id for one in calendar.instances(event) if not one.cancelled] if event.recurrence else []
    return id if whole or not instances else dice.choice(instances)
