"""Google's client library at work: one call, one connection, no retries, and every failure told apart.

Imported only when a call is made: the library is heavy.
"""

from __future__ import annotations

import http.client
import json
import os
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar

import googleapiclient.discovery_cache
import httplib2
from google.auth.exceptions import RefreshError, TransportError
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import Error, HttpError
from httplib2.decode import DecodeLimitError

from adapters.connecting.retry_after import retry_after
from adapters.connecting.trust import trusted

TIMEOUT = 60.0
LARGEST = 1024 * 1024 * 1024
"""More than a batch of 25 mails as large as Gmail takes them in."""
ENDPOINTS = 4
"""As many as are kept ready: a household has one, and tests have many."""
_GMAIL, _CALENDAR = "gmail.v1", "calendar.v3"
T = TypeVar("T")
Reply = Mapping[str, Any]


class Unreachable(Exception):
    """No connection came about: nothing was sent."""


class Broken(Exception):
    """The request was sent, wholly or in part, and no whole answer came back."""


class Refusal(Exception):
    """Google's refusal: the HTTP status, Google's reasons and message, and the seconds of its Retry-After."""

    def __init__(self, status: int, reasons: frozenset[str], message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.reasons = reasons
        self.message = message
        self.retry_after = retry_after


class Secured(httplib2.HTTPSConnectionWithTimeout):  # type: ignore[misc]
    """A connection that trusts as `trusted` says: the library would read Mozilla's authorities anew for each one."""

    def __init__(self, host: str, *, timeout: float, proxy_info: Any, ca_certs: str, **_: object) -> None:
        http.client.HTTPSConnection.__init__(self, host, timeout=timeout, context=trusted(ca_certs))
        self.proxy_info = proxy_info("https") if callable(proxy_info) else proxy_info


class Http(httplib2.Http):  # type: ignore[misc]
    """httplib2 without its habit of sending a request again when the connection breaks; it trusts `ca_file` besides."""

    def __init__(self, ca_file: str = "", largest: int = LARGEST) -> None:
        # Without the library's limit of a hundredfold: a file of zeros that somebody attached packs better than that.
        authorities = ca_file or os.environ.get("HTTPLIB2_CA_CERTS", "")
        super().__init__(timeout=TIMEOUT, ca_certs=authorities, decode_limit_hard=largest, decode_limit_ratio=0)
        self.follow_redirects = False
        self._largest = largest

    def request(self, uri: str, *given: Any, connection_type: Any = None, **named: Any) -> tuple[Any, bytes]:
        kind = Secured if uri.lower().startswith("https:") else connection_type
        answered: tuple[Any, bytes] = super().request(uri, *given, connection_type=kind, **named)
        return answered

    def _conn_request(
        self, conn: Any, request_uri: str, method: str, body: bytes | str | None, headers: Mapping[str, str]
    ) -> tuple[httplib2.Response, bytes]:
        try:
            conn.connect()
        except (OSError, httplib2.HttpLib2Error) as error:
            raise Unreachable(type(error).__name__) from error
        try:
            conn.request(method, request_uri, body, headers)
            answer = conn.getresponse()
            content = _whole(answer, self._largest)
            response = httplib2.Response(answer)
            return response, httplib2._decompressContent(response, content, self.limit_kwargs)
        except (OSError, http.client.HTTPException, httplib2.HttpLib2Error, DecodeLimitError) as error:
            raise Broken(type(error).__name__) from error
        finally:
            conn.close()


def _whole(answer: http.client.HTTPResponse, most: int) -> bytes:
    """Read an answer of `most` bytes; raise `HTTPException` for a larger one, and for one that breaks off."""
    content = answer.read(most + 1)
    if len(content) > most or answer.length:
        raise http.client.IncompleteRead(b"")
    return content


@lru_cache(ENDPOINTS)
def users(endpoint: str) -> Any:
    """Return Gmail's `users` resource at `endpoint`, for building requests; `perform` brings what sends them."""
    return _made_once(_service(_GMAIL, endpoint).users())


@lru_cache(ENDPOINTS)
def calendar(endpoint: str) -> Any:
    """Return Google Calendar at `endpoint`, in the same way."""
    return _made_once(_service(_CALENDAR, endpoint))


def _made_once(resource: Any) -> Any:
    """Have each part of a resource made once: the library else writes its documentation anew for every call."""
    for name, part in list(vars(resource).items()):
        if getattr(part, "__is_resource__", False):
            setattr(resource, name, cache(part))
    return resource


def _service(name: str, endpoint: str) -> Any:
    """Return an API of Google's; with its own root URL, batches and uploads go there as well."""
    root = endpoint.rstrip("/") + "/"
    document = dict(_document(name))
    document |= {"rootUrl": root, "mtlsRootUrl": root, "baseUrl": root + document["servicePath"]}
    return build_from_document(document, http=Http())


def batch_address(endpoint: str) -> str:
    return f"{endpoint.rstrip('/')}/{_document(_GMAIL)['batchPath']}/gmail/v1"


def perform(call: Callable[[AuthorizedHttp], T], access_token: str, ca_file: str = "") -> T:
    """Make one call with one token; raise `Unreachable`, `Broken` or `Refusal`."""
    with closing(Http(ca_file)) as connection:
        # A token without the means to renew it: the library may not renew and repeat behind our back.
        authorised = AuthorizedHttp(_token(access_token), connection, refresh_status_codes=())
        try:
            return call(authorised)
        except HttpError as error:
            raise refusal(error) from error
        except RefreshError as error:
            raise Refusal(401, frozenset({"authError"}), "the access token is not valid") from error
        except (Error, TransportError, ValueError, KeyError, IndexError) as error:
            raise Broken(type(error).__name__) from error


def _token(access_token: str) -> Credentials:
    return Credentials(access_token)  # type: ignore[no-untyped-call]


def refusal(error: HttpError) -> Refusal:
    """Return what an HTTP error of the library says."""
    body = _error_body(error.content)
    listed = [each for name in ("errors", "details") for each in body.get(name) or [] if isinstance(each, dict)]
    reasons = frozenset(str(each["reason"]) for each in listed if "reason" in each)
    message = str(body.get("message") or error.reason or "no reason given")
    return Refusal(int(error.resp.status), reasons, message, retry_after(error.resp.get("retry-after")))


def _error_body(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content)["error"]
    except (ValueError, KeyError, TypeError):
        return {}
    return body if isinstance(body, dict) else {}


@cache
def _document(name: str) -> dict[str, Any]:
    folder = Path(googleapiclient.discovery_cache.__file__).parent / "documents"
    content = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content
