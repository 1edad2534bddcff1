from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import ollama as ollama_sdk
import pytest

from sandbox.anthropic import AnthropicServer
from sandbox.ollama import OllamaServer

if TYPE_CHECKING:
    import anthropic as sdk


@pytest.fixture
def claude() -> Iterator[AnthropicServer]:
    with AnthropicServer() as server:
        yield server


@pytest.fixture
def client(claude: AnthropicServer) -> Iterator[sdk.Anthropic]:
    """Anthropic's own client, which does not try again. It takes two seconds to import: whoever uses it waits."""
    import anthropic as sdk

    with sdk.Anthropic(api_key=claude.api_key, base_url=claude.base_url, max_retries=0) as client:
        yield client


@pytest.fixture
def ollama() -> Iterator[OllamaServer]:
    with OllamaServer() as server:
        yield server


@pytest.fixture
def local(ollama: OllamaServer) -> Iterator[ollama_sdk.Client]:
    """Ollama's own client."""
    with ollama_sdk.Client(ollama.base_url) as client:
        yield client
