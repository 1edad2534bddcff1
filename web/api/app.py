"""The API as one ASGI application."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from domain.errors import AlfredError
from web.api import (
    accounts,
    actions,
    calendar,
    conversations,
    devops,
    finance,
    google_sign_in,
    household,
    live,
    mail,
    memory,
    metrics,
    notifications,
    passkeys,
    problems,
    rules,
    session,
    settings,
    setup,
    status,
    tasks,
)
from web.api.cache import AnswerCache
from web.api.endpoint import Endpoint, Serving
from web.api.guard import Guard
from web.api.hooks import HookRoutes
from web.api.openapi import document
from web.api.operations import Call, Operation
from web.api.routing import ApiRoutes, Table
from web.api.services import Services
from web.api.static import AppFiles


def _openapi(call: Call) -> object:
    return document(OPERATIONS, call.services.web.version, call.services.web.cookies.plain)


OPERATIONS: tuple[Operation, ...] = (
    *session.OPERATIONS,
    *google_sign_in.OPERATIONS,
    *passkeys.OPERATIONS,
    *status.OPERATIONS,
    *accounts.OPERATIONS,
    *mail.OPERATIONS,
    *actions.OPERATIONS,
    *rules.OPERATIONS,
    *tasks.OPERATIONS,
    *calendar.OPERATIONS,
    *finance.OPERATIONS,
    *devops.OPERATIONS,
    *memory.OPERATIONS,
    *conversations.OPERATIONS,
    *household.OPERATIONS,
    *notifications.OPERATIONS,
    *settings.OPERATIONS,
    *setup.OPERATIONS,
    *metrics.OPERATIONS,
    live.OPERATION,
    Operation("GET", "/api/openapi.json", "This document", _openapi, dict[str, object]),
)


def create_app(services: Services) -> Starlette:
    """Return the application over `services`."""
    cache = AnswerCache(services.store)
    table = Table(_endpoints(services, cache))
    return Starlette(
        routes=[ApiRoutes(table), HookRoutes(services.hooks, services.clock), AppFiles(services.web.static)],
        middleware=[
            Middleware(
                Guard,
                devices=services.devices,
                hosts=services.web.hosts,
                public_url=services.web.public_url,
                open_paths=_open_paths(),
                cache=cache,
                cookies=services.web.cookies,
            ),
        ],
        exception_handlers={
            AlfredError: problems.on_alfred_error,
            HTTPException: problems.on_http_error,
            Exception: problems.on_bug,
        },
    )


def _endpoints(services: Services, cache: AnswerCache) -> Iterator[Serving]:
    stream = live.Stream(live.OPERATION, services)
    for operation in OPERATIONS:
        yield stream if operation is stream.operation else Endpoint(operation, services, cache)


def _open_paths() -> frozenset[tuple[str, str]]:
    return frozenset((operation.method, operation.path) for operation in OPERATIONS if operation.open)
