"""Answers held against the vendor's published resources and samples, where those lie beside the repository."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

SAMPLES = Path(os.environ.get("ALFRED_SHARED_DATA", Path(__file__).parents[4] / "shared" / "data")) / "api" / "msgraph"
_ANNOTATED = ("@odata.", "@removed")


def fits(item: dict[str, Any], resource: str) -> None:
    """Every property must be one that the vendor's page of the resource shows; samples give the types."""
    if not SAMPLES.exists():
        pytest.skip("the vendor's samples are not here")
    known = _schema(resource)
    names = {name for name in item if not name.startswith(_ANNOTATED) and "@odata" not in name}
    assert names - set(known) == set(), f"{resource} has no {sorted(names - set(known))}"


def like(item: dict[str, Any], sample: str, *path: str | int) -> None:
    """The item has every property of the sample but its annotations, each of the same JSON type (or null)."""
    if not SAMPLES.exists():
        pytest.skip("the vendor's samples are not here")
    model: Any = json.loads((SAMPLES / f"{sample}.json").read_text(encoding="utf-8"))
    for step in path:
        model = model[step]
    _compare(item, model, sample)


def _compare(found: Any, model: Any, where: str) -> None:
    if found is None or model is None:
        return
    assert type(found) is type(model), f"{where}: {found!r} where the vendor has {model!r}"
    if isinstance(model, dict):
        for name, value in ((name, value) for name, value in model.items() if not name.startswith("@")):
            assert name in found, f"{where}.{name} is missing"
            _compare(found[name], value, f"{where}.{name}")
    if isinstance(model, list) and model and found:
        _compare(found[0], model[0], f"{where}[0]")


@cache
def _schema(resource: str) -> frozenset[str]:
    found: set[str] = set()
    for path in SAMPLES.glob(f"{resource}.*.schema.json"):
        found |= set(json.loads(path.read_text(encoding="utf-8")))
    return frozenset(found)
