"""Bad days on demand: which calls a make-believe server shall answer late, wrongly, in part or not at all."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase


class Kind(StrEnum):
    """The ways in which a server can misbehave.

    `lost`, `reset` and `latency` strike after the call was carried out: the connection ends without a word, is
    reset, or the answer comes late. Google's client sends a call again by itself after `lost`, not after `reset`.
    `empty_page` is a page of Gmail's history that holds nothing, though there is a next one.
    From `slow` on they are a model's: words that trickle (`seconds` apart), a stream without a reason to stop or with
    an error in its midst, broken JSON, tools that nobody offered, arguments that do not fit, calls without end, and
    Ollama's "error parsing tool call".
    """

    LATENCY = "latency"
    STATUS = "status"
    CUT = "cut"
    LOST = "lost"
    RESET = "reset"
    EXPIRED_CURSOR = "expired_cursor"
    SEARCH_LAG = "search_lag"
    EMPTY_PAGE = "empty_page"
    SLOW = "slow"
    NO_STOP = "no_stop"
    STREAM_ERROR = "stream_error"
    MALFORMED = "malformed"
    UNKNOWN_TOOL = "unknown_tool"
    WRONG_ARGUMENTS = "wrong_arguments"
    TOOL_LOOP = "tool_loop"
    TOOL_PARSE = "tool_parse"


_ONLY_BY_NAME = ("oauth", "batch")
ON_DELIVERY = (Kind.LATENCY, Kind.CUT, Kind.LOST, Kind.RESET)


@dataclass(frozen=True, slots=True)
class Fault:
    """One order to misbehave, limited to a method, an account, a count and a probability.

    `method` is a glob over the vendor's method ids or a tail of one (`messages.get`, `drafts.*`); what is no method of
    an API (`oauth.token`, `oauth.auth`, `oauth.revoke`, `batch`) is struck only when it is named. A `status` with
    an `id` is given only to calls whose path holds it.
    `count` is how often it strikes (None: until cancelled); the first `after` matching calls are spared.
    `seconds` is the latency, or how long search lags; `operations` is for how many searches it lags.
    """

    kind: Kind
    method: str = "*"
    account: str | None = None
    id: str = ""
    count: int | None = None
    after: int = 0
    probability: float = 1.0
    seed: int = 0
    status: int = 503
    retry_after: int | None = None
    reason: str | None = None
    seconds: float = 0.0
    operations: int = 0

    def concerns(self, method: str, account: str, path: str = "") -> bool:
        if method.startswith(_ONLY_BY_NAME) and not self.method.startswith(_ONLY_BY_NAME):
            return False
        named = fnmatchcase(method, self.method) or fnmatchcase(method, f"*.{self.method}")
        return named and self.account in (None, account) and self.id in path


@dataclass(slots=True)
class Standing:
    """A fault in force, and how often it has struck."""

    fault: Fault
    number: int
    seen: int = 0
    hits: int = 0
    cancelled: bool = False
    _dice: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        self._dice.seed(self.fault.seed)

    def strikes(self) -> bool:
        """Whether this call is hit; every matching call is counted."""
        if self.spent:
            return False
        self.seen += 1
        if self.seen <= self.fault.after or self._dice.random() >= self.fault.probability:
            return False
        self.hits += 1
        return True

    @property
    def spent(self) -> bool:
        return self.cancelled or (self.fault.count is not None and self.hits >= self.fault.count)

    def cancel(self) -> None:
        self.cancelled = True


class Faults:
    """The faults in force on one server."""

    def __init__(self) -> None:
        self._standing: list[Standing] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> Standing:
        with self._lock:
            standing = Standing(fault, len(self._standing) + 1)
            self._standing.append(standing)
            return standing

    def clear(self) -> None:
        with self._lock:
            for standing in self._standing:
                standing.cancel()

    def standing(self) -> tuple[Standing, ...]:
        return tuple(self._standing)

    def struck(
        self, method: str, account: str, kinds: Iterable[Kind] = tuple(Kind), path: str = ""
    ) -> tuple[Fault, ...]:
        """The faults of these kinds that hit this call."""
        wanted = frozenset(kinds)
        with self._lock:
            return tuple(
                standing.fault
                for standing in self._standing
                if standing.fault.kind in wanted
                and standing.fault.concerns(method, account, path)
                and standing.strikes()
            )
