"""The world around the household: a make-believe Google in a process of its own, and what happens there each day."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import httpx

ROOT = Path(__file__).parents[3]
OWNER, ANN, IVO = "owner@example.com", "ann@office.example", "ivo@brandt.example"
BULK = {"List-Unsubscribe": "<https://list.example/u>", "List-Id": "<deals.list.example>", "Precedence": "bulk"}
STAYS = timedelta(days=1)


def letter(sender: str, subject: str, text: str, headers: Mapping[str, str] = MappingProxyType({})) -> EmailMessage:
    """Return a mail that the owner's server vouches for."""
    mail = EmailMessage(policy=SMTP)
    mail["Authentication-Results"] = f"mx.google.com; dmarc=pass header.from={sender.partition('@')[2]}"
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = sender, OWNER, subject, f"<{uuid4()}@example.com>"
    for name, value in headers.items():
        mail[name] = value
    mail.set_content(text)
    return mail


def invitation(uid: str, start: datetime) -> EmailMessage:
    """A mail that invites to an hour, of which no calendar knows."""
    begin, end = (f"{moment:%Y%m%dT%H%M%SZ}" for moment in (start, start + timedelta(hours=1)))
    text = "\r\n".join(
        [
            "BEGIN:VCALENDAR", "VERSION:2.0", "METHOD:REQUEST", "BEGIN:VEVENT", f"UID:{uid}", "SEQUENCE:0",
            "SUMMARY:A word", f"DTSTART:{begin}", f"DTEND:{end}", f"ORGANIZER;CN=Ann:mailto:{ANN}",
            f"ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:{OWNER}", "END:VEVENT", "END:VCALENDAR", "",
        ]
    )  # fmt: skip
    mail = letter(ANN, f"Invitation {uid}", "You are invited.")
    mail.add_alternative(text, subtype="calendar", params={"method": "REQUEST"})
    return mail


@dataclass(slots=True)
class Town:
    """What others do to the owner's account, and what he does there himself."""

    google: httpx.Client
    client: dict[str, str]
    token: str
    mails: list[tuple[datetime, str]] = field(default_factory=list)
    events: list[tuple[datetime, str]] = field(default_factory=list)

    @property
    def settings(self) -> dict[str, Any]:
        names = ("client_id", "client_secret", "auth_uri", "token_uri")
        return {**{name: self.client[name] for name in names}, "api_endpoint": str(self.google.base_url)}

    def day(self, now: datetime, mails: int) -> None:
        """Let a day's mail and appointments come, and what is past leave."""
        for number in range(mails):
            mark = f"{now:%m%d}-{number}"
            self._deliver(now, letter(f"shop{number}@deals.example", f"Offers {mark}", "Save 50% on shoes now", BULK))
            self._deliver(
                now, letter("ivo@brandt.example", f"Question {mark}", "Could you send me the report, please?")
            )
        self._deliver(now, letter("no-reply@bank.example", "Your code", f"Your verification code is {now:%d%H%M}."))
        due = f"{now + timedelta(days=2):%Y-%m-%d}"
        self._deliver(now, letter("billing@shop.example", f"Invoice {now:%m%d}", f"Amount due: EUR 42.00 by {due}."))
        self._deliver(now, invitation(f"{now:%m%d}@office.example", now + timedelta(days=1, hours=1)))
        self._appointments(now + timedelta(days=1))
        self._leave(now)

    def _appointments(self, tomorrow: datetime) -> None:
        """Two that clash, and one that somebody else asks for."""
        self._event("Dentist", tomorrow + timedelta(hours=3))
        self._event("School", tomorrow + timedelta(hours=3, minutes=30))
        asked = [{"email": OWNER, "responseStatus": "needsAction"}, {"email": ANN}]
        ann = {"email": ANN}
        self._event("Review", tomorrow + timedelta(hours=6), organizer=ann, attendees=asked)

    def _leave(self, now: datetime) -> None:
        for moment, id in [each for each in self.mails if now - each[0] >= STAYS]:
            self._as_owner("POST", f"gmail/v1/users/me/messages/{id}/trash")
            self.mails.remove((moment, id))
        for moment, id in [each for each in self.events if now - each[0] >= STAYS]:
            self.google.delete(f"/_sandbox/accounts/{OWNER}/events/{id}").raise_for_status()
            self.events.remove((moment, id))

    def _deliver(self, now: datetime, mail: EmailMessage) -> None:
        form = {"raw": base64.urlsafe_b64encode(mail.as_bytes()).decode(), "received": now.isoformat()}
        answer = self.google.post(f"/_sandbox/accounts/{OWNER}/messages", json=form).raise_for_status()
        self.mails.append((now, answer.json()["id"]))

    def _event(self, title: str, start: datetime, **more: object) -> None:
        times = {
            "start": {"dateTime": start.isoformat()},
            "end": {"dateTime": (start + timedelta(hours=1)).isoformat()},
        }
        form = {"summary": title, **times, **more}
        answer = self.google.post(f"/_sandbox/accounts/{OWNER}/events", json=form)
        assert answer.is_success, answer.text
        self.events.append((start, answer.json()["id"]))

    def _as_owner(self, method: str, path: str) -> None:
        headers = {"authorization": f"Bearer {self.token}"}
        self.google.request(method, f"/{path}", headers=headers).raise_for_status()


@contextmanager
def town() -> Iterator[Town]:
    """Serve the make-believe Google, so that what it holds in memory is not taken for Alfred's."""
    command = [sys.executable, "-m", "sandbox", "google", "--account", OWNER, "--quota", "off"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        assert server.stdout is not None
        try:
            told = json.loads(server.stdout.readline())
            client = told["client_config"]["installed"]
            with httpx.Client(base_url=told["base_url"], trust_env=False, timeout=30) as google:
                yield Town(google, client, _token(google, client, told["refresh_tokens"][OWNER]))
        finally:
            server.terminate()


def _token(google: httpx.Client, client: dict[str, str], refresh: str) -> str:
    form = {name: client[name] for name in ("client_id", "client_secret")}
    answer = google.post("/token", data={**form, "grant_type": "refresh_token", "refresh_token": refresh})
    return str(answer.raise_for_status().json()["access_token"])
