"""Web Push, decrypted as a browser would, against a push service on loopback."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from adapters.memory.vault import MemoryVault
from adapters.webpush import WebPush
from application.ports.push import Delivery, Subscription
from domain.errors import Refused

AUTH = b"0123456789abcdef"


class Service:
    """A push service that answers as told and keeps what it got."""

    def __init__(self) -> None:
        self.status = 201
        self.headers: dict[str, str] = {}
        self.got: list[tuple[dict[str, str], bytes]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.got.append((dict(self.headers), body))
                self.send_response(service.status)
                for name, value in service.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                return None

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/push/1"


@pytest.fixture
def service() -> Iterator[Service]:
    running = Service()
    threading.Thread(target=running.server.serve_forever, daemon=True).start()
    yield running
    running.server.shutdown()
    running.server.server_close()


@pytest.fixture
def browser() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
def push() -> WebPush:
    return WebPush(MemoryVault(), "mailto:jo@example.com", plain_hosts=("127.0.0.1",))


def coded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def subscription(endpoint: str, browser: ec.EllipticCurvePrivateKey) -> Subscription:
    point = browser.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return Subscription("phone", endpoint, coded(point), coded(AUTH))


def test_a_browser_decrypts_what_was_sent(service: Service, browser: Any, push: WebPush) -> None:
    sent = push.send(subscription(service.url, browser), b'{"title": "May I?"}', urgent=True, topic="action-1", ttl=60)
    assert sent.outcome is Delivery.DONE
    headers, body = service.got[0]
    assert http_ece.decrypt(body, private_key=browser, auth_secret=AUTH, version="aes128gcm") == b'{"title": "May I?"}'
    assert (headers["urgency"], headers["topic"], headers["ttl"]) == ("high", "action-1", "60")


def test_it_is_signed_with_the_key_that_the_app_subscribes_with(service: Service, browser: Any, push: WebPush) -> None:
    push.send(subscription(service.url, browser), b"{}", urgent=False, topic="t", ttl=60)
    fields = dict(part.strip().split("=", 1) for part in service.got[0][0]["authorization"][6:].split(","))
    assert fields["k"].rstrip("=") == push.public_key
    point = base64.urlsafe_b64decode(push.public_key + "==")
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    origin = service.url.removesuffix("/push/1")
    claims = jwt.decode(fields["t"], key, algorithms=["ES256"], audience=origin)
    assert claims["sub"] == "mailto:jo@example.com"


@pytest.mark.parametrize("status", [404, 410])
def test_an_ended_subscription_is_gone(service: Service, browser: Any, push: WebPush, status: int) -> None:
    service.status = status
    sent = push.send(subscription(service.url, browser), b"{}", urgent=False, topic="t", ttl=60)
    assert sent.outcome is Delivery.GONE


def test_a_busy_service_is_tried_later(service: Service, browser: Any, push: WebPush) -> None:
    service.status = 429
    sent = push.send(subscription(service.url, browser), b"{}", urgent=False, topic="t", ttl=60)
    assert sent.outcome is Delivery.LATER


def test_no_redirect_is_followed(service: Service, browser: Any, push: WebPush) -> None:
    service.status, service.headers = 307, {"Location": service.url}
    sent = push.send(subscription(service.url, browser), b"{}", urgent=False, topic="t", ttl=60)
    assert (sent.outcome, len(service.got)) == (Delivery.LATER, 1)


def test_a_payload_too_large_is_not_sent(service: Service, browser: Any, push: WebPush) -> None:
    sent = push.send(subscription(service.url, browser), b"x" * 3001, urgent=False, topic="t", ttl=60)
    assert (sent.outcome, service.got) == (Delivery.LATER, [])


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://example.com/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evil.example/fcm.googleapis.com",
        "https://user@fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://127.0.0.1/x",
        "file:///etc/passwd",
        "https://evil.example\\.notify.windows.com/x",
        "https://127.0.0.1%2f.notify.windows.com/x",
        "https://127.0.0.1\t.notify.windows.com/x",
        "https://fcm.googleapis.com/x\\@evil.example/x",
        "https://fcm.googleapis.com:99999/x",
        "https://[::1/x",
    ],
)
def test_an_endpoint_of_no_known_service_is_refused(endpoint: str, browser: Any, push: WebPush) -> None:
    with pytest.raises(Refused):
        push.check(subscription(endpoint, browser))


@pytest.mark.parametrize("host", ["fcm.googleapis.com", "web.push.apple.com", "am3p.notify.windows.com"])
def test_the_known_services_are_let_through(host: str, browser: Any, push: WebPush) -> None:
    push.check(subscription(f"https://{host}/x", browser))
