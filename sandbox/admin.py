"""The handles under `/_sandbox/` that every make-believe vendor has: the record, and orders to misbehave."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import cast

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.misbehaviour import Fault, Faults, Kind, Standing
from sandbox.record import Record

_NAMES = frozenset(one.name for one in fields(Fault))


def routes(faults: Faults, record: Record) -> list[Route]:
    """GET record and misbehave to look, POST misbehave to order a fault, DELETE misbehave to end all."""

    async def told(request: Request) -> JSONResponse:
        asked = request.query_params
        found = record.mutations(
            asked.get("method"), asked.get("account"), asked.get("resource"), int(asked.get("since", "0"))
        )
        return JSONResponse({"mutations": [asdict(mutation) for mutation in found]})

    async def standing(request: Request) -> JSONResponse:
        return JSONResponse({"faults": [_shown(one) for one in faults.standing() if not one.spent]})

    async def order(request: Request) -> JSONResponse:
        asked = cast(dict[str, object], await request.json())
        unknown = asked.keys() - _NAMES
        if unknown or asked.get("kind") not in set(Kind):
            return JSONResponse({"error": f"A fault has a kind of {list(Kind)} and no {sorted(unknown)}."}, 400)
        fault = Fault(**{**asked, "kind": Kind(str(asked["kind"]))})  # type: ignore[arg-type]
        return JSONResponse(_shown(faults.add(fault)), 201)

    async def behave(request: Request) -> JSONResponse:
        faults.clear()
        return JSONResponse({"faults": []})

    return [
        Route("/_sandbox/record", told),
        Route("/_sandbox/misbehave", standing),
        Route("/_sandbox/misbehave", order, methods=["POST"]),
        Route("/_sandbox/misbehave", behave, methods=["DELETE"]),
    ]


def _shown(standing: Standing) -> dict[str, object]:
    return {"number": standing.number, "hits": standing.hits, **asdict(standing.fault)}
