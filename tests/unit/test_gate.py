"""The gate: while the household is being opened Alfred says that he is there; all else waits, and is not lost."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from starlette.responses import PlainTextResponse

from adapters.memory import MemoryStore
from application.announcing import Announcing
from application.sign_in.devices import Devices
from daemon.clock import SYSTEM_CLOCK
from web.api.gate import Gate
from web.api.web_settings import WebSettings

PATIENCE = 10.0


@pytest.fixture
def gate() -> Gate:
    store = MemoryStore()
    return Gate(Devices(store, SYSTEM_CLOCK, Announcing(store, SYSTEM_CLOCK)), store, WebSettings())


def calling(gate: Gate) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=gate), base_url="http://localhost")


def test_health_is_told_before_the_gate_is_open(gate: Gate) -> None:
    async def ask() -> httpx.Response:
        async with calling(gate) as client:
            return await client.get("/api/health")

    answer = asyncio.run(ask())
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_not_even_health_is_told_to_a_foreign_host(gate: Gate) -> None:
    async def ask() -> httpx.Response:
        async with calling(gate) as client:
            return await client.get("/api/health", headers={"Host": "rebound.example"})

    assert asyncio.run(ask()).json()["code"] == "foreign_host"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", ["/api/status", "/", "/hooks/graph", "/api/health/"])
def test_everything_else_waits_and_is_then_answered_by_the_whole_application(
    gate: Gate, method: str, path: str
) -> None:
    async def ask() -> httpx.Response:
        async with calling(gate) as client:
            waiting = asyncio.create_task(client.request(method, path))
            done, _ = await asyncio.wait({waiting}, timeout=0)
            assert not done
            gate.open(PlainTextResponse("the whole application"))
            return await asyncio.wait_for(waiting, PATIENCE)

    assert asyncio.run(ask()).text == "the whole application"


def test_one_who_leaves_while_waiting_does_not_shut_the_gate_for_the_others(gate: Gate) -> None:
    async def ask() -> httpx.Response:
        async with calling(gate) as client:
            leaving = asyncio.create_task(client.get("/api/status"))
            staying = asyncio.create_task(client.get("/api/status"))
            await client.get("/api/health")  # by then both have come to the gate
            leaving.cancel()
            await asyncio.wait({leaving}, timeout=PATIENCE)
            gate.open(PlainTextResponse("the whole application"))
            return await asyncio.wait_for(staying, PATIENCE)

    assert asyncio.run(ask()).text == "the whole application"


def test_who_waits_is_turned_away_where_the_household_cannot_be_opened(gate: Gate) -> None:
    async def ask() -> httpx.Response:
        async with calling(gate) as client:
            waiting = asyncio.create_task(client.get("/api/status"))
            with pytest.raises(RuntimeError), gate.shut_after():
                raise RuntimeError
            return await asyncio.wait_for(waiting, PATIENCE)

    answer = asyncio.run(ask())
    assert (answer.status_code, answer.json()["code"]) == (503, "try_later")


def test_once_open_health_is_told_by_the_application_too(gate: Gate) -> None:
    async def ask() -> httpx.Response:
        async with calling(gate) as client:
            return await client.get("/api/health")

    gate.open(PlainTextResponse("the whole application"))
    assert asyncio.run(ask()).text == "the whole application"
