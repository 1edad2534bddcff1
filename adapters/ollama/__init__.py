"""Ollama: models on the owner's own machine."""
