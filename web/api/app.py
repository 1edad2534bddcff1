"""The API as one ASGI application."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from domain.errors import AlfredError
from web.api import live, problems
from web.api.cache import AnswerCache
from web.api.endpoint import Endpoint, Serving
from web.api.guard import Guard
from web.api.hooks import HookRoutes
from web.api.resources import OPEN, operations_of
from web.api.routing import ApiRoutes, Directory
from web.api.services import Services
from web.api.static import AppFiles


def create_app(services: Services) -> Starlette:
    """Return the application over `services`."""
    cache = AnswerCache(services.store)
    directory = Directory(lambda word: _endpoints(word, services, cache))
    return Starlette(
        routes=[ApiRoutes(directory), HookRoutes(services.hooks, services.clock), AppFiles(services.web.static)],
        middleware=[Middleware(Guard, devices=services.devices, web=services.web, open_paths=OPEN, cache=cache)],
        exception_handlers={
            AlfredError: problems.on_alfred_error,
            HTTPException: problems.on_http_error,
            Exception: problems.on_bug,
        },
    )


def _endpoints(word: str, services: Services, cache: AnswerCache) -> Iterator[Serving]:
    for operation in operations_of(word):
        is_stream = operation is live.OPERATION
        yield live.Stream(operation, services) if is_stream else Endpoint(operation, services, cache)
