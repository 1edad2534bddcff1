"""Refuses what Ollama refuses in a request (https://docs.ollama.com/api/errors)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from sandbox.ollama.models import Model

Json = Mapping[str, object]
_ROLES = frozenset({"system", "user", "assistant", "tool"})


class Refusal(Exception):
    """A request that Ollama would refuse."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def known(body: Json, models: Mapping[str, Model]) -> Model:
    """The model that a request names."""
    name = str(body.get("model") or body.get("name") or "")
    if not name:
        raise Refusal("model is required")
    found = models.get(name if ":" in name else f"{name}:latest")
    if found is None:
        raise Refusal(f"model '{name}' not found", 404)
    return found


def check_chat(body: Json, model: Model) -> None:
    """Raise `Refusal` for roles that do not exist, and for what the model was not taught."""
    for message in cast(list[Json], body.get("messages") or []):
        if message.get("role") not in _ROLES:
            raise Refusal(
                f'invalid role: {message.get("role")}, must be one of ["system", "user", "assistant", "tool"]'
            )
    if "completion" not in model.capabilities:
        raise Refusal(f'"{model.name}" does not support chat')
    if body.get("tools") and "tools" not in model.capabilities:
        raise Refusal(f"registry.ollama.ai/library/{model.name} does not support tools")
    if body.get("think") and "thinking" not in model.capabilities:
        raise Refusal(f'"{model.name}" does not support thinking')
    form = body.get("format")
    if form not in (None, "", "json") and not isinstance(form, dict):
        raise Refusal(f'invalid format: {form!r}; expected "json" or a valid JSON Schema object')
