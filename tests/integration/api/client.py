"""A client that holds every answer against the OpenAPI document."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
from jsonschema import Draft202012Validator

from tests.integration.api.house import House
from web.api.addresses import is_of_api
from web.api.app import create_app
from web.api.openapi import document
from web.api.resources import all_operations

Document = dict[str, Any]


@cache
def the_document() -> Document:
    return document(all_operations(), "0.1.0")


@cache
def validator(path: str, method: str, status: str, media_type: str) -> Draft202012Validator:
    known = the_document()
    answers = known["paths"][path][method]["responses"]
    assert status in answers, f"{method} {path} answered {status}, which the document does not know"
    content = answers[status].get("content", {})
    assert media_type in content, f"{method} {path} answered {status} as {media_type!r}, the document says {content}"
    schema = {**content[media_type]["schema"], "components": known["components"]}
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def template_of(raw_path: str, method: str) -> str | None:
    """Return the document's path for a request's, the most literal first; an id may hold slashes at last."""
    templates = sorted(the_document()["paths"], key=lambda each: len(re.sub("{.*?}", "", each)), reverse=True)
    for place in ("[^/]+", ".+"):
        for template in templates:
            pattern = place.join(re.escape(piece) for piece in re.split(r"{\w+}", template))
            if re.fullmatch(pattern, raw_path) and method in the_document()["paths"][template]:
                return str(template)
    return None


def hold_to_document(response: httpx.Response) -> None:
    """Fail where an answer is not what the document promises."""
    request = response.request
    if not is_of_api(request.url.path):
        return
    method = "get" if request.method == "HEAD" else request.method.lower()
    template = template_of(request.url.raw_path.decode().partition("?")[0], method)
    if template is None:
        assert response.status_code in (401, 403, 404, 405), f"{request.url} is not in the document"
        return
    status, media_type = str(response.status_code), response.headers.get("content-type", "").partition(";")[0]
    if status in ("204", "302", "304"):
        assert response.content == b""
        assert status == "304" or status in the_document()["paths"][template][method]["responses"]
        return
    checking = validator(template, method, status, media_type)
    if request.method != "HEAD" and media_type.endswith("json"):
        checking.validate(response.json())


@dataclass
class Client:
    """Calls the API of a household; `headers` go with every request."""

    house: House
    headers: dict[str, str]
    base_url: str = "http://localhost:8420"

    def __post_init__(self) -> None:
        self.app = create_app(self.house.services)

    def call(
        self,
        method: str,
        path: str,
        json: object = None,
        headers: dict[str, str] | None = None,
        content: bytes | None = None,
        **query: Any,
    ) -> httpx.Response:
        """Send one request and hold the answer against the document."""
        response = asyncio.run(self._send(method, path, json, {**self.headers, **(headers or {})}, content, query))
        hold_to_document(response)
        return response

    async def _send(
        self, method: str, path: str, json: object, headers: dict[str, str], content: bytes | None, query: Any
    ) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url=self.base_url) as client:
            return await client.request(method, path, json=json, headers=headers, content=content, params=query or None)

    def get(self, path: str, **query: Any) -> Any:
        """Return what stands at `path`."""
        return self._ok(self.call("GET", path, **query))

    def post(self, path: str, json: object = None) -> Any:
        return self._ok(self.call("POST", path, {} if json is None else json))

    def put(self, path: str, json: object) -> Any:
        return self._ok(self.call("PUT", path, json))

    def delete(self, path: str) -> Any:
        return self._ok(self.call("DELETE", path))

    def refused(self, method: str, path: str, json: object = None, **more: Any) -> tuple[int, str]:
        """Return status and code of the problem that a request meets."""
        response = self.call(method, path, json, **more)
        assert response.headers["content-type"] == "application/problem+json", response.text
        return response.status_code, response.json()["code"]

    def _ok(self, response: httpx.Response) -> Any:
        assert response.is_success, f"{response.status_code}: {response.text}"
        return response.json() if response.content else None
