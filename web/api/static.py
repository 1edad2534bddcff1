"""Serves the built app: its files, its pages, and an honest page where it was not built."""

from __future__ import annotations

import gzip
import json
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

IMMUTABLE = "public, max-age=31536000, immutable"
SMALLEST_PACKED = 1024
TYPES = {
    ".webmanifest": "application/manifest+json",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
PACKED_TYPES = frozenset({".js", ".css", ".html", ".json", ".svg", ".webmanifest", ".txt"})
NOT_THE_APPS = ("/api", "/hooks", "/metrics", "/_app")
POLICY = (
    "default-src 'self'; script-src 'self'{hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; manifest-src 'self'; worker-src 'self'"
)
NOT_BUILT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Alfred</title>
<h1>Alfred is running</h1>
<p>His app was not built on this machine, so there is nothing to look at here. With Node installed,
<code>./setup.sh install</code> builds it. Until then the terminal can do it all: <code>alfred --help</code>.</p>
</html>
"""


@dataclass(frozen=True)
class AppFiles(BaseRoute):
    """Everything that is not the API's."""

    folder: Path | None

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return (Match.FULL, {}) if scope["type"] == "http" else (Match.NONE, {})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(405, "here only GET", {"Allow": "GET, HEAD"})
        response = await run_in_threadpool(self._answer, scope["path"], Headers(scope=scope))
        await response(scope, receive, send)

    def _answer(self, path: str, headers: Headers) -> Response:
        file = self._file(path)
        if file is None and not _is_page(path):
            raise HTTPException(404, "there is nothing at this address")
        file = file or self._file("/index.html")
        if self.folder is None or file is None:
            return Response(NOT_BUILT, 200, {"Cache-Control": "no-cache", **_policy("")}, "text/html; charset=utf-8")
        return _sent(file, headers, immutable=path.startswith("/_app/immutable/"), policy=_policy(_hashes(self.folder)))

    def _file(self, path: str) -> Path | None:
        """Return the file at `path`, unless there is none or it lies outside the folder."""
        if self.folder is None or "\0" in path:
            return None
        root = self.folder.resolve()
        file = (root / path.lstrip("/")).resolve()
        return file if file.is_relative_to(root) and file.is_file() else None


def _is_page(path: str) -> bool:
    """Whether `path` may be one of the app's own pages, which all begin with index.html."""
    is_other = any(path == name or path.startswith(name + "/") for name in NOT_THE_APPS)
    return not is_other and Path(path).suffix not in TYPES


def _sent(file: Path, headers: Headers, *, immutable: bool, policy: dict[str, str]) -> Response:
    known = file.stat()
    etag = f'"{known.st_mtime_ns:x}-{known.st_size:x}"'
    answered = {"Cache-Control": IMMUTABLE if immutable else "no-cache", "ETag": etag, "Vary": "Accept-Encoding"}
    if headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=answered)
    content, encoding = _packed(file, headers.get("accept-encoding", ""), known.st_mtime_ns)
    if encoding:
        answered["Content-Encoding"] = encoding
    media_type = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Response(content, 200, answered | policy, media_type)


def _packed(file: Path, accepted: str, changed: int) -> tuple[bytes, str]:
    """Return a file's bytes as the client likes them best: packed beforehand, packed now, or plain."""
    likes = {each.partition(";")[0].strip() for each in accepted.split(",") if "q=0" not in each.replace(" ", "")}
    for encoding, suffix in (("br", ".br"), ("gzip", ".gz")):
        packed = file.with_name(file.name + suffix)
        if encoding in likes and packed.is_file():
            return packed.read_bytes(), encoding
    if "gzip" in likes and file.suffix in PACKED_TYPES and file.stat().st_size >= SMALLEST_PACKED:
        return _gzipped(file, changed), "gzip"
    return file.read_bytes(), ""


@lru_cache(maxsize=128)
def _gzipped(file: Path, changed: int) -> bytes:
    return gzip.compress(file.read_bytes(), 6, mtime=0)


def _hashes(folder: Path) -> str:
    """Return the hashes of inline scripts that the build lists in csp.json."""
    file = folder / "csp.json"
    if not file.is_file():
        return ""
    return "".join(f" '{each}'" for each in json.loads(file.read_text(encoding="utf-8")))


def _policy(hashes: str) -> dict[str, str]:
    return {"Content-Security-Policy": POLICY.format(hashes=hashes)}
