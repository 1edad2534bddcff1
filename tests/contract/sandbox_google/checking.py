"""The vendor's client, with every answer held against the vendor's own discovery document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from email import message_from_bytes
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import googleapiclient.discovery_cache
import httplib2
import jsonschema
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp, Request
from googleapiclient.discovery import Resource, build_from_document

from sandbox.google import GoogleServer

Json = dict[str, Any]

READ = "https://www.googleapis.com/auth/gmail.readonly"
MODIFY = "https://www.googleapis.com/auth/gmail.modify"
COMPOSE = "https://www.googleapis.com/auth/gmail.compose"
METADATA = "https://www.googleapis.com/auth/gmail.metadata"
EVERYTHING = "https://mail.google.com/"
GMAIL = "gmail.v1"
CALENDAR = "calendar.v3"
OWNER = "morgan@example.com"

_NOT_SCHEMA = ("id", "description", "annotations", "enumDescriptions", "deprecated", "readOnly", "default", "required")
_ERROR = {
    "type": "object",
    "required": ["error"],
    "additionalProperties": False,
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "errors", "status"],
            "properties": {
                "code": {"type": "integer"},
                "message": {"type": "string"},
                "status": {"type": "string"},
                "errors": {
                    "type": "array",
                    "minItems": 1,
                    "items": {"type": "object", "required": ["message", "reason"]},
                },
            },
        }
    },
}


@cache
def document(api: str = GMAIL) -> Json:
    path = Path(googleapiclient.discovery_cache.__file__).parent / "documents" / f"{api}.json"
    content: Json = json.loads(path.read_text(encoding="utf-8"))
    return content


class CheckedHttp(httplib2.Http):
    """httplib2 as Google's client uses it; an answer that breaks the discovery document fails the test."""

    def __init__(self) -> None:
        super().__init__(timeout=20)
        self.redirect_codes = self.redirect_codes - {308}  # as googleapiclient.http.build_http does, for uploads
        self.checked: list[str] = []

    def request(self, uri: str, method: str = "GET", body: Any = None, headers: Any = None, **rest: Any) -> Any:
        response, content = super().request(uri, method, body=body, headers=headers, **rest)
        path = urlsplit(uri).path
        if path.startswith("/batch") and response.status < 400:
            self._check_batch(headers or {}, body, response, content)
        elif "/gmail/v1/" in path or path.startswith(("/calendar/v3/", "/batch")):
            self._check(method, path, response.status, content)
        return response, content

    def _check(self, verb: str, path: str, status: int, content: bytes) -> None:
        if status >= 400:
            jsonschema.validate(json.loads(content), _ERROR)
        elif content:
            name, schema = _answer_schema(verb, path)
            jsonschema.Draft202012Validator(schema).validate(json.loads(content))
            self.checked.append(name)

    def _check_batch(self, headers: Any, body: Any, response: Any, content: bytes) -> None:
        asked = _parts(headers["content-type"], body if isinstance(body, bytes) else body.encode())
        answered = _parts(response["content-type"], content)
        for (id, request), (answer_id, answer) in zip(asked, answered, strict=True):
            assert answer_id == f"<response-{id[1:-1]}>"
            verb, target, _ = request.split(b"\n", 1)[0].decode().split(" ")
            head, _, inner = answer.partition(b"\r\n\r\n")
            self._check(verb, urlsplit(target).path, int(head.split(b" ")[1]), inner.strip())


def connect(google: GoogleServer, scopes: list[str], address: str = OWNER, api: str = GMAIL) -> Resource:
    """Google's own client, signed in with these scopes."""
    return service(google, credentials(google, google.issue_refresh_token(address, scopes), scopes), api)


def credentials(google: GoogleServer, refresh_token: str, scopes: list[str] | None) -> Credentials:
    client = google.client_config()["installed"]
    return Credentials(
        None,
        refresh_token=refresh_token,
        token_uri=client["token_uri"],
        client_id=client["client_id"],
        client_secret=client["client_secret"],
        scopes=scopes,
    )


def service(google: GoogleServer, signed_in: Credentials, api: str = GMAIL) -> Resource:
    content = {**document(api), "rootUrl": f"{google.base_url}/", "mtlsRootUrl": f"{google.base_url}/"}
    content["baseUrl"] = f"{google.base_url}/{content['servicePath']}"
    http = CheckedHttp()
    if not signed_in.token:
        signed_in.refresh(Request(http))
    return build_from_document(content, http=AuthorizedHttp(signed_in, http=http))


def _parts(content_type: str, body: bytes) -> Iterator[tuple[str, bytes]]:
    whole = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    for part in whole.get_payload():
        yield part["Content-ID"], part.get_payload(decode=True).lstrip()


def _answer_schema(verb: str, path: str) -> tuple[str, Json]:
    api = CALENDAR if path.startswith("/calendar/") else GMAIL
    for method in _methods(api):
        uploads = method.get("mediaUpload", {}).get("protocols", {}).values()
        paths = [f"/{document(api)['servicePath']}{method['path']}", *(upload["path"] for upload in uploads)]
        if method["httpMethod"] in (verb, "POST" if verb == "PUT" else verb) and any(_fits(one, path) for one in paths):
            name = method["response"]["$ref"]
            return method["id"], {"$defs": _schemas(api), "$ref": f"#/$defs/{name}"}
    raise AssertionError(f"{api} has no {verb} {path}")


def _fits(template: str, path: str) -> bool:
    return re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) is not None


@cache
def _methods(api: str) -> tuple[Json, ...]:
    return tuple(sorted(_walk(document(api)), key=lambda method: method["path"].count("{")))


def _walk(resource: Json) -> Iterator[Json]:
    yield from resource.get("methods", {}).values()
    for inner in resource.get("resources", {}).values():
        yield from _walk(inner)


@cache
def _schemas(api: str) -> Json:
    return {name: _converted(schema) for name, schema in document(api)["schemas"].items()}


def _converted(schema: Any) -> Any:
    """A discovery schema as JSON schema: closed objects, and 64-bit numbers as strings of digits."""
    if isinstance(schema, list):
        return [_converted(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": f"#/$defs/{schema['$ref']}"}
    plain = {name: _converted(value) for name, value in schema.items() if name not in _NOT_SCHEMA}
    if plain.pop("format", "") in ("int64", "uint64"):
        plain |= {"type": "string", "pattern": r"^-?\d+$"}
    if isinstance(schema.get("properties"), dict):
        members = {name: _converted(value) for name, value in schema["properties"].items()}
        plain |= {"properties": members, "additionalProperties": False}
    return plain
