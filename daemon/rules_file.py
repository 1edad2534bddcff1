"""Rules as TOML, for export and import."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from domain.codec import encode
from domain.errors import Invalid, Refused
from domain.rules import read_rule


def as_toml(rules: Sequence[Mapping[str, Any]]) -> str:
    """Return the rules as a TOML array of tables; what is not set is left out."""
    return "\n".join(_table(rule) for rule in rules)


def read_rules(file: Path) -> list[dict[str, Any]]:
    """Return the rules of a file, checked; raise `Invalid` or `Refused` naming file and rule."""
    try:
        form = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"is no TOML: {error}", where=file.name) from error
    rules = form.get("rules")
    if not isinstance(rules, list):
        raise Invalid("holds no [[rules]]", where=file.name)
    return [_checked(rule, f"{file.name} rules[{index}]") for index, rule in enumerate(rules)]


def _checked(rule: Any, where: str) -> dict[str, Any]:
    try:
        form = encode(read_rule(rule, where))
    except Invalid as error:
        raise error if error.where.startswith(where) else Invalid(str(error), where=where) from error
    except Refused as error:
        raise Refused(f"{where}: {error}", code=error.code) from error
    assert isinstance(form, dict)
    return form


def _table(rule: Mapping[str, Any]) -> str:
    lines = ["[[rules]]"]
    lines += [f"{name} = {_value(rule[name])}" for name in rule if name not in ("when", "then")]
    conditions = {name: value for name, value in rule["when"].items() if value not in (None, [])}
    lines.append(f"when = {_value(conditions)}")
    lines.append(f"then = {_value(rule['then'])}")
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
