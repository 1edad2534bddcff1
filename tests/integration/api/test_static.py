"""The app's files: what is served how, and what is not served at all."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from tests.integration.api.client import Client
from tests.integration.api.house import House, with_web

SCRIPT = b"console.log(1);\n" * 100


@pytest.fixture
def app(house: House, tmp_path: Path) -> Client:
    """A client of a household whose app is built."""
    folder = tmp_path / "static"
    (folder / "_app" / "immutable").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Alfred</title>")
    (folder / "service-worker.js").write_text("self.x = 1;")
    (folder / "_app" / "immutable" / "start.abc.js").write_bytes(SCRIPT)
    (folder / "_app" / "immutable" / "packed.js").write_bytes(SCRIPT)
    (folder / "_app" / "immutable" / "packed.js.br").write_bytes(b"brotli")
    (tmp_path / "secret.txt").write_text("secret")
    return Client(with_web(house, lambda web: replace(web, static=folder)), {})


@pytest.mark.parametrize("path", ["/", "/inbox", "/message/home%3Ax.y", "/sign-in"])
def test_every_page_of_the_app_is_its_index(app: Client, path: str) -> None:
    answer = app.call("GET", path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<title>Alfred</title>" in answer.text
    assert answer.headers["cache-control"] == "no-cache"


def test_no_inline_script_may_run(app: Client) -> None:
    policy = dict(
        each.strip().partition(" ")[::2] for each in app.call("GET", "/").headers["content-security-policy"].split(";")
    )
    assert (policy["default-src"], policy["script-src"], policy["object-src"]) == ("'self'", "'self'", "'none'")
    assert (policy["frame-ancestors"], policy["base-uri"]) == ("'none'", "'none'")


def test_scripts_that_the_build_lists_by_hash_may_run(app: Client) -> None:
    folder = app.house.services.web.static
    assert folder is not None
    (folder / "csp.json").write_text('["sha256-abc="]')
    assert "script-src 'self' 'sha256-abc=';" in app.call("GET", "/").headers["content-security-policy"]


def test_files_named_by_their_content_are_kept_for_good(app: Client) -> None:
    answer = app.call("GET", "/_app/immutable/start.abc.js")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert app.call("GET", "/service-worker.js").headers["cache-control"] == "no-cache"


def test_text_is_packed_where_the_client_can_unpack(app: Client) -> None:
    plain = app.call("GET", "/_app/immutable/start.abc.js", headers={"Accept-Encoding": "identity"})
    assert ("content-encoding" not in plain.headers, plain.content) == (True, SCRIPT)
    packed = app.call("GET", "/_app/immutable/start.abc.js", headers={"Accept-Encoding": "gzip"})
    assert (packed.headers["content-encoding"], packed.content) == ("gzip", SCRIPT)
    assert int(packed.headers["content-length"]) == len(gzip.compress(SCRIPT, 6))


def test_what_was_packed_beforehand_is_preferred(app: Client) -> None:
    answer = app.call("HEAD", "/_app/immutable/packed.js", headers={"Accept-Encoding": "br, gzip"})
    assert (answer.headers["content-encoding"], answer.headers["content-length"]) == ("br", "6")


def test_an_unchanged_file_is_not_sent_again(app: Client) -> None:
    etag = app.call("GET", "/service-worker.js").headers["etag"]
    assert app.call("GET", "/service-worker.js", headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/_app/immutable/gone.js",
        "/gone.css",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/hooks/x",
        "/_app/x",
    ],
)
def test_what_is_not_the_apps_is_not_served(app: Client, path: str) -> None:
    answer = app.call("GET", path)
    assert "secret" not in answer.text.replace("secret.txt", "")
    assert answer.status_code == 404 or "<title>Alfred</title>" in answer.text


def test_the_app_does_not_stand_in_for_the_api(app: Client) -> None:
    assert app.refused("GET", "/api") == (401, "not_signed_in")
    assert app.refused("GET", "/api/nowhere") == (401, "not_signed_in")


def test_pages_take_no_posts(app: Client) -> None:
    assert app.call("POST", "/inbox").status_code == 405


def test_an_app_that_was_not_built_says_so(stranger: Client) -> None:
    answer = stranger.call("GET", "/")
    assert (answer.status_code, "was not built" in answer.text) == (200, True)
