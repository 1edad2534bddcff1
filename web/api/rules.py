"""Rules: list, write, order, and try on the past."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from application.proposing.standing import is_offered
from domain.errors import Invalid
from domain.rule_drafts import draft_rule
from domain.rules import Rule, check_rule, read_rule
from web.api.message_forms import MessageForm, message_form
from web.api.operations import Call, Operation

MOST_DAYS = 3660


@dataclass(frozen=True, slots=True)
class RuleList:
    """`offered`: the names of the rules that the owner has agreed with so often that a standing order is offered."""

    items: tuple[Rule, ...]
    next_cursor: str | None = None
    offered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrialForm:
    """`rule` is a whole rule, or the name of one."""

    rule: Any
    days: int = 30


@dataclass(frozen=True, slots=True)
class DraftForm:
    """What the owner wants, as he says it."""

    text: str


@dataclass(frozen=True, slots=True)
class TrialResult:
    """What the rule would have touched: the newest 200 of `count` messages, out of `looked_at`."""

    count: int
    looked_at: int
    items: tuple[MessageForm, ...]


def list_rules(call: Call) -> RuleList:
    store = call.services.store
    rules = store.rules.all()
    return RuleList(rules, offered=tuple(rule.name for rule in rules if is_offered(rule, store)))


def show_rule(call: Call) -> Rule:
    return call.services.store.rules.get(call.path["name"])


def add_rule(call: Call) -> Rule:
    return call.services.rule_book.add_rule(check_rule(call.body))


def put_rule(call: Call) -> Rule:
    return call.services.rule_book.put_rule(check_rule(replace(call.body, name=call.path["name"])))


def delete_rule(call: Call) -> None:
    call.services.store.rules.delete(call.path["name"])


def draft(call: Call) -> Rule:
    return draft_rule(call.body.text)


def try_rule(call: Call) -> TrialResult:
    form: TrialForm = call.body
    if not 1 <= form.days <= MOST_DAYS:
        raise Invalid(f"{form.days} is not 1 to {MOST_DAYS}", where="days")
    rule = call.services.store.rules.get(form.rule) if isinstance(form.rule, str) else read_rule(form.rule)
    trial = call.services.rule_book.try_rule(rule, form.days)
    items = tuple(message_form(known) for known in trial.affected[:200])
    return TrialResult(len(trial.affected), trial.looked_at, items)


OPERATIONS = (
    Operation("GET", "/api/rules", "The owner's rules, in order", list_rules, RuleList),
    Operation("POST", "/api/rules", "Add a rule", add_rule, Rule, body=Rule, status=201),
    Operation("POST", "/api/rules/draft", "A rule from plain words, not kept yet", draft, Rule, body=DraftForm),
    Operation("POST", "/api/rules/try", "What a rule would have done", try_rule, TrialResult, body=TrialForm),
    Operation("GET", "/api/rules/{name}", "One rule", show_rule, Rule),
    Operation("PUT", "/api/rules/{name}", "Change or add a rule", put_rule, Rule, body=Rule),
    Operation("DELETE", "/api/rules/{name}", "Remove a rule", delete_rule, status=204),
)
