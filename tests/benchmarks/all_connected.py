"""A household with every source connected, at make-believe vendors in this process; its daemon is another's to run."""

from __future__ import annotations

import base64
import secrets
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from application.accounts import EVERYTHING
from daemon.container import Container
from daemon.household import ensure_cli_token, household
from daemon.settings import load
from domain.sources import SourceState
from sandbox.anthropic import KEY, AnthropicServer
from sandbox.azure_devops import AzureDevOpsServer
from sandbox.google import GoogleServer
from sandbox.household import Household
from sandbox.household import load as load_household
from sandbox.microsoft import MicrosoftServer
from sandbox.perfect.triage import AnswerKey
from sandbox.push import PushServer
from sandbox.push.server import Browser, Channel

PATIENCE = 120.0
AWAKE = {"kinds": {}, "quiet_from": "00:00", "quiet_until": "00:00", "per_day": 100, "buttons": True}


@dataclass(frozen=True, slots=True)
class Outside:
    """The vendors, and what the household has there."""

    played: Household
    google: GoogleServer
    microsoft: MicrosoftServer
    devops: AzureDevOpsServer
    claude: AnthropicServer
    push: PushServer

    @property
    def settings(self) -> dict[str, dict[str, str]]:
        """What leads to them."""
        installed = self.google.client_config()["installed"]
        client = {name: installed[name] for name in ("client_id", "client_secret", "auth_uri", "token_uri")}
        office, graph = self.microsoft, self.microsoft.base_url
        return {
            "google": {**client, "api_endpoint": self.google.base_url},
            "microsoft": {"client_id": office.client_id, "authority": office.authority, "graph_endpoint": graph},
            "azure_devops": {"url": self.devops.organization_url},
            "anthropic": {"base_url": self.claude.base_url, "api_key": KEY},
            "tls": {"ca_file": str(office.ca_file)},
            "push": {"plain_hosts": "127.0.0.1"},
        }

    @property
    def environment(self) -> dict[str, str]:
        """The same, as a daemon of another process is told."""
        sections = self.settings.items()
        return {f"ALFRED_{section}__{key}".upper(): value for section, keys in sections for key, value in keys.items()}


@contextmanager
def outside() -> Iterator[Outside]:
    """Serve every vendor with all that the Monday household has there."""
    played = load_household("monday", seed=0, size=None, now=datetime.now(UTC))
    with (
        GoogleServer(quota=None) as google,
        MicrosoftServer(limit=None) as microsoft,
        AzureDevOpsServer(str(played.works.organization) if played.works else "alone") as devops,
        AnthropicServer(key=AnswerKey.of(played.mails)) as claude,
        PushServer() as push,
    ):
        google.move_in(played.owner.address, played.mails, played.events)
        office = played.account("office").address
        microsoft.move_in(office, played.owner.name, played.outlook, played.chats, played.events)
        if played.works is not None:
            devops.move_in(played.works)
        yield Outside(played, google, microsoft, devops, claude, push)


def move_in(home: Path, world: Outside) -> str:
    """Connect every account, each source paused so that none is polled by itself; return a token for the API."""
    with household(load(home, world.settings)) as container:
        _consent(container, "gmail", "google", {}, world)
        _consent(container, "office", "microsoft", {"reads": "mail, teams, calendar"}, world)
        pat = world.devops.pat(world.played.account("devops").address, name=world.played.owner.name)
        _finish(container, "devops", "azure_devops", {}, pat)
        flows = {"address": "jo@firm.example", "token": secrets.token_hex(20)}
        _finish(container, "flows", "power_automate", flows, "done")
        for connection in container.connections().all():
            for source in connection.sources:
                container.store().sources.set_state(SourceState(source, paused=True))
        return ensure_cli_token(container)


def _consent(container: Container, name: str, provider: str, wishes: dict[str, str], world: Outside) -> None:
    accounts = container.accounts()
    accounts.add(name, provider, wishes)
    attempt, step = accounts.begin_sign_in(name, EVERYTHING)
    trusted = ssl.create_default_context(cafile=world.microsoft.ca_file)
    answer = httpx.get(step.url, follow_redirects=False, trust_env=False, verify=trusted)
    accounts.finish_sign_in(attempt, answer.headers["location"])


def _finish(container: Container, name: str, provider: str, wishes: dict[str, str], pasted: str) -> None:
    accounts = container.accounts()
    accounts.add(name, provider, wishes)
    attempt, _ = accounts.begin_sign_in(name)
    accounts.finish_sign_in(attempt, pasted)


@dataclass(frozen=True, slots=True)
class Owner:
    """Uses the running daemon by its API."""

    api: httpx.Client
    world: Outside

    def use_everything(self) -> None:
        """Poll every source, cast a vote, be told by push, have a statement read, and talk with the model."""
        self._subscribe()
        for source in self._call("GET", "/api/status")["sources"]:
            self._call("POST", f"/api/sources/{quote(source['id'], safe='')}/poll")
        self._vote()
        self._read_a_statement()
        self._talk()
        _until(lambda: len(self.world.push.record) > 0, "a push")

    def _call(self, method: str, path: str, body: object = None) -> Any:
        answer = self.api.request(method, path, json={} if body is None and method == "POST" else body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def _subscribe(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1()).public_key()
        point = key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        self.world.push.browsers["fox"], self.world.push.channels["den"] = Browser(), Channel("fox")
        keys = {"p256dh": _in_base64url(point), "auth": _in_base64url(secrets.token_bytes(16))}
        self._call("PUT", "/api/notifications/preferences", AWAKE)
        endpoint = f"{self.world.push.base_url}/wpush/den"
        self._call("POST", "/api/push/subscriptions", {"endpoint": endpoint, "keys": keys})

    def _vote(self) -> None:
        waiting = self._call("GET", "/api/actions?status=proposed&limit=200")["items"]
        vote = next(each for each in waiting if each["kind"] == "vote_pull_request")
        done = self._call("POST", f"/api/actions/{vote['id']}/approve", {"digest": vote["digest"]})
        assert done["status"] == "executed", done

    def _read_a_statement(self) -> None:
        statement = next(each for each in self.world.played.statements if each.password)
        content = base64.b64encode(statement.content).decode()
        file = {"filename": statement.name, "content": content, "password": statement.password}
        self._call("POST", "/api/finance/statements", file)

    def _talk(self) -> None:
        id = self._call("POST", "/api/conversations")["id"]
        said = {"text": "What did Ivo write to me about the server?", "mode": "tool_use"}
        answer = self.api.post(f"/api/conversations/{id}/messages", json=said)
        assert "event: done" in answer.text, answer.text
        assert len(self.world.claude.record) > 0


def _in_base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _until(look: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while not look():
        if time.monotonic() > until:
            raise RuntimeError(f"{what} did not come within {PATIENCE:.0f} s")
        time.sleep(0.05)
