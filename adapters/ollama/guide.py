"""How the owner gets models of his own (https://docs.ollama.com/)."""

from __future__ import annotations

from application.ports.model import Role
from application.ports.providers import Guide, Part

# Small enough for a machine with 8 GB (https://ollama.com/library).
DEFAULTS = {
    Role.CLASSIFY: "qwen3:4b",
    Role.EXTRACT: "qwen3:4b",
    Role.COMPOSE: "qwen3:8b",
    Role.CRITIC: "qwen3:4b",
    Role.EMBED: "nomic-embed-text",
}
FETCHING = " && ".join(f"ollama pull {name}" for name in dict.fromkeys(DEFAULTS.values()))

GUIDE = Guide(
    parts=(Part.MODEL,),
    steps=(
        "Install Ollama from https://ollama.com/download; it wants a machine with 8 GB of memory or more.",
        f"Fetch models with: {FETCHING}",
        "Nothing that these models are asked about leaves your machine.",
    ),
    page="costs.md",
)
