"""The settings file as a backup holds it: without what is secret."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from daemon.settings import section_kinds

LIKELY_SECRET = re.compile(r"secret|token|password|passphrase|api_?key", re.IGNORECASE)


def without_secrets(content: bytes) -> bytes:
    """Return a `config.toml` as it is where it holds no secret; else written anew, the secrets left out."""
    form = tomllib.loads(content.decode("utf-8"))
    left_out = set(_secrets(form))
    kept = {
        name: {key: value for key, value in values.items() if f"{name}.{key}" not in left_out}
        for name, values in form.items()
        if isinstance(values, Mapping)
    }
    return content if kept == form else "\n".join(_written(kept)).encode() + b"\n"


def secrets_in(file: Path) -> tuple[str, ...]:
    """Name what a backup leaves out of a `config.toml`, as `section.key`; nothing where there is no such file."""
    return tuple(_secrets(tomllib.loads(file.read_text("utf-8")))) if file.exists() else ()


def _secrets(form: Mapping[str, Any]) -> Iterator[str]:
    kinds = dict(section_kinds())
    known = {f"{name}.{each.name}" for name, kind in kinds.items() for each in fields(kind) if not each.repr}
    for name, values in form.items():
        for key in values if isinstance(values, Mapping) else ():
            if f"{name}.{key}" in known or LIKELY_SECRET.search(key):
                yield f"{name}.{key}"


def _written(form: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield "# Secrets were left out of this backup."
    for name, values in form.items():
        yield f"[{name}]"
        for key, value in values.items():
            yield f"{key} = {json.dumps(value, ensure_ascii=False)}"
