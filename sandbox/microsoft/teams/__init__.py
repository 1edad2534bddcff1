"""Teams as a part of Graph: joined teams, channels with their threads, and chats."""

from __future__ import annotations

from sandbox.microsoft.call import Endpoint
from sandbox.microsoft.teams.channels import Channels
from sandbox.microsoft.teams.chats import Chats
from sandbox.microsoft.teams.workplace import Workplace
from sandbox.misbehaviour import Faults


class Teams:
    """Everything under `/teams` and `/chats`."""

    def __init__(self, workplace: Workplace, faults: Faults) -> None:
        self._parts = (Channels(workplace, faults), Chats(workplace))

    def endpoints(self) -> tuple[Endpoint, ...]:
        return tuple(endpoint for part in self._parts for endpoint in part.endpoints())
