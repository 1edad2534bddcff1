"""The brain in the box: sorts mail with no network, no key and no model server."""

from adapters.local.brain import LocalBrain
from adapters.local.corrections import CorrectionsMemory
from adapters.local.similarity import LocalEmbedder

__all__ = ["CorrectionsMemory", "LocalBrain", "LocalEmbedder"]
