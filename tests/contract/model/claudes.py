"""A Claude that is asked at the make-believe server."""

from __future__ import annotations

from adapters.anthropic import AnthropicModel
from sandbox.anthropic import AnthropicServer


def model_at(server: AnthropicServer, name: str = "claude-sonnet-5-5", key: str | None = None) -> AnthropicModel:
    return AnthropicModel(name, lambda: key or server.api_key, server.base_url, "claude", sleep=lambda seconds: None)
