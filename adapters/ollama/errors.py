"""What an Ollama server complains of, turned into our errors (https://docs.ollama.com/api/errors)."""

from __future__ import annotations

from adapters.connecting.out_of_reach import out_of_reach
from domain.errors import AlfredError, CannotBe, SignInAgain, TryLater

_LONGEST = 200


class Told(Exception):
    """The server refused, with a status and a sentence; within a stream the status is 500."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status
        self.said = said[:_LONGEST]

    @property
    def is_tool_trouble(self) -> bool:
        """Whether the same question may work with tools described in words.

        Small models write calls that the server cannot read (https://github.com/ollama/ollama/issues/11381), and some
        were never taught to call at all.
        """
        return "error parsing tool call" in self.said or "does not support tools" in self.said


def trouble(told: Told, account: str, model: str) -> AlfredError:
    """Return our error for what the server said."""
    said = told.said.lower()
    if told.status == 404 or "not found" in said:
        return CannotBe(
            f"Ollama does not have the model {model} yet; fetch it with: ollama pull {model}", code="model_unknown"
        )
    if told.status in (401, 403):
        return SignInAgain(f"Ollama wants a sign-in for {model}: run ollama signin", account=account)
    if "requires more system memory" in said:
        return CannotBe(f"{model} is too large for this machine: {told.said}", code="model_too_large")
    if told.status in (429, 503):
        return TryLater("Ollama is busy with other questions", code="rate_limited")
    if told.status >= 500:
        return TryLater(f"Ollama is in trouble: {told.said}")
    return CannotBe(f"Ollama refused the request: {told.said}", code="request_refused")


def unreachable(address: str, error: Exception) -> TryLater:
    """Return the error for a server that is not there, or whose certificate will not do."""
    found = out_of_reach(f"Ollama at {address}", error)
    if found.code == "certificate":
        return found
    return TryLater(f"no Ollama answers at {address}; start it with: ollama serve", code="unreachable")
