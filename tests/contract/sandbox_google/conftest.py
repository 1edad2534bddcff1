from __future__ import annotations

from collections.abc import Iterator

import pytest
from googleapiclient.discovery import Resource

from sandbox.google import GoogleServer
from sandbox.google.gmail.mailbox import Mailbox
from tests.contract.sandbox_google.checking import EVERYTHING, OWNER, connect


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    with GoogleServer([OWNER], quota=None) as server:
        yield server


@pytest.fixture
def mailbox(google: GoogleServer) -> Mailbox:
    return google.mailbox(OWNER)


@pytest.fixture
def users(google: GoogleServer) -> Iterator[Resource]:
    """`gmail.users()` of a client that may do everything."""
    with connect(google, [EVERYTHING]) as gmail:
        yield gmail.users()
