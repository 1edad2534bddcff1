"""Embeds with what the owner chose, and with the embedder in the box where that fails."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from application.ports.model import Embedder
from domain.errors import AlfredError

log = logging.getLogger(__name__)


class Embedding(Embedder):
    """Tries the chosen embedders in turn; `local` holds for all, for facts are the owner's own words."""

    name = "chosen"
    local = True

    def __init__(self, chosen: Callable[[], Sequence[Embedder]], in_the_box: Embedder) -> None:
        self._chosen = chosen
        self._in_the_box = in_the_box

    def embed(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        for embedder in self._chosen():
            try:
                return embedder.embed(texts)
            except AlfredError as error:
                log.info("embedder failed", extra={"embedder": embedder.name, "code": error.code})
        return self._in_the_box.embed(texts)
