"""The whole product in a process of its own, on the Monday household, and what a test may ask of it."""

import base64
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Self
from urllib.parse import quote
from uuid import uuid4

import httpx

ROOT = Path(__file__).parents[2]
OWNER = "jo.merriweather@example.com"
AT_WORK = "jo.merriweather@larkfield.example"
FRIEND = "Ivo Brandt <ivo@brandt.example>"
PATIENCE = 90.0
SOURCE = "gmail/mail"


def letter(
    subject: str, text: str = "", *, html: str = "", sender: str = "Ivo Brandt <ivo@brandt.example>"
) -> EmailMessage:
    """Return a mail to the owner, written now."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, OWNER, subject
    mail["Message-ID"] = f"<{uuid4().hex}@brandt.example>"
    mail.set_content(text or subject)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail


@dataclass
class House:
    """`alfred demo`, and the ways in: the app's address, the API with a session, the make-believe Google's handles."""

    home: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    options: Sequence[str] = ()
    within: Sequence[str] = ()
    """What the process is started by, where that is not this system as it is."""

    def __enter__(self) -> Self:
        self._log = self.home.with_suffix(".out")
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [*self.within, sys.executable, "-m", "daemon.cli.main", "--home", str(self.home),
                 "demo", "--no-browser", "--port=0", *self.options],
                stdout=log, stderr=subprocess.STDOUT, cwd=ROOT, env={**os.environ, **self.settings},
            )  # fmt: skip
        said = self._wait_for("Ctrl-C ends the demo")
        self.url, code = _found(r"Open Alfred: (\S+)/sign-in#(\S+)", said)
        (self.google_url,) = _found(r"make-believe Google is at (http[^\s,]*[^\s,.])", said)
        self.api = httpx.Client(base_url=self.url, headers={"origin": self.url}, trust_env=False, timeout=30)
        self.google = httpx.Client(base_url=self.google_url, trust_env=False)
        self.call("POST", "/api/session", {"code": code, "name": "the test"})
        return self

    def __exit__(self, *_: object) -> None:
        self.api.close()
        self.google.close()
        self._process.send_signal(signal.SIGINT)
        self._process.wait(30)

    @property
    def pid(self) -> int:
        return self._process.pid

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Call the API as a signed-in device."""
        answer = self.api.request(method, path, json=body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def pairing_link(self) -> str:
        return str(self.call("POST", "/api/devices/pairing")["link"])

    def deliver(self, mail: EmailMessage | bytes, labels: Sequence[str] = ("INBOX", "UNREAD")) -> str:
        """Put a mail into the owner's mailbox at Google, and return its id there."""
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        form = {"raw": base64.urlsafe_b64encode(raw).decode(), "labels": list(labels)}
        answer = self.google.post(f"/_sandbox/accounts/{OWNER}/messages", json=form).raise_for_status()
        return str(answer.json()["id"])

    def poll(self) -> None:
        """Take in at once what has arrived."""
        self.call("POST", f"/api/sources/{SOURCE.replace('/', '%2F')}/poll", {})

    def arrive(self, mail: EmailMessage | bytes, labels: Sequence[str] = ("INBOX", "UNREAD")) -> str:
        """Deliver a mail, and return its id here once it is taken in and sorted."""
        google_id = self.deliver(mail, labels)
        self.poll()
        return self.sorted(google_id)

    @property
    def zone(self) -> str:
        """The owner's time zone."""
        return str(self.call("GET", "/api/status")["zone"])

    def event(self, event_id: str) -> Any:
        return self.call("GET", f"/api/calendar/events/{quote(event_id, safe='')}")

    def events(self, day: str) -> list[Any]:
        """Return what stands in the calendars from that day on, for a week."""
        items = self.call("GET", f"/api/calendar/events?from={day}T00:00:00Z")["items"]
        return list(items)

    def statements(self, count: int) -> list[Any]:
        """Return the bank statements, once there are as many as that."""
        found = self._until(lambda: len(self._statements()) >= count and self._statements())
        return list(found or self._statements())

    def tied_mails(self) -> list[Any]:
        """Return the mails that told of a transaction, once there are any."""
        return list(self._until(lambda: self.call("GET", "/api/finance/transactions?q=tenaga")["mails"]))

    def alter_event(self, event_id: str, change: Mapping[str, str]) -> None:
        """Change an event at Google, as from another device, and read that calendar."""
        google_id = event_id.partition(":")[2]
        self.google.patch(f"/_sandbox/accounts/{OWNER}/events/{google_id}", json=change).raise_for_status()
        self.call("POST", "/api/sources/gmail%2Fcalendar/poll", {})

    def mutations(self, google_id: str) -> list[tuple[str, Any]]:
        """Return what was really done to a message at Google: methods and arguments, in order."""
        told = self.google.get("/_sandbox/record").raise_for_status().json()["mutations"]
        mine = (each for each in told if each["resource"] == google_id)
        return [(each["method"].rpartition(".")[2], _without_id(each["arguments"])) for each in mine]

    def sorted(self, google_id: str) -> str:
        """Return the id here of a mail that was taken in, once it is sorted."""
        for message in self._until(lambda: self._with(google_id)):
            return str(message["id"])
        raise AssertionError(f"{google_id} was not taken in")

    def _statements(self) -> list[Any]:
        return list(self.call("GET", "/api/finance/statements")["items"])

    def _with(self, google_id: str) -> list[Any]:
        found = self.call("GET", "/api/messages?limit=20")["items"]
        return [each for each in found if google_id in each["id"] and each["classification"]]

    def _until(self, look: Any) -> Any:
        until = monotonic() + PATIENCE
        while not (found := look()) and monotonic() < until:
            sleep(0.05)
        return found

    def _wait_for(self, words: str) -> str:
        said = self._until(lambda: _said(self._log, words) or self._process.poll() is not None)
        if not isinstance(said, str):
            self._process.kill()
            raise AssertionError(f"the demo did not start: {self._log.read_text()}")
        return said


@dataclass(frozen=True, slots=True)
class DevOps:
    """The make-believe Azure DevOps: what happens there, and the record of what was done."""

    house: House
    url: str
    path: str
    password: str

    @classmethod
    def of(cls, house: House) -> Self:
        said = house.home.with_suffix(".out").read_text()
        return cls(house, *_found(r"Azure DevOps at (\S+) \(hooks to (\S+), any user, password (\S+)\)", said))

    def open_pull(self, title: str, description: str = "") -> int:
        """Open a pull request whose pipeline is green, tell Alfred of it, and return its number."""
        order = {
            "project": "Data Exports", "repository": "exporter", "branch": "feature/2214-count", "title": title,
            "description": description, "by": "priya.raman@larkfield.example", "reviewers": [AT_WORK],
            "files": {"/count.py": "x = 1\n"},
        }  # fmt: skip
        with httpx.Client(base_url=self.url, trust_env=False, timeout=30) as vendor:
            number = int(vendor.post("/_sandbox/pull-requests", json=order).raise_for_status().json()["id"])
            vendor.post(f"/_sandbox/pull-requests/{number}/pass-build").raise_for_status()
            address = {"url": f"{self.house.url}{self.path}", "user": "hooks", "password": self.password}
            event = {**address, "event": "git.pullrequest.created", "id": number, "times": 3}
            assert vendor.post("/_sandbox/hooks", json=event).json() == {"statuses": [202, 202, 202]}
        return number

    def votes(self, number: int) -> list[int]:
        """The votes that were really given on a pull request, in order."""
        lines = (self.house.home / "sandbox-record-devops.jsonl").read_text().splitlines()
        told = [json.loads(line) for line in lines]
        mine = (each for each in told if each["resource"] == str(number) and each["method"].endswith(".vote"))
        return [each["state"]["vote"] for each in mine]


def _without_id(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if name != "id"}


def _said(log: Path, words: str) -> str | None:
    text = log.read_text()
    return text if words in text else None


def _found(pattern: str, text: str) -> tuple[str, ...]:
    match = re.search(pattern, text)
    assert match is not None, text
    return match.groups()
