"""Graph, written to: what only executors hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from adapters.connecting.out_of_reach import out_of_reach
from adapters.connecting.patience import Unsettled
from adapters.microsoft.api import Graph, Refusal, Reply, Request, error_in, reply_of
from domain.errors import CannotBe, OutcomeUnknown, TryLater

if TYPE_CHECKING:
    import httpx

# Where Graph takes large attachments (https://learn.microsoft.com/graph/outlook-large-attachments).
_UPLOADS = ("outlook.office.com", "outlook.office365.com")
_NO_LONGER = (401, 403, 404, 410)


class WritingGraph(Graph):
    """Reads and writes; only executors hold one, and say whom it asks first."""

    _may_write: Callable[[], None] | None = None

    def ask_first(self, may_write: Callable[[], None]) -> None:
        """Call `may_write` right before each write; it raises what forbids it."""
        self._may_write = may_write

    def write(self, request: Request) -> Reply:
        """Make a call that changes something, once; raise `OutcomeUnknown` where it may have happened."""
        try:
            answer = self._call(request, self._sent)
            return reply_of(answer) if answer.content else {}
        except Unsettled as error:
            raise OutcomeUnknown(str(error)) from error

    def _sent(self, request: Request, token: str) -> httpx.Response:
        """Send a write when nothing is left to wait for: the token may have been renewed until now."""
        self._ask()
        return self._send(request, token)

    def upload(self, address: str, piece: bytes, place: str) -> None:
        """Bring a piece of a file to the address that Graph gave for it; that permits it, so no token goes there.

        Raises `TryLater` where it may not have arrived; the whole file then begins anew.
        """
        import httpx

        where = urlsplit(address)
        known = where.scheme == "https" and where.hostname in _UPLOADS
        if not known and where[:2] != urlsplit(self._root)[:2]:
            raise CannotBe("Microsoft names a place for a file that is not its own", code="foreign_address")
        self._ask()
        headers = {"Content-Range": place, "Content-Type": "application/octet-stream"}
        try:
            answer = self._client.put(address, content=piece, headers=headers)
        except httpx.HTTPError as error:
            raise out_of_reach("Microsoft", error) from error
        if answer.status_code in _NO_LONGER:
            raise TryLater("Microsoft no longer takes the file at the address that it gave")
        if not answer.is_success:
            raise self._trouble(Request(where.path), Refusal.of(answer.status_code, answer.headers, error_in(answer)))

    def _ask(self) -> None:
        if self._may_write is not None:
            self._may_write()
