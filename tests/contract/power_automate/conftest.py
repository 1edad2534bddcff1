from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from sandbox.microsoft.mail.mailbox import Mailbox
from sandbox.power_automate import PowerAutomateServer
from tests.contract.power_automate.setting import OWNER


@pytest.fixture
def box() -> Mailbox:
    return Mailbox(OWNER, lock=threading.RLock())


@pytest.fixture
def flows(box: Mailbox) -> Iterator[PowerAutomateServer]:
    with PowerAutomateServer(box) as server:
        yield server
