"""The models that a make-believe Ollama has, and what it tells of them (https://docs.ollama.com/api/tags)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.perfect import PERFECT

_SEEN = "2026-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Model:
    """One model; `remote_host` is set where it runs in the cloud."""

    name: str
    capabilities: tuple[str, ...] = ("completion", "tools")
    context: int = 32768
    remote_host: str = ""

    @property
    def tag(self) -> str:
        return self.name if ":" in self.name else f"{self.name}:latest"

    def listed(self) -> Mapping[str, object]:
        """An entry of `/api/tags`."""
        digest = hashlib.sha256(self.name.encode()).hexdigest()
        return {
            "name": self.tag,
            "model": self.tag,
            "modified_at": _SEEN,
            "size": 1_000_000,
            "digest": digest,
            "details": self._details(),
        }

    def shown(self) -> Mapping[str, object]:
        """The answer of `/api/show`."""
        told: dict[str, object] = {
            "modelfile": f"FROM {self.name}",
            "template": "{{ .Prompt }}",
            "details": self._details(),
            "model_info": {"general.architecture": "sandbox", "sandbox.context_length": self.context},
            "capabilities": list(self.capabilities),
            "modified_at": _SEEN,
        }
        return told | ({"remote_host": self.remote_host, "remote_model": self.name} if self.remote_host else {})

    def _details(self) -> Mapping[str, object]:
        return {
            "parent_model": "",
            "format": "gguf",
            "family": "sandbox",
            "families": ["sandbox"],
            "parameter_size": "0B",
            "quantization_level": "none",
        }


DEFAULT = (
    Model(PERFECT),
    Model("qwen3:8b", ("completion", "tools", "thinking")),
    Model("gemma3:4b", ("completion",), 8192),
    Model("nomic-embed-text", ("embedding",), 2048),
)
