"""What a server tells of a model (https://docs.ollama.com/api-reference/show-model-details)."""

from __future__ import annotations

from dataclasses import dataclass

from domain.codec import Json


@dataclass(frozen=True, slots=True)
class Shown:
    """`context` is the longest context in tokens, 0 where unknown; `elsewhere` is the host of a cloud model."""

    context: int = 0
    calls_tools: bool = True
    thinks: bool = False
    embeds: bool = False
    elsewhere: str = ""


def shown(reply: dict[str, Json]) -> Shown:
    """Read the answer of `/api/show`; old servers tell no capabilities, and then the model is tried."""
    told = reply.get("capabilities")
    capabilities = {str(each) for each in told} if isinstance(told, list) else {"completion", "tools"}
    facts = reply.get("model_info")
    lengths = [
        value
        for name, value in (facts if isinstance(facts, dict) else {}).items()
        if name.endswith(".context_length") and isinstance(value, int)
    ]
    return Shown(
        context=max(lengths, default=0),
        calls_tools="tools" in capabilities,
        thinks="thinking" in capabilities,
        embeds="embedding" in capabilities,
        elsewhere=str(reply.get("remote_host") or ""),
    )
