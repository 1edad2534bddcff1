"""An answer is read as far as any honest one goes, packed or not."""

import gzip
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler
from itertools import repeat

import httpx
import pytest

from adapters.connecting.bounded import bounded_client
from adapters.google.transport import Broken, Http
from tests.contract.leading_on import served_by

MOST = 1000
PACKED = {"Content-Encoding": "gzip"}
Answer = Callable[[], httpx.Response]


def small() -> httpx.Response:
    return httpx.Response(200, headers=PACKED, stream=httpx.ByteStream(gzip.compress(b"{}")))


def endless() -> httpx.Response:
    return httpx.Response(200, content=repeat(b"x" * 100))


def desert() -> httpx.Response:
    return httpx.Response(200, headers=PACKED, stream=httpx.ByteStream(gzip.compress(bytes(MOST + 1))))


def asked(answer: Answer) -> httpx.Response:
    transport = httpx.MockTransport(lambda _: answer())
    with bounded_client(MOST, transport=transport) as client:
        return client.get("http://localhost/")


def test_what_is_small_is_read_as_it_is() -> None:
    assert asked(small).json() == {}


@pytest.mark.parametrize("answer", [endless, desert])
def test_what_has_no_end_is_cut_off(answer: Answer) -> None:
    with pytest.raises(httpx.ReadError):
        asked(answer)


@contextmanager
def google(content: bytes, announced: int, packing: str) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(announced))
            self.send_header("Content-Encoding", packing)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            return None

    with served_by(Handler) as address:
        yield f"{address}/"


def test_a_mail_that_packs_well_is_read() -> None:
    desert = bytes(16 * 1024 * 1024)
    packed = gzip.compress(desert)
    with google(packed, len(packed), "gzip") as url, closing(Http()) as http:
        assert http.request(url)[1] == desert


@pytest.mark.parametrize(
    ("content", "announced", "packing"),
    [
        (b"x" * (MOST + 1), MOST + 1, "identity"),
        (gzip.compress(bytes(MOST + 1)), len(gzip.compress(bytes(MOST + 1))), "gzip"),
        (b"x", 2, "identity"),
    ],
    ids=["large", "large when unpacked", "cut off"],
)
def test_of_google_too_nothing_is_read_beyond_the_largest(content: bytes, announced: int, packing: str) -> None:
    with google(content, announced, packing) as url, closing(Http(largest=MOST)) as http, pytest.raises(Broken):
        http.request(url)
