"""How fast the API answers, beside a plain route over sqlite-utils, and how late its events come.

Run it: `python tests/benchmarks/bench_api.py`. Servers and load run in processes of their own; every figure is the
middle of three rounds, taken in turns, because a shared machine is not equally fast all the time.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import uvloop

from adapters.sqlite import SqliteStore
from application.ports.store import ClassifiedMessage
from domain.codec import encode
from domain.messages import Address, Mail, Message
from domain.triage import Category, Classification, Verdict
from web.api.message_forms import message_form

START = datetime(2026, 1, 1, tzinfo=UTC)
MESSAGES = 2_000
ROUNDS = 3
SECONDS = 4
CLIENTS = 50
LISTENERS = 200
EVENTS = 200
PACE = 20.0
TOKEN = "a-token-for-measuring"
PATH = "/api/messages?limit=50"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}
TICK = re.compile(rb"tick/(\d+)")
IN_TURN = (
    "local turn, urls = 0, {%s} request = function() turn = turn %% #urls + 1 return wrk.format(nil, urls[turn]) end"
)
ROOT = Path(__file__).parent.parent.parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def serve_ours(folder: Path, port: int, *, changing: bool) -> None:
    """Serve the API; with `changing`, listed messages change all the time and no answer stands for another request."""
    from adapters.local import LocalBrain
    from adapters.sqlite import open_store
    from tests.integration.api.house import ZONE, build
    from web.api.app import create_app

    store = open_store(folder / "alfred.db")
    house = build(store, folder, LocalBrain(ZONE))
    ids = fill(store)
    house.services.devices.admit("bench", TOKEN)
    if changing:
        threading.Thread(target=keep_changing, args=(store, ids[-50:]), daemon=True).start()
    else:
        threading.Thread(target=tick, args=(store,), daemon=True).start()
    app = create_app(house.services)
    run(Unrepeated(app, store) if changing else app, port)


def serve_plain(folder: Path, port: int) -> None:
    """Serve the same rows as anybody would: sqlite-utils, a query, JSONResponse."""
    import sqlite_utils
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    database = sqlite_utils.Database(folder / "plain.db")
    database["messages"].insert_all(plain_rows(), pk="id")
    database["messages"].create_index(["received_at"])

    async def messages(_: Request) -> JSONResponse:
        return JSONResponse({"items": list(database.query(NEWEST)), "next_cursor": None})

    run(Starlette(routes=[Route("/api/messages", messages)]), port)


NEWEST = "SELECT * FROM messages ORDER BY received_at DESC LIMIT 50"


def run(app: Any, port: int) -> None:
    import uvicorn

    uvicorn.run(app, port=port, log_level="error", access_log=False, backlog=1024)


class Unrepeated:
    """Moves the store's version on before every request."""

    def __init__(self, app: Any, store: SqliteStore) -> None:
        self._app = app
        self._store = store

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self._store.database.version += 1
        await self._app(scope, receive, send)


def fill(store: SqliteStore) -> list[str]:
    made = [message(number) for number in range(MESSAGES)]
    store.messages.take(made)
    store.classifications.put([classification(each) for each in made])
    return [each.id for each in made]


def message(number: int) -> Message:
    received = START + timedelta(minutes=number)
    return Message(
        id=f"home:18f2c{number:011x}",
        account="home",
        provider="google",
        source="home/mail",
        thread_id=f"t{number}",
        sent_at=received,
        received_at=received,
        sender=Address("Ann Smith", "ann.smith@example.org"),
        to=(Address("Jo", "jo@home.example"),),
        subject=f"About the plan for quarter {number}",
        body=Mail("Could you look at the figures before Friday? " * 4),
        labels=frozenset({"inbox", "unread"}),
        size=2000,
    )


def classification(of: Message) -> Classification:
    return Classification(of.id, Verdict(Category.WORK, 2, 0.9, "Wants a look at the figures."), of.received_at)


def plain_rows() -> Iterator[dict[str, object]]:
    """Yield every message with all that a row of ours says."""
    for number in range(MESSAGES):
        one = message(number)
        form = encode(message_form(ClassifiedMessage(one, classification(one))))
        assert isinstance(form, dict)
        yield {name: value if isinstance(value, str | int) else json.dumps(value) for name, value in form.items()}


def keep_changing(store: SqliteStore, ids: list[str]) -> None:
    for number in itertools.count():
        time.sleep(0.02)
        store.messages.relabel({ids[number % len(ids)]: frozenset({"inbox", f"mark-{number}"})})


def tick(store: SqliteStore) -> None:
    """Say the time twenty times a second, once the file `go` is there."""
    go = store.database.path.with_name("go")
    while True:
        time.sleep(1 / PACE)
        if go.exists():
            store.feed.note("status", f"tick/{time.time_ns()}", START)


@contextmanager
def server(kind: str) -> Iterator[tuple[str, Path]]:
    """Run a server in a process of its own; give its address and folder."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen([sys.executable, __file__, kind, folder, str(port)], cwd=ROOT, env=ENVIRONMENT)
        try:
            wait_for(f"http://127.0.0.1:{port}{PATH}")
            yield f"http://127.0.0.1:{port}", Path(folder)
        finally:
            process.kill()
            process.wait()


def wait_for(url: str) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            httpx.get(url, headers=HEADERS).raise_for_status()
            return
        except httpx.HTTPError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def pages(base: str) -> list[str]:
    """Return the addresses of 40 pages, so that hardly two clients ask for the same at once."""
    found = [base + PATH]
    while len(found) < MESSAGES // 50:
        cursor = httpx.get(found[-1], headers=HEADERS).json()["next_cursor"]
        found.append(f"{base}{PATH}&cursor={cursor}")
    return found


def requests_per_second(urls: Sequence[str]) -> float:
    """Return how many requests a second 50 clients get answered, `urls` in turn; wrk where it is installed."""
    if shutil.which("wrk") is None:
        return asyncio.run(_by_httpx(urls))
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(IN_TURN % ", ".join(f'"{url[url.index("/api") :]}"' for url in urls))
        script.flush()
        token = f"Authorization: Bearer {TOKEN}"
        command = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{SECONDS}s", "-H", token, "-s", script.name, urls[0]]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in said:
        raise RuntimeError(said)
    return float(re.findall(r"Requests/sec:\s+([\d.]+)", said)[0])


async def _by_httpx(urls: Sequence[str]) -> float:
    until = time.monotonic() + SECONDS
    turns = itertools.cycle(urls)

    async def ask(client: httpx.AsyncClient) -> int:
        done = 0
        while time.monotonic() < until:
            (await client.get(next(turns))).raise_for_status()
            done += 1
        return done

    async with httpx.AsyncClient(headers=HEADERS) as client:
        return sum(await asyncio.gather(*(ask(client) for _ in range(CLIENTS)))) / SECONDS


class Listener(asyncio.Protocol):
    """One open stream; notes when each event arrives."""

    def __init__(self, delays: list[float]) -> None:
        self.ready = asyncio.get_running_loop().create_future()
        self.full = asyncio.get_running_loop().create_future()
        self._delays = delays
        self._left = EVENTS

    def connection_made(self, transport: Any) -> None:
        transport.write(
            f"GET /api/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        now = time.time_ns()
        if b": hello" in data:
            self.ready.set_result(None)
        for said in TICK.findall(data):
            self._delays.append((now - int(said)) / 1e6)
            self._left -= 1
        if self._left <= 0 and not self.full.done():
            self.full.set_result(None)


async def delays(base: str, folder: Path) -> list[float]:
    """Return how many milliseconds after it was noted each event reached each of 200 listeners."""
    found: list[float] = []
    host, port = base.removeprefix("http://").split(":")
    listeners = [Listener(found) for _ in range(LISTENERS)]
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(lambda each=each: each, host, int(port)) for each in listeners]
    await asyncio.gather(*(each.ready for each in listeners))
    (folder / "go").touch()
    await asyncio.gather(*(each.full for each in listeners))
    for transport, _ in made:
        transport.close()
    return found


def measure() -> None:
    """Print every figure beside its aim."""
    speeds: dict[str, list[float]] = {}
    with server("plain") as plain, server("unchanged") as ours, server("changing") as changing:
        for name, (base, _) in (("plain", plain), ("ours", ours)):
            print(f"{name}: {len(httpx.get(base + PATH, headers=HEADERS).content)} bytes for 50 rows")
        ways = {
            "sqlite-utils + JSONResponse": [plain[0] + PATH],
            "nothing changed (aim 5)": [ours[0] + PATH],
            "something did (aim 1.8)": [changing[0] + PATH],
            "something did, 40 pages in turn (aim 1.8)": pages(changing[0]),
        }
        for _ in range(ROUNDS):
            for name, urls in ways.items():
                speeds.setdefault(name, []).append(requests_per_second(urls))
    middle = {name: statistics.median(each) for name, each in speeds.items()}
    slowest = middle["sqlite-utils + JSONResponse"]
    for name, speed in middle.items():
        print(f"{name:44} {speed:6.0f} requests/s, {speed / slowest:.2f}x")
    with server("unchanged") as (base, folder):
        found = sorted(uvloop.run(delays(base, folder)))
    print(
        f"events to {LISTENERS} listeners, {PACE:.0f} a second: p50 {found[len(found) // 2]:.1f} ms,"
        f" p99 {found[len(found) * 99 // 100]:.1f} ms (aim 10), {len(found)} deliveries"
    )


def main() -> None:
    match sys.argv[1:]:
        case ["plain", folder, port]:
            serve_plain(Path(folder), int(port))
        case [kind, folder, port]:
            serve_ours(Path(folder), int(port), changing=kind == "changing")
        case _:
            measure()


if __name__ == "__main__":
    main()
