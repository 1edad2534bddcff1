from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.azure_devops import AzureDevOpsServer
from sandbox.azure_devops.entra import believing
from sandbox.microsoft import MicrosoftServer
from tests.contract.work.worlds import OWNER, AzureWorld, EntraWorld, MemoryWorld, WorkWorld


@pytest.fixture
def devops() -> Iterator[AzureDevOpsServer]:
    with AzureDevOpsServer("larkfield") as server:
        yield server


@pytest.fixture(params=["memory", "azure_devops", "entra"])
def world(request: pytest.FixtureRequest) -> Iterator[WorkWorld]:
    match request.param:
        case "memory":
            yield MemoryWorld()
        case "azure_devops":
            with AzureDevOpsServer("larkfield") as server:
                yield AzureWorld(server)
        case _:
            with (
                MicrosoftServer([OWNER], limit=None) as microsoft,
                AzureDevOpsServer("larkfield", entra=believing(microsoft.sign_in)) as server,
            ):
                yield EntraWorld(server, microsoft)
