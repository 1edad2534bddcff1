"""A mailbox that is listed whole while somebody goes on moving mail about in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from adapters.microsoft.api import Graph, Reply, Request
from adapters.microsoft.mail import OutlookSource
from adapters.microsoft.scopes import BASE
from domain.messages import Label
from sandbox.microsoft import MicrosoftServer
from tests.contract.microsoft.setting import OWNER

FOLDERS = ("inbox", "archive", "sentitems")


class Pass:
    """Tokens without a sign-in."""

    def __init__(self, server: MicrosoftServer) -> None:
        self._server = server

    def current(self) -> str:
        return self._server.issue_access_token(OWNER, BASE)

    def renewed(self, stale: str) -> str:
        return self.current()

    def scopes(self) -> frozenset[str]:
        return frozenset(BASE)


class Meanwhile(Graph):
    """Graph, at which something happens once the delta of a first folder was read."""

    def __init__(self, server: MicrosoftServer, happen: Callable[[], object]) -> None:
        super().__init__("office", server.base_url, Pass(server))
        self._happenings = [happen]

    def pages(self, request: Request) -> Iterator[Reply]:
        yield from super().pages(request)
        if request.path.endswith("/messages/delta") and self._happenings:
            self._happenings.pop()()


@pytest.mark.parametrize("start", FOLDERS)
@pytest.mark.parametrize("end", FOLDERS)
def test_what_is_moved_while_everything_is_listed_is_not_taken_for_gone(
    microsoft: MicrosoftServer, start: str, end: str
) -> None:
    mailbox = microsoft.mailbox(OWNER)
    id = mailbox.deliver(b"Subject: Lunch\r\n\r\nNoon?\r\n", start)
    message = mailbox.messages[id]
    source = OutlookSource("office", Meanwhile(microsoft, lambda: mailbox.move(message, mailbox.folders[end])))
    last = list(source.back_to_known(set))[-1]
    assert last.everything == {id}
    places = {"inbox": {Label.INBOX}, "archive": set[str](), "sentitems": {Label.SENT}}
    assert last.relabelled[id] - {Label.UNREAD} == places[end]


def test_what_is_deleted_while_everything_is_listed_is_gone(microsoft: MicrosoftServer) -> None:
    mailbox = microsoft.mailbox(OWNER)
    message = mailbox.messages[mailbox.deliver(b"Subject: Lunch\r\n\r\nNoon?\r\n", "inbox")]
    source = OutlookSource("office", Meanwhile(microsoft, lambda: mailbox.delete(message)))
    assert list(source.back_to_known(set))[-1].everything == frozenset()
