"""A make-believe Ollama: chat, generation, embeddings and the list of models on loopback."""

from sandbox.ollama.server import OllamaServer

__all__ = ["OllamaServer"]
