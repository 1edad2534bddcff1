"""Uploads: simple, multipart and resumable (https://developers.google.com/workspace/gmail/api/guides/uploads)."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from email import message_from_bytes

from sandbox.google.api import Api, ApiRequest, with_media
from sandbox.google.errors import Refusal, invalid
from sandbox.server import Answer

_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")


@dataclass(slots=True)
class _Session:
    request: ApiRequest
    content: bytearray = field(default_factory=bytearray)
    answer: Answer | None = None


@dataclass(slots=True)
class Uploads:
    """Takes uploads in and hands them to the API as requests with media."""

    api: Api
    _sessions: dict[str, _Session] = field(default_factory=dict)

    def answer(self, request: ApiRequest, base_url: str) -> Answer:
        try:
            return self._answer(request, base_url)
        except Refusal as refusal:
            return refusal.answer()

    def _answer(self, request: ApiRequest, base_url: str) -> Answer:
        if request.asked("upload_id"):
            return self._receive(request)
        kind = request.asked("uploadType")
        if kind == "resumable":
            return self._begin(request, base_url)
        if kind == "multipart":
            return self.api.answer(_unpacked(request))
        if kind == "media":
            _check_type(request.headers.get("content-type", ""))
            return self.api.answer(with_media(request, b"", request.body))
        raise invalid(f"Invalid upload type: {kind}")

    def _begin(self, request: ApiRequest, base_url: str) -> Answer:
        _check_type(request.headers.get("x-upload-content-type", "message/rfc822"))
        id = secrets.token_urlsafe(24)
        self._sessions[id] = _Session(request)
        location = f"{base_url}{request.path}?uploadType=resumable&upload_id={id}"
        return Answer(200, b"", {"location": location, "x-guploader-uploadid": id})

    def _receive(self, request: ApiRequest) -> Answer:
        session = self._sessions.get(request.asked("upload_id"))
        if session is None:
            raise Refusal(404, "Not Found", "notFound")
        total = _store(session, request)
        if session.answer is None and total is not None and len(session.content) >= total:
            begun = session.request
            session.answer = self.api.answer(with_media(begun, begun.body, bytes(session.content)))
        return session.answer or _incomplete(session)


def _store(session: _Session, request: ApiRequest) -> int | None:
    """Keep what came, and tell the whole size where the client told it."""
    told = request.headers.get("content-range")
    if told is None:
        session.content[:] = request.body
        return len(request.body)
    found = _RANGE.fullmatch(told.strip())
    if found is None:
        raise invalid(f"Invalid Content-Range: {told}")
    if found[1] is not None:
        session.content[int(found[1]) :] = request.body
    return None if found[3] == "*" else int(found[3])


def _incomplete(session: _Session) -> Answer:
    reached = {"range": f"bytes=0-{len(session.content) - 1}"} if session.content else {}
    return Answer(308, b"", {"content-length": "0", **reached})


def _unpacked(request: ApiRequest) -> ApiRequest:
    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode()
    parts = message_from_bytes(head + request.body).get_payload()
    if not isinstance(parts, list) or len(parts) != 2 or isinstance(parts[0], str) or isinstance(parts[1], str):
        raise invalid("Malformed multipart body.")
    _check_type(parts[1].get_content_type())
    return with_media(request, _json_of(parts[0].get_payload(decode=True)), _media_of(request))


def _json_of(content: object) -> bytes:
    return content if isinstance(content, bytes) else b""


def _media_of(request: ApiRequest) -> bytes:
    """The second part's bytes exactly as they came, which a mail parser would not promise."""
    found = re.search(r'boundary="?([^";]+)"?', request.headers.get("content-type", ""))
    if found is None:
        raise invalid("Malformed multipart body.")
    part = request.body.split(b"--" + found[1].encode())[2]
    content = re.split(rb"\r?\n\r?\n", part, maxsplit=1)[-1]
    return content.removesuffix(b"\n").removesuffix(b"\r")


def _check_type(kind: str) -> None:
    if not kind.startswith("message/"):
        raise Refusal(400, f"Media type '{kind}' is not supported. Valid media types: [message/*]", "badContent")
