"""Tools about rules: a model may show them; changing them is the owner's alone."""

from __future__ import annotations

from dataclasses import dataclass, field

from application.chat.registry import Effect, Errand, Found, Tool, Workshop
from application.chat.tools.counting import counted


@dataclass(frozen=True, slots=True)
class ListRules:
    """No arguments."""


@dataclass(frozen=True, slots=True)
class TryRule:
    name: str
    days: int = field(default=30, metadata={"doc": "how far back"})


def list_rules(workshop: Workshop, _: Errand, __: ListRules) -> Found:
    rules = workshop.store.rules.all()
    lines = [f"{rule.name}: {rule.said or 'no words'} ({'on' if rule.enabled else 'off'})" for rule in rules]
    said = counted(len(lines), "rule")
    return Found("\n".join(lines) or "no rules", said, lines=tuple(lines))


def try_rule(workshop: Workshop, _: Errand, wanted: TryRule) -> Found:
    trial = workshop.rule_book.try_rule(workshop.store.rules.get(wanted.name), wanted.days)
    said = (
        f"“{wanted.name}” would have touched {len(trial.affected)} of {trial.looked_at} messages in {wanted.days} days"
    )
    return Found(said, said)


TOOLS = (
    Tool("list_rules", "List the owner's rules.", ListRules, Effect.READS, list_rules, ("rule", "rules", "standing")),
    Tool(
        "try_rule",
        "Say what a rule would have done in the past.",
        TryRule,
        Effect.READS,
        try_rule,
        ("rule", "try", "would"),
    ),
)
