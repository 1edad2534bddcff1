from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.anthropic import AnthropicServer
from sandbox.ollama import OllamaServer
from tests.contract.model.worlds import AnthropicWorld, MemoryWorld, ModelWorld, OllamaWorld


@pytest.fixture
def claude() -> Iterator[AnthropicServer]:
    with AnthropicServer() as server:
        yield server


@pytest.fixture
def ollama() -> Iterator[OllamaServer]:
    with OllamaServer() as server:
        yield server


@pytest.fixture(params=["memory", "anthropic", "ollama"])
def world(request: pytest.FixtureRequest) -> ModelWorld:
    if request.param == "memory":
        return MemoryWorld()
    if request.param == "anthropic":
        return AnthropicWorld(request.getfixturevalue("claude"))
    return OllamaWorld(request.getfixturevalue("ollama"))
