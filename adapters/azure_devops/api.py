"""Every call to Azure DevOps: timed, made once, and its failures turned into ours."""

from __future__ import annotations

import atexit
import json
import logging
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeVar

from adapters.azure_devops.answers import read_by
from adapters.azure_devops.keys import Key
from adapters.azure_devops.wires import Wiring
from adapters.connecting.out_of_reach import out_of_reach
from adapters.connecting.patience import Unsettled
from adapters.connecting.retry_after import retry_after
from domain.errors import AlfredError, CannotBe, Conflict, NotFound, OutcomeUnknown, SignInAgain, TryLater

log = logging.getLogger(__name__)

T = TypeVar("T")
TIMEOUT = 30.0
_CACHE = "AZURE_DEVOPS_CACHE_DIR"
_LOCK = threading.Lock()
_MAY_WRITE: ContextVar[Callable[[], None] | None] = ContextVar("may_write", default=None)
"""Who is asked before each request of the write that this thread makes."""
_LIBRARY = (
    "azure.devops.connection",
    *(
        f"azure.devops.v7_1.{area}.{area}_client"
        for area in ("git", "build", "core", "location", "policy", "work_item_tracking")
    ),
)
_SIGN_IN = frozenset({203, 301, 302, 303, 307, 401})


@dataclass(frozen=True, slots=True)
class Access:
    """Where an organisation is, and the key that opens it; `ca_file` is a private authority's."""

    account: str
    url: str
    key: Key
    ca_file: str = ""


class Refused(Exception):
    """What Azure DevOps answered instead of doing it."""

    def __init__(self, status: int, message: str, key: str, retry_after: float | None, signed: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.key = key
        self.retry_after = retry_after
        self.signed = signed


class KeyRenewed(TryLater):
    """The call was refused for its key alone, and there is a new one."""


class Clients:
    """The vendor's clients for one organisation; each is made when it is first asked for."""

    def __init__(self, access: Access) -> None:
        self._connection = _sdk(access)
        self._wiring = Wiring(access.ca_file)
        self._made: dict[str, Any] = {}
        self._lock = threading.RLock()

    def __getattr__(self, name: str) -> Any:
        with self._lock:
            if name not in self._made:
                made = getattr(self._connection.clients_v7_1, f"get_{name}_client")()
                models = import_module(f"azure.devops.v7_1.{name}.models")
                self._made[name] = read_by(_set_up(made, self._wiring), models)
            return self._made[name]

    def close(self) -> None:
        """Close this thread's sockets; the clients stay usable."""
        self._wiring.let_go()


class DevOps:
    """Reads one organisation. Safe for threads; each keeps its own sockets, only while it is connected."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self._lock = threading.Lock()
        self._clients: Clients | None = None

    @property
    def account(self) -> str:
        return self.access.account

    @contextmanager
    def connected(self) -> Iterator[None]:
        """Keep sockets open for the calls within."""
        _load_library()
        try:
            yield
        finally:
            if self._clients is not None:
                self._clients.close()

    def read(self, call: Callable[[Clients], T]) -> T:
        """Make a call that changes nothing, once more where only the key had ended."""
        try:
            return self._call(call)
        except KeyRenewed:
            return self._call(call)

    def _call(self, call: Callable[[Clients], T]) -> T:
        """Make one call; raise our errors only."""
        try:
            return call(self._opened())
        except Refused as refusal:
            if refusal.status == 401 and self.access.key.renewed(refusal.signed):
                raise KeyRenewed("the sign-in to Azure DevOps had ended and was renewed; nothing was done") from None
            raise self._trouble(refusal) from None
        except _trouble_on_the_way() as error:
            raise _broken(error) from None

    def _opened(self) -> Clients:
        with self._lock:
            if self._clients is None:
                self._clients = Clients(self.access)
            return self._clients

    def _trouble(self, refusal: Refused) -> AlfredError:
        """Return our error; the HTTP status decides, for wordings change and are translated."""
        said = f"Azure DevOps refused: {refusal}"
        if refusal.status in _SIGN_IN:
            return SignInAgain(
                f"Azure DevOps no longer accepts the token of {self.account}; {self.access.key.advice}",
                account=self.account,
            )
        if refusal.status in (408, 429) or refusal.key == "RequestBlockedException":
            return TryLater("Azure DevOps asks Alfred to slow down", retry_after=refusal.retry_after)
        if refusal.status >= 500:
            return Unsettled(f"Azure DevOps is in trouble: {refusal}", retry_after=refusal.retry_after)
        if refusal.status == 404:
            return NotFound(said)
        if refusal.status == 403:
            return CannotBe(f"{said} (the token, or your own rights, do not allow it)", code="not_allowed")
        if refusal.status in (409, 412) or "TestPatchOperationFailed" in refusal.key:
            return Conflict(said, code="changed")
        return CannotBe(said)


class WritingDevOps(DevOps):
    """Writes as well; only an executor holds one, and says whom it asks first."""

    _may_write: Callable[[], None] | None = None

    def ask_first(self, may_write: Callable[[], None]) -> None:
        """Call `may_write` right before each write; it raises what forbids it."""
        self._may_write = may_write

    def write(self, call: Callable[[Clients], T]) -> T:
        """Make a call that changes something, once; raise `OutcomeUnknown` where it may have happened."""
        asked_before = _MAY_WRITE.set(self._may_write)
        try:
            return self._call(call)
        except Unsettled as error:
            raise OutcomeUnknown(str(error)) from error
        finally:
            _MAY_WRITE.reset(asked_before)


def _load_library() -> None:
    """Import the vendor's library once, by one thread: it is large, and makes a cache folder as it is imported."""
    with _LOCK:
        if _CACHE not in os.environ:
            os.environ[_CACHE] = _cache_folder()
        for name in _LIBRARY:
            import_module(name)
        # At debug level the library logs whole answers, and they are other people's words.
        for name in ("azure.devops", "msrest"):
            logging.getLogger(name).setLevel(logging.WARNING)


def _sdk(access: Access) -> Any:
    from azure.devops.connection import Connection

    connection = Connection(base_url=access.url.rstrip("/"), creds=_Signing(access.key))
    _found_out_areas(connection, access)
    return connection


class _Signing:
    """Signs each call as it is made (what msrest calls an authentication): a key may have been renewed meanwhile.

    A write asks here whether it may go on: nothing is left to wait for.
    """

    def __init__(self, key: Key) -> None:
        self._key = key

    def signed_session(self, session: Any = None) -> Any:
        from requests import Session

        signed = session or Session()
        signed.headers["Authorization"] = self._key.header()
        if (may_write := _MAY_WRITE.get()) is not None:
            may_write()
        return signed

    refresh_session = signed_session


def _found_out_areas(connection: Any, access: Access) -> None:
    """Have the SDK ask where its areas are through a client that is set up as ours are."""
    from azure.devops.v7_1.location.location_client import LocationClient

    wiring = Wiring(access.ca_file)
    client = _set_up(LocationClient(connection.base_url, connection._creds), wiring)
    try:
        connection._resource_areas = client.get_resource_areas() or []
    finally:
        wiring.let_go()


def _set_up(client: Any, wiring: Wiring) -> Any:
    """Let a client try once and in time, look at every answer, and send nobody on to a sign-in page."""
    config = client.config
    config.retry_policy.retries = 0
    config.redirect_policy.allow = False
    config.connection.timeout = TIMEOUT
    config.session_configuration_callback = wiring
    config.hooks.append(_looked_at)
    return client


def _looked_at(response: Any, *_: object, **__: object) -> None:
    """Read each answer to its end, so that its socket is free again; raise `Refused` for a refusal."""
    content, status = response.content, response.status_code
    if 200 <= status < 300 and status != 203:
        return
    told, signed = _told(content), response.request.headers.get("Authorization", "")
    said = told.get("message", f"status {status}")[:300]
    raise Refused(status, said, told.get("typeKey", ""), retry_after(response.headers.get("Retry-After")), signed)


def _told(content: bytes) -> dict[str, str]:
    try:
        told = json.loads(content)
    except ValueError:
        return {}
    return {key: str(value) for key, value in told.items()} if isinstance(told, dict) else {}


def _trouble_on_the_way() -> tuple[type[Exception], ...]:
    """Return what the vendor's library raises where no whole answer came, or none that it understands."""
    from msrest.exceptions import ClientException
    from requests.exceptions import RequestException

    return (ClientException, RequestException, OSError, ValueError)


def _broken(error: Exception) -> AlfredError:
    """Return our error for trouble on the way; nothing was sent where no connection came about."""
    inner: BaseException | None = error
    names: list[str] = []
    while inner is not None and len(names) < 8:
        names += [type(inner).__name__, *(type(each).__name__ for each in inner.args)]
        inner = getattr(inner, "reason", None) or getattr(inner, "inner_exception", None) or inner.__context__
    if {"NewConnectionError", "ConnectTimeoutError", "ConnectTimeout", "SSLError"}.intersection(names):
        return out_of_reach("Azure DevOps", error)
    log.debug("a call broke", extra={"names": names})
    return Unsettled(f"Azure DevOps' answer did not arrive whole ({type(error).__name__})")


def _cache_folder() -> str:
    """Return a folder that the library may keep its cache in: its own default lies in the home directory."""
    given = os.environ.get("CACHE_DIRECTORY", "").partition(":")[0]
    if given:
        return os.path.join(given, "azure-devops")
    made = tempfile.mkdtemp(prefix="alfred-azure-devops-")
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made
