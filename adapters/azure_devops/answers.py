"""The vendor's answers, read by the names that the models of its library give them.

The library makes a model of all that an answer holds, which takes about as long as the call; here only what is looked
at is made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import ModuleType
from typing import Any

from adapters.connecting.patience import Unsettled

_MADE: Mapping[str, Callable[[Any], object]] = {
    "str": str,
    "int": int,
    "long": int,
    "float": float,
    "iso-8601": datetime.fromisoformat,
}
_BROKEN = (TypeError, ValueError, AttributeError)


class Answer:
    """One thing that the vendor tells of: `told` is its JSON, its attributes are those of the library's model.

    What is not told is None. Raises `Unsettled` where what is asked for is not of the kind that the library names.
    """

    __slots__ = ("_model", "_models", "told")

    def __init__(self, told: Mapping[str, Any], model: Any, models: ModuleType) -> None:
        self.told = told
        self._model = model
        self._models = models

    def __getattr__(self, name: str) -> Any:
        place = self._model._attribute_map.get(name)
        if place is None:
            raise AttributeError(name)
        try:
            return read_as(place["type"], self.told.get(place["key"]), self._models)
        except _BROKEN as error:
            raise Unsettled(f"Azure DevOps' answer is not as it should be ({name})") from error


def read_as(kind: str, told: Any, models: ModuleType) -> Any:
    """Return JSON as what the library calls `kind`: `[Build]` as a list of answers, `iso-8601` as a moment.

    Raise `ValueError` or `TypeError` for what is of another kind.
    """
    if told is None:
        return None
    if kind in _MADE:
        return _MADE[kind](told)
    if kind.startswith("["):
        return [read_as(kind[1:-1], each, models) for each in _expected(list, told)]
    if kind.startswith("{"):
        return {name: read_as(kind[1:-1], each, models) for name, each in _expected(dict, told).items()}
    model = getattr(models, kind, None)
    return told if model is None else Answer(_expected(dict, told), model, models)


def read_by(client: Any, models: ModuleType) -> Any:
    """Return a client of the vendor's, which hands over its answers as this module reads them."""
    client._deserialize = lambda kind, answer: read_as(kind, _json_of(answer), models)
    client._unwrap_collection = _collection
    return client


def _collection(response: Any) -> list[Any] | None:
    told = _json_of(response)
    return None if told is None else _expected(dict, told).get("value")


def _json_of(answer: Any) -> Any:
    """Return the JSON of a response, None of an empty one; what was unwrapped already is left as it is."""
    if answer is None or isinstance(answer, list):
        return answer
    return answer.json() if answer.content else None


def _expected(kind: type, told: Any) -> Any:
    if not isinstance(told, kind):
        raise ValueError(f"not a {kind.__name__}")
    return told
