"""In-memory twins of the ports: shipped, honest, and what the tests run on."""

from adapters.memory.store import MemoryStore

__all__ = ["MemoryStore"]
