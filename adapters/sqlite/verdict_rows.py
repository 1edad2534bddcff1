"""Verdicts as JSON, and back."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson

from domain.triage import ActionItem, BrainName, Category, FollowUpHint, Verdict


def verdict_json(verdict: Verdict) -> str:
    return orjson.dumps(verdict).decode()


def read_verdict(text: str) -> Verdict:
    form: dict[str, Any] = orjson.loads(text)
    hint = form["follow_up"]
    form.update(
        category=Category(form["category"]),
        action_items=tuple(ActionItem(item["text"], _day(item["due"])) for item in form["action_items"]),
        follow_up=FollowUpHint(hint["needed"], _day(hint["by"])),
        brain=BrainName(form["brain"]),
    )
    return Verdict(**form)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
