from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator

import pytest

# The SDK makes its cache folder when it is imported, in the home directory unless it is told another.
os.environ.setdefault("AZURE_DEVOPS_CACHE_DIR", tempfile.mkdtemp(prefix="azure-devops-cache-"))

from sandbox.azure_devops import AzureDevOpsServer
from tests.contract.sandbox_azure_devops.asking import OWNER, Sdk


@pytest.fixture
def devops() -> Iterator[AzureDevOpsServer]:
    with AzureDevOpsServer("larkfield") as server:
        yield server


@pytest.fixture
def sdk(devops: AzureDevOpsServer) -> Iterator[Sdk]:
    with Sdk(devops, devops.pat(OWNER, name="Jo Merriweather")) as client:
        yield client
