"""The API as one ASGI application."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from domain.errors import AlfredError
from web.api import action_log, live, mail, problems, rules, session, system
from web.api.guard import Guard, host_of
from web.api.openapi import document
from web.api.operations import AnswerCache, Call, Operation, route_of
from web.api.services import Services


def _openapi(call: Call) -> object:
    return document(OPERATIONS, call.services.web.version)


OPERATIONS: tuple[Operation, ...] = (
    *session.OPERATIONS,
    *system.OPERATIONS,
    *mail.OPERATIONS,
    *action_log.OPERATIONS,
    *rules.OPERATIONS,
    *live.OPERATIONS,
    Operation("GET", "/api/openapi.json", "This document", _openapi, dict[str, object]),
)


def create_app(services: Services) -> Starlette:
    """Return the application over `services`."""
    cache = AnswerCache()
    routes: list[BaseRoute] = [live.stream_route(services.store)]
    routes += [route_of(operation, services, cache) for operation in OPERATIONS if operation not in live.OPERATIONS]
    return Starlette(
        routes=routes,
        middleware=[Middleware(Guard, services.devices, _hosts(services), _open_paths())],
        exception_handlers={
            AlfredError: problems.on_alfred_error,
            HTTPException: problems.on_http_error,
            Exception: problems.on_bug,
        },
    )


def _hosts(services: Services) -> list[str]:
    public = host_of(urlsplit(services.web.public_url).netloc)
    return [*services.web.allowed_hosts, *([public] if public else [])]


def _open_paths() -> frozenset[tuple[str, str]]:
    return frozenset((operation.method, operation.path) for operation in OPERATIONS if operation.open)
