"""Every secret of a household is a canary: at debug level, with every provider in use, it is written down nowhere."""

import base64
import json
import os
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import quote, quote_plus

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from adapters.keyring.vault import open_vault
from daemon.backup.archive import unpack
from sandbox.anthropic import AnthropicServer
from sandbox.ollama import OllamaServer
from sandbox.perfect.mind import PERFECT
from sandbox.push import PushServer
from sandbox.push.server import Browser, Channel
from tests.browser.house import DevOps, House, letter
from tests.integration.cli.conftest import run_apart

SECRET_PARTS = re.compile(r"token|secret|pat|key|state|password|url", re.IGNORECASE)
AWAKE = {"kinds": {}, "quiet_from": "00:00", "quiet_until": "00:00", "per_day": 100, "buttons": True}
RIGHT_PASSWORD = "14JUN1985"
SHORTEST = 8
PER_LIST = 3
PATIENCE = 90.0
IN_ADDRESSES = bytes.maketrans(b"+/", b"-_")
ENDLESS = "/api/events"


def canary(prefix: str = "canary") -> str:
    """A secret without the look of one, with letters that every encoding changes."""
    return f"{prefix}~{secrets.token_hex(6)}/+é {secrets.token_hex(3)}"


@dataclass(frozen=True, slots=True)
class Planted:
    """The secrets that come from the owner: those that are set, and those that a form or a request brings."""

    anthropic: str
    backup: str
    flow: str
    flow_token: str
    heartbeat: str
    client: str
    wrong_statement: str
    code: str
    bearer: str

    @classmethod
    def fresh(cls) -> "Planted":
        plain = {
            name: f"{name}-{secrets.token_hex(9)}" for name in ("anthropic", "flow", "heartbeat", "code", "bearer")
        }
        return cls(**plain, **{name: canary(name) for name in cls.__slots__ if name not in plain})

    def settings(self, claude: str, ollama: str) -> Mapping[str, str]:
        return {
            "ALFRED_LOG__LEVEL": "debug",
            "ALFRED_ANTHROPIC__BASE_URL": claude,
            "ALFRED_ANTHROPIC__API_KEY": self.anthropic,
            "ALFRED_OLLAMA__HOST": ollama,
            "ALFRED_MODELS__EXTRACT": f"ollama:{PERFECT}",
            "ALFRED_BACKUP__PASSPHRASE": self.backup,
            "ALFRED_HEARTBEAT__URL": f"{claude}/{self.heartbeat}",
            "ALFRED_WEB__GOOGLE_ADDRESS": "jo.merriweather@example.com",
            "ALFRED_WEB__GOOGLE_CLIENT_ID": "butler.apps.example",
            "ALFRED_WEB__GOOGLE_CLIENT_SECRET": self.client,
            "ALFRED_PUSH__PLAIN_HOSTS": "127.0.0.1",
        }


@dataclass
class Haunted:
    """The household, and everything in and around it that nobody else may read."""

    house: House
    planted: Planted
    claude: AnthropicServer
    ollama: OllamaServer
    push: PushServer
    handed_out: tuple[str, ...] = ()

    def live(self) -> None:
        """Use everything there is, and let some of it go wrong."""
        self._sign_in_elsewhere()
        self._connect_flows()
        self._push()
        self._open_statements()
        self._talk()
        for source in self.house.call("GET", "/api/status")["sources"]:
            self.house.api.post(f"/api/sources/{quote(source['id'], safe='')}/poll", json={})

    def canaries(self) -> Mapping[str, str]:
        """Every secret by name: planted ones, what the vault holds, the session and what was handed out."""
        found = {name: getattr(self.planted, name) for name in Planted.__slots__}
        vault = open_vault(self.house.home)
        for name in vault.names():
            found |= {f"{name}/{part}": secret for part, secret in _parts(name, vault.get(name) or "")}
        found |= {f"handed out {number}": each for number, each in enumerate(self.handed_out)}
        found |= {f"cookie {name}": value for name, value in self.house.api.cookies.items()}
        found["hook password"] = DevOps.of(self.house).password
        found["master key"] = (self.house.home / "master.key").read_text().strip()
        return {name: secret for name, secret in found.items() if len(secret) >= SHORTEST}

    def _sign_in_elsewhere(self) -> None:
        link = self.house.pairing_link()
        token = self.house.call("POST", "/api/devices/token", {"name": "a script"})["token"]
        codes = self.house.call("POST", "/api/devices/recovery-codes")["codes"]
        self.handed_out = (link.rpartition("#")[2], token, *codes)
        with httpx.Client(base_url=self.house.url, headers={"origin": self.house.url}, trust_env=False) as stranger:
            bearer = {"authorization": f"Bearer {self.planted.bearer}"}
            flow = {"x-alfred-token": self.planted.bearer}
            assert stranger.post("/api/session", json={"code": self.planted.code, "name": "x"}).is_client_error
            assert stranger.get("/api/status", headers=bearer).is_client_error
            assert stranger.get(f"/api/session/google/callback?code={self.planted.code}&state=x").status_code < 500
            assert stranger.post("/hooks/azure-devops", auth=("x", self.planted.bearer), json={}).is_client_error
            assert stranger.post("/hooks/power-automate/mail", headers=flow, json={}).is_client_error

    def _connect_flows(self) -> None:
        """By flows that are not there, so that what is said of them is said in full."""
        url = f"{self.claude.base_url}/workflows/gone?sp=run&sig={self.planted.flow}"
        names = ("mail_search_url", "teams_search_url", "archive_url", "reply_url", "send_url")
        fields = {"address": "jo@firm.example", "token": self.planted.flow_token, **dict.fromkeys(names, url)}
        account = {"name": "flows", "provider": "power_automate", "settings": fields}
        self.house.call("POST", "/api/accounts", account)
        begun = self.house.call("POST", "/api/accounts/flows/sign-in", {})
        self.house.call("POST", f"/api/accounts/flows/sign-in/{begun['attempt']}", {"redirect": "done"})

    def _push(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1()).public_key()
        point = key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        keys = {"p256dh": _in_base64url(point), "auth": _in_base64url(secrets.token_bytes(16))}
        self.push.browsers["fox"], self.push.channels["den"] = Browser(), Channel("fox")
        self.house.call("PUT", "/api/notifications/preferences", AWAKE)
        form = {"endpoint": f"{self.push.base_url}/wpush/den", "keys": keys}
        self.house.call("POST", "/api/push/subscriptions", form)
        self.house.arrive(letter("URGENT: the server is down", "Production is down. Please call me back right now!"))
        _until(lambda: len(self.push.record) > 0)

    def _open_statements(self) -> None:
        _until(lambda: any(each["state"] == "needs_password" for each in self.house.statements(1)))
        for password in (self.planted.wrong_statement, RIGHT_PASSWORD):
            self.house.api.post("/api/finance/statements/unlock", json={"password": password})
        file = {"filename": "a.pdf", "content": base64.b64encode(b"%PDF-1.4 broken").decode()}
        self.house.api.post("/api/finance/statements", json={**file, "password": self.planted.wrong_statement})

    def _talk(self) -> None:
        id = self.house.call("POST", "/api/conversations", {})["id"]
        for mode in ("intent", "tool_use"):
            said = {"text": "What did Ivo write to me about the server?", "mode": mode}
            answer = self.house.api.post(f"/api/conversations/{id}/messages", json=said)
            assert "event: done" in answer.text, answer.text
        assert len(self.claude.record) > 0
        assert len(self.ollama.record) > 0


def _parts(name: str, secret: str) -> Iterator[tuple[str, str]]:
    """The secret strings in one entry of the vault, which may be JSON, or a key in lines."""
    if secret.startswith("{"):
        told = json.loads(secret)
        yield from ((k, v) for k, v in told.items() if isinstance(v, str) and SECRET_PARTS.search(k))
    elif secret.startswith("-----"):
        yield from ((str(number), line) for number, line in enumerate(secret.split("\n")[1:-2]))
    elif not name.endswith("/reserved"):
        yield "", secret


def _in_base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _until(look: Callable[[], bool]) -> None:
    until = monotonic() + PATIENCE
    while not look():
        assert monotonic() < until
        sleep(0.05)


def disguises(secret: str) -> frozenset[bytes]:
    """The ways in which a secret may lie in a text: as it is, in JSON, in an address, or in base64 at any offset."""
    raw = secret.encode()
    plain = {secret, json.dumps(secret)[1:-1], json.dumps(json.dumps(secret)[1:-1])[1:-1]}
    in_addresses = {quote(secret, safe=""), quote(secret), quote_plus(secret)}
    spelt = {raw, raw.hex().encode(), *(each.encode() for each in plain | in_addresses)}
    for offset in range(3):
        # The first and the last letters, which neighbours have a share in, are left out.
        first, end = -(-offset * 8 // 6), (offset + len(raw)) * 8 // 6
        kept = base64.b64encode(bytes(offset) + raw)[first:end]
        spelt |= {kept, kept.translate(IN_ADDRESSES)}
    return frozenset(spelt)


def found_in(haunted: Haunted, places: Mapping[str, bytes]) -> list[str]:
    """Name every secret that stands anywhere it may not."""
    spelt = {name: disguises(secret) for name, secret in haunted.canaries().items()}
    return [
        f"{name} in {place}"
        for place, content in places.items()
        for name, ways in spelt.items()
        if any(way in content for way in ways)
    ]


def files_in(folder: Path, *left_out: str) -> Mapping[str, bytes]:
    files = (file for file in sorted(folder.rglob("*")) if file.is_file() and file.name not in left_out)
    return {str(file): file.read_bytes() for file in files}


@pytest.fixture(scope="module")
def haunted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Haunted]:
    planted = Planted.fresh()
    with ExitStack() as stack:
        claude = stack.enter_context(AnthropicServer(api_key=planted.anthropic))
        ollama, push = stack.enter_context(OllamaServer()), stack.enter_context(PushServer())
        home = tmp_path_factory.mktemp("haunted") / "home"
        house = stack.enter_context(House(home, planted.settings(claude.base_url, ollama.base_url)))
        lived_in = Haunted(house, planted, claude, ollama, push)
        lived_in.live()
        yield lived_in


def addresses(house: House) -> Iterator[str]:
    """Every address that can be read, as the document of the API tells; ids are those that the lists show."""
    paths = house.call("GET", "/api/openapi.json")["paths"]
    for path in (path for path, ways in paths.items() if "get" in ways and path != ENDLESS):
        yield from _filled(house, path)


def _filled(house: House, path: str) -> Iterator[str]:
    collection, opened, rest = path.partition("/{")
    if not opened:
        yield path
        return
    listed = house.api.get(collection).json().get("items", [])
    for item in islice(listed, PER_LIST):
        id = item.get("id") or item.get("name") or item.get("category") or ""
        yield f"{collection}/{quote(str(id), safe='')}{rest.partition('}')[2].replace('{n}', '0')}"


def test_a_secret_is_known_in_every_disguise() -> None:
    secret = canary()
    for text in (secret, json.dumps({"a": secret}), quote(secret), f"a={quote_plus(secret)}", repr(secret)):
        assert any(way in text.encode() for way in disguises(secret)), text
    for before in ("", "u", "us", "use"):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            assert any(way in encode(f"{before}{secret}:after".encode()) for way in disguises(secret)), before
    assert not any(way in b"nothing of the kind" for way in disguises(secret))


def test_there_are_canaries_of_every_kind(haunted: Haunted) -> None:
    owners = {name.partition("/")[0] for name in haunted.canaries() if "/" in name}
    assert owners >= {"alfred", "azure_devops", "books", "google", "microsoft", "power_automate", "webpush"}


def test_no_secret_lies_in_the_data_folder(haunted: Haunted) -> None:
    """Database, its write-ahead log, logs and crash reports; only the vault and its key may hold any."""
    files = files_in(haunted.house.home, "vault", "master.key")
    assert any(name.endswith("alfred.db-wal") for name in files)
    assert found_in(haunted, files) == []


def test_no_secret_is_shown_by_the_api(haunted: Haunted) -> None:
    answers = {path: haunted.house.api.get(path) for path in addresses(haunted.house)}
    assert {path: each.status_code for path, each in answers.items() if each.status_code >= 500} == {}
    shown = {path: each.content + each.headers.get("location", "").encode() for path, each in answers.items()}
    assert found_in(haunted, shown) == []


def test_no_secret_is_told_to_a_model(haunted: Haunted) -> None:
    prompts = {
        name: json.dumps([asdict(each) for each in server.record]).encode()
        for name, server in (("Claude", haunted.claude), ("Ollama", haunted.ollama))
    }
    assert found_in(haunted, prompts) == []


def test_no_secret_is_in_a_backup(haunted: Haunted, tmp_path: Path) -> None:
    surroundings = {**os.environ, "ALFRED_BACKUP__PASSPHRASE": haunted.planted.backup}
    made = run_apart(haunted.house.home, "backup", "create", "--to", str(tmp_path / "kept"), env=surroundings)
    assert made.code == 0, made.err
    (file,) = (tmp_path / "kept").glob("alfred-*")
    (tmp_path / "unpacked").mkdir()
    unpack(file, haunted.planted.backup, tmp_path / "unpacked")
    assert found_in(haunted, {"what was said": made.out.encode(), **files_in(tmp_path)}) == []


@pytest.mark.parametrize("format", ["jsonl", "mbox", "csv"])
def test_no_secret_is_exported(haunted: Haunted, tmp_path: Path, format: str) -> None:
    made = run_apart(haunted.house.home, "export", str(tmp_path / "out"), "--format", format)
    assert made.code == 0, made.err
    assert found_in(haunted, files_in(tmp_path)) == []
