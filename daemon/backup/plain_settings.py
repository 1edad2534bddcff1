"""The settings file as a backup holds it: without what is secret."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from daemon.settings import section_kinds

LIKELY_SECRET = re.compile(r"secret|token|password|passphrase|api_?key", re.IGNORECASE)


def without_secrets(content: bytes) -> bytes:
    """Return a `config.toml` as it is where it holds no secret; else written anew, the secrets left out."""
    form = tomllib.loads(content.decode("utf-8"))
    kinds = dict(section_kinds())
    secret = {name: {each.name for each in fields(kind) if not each.repr} for name, kind in kinds.items()}
    kept = {
        name: {key: value for key, value in values.items() if not _is_secret(key, secret.get(name, set()))}
        for name, values in form.items()
        if isinstance(values, Mapping)
    }
    return content if kept == form else "\n".join(_written(kept)).encode() + b"\n"


def _is_secret(key: str, known: set[str]) -> bool:
    return key in known or LIKELY_SECRET.search(key) is not None


def _written(form: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield "# Secrets were left out of this backup."
    for name, values in form.items():
        yield f"[{name}]"
        for key, value in values.items():
            yield f"{key} = {json.dumps(value, ensure_ascii=False)}"
