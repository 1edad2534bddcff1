"""Answers in JSON of a given form: what the user wants done, or a verdict on what was done."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import cast

from sandbox.perfect import butler, filling
from sandbox.perfect.asked import Asked
from sandbox.perfect.reply import Call
from sandbox.perfect.understanding import understood

Schema = Mapping[str, object]
_FINE = {"fine": True, "ok": True, "good": True}


def answer(asked: Asked) -> str:
    """JSON of the form asked for, with the next calls as intents; none once enough is known."""
    return json.dumps(_told(asked.schema or {}, butler.next_calls(understood(asked))), ensure_ascii=False)


def _told(schema: Schema, calls: Sequence[Call]) -> object:
    if filling.kind_of(schema) == "array":
        return [_intent(cast(Schema, schema.get("items", {})), call) for call in calls]
    return {
        name: _told(inner, calls) if filling.kind_of(inner) == "array" else filling.value(inner, _FINE, name)
        for name, inner in filling.properties(schema).items()
    }


def _intent(schema: Schema, call: Call) -> object:
    """One intent; arguments are JSON text where the form has no room for an object of any shape."""
    told: dict[str, object] = {}
    for name, inner in filling.properties(schema).items():
        if name in ("name", "intent", "tool"):
            told[name] = call.name
        elif name in ("arguments", "args", "parameters"):
            told[name] = json.dumps(call.arguments) if filling.kind_of(inner) == "string" else call.arguments
        else:
            told[name] = filling.value(inner, call.arguments, name)
    return told
