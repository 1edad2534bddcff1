from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.azure_devops import AzureDevOpsServer
from tests.contract.work.worlds import AzureWorld, MemoryWorld, WorkWorld


@pytest.fixture
def devops() -> Iterator[AzureDevOpsServer]:
    with AzureDevOpsServer("larkfield") as server:
        yield server


@pytest.fixture(params=["memory", "azure_devops"])
def world(request: pytest.FixtureRequest) -> Iterator[WorkWorld]:
    if request.param == "memory":
        yield MemoryWorld()
        return
    with AzureDevOpsServer("larkfield") as server:
        yield AzureWorld(server)
