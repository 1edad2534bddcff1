"""Every call to Google: paced, timed, and its failures turned into ours."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from adapters.connecting.out_of_reach import out_of_reach
from adapters.connecting.patience import Unsettled, patiently
from adapters.connecting.stubborn import Stubborn
from adapters.google.quota import Pace, units
from adapters.google.scopes import scopes_for
from domain.errors import AlfredError, CannotBe, NotFound, OutcomeUnknown, SignInAgain, TryLater

if TYPE_CHECKING:
    from adapters.google.transport import Refusal

log = logging.getLogger(__name__)

T = TypeVar("T")
Reply = Mapping[str, Any]
Request = Any
MOST_IN_A_BATCH = 25
_TOO_FAST = frozenset(
    {
        "rateLimitExceeded",
        "userRateLimitExceeded",
        "quotaExceeded",
        "dailyLimitExceeded",
        "RATE_LIMIT_EXCEEDED",
        "concurrentLimitExceeded",
    }
)
_TOO_NARROW = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
_SWITCHED_OFF = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})


class Tokens(Protocol):
    """Gives access tokens of one account."""

    def current(self) -> str:
        """Return a token that should be good; raise `SignInAgain` where there is none to be had."""
        ...

    def renewed(self, stale: str) -> str:
        """Return another token than `stale`, which was refused."""
        ...


class Google:
    """Reads what one account holds at one API of Google's. Safe for threads: each call has a connection of its own."""

    title = "Google"

    def __init__(
        self,
        account: str,
        endpoint: str,
        tokens: Tokens,
        pace: Pace,
        sleep: Callable[[float], object] = time.sleep,
        ca_file: str = "",
    ) -> None:
        self.account = account
        self._endpoint = endpoint
        self._tokens = tokens
        self._pace = pace
        self._sleep = sleep
        self._ca_file = ca_file

    def read(self, request: Request) -> Reply:
        """Make a call that changes nothing, a few times over where trouble passes."""

        def attempt() -> Reply:
            self._pace.spend(units(request.methodId))
            return self._call(request.methodId, lambda http: request.execute(http=http))

        return patiently(attempt, self._sleep)

    def _call(self, method: str, call: Callable[[Any], T]) -> T:
        """Make one call, with a renewed token where the first was refused; raise our errors only."""
        from adapters.google import transport

        token = self._tokens.current()
        try:
            try:
                return transport.perform(call, token, self._ca_file)
            except transport.Refusal as refusal:
                if refusal.status != 401:
                    raise
            return transport.perform(call, self._tokens.renewed(token), self._ca_file)
        except transport.Unreachable as error:
            raise out_of_reach("Google", error.__cause__ or error) from error
        except transport.Broken as error:
            raise Unsettled(f"Google's answer did not arrive whole ({error})") from error
        except transport.Refusal as refusal:
            raise self._trouble(method, refusal) from refusal

    def _trouble(self, method: str, refusal: Refusal) -> AlfredError:
        """Return our error for Google's refusal (https://developers.google.com/workspace/gmail/api/guides/handle-errors)."""
        said = f"Google refused {method.removeprefix('gmail.users.')}: {refusal.message}"
        if refusal.status == 401:
            return SignInAgain(f"Google no longer accepts the sign-in of {self.account}", account=self.account)
        if refusal.reasons & _TOO_NARROW:
            wanted = scopes_for(method)
            return SignInAgain(
                f"{self.account} has not been granted what this needs", account=self.account, scopes=wanted
            )
        if refusal.status == 429 or refusal.reasons & _TOO_FAST:
            return TryLater("Google asks Alfred to slow down", retry_after=refusal.retry_after, code="rate_limited")
        if refusal.status >= 500 or refusal.status == 408:
            return Unsettled(f"Google is in trouble: {refusal.message}", retry_after=refusal.retry_after)
        if refusal.status == 404:
            return NotFound(said)
        if refusal.reasons & _SWITCHED_OFF:
            return CannotBe(
                f"the {self.title} API is not switched on in your Google Cloud project", code="api_disabled"
            )
        return CannotBe(said)


class Replies(NamedTuple):
    """What many reads brought, and why Google refuses others for good; what is gone is in neither."""

    found: dict[str, Reply]
    refused: dict[str, str]


class Gmail(Google):
    """Reads one account's mailbox."""

    title = "Gmail"

    def __init__(
        self,
        account: str,
        endpoint: str,
        tokens: Tokens,
        pace: Pace,
        sleep: Callable[[float], object] = time.sleep,
        ca_file: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(account, endpoint, tokens, pace, sleep, ca_file)
        self._stubborn = Stubborn(clock)

    @property
    def users(self) -> Any:
        """The library's `users` resource, for building requests."""
        from adapters.google import transport

        return transport.users(self._endpoint)

    def read_each(self, requests: Mapping[str, Request], keep: int = 0) -> Replies:
        """Make many reads in batches. `keep`: see `Pace.spend`.

        Single ones that Google is in trouble over hold up readings for an hour, and are counted as refused then.
        """
        read = Replies({}, {})
        for names in _chunks(list(requests), MOST_IN_A_BATCH):
            self._read_batch({name: requests[name] for name in names}, keep, read)
        return read

    def _read_batch(self, requests: Mapping[str, Request], keep: int, read: Replies) -> None:
        pending = dict(requests)
        troubles: dict[str, AlfredError] = {}

        def attempt() -> None:
            troubles.clear()
            self._pace.spend(sum(units(request.methodId) for request in pending.values()), keep)
            replies, refusals = self._try_batch(pending)
            troubles.update(refusals)
            read.found.update(replies)
            read.refused.update({name: str(error) for name, error in troubles.items() if isinstance(error, CannotBe)})
            for name in replies.keys() | troubles.keys():
                if not isinstance(troubles.get(name), TryLater):
                    del pending[name]
                    self._stubborn.came(name)
            if pending:
                raise next((troubles[name] for name in pending if name in troubles), _cut_short())

        try:
            patiently(attempt, self._sleep)
        except Unsettled:
            if not self._can_do_without(pending, troubles):
                raise
            read.refused.update({name: str(troubles[name]) for name in pending})

    def _can_do_without(self, pending: Iterable[str], troubles: Mapping[str, AlfredError]) -> bool:
        """Whether each that is missing was in trouble by itself, and ended readings enough for long enough."""
        alone = [name for name in pending if isinstance(troubles.get(name), Unsettled)]
        given_up = [name for name in alone if self._stubborn.is_given_up(name)]
        return given_up == list(pending)

    def _try_batch(self, requests: Mapping[str, Request]) -> tuple[dict[str, Reply], dict[str, AlfredError]]:
        """Return the replies, and the troubles of single messages; raise what concerns the whole account."""
        method = next(iter(requests.values())).methodId
        answers = self._call(method, lambda http: self._batch(requests, http))
        troubles = {name: self._trouble(method, answer) for name, answer in answers.items() if _is_refusal(answer)}
        for name, error in troubles.items():
            if isinstance(error, SignInAgain) or error.code == "api_disabled":
                raise error
            log.info("one message could not be read", extra={"provider_id": name, "code": error.code})
        return {name: answer for name, answer in answers.items() if name not in troubles}, troubles

    def _batch(self, requests: Mapping[str, Request], http: Any) -> dict[str, Any]:
        from googleapiclient.http import BatchHttpRequest

        from adapters.google import transport

        answers: dict[str, Any] = {}

        def keep(name: str, reply: Reply | None, error: Any) -> None:
            answers[name] = reply if error is None else transport.refusal(error)

        batch = BatchHttpRequest(callback=keep, batch_uri=transport.batch_address(self._endpoint))
        for name, request in requests.items():
            request.http = http
            batch.add(request, request_id=name)
        batch.execute(http=http)
        return answers


class Writing(Google):
    """Writes as well; only an executor holds one, and says whom it asks first."""

    _may_write: Callable[[], None] | None = None

    def ask_first(self, may_write: Callable[[], None]) -> None:
        """Call `may_write` right before each write; it raises what forbids it."""
        self._may_write = may_write

    def write(self, request: Request) -> Reply:
        """Make a call that changes something, once; raise `OutcomeUnknown` where it may have happened."""
        self._pace.spend(units(request.methodId))
        try:
            return self._call(request.methodId, lambda http: self._sent(request, http)) or {}
        except Unsettled as error:
            raise OutcomeUnknown(str(error)) from error

    def _sent(self, request: Request, http: Any) -> Reply:
        """Send a write when nothing is left to wait for: the token may have been renewed until now."""
        if self._may_write is not None:
            self._may_write()
        reply: Reply = request.execute(http=http, num_retries=0)
        return reply


class WritingGmail(Writing, Gmail):
    """Reads and writes one account's mailbox."""


def _is_refusal(answer: object) -> bool:
    return isinstance(answer, Exception)


def _cut_short() -> Unsettled:
    return Unsettled("Google left a part of a batch unanswered")


def _chunks(names: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), size):
        yield names[start : start + size]
