"""Several calls in one request (https://developers.google.com/workspace/gmail/api/guides/batch)."""

from __future__ import annotations

import secrets
from dataclasses import replace
from email import message_from_bytes
from email.message import Message
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

from sandbox.google.api import Api, ApiRequest
from sandbox.google.errors import Refusal, invalid
from sandbox.server import Answer, Delivery

_MOST_CALLS = 100


def answer(api: Api, request: ApiRequest) -> Answer:
    """Carry out each part by itself; a part may fail while the others succeed."""
    try:
        parts = _parts(request)
    except Refusal as refusal:
        return refusal.answer()
    answers = [(part["Content-ID"] or "", api.answer(_inner(part, request))) for part in parts]
    boundary = f"batch_{secrets.token_urlsafe(16)}"
    body = b"".join(_shown(id, inner, boundary) for id, inner in answers) + f"--{boundary}--\r\n".encode()
    whole = Answer(200, body, {"content-type": f"multipart/mixed; boundary={boundary}"})
    return replace(whole, delivery=_worst(answers), delay=sum(inner.delay for _, inner in answers))


def _parts(request: ApiRequest) -> list[Message]:
    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode()
    parts = message_from_bytes(head + request.body).get_payload()
    if not isinstance(parts, list):
        raise invalid("Failed to parse batch request, error: missing or malformed boundary.")
    if len(parts) > _MOST_CALLS:
        raise invalid(f"The batch request contains too many calls: at most {_MOST_CALLS} are allowed.")
    return [part for part in parts if isinstance(part, Message)]


def _inner(part: Message, outer: ApiRequest) -> ApiRequest:
    content = part.get_payload(decode=True)
    first, _, rest = (content if isinstance(content, bytes) else b"").lstrip().partition(b"\n")
    verb, _, target = first.decode("latin-1").strip().partition(" ")
    message = message_from_bytes(rest)
    url = urlsplit(target.rsplit(" ", 1)[0])
    headers = {name.lower(): str(value) for name, value in message.items()}
    headers.setdefault("authorization", outer.headers.get("authorization", ""))
    body = message.get_payload(decode=True)
    query = parse_qsl(url.query, keep_blank_values=True)
    return ApiRequest(verb, url.path, query, headers, body.strip() if isinstance(body, bytes) else b"")


def _shown(id: str, inner: Answer, boundary: str) -> bytes:
    reply = f"<response-{id.removeprefix('<').removesuffix('>')}>"
    headers = "".join(f"{name.title()}: {value}\r\n" for name, value in inner.headers.items())
    head = (
        f"--{boundary}\r\nContent-Type: application/http\r\nContent-ID: {reply}\r\n\r\n"
        f"HTTP/1.1 {inner.status} {HTTPStatus(inner.status).phrase}\r\n{headers}"
        f"Content-Length: {len(inner.body)}\r\n\r\n"
    )
    return head.encode() + inner.body + b"\r\n"


def _worst(answers: list[tuple[str, Answer]]) -> Delivery:
    deliveries = {inner.delivery for _, inner in answers}
    return next((kind for kind in (Delivery.RESET, Delivery.LOST, Delivery.CUT) if kind in deliveries), Delivery.WHOLE)
