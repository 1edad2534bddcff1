"""A make-believe Anthropic: the Messages API on loopback."""

from sandbox.anthropic.server import KEY, AnthropicServer

__all__ = ["KEY", "AnthropicServer"]
