"""Rules: the owner's instruction that when a message looks like this, that is proposed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.codec import decode
from domain.errors import Invalid
from domain.kinds import About, CastVote, Kind, facts, read_payload
from domain.label_names import read_asked
from domain.messages import Message
from domain.policy import refuse_standing_order
from domain.triage import BrainName, Category, Classification
from domain.work import Vote


@dataclass(frozen=True, slots=True)
class Conditions:
    """All that are given must hold. Words and senders match without regard to case, as parts of the text.

    `sender` is an address, `@domain` or part of a name. `older_than_days` looks at the time received.
    """

    source: tuple[str, ...] = ()
    sender: tuple[str, ...] = ()
    category: tuple[Category, ...] = ()
    min_priority: int | None = None
    max_priority: int | None = None
    words: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    without_labels: tuple[str, ...] = ()
    older_than_days: int | None = None
    has_attachment: bool | None = None
    min_confidence: float | None = None
    wants_follow_up: bool | None = None
    suspicious: bool | None = None

    @property
    def is_empty(self) -> bool:
        return self == Conditions()


_SAID_BY_THE_MAIL: Mapping[Kind, Mapping[str, Any]] = {
    Kind.NOTIFY: {"text": ""},
    Kind.CREATE_TASK: {"title": ""},
    Kind.CREATE_WORK_ITEM: {"title": ""},
    Kind.VOTE_PULL_REQUEST: {"vote": Vote.APPROVE.value},
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is proposed: a kind and its arguments (`{}` where the message says everything).

    `account` is where a work item is entered; of other things the account follows.
    """

    kind: Kind
    arguments: dict[str, Any]
    account: str = ""

    @property
    def completed(self) -> dict[str, Any]:
        """The arguments, with those that only the message can give left open."""
        return {**_SAID_BY_THE_MAIL.get(self.kind, {}), **self.arguments}


@dataclass(frozen=True, slots=True)
class Rule:
    """A named rule; the lower `order`, the earlier. `standing` is the owner's standing order for it."""

    name: str
    when: Conditions
    then: tuple[Outcome, ...]
    enabled: bool = True
    order: int = 100
    standing: bool = False
    said: str = ""


OLDEST_DAYS = 36_500
"""No mail is older than that, and further back no calendar reaches."""
_WITHIN_REACH = frozenset({About.NOTHING, About.MESSAGE})
_RECIPIENTS = ("to", "cc", "bcc")
_BEYOND_EVERY_ACCOUNT = frozenset({Kind.UNSUBSCRIBE})
"""What no provider carries out; a rule for it may only lie there switched off."""


def check_rule(rule: Rule) -> Rule:
    """Return `rule` if it can work; raise `Invalid` naming the place that cannot.

    A standing order is refused (`Refused`) for what may never run by itself.
    """
    if not rule.name.strip():
        raise Invalid("a rule needs a name", where="name")
    if rule.when.is_empty:
        raise Invalid("a rule without conditions would match every message", where="when")
    # One that an older version took must be there to be switched off.
    if rule.enabled and not 0 <= (rule.when.older_than_days or 0) <= OLDEST_DAYS:
        raise Invalid(f"{rule.when.older_than_days} is not 0 to {OLDEST_DAYS}", where="when.older_than_days")
    if not rule.then:
        raise Invalid("a rule needs at least one outcome", where="then")
    for index, outcome in enumerate(rule.then):
        _check_outcome(outcome, f"then[{index}]", read_asked if rule.enabled else read_payload)
        if rule.enabled and outcome.kind is Kind.FORWARD and not any(map(outcome.arguments.get, _RECIPIENTS)):
            raise Invalid("say whom to forward to", where=f"then[{index}].arguments.to")
        if rule.enabled and outcome.kind in _BEYOND_EVERY_ACCOUNT:
            raise Invalid(f"Alfred has no way to {outcome.kind.in_words} yet", where=f"then[{index}].kind")
        if rule.standing:
            refuse_standing_order(outcome.kind)
    return rule


def days_waited(rule: Rule) -> int:
    """Return after how many days a rule is applied, within what a calendar reaches: older versions took any number."""
    return max(0, min(rule.when.older_than_days or 0, OLDEST_DAYS))


def _check_outcome(outcome: Outcome, where: str, read: Callable[[Kind, Mapping[str, Any]], object]) -> None:
    if facts(outcome.kind).about not in _WITHIN_REACH and outcome.kind is not Kind.VOTE_PULL_REQUEST:
        raise Invalid(f"a rule is about mail, and no mail says what to {outcome.kind.in_words}", where=f"{where}.kind")
    if outcome.account and outcome.kind is not Kind.CREATE_WORK_ITEM:
        raise Invalid("only a work item is entered in an account of your choice", where=f"{where}.account")
    try:
        payload = read(outcome.kind, outcome.completed)
    except Invalid as error:
        raise Invalid(str(error), where=where) from error
    if isinstance(payload, CastVote) and payload.vote is not Vote.APPROVE:
        raise Invalid("a rule may approve a pull request, and vote in no other way", where=f"{where}.arguments.vote")


def read_rule(form: object, where: str = "rule") -> Rule:
    """Read a rule from JSON or TOML values; raise `Invalid` for one that names nothing known."""
    return check_rule(decode(Rule, form, where))


def matches(rule: Rule, message: Message, classification: Classification | None, now: datetime) -> bool:
    """Whether every condition of `rule` holds for `message` as it is classified now."""
    when = rule.when
    return (
        _matches_envelope(when, message)
        and _matches_age(when, message, now)
        and fits_verdict(rule, classification)
        and _matches_words(when, message)
    )


def _matches_envelope(when: Conditions, message: Message) -> bool:
    if when.source and not any(message.source == source or message.account == source for source in when.source):
        return False
    if when.labels and not message.labels.issuperset(when.labels):
        return False
    if when.without_labels and message.labels.intersection(when.without_labels):
        return False
    if when.has_attachment is not None and when.has_attachment is not any(not a.inline for a in message.attachments):
        return False
    return not when.sender or any(_is_from(message, wanted.lower()) for wanted in when.sender)


def _is_from(message: Message, wanted: str) -> bool:
    if wanted.startswith("@"):
        domain = message.sender.domain
        return domain == wanted[1:] or domain.endswith("." + wanted[1:])
    if "@" in wanted:
        return message.sender.address == wanted
    return wanted in message.sender.name.lower() or wanted in message.sender.address


def _matches_age(when: Conditions, message: Message, now: datetime) -> bool:
    return when.older_than_days is None or (now - message.received_at).days >= when.older_than_days


def fits_verdict(rule: Rule, classification: Classification | None) -> bool:
    """Whether what `rule` asks of a message's classification holds, whatever else it asks."""
    when = rule.when
    wanted = (
        when.category,
        when.min_priority,
        when.max_priority,
        when.min_confidence,
        when.wants_follow_up,
        when.suspicious,
    )
    if wanted == ((), None, None, None, None, None):
        return True
    if classification is None:
        return False
    verdict = classification.verdict
    sure = verdict.confidence if verdict.brain is not BrainName.OWNER else 1.0
    return (
        (not when.category or verdict.category in when.category)
        and (when.min_priority is None or verdict.priority >= when.min_priority)
        and (when.max_priority is None or verdict.priority <= when.max_priority)
        and (when.min_confidence is None or sure >= when.min_confidence)
        and (when.wants_follow_up is None or verdict.follow_up.needed is when.wants_follow_up)
        and (when.suspicious is None or bool(verdict.suspicion) is when.suspicious)
    )


def _matches_words(when: Conditions, message: Message) -> bool:
    if not when.words:
        return True
    text = f"{message.subject}\n{message.text}".lower()
    return any(word.lower() in text for word in when.words)


def starter_rules() -> tuple[Rule, ...]:
    """The rules that a new household begins with."""
    inbox = ("inbox",)
    return (
        Rule(
            name="Newsletters and promotions",
            when=Conditions(
                category=(Category.NEWSLETTER,), min_priority=4, labels=inbox, min_confidence=0.6, suspicious=False
            ),
            then=(Outcome(Kind.ARCHIVE, {}),),
            order=10,
            said="Archive newsletters and promotions that need nothing of me.",
        ),
        Rule(
            name="Junk in the inbox",
            when=Conditions(category=(Category.SPAM,), labels=inbox, min_confidence=0.8, suspicious=False),
            then=(Outcome(Kind.ARCHIVE, {}),),
            order=20,
            said="Move junk that reached the inbox out of my sight.",
        ),
        Rule(
            name="What wants an answer",
            when=Conditions(
                category=(Category.URGENT, Category.WORK, Category.PERSONAL),
                max_priority=3,
                wants_follow_up=True,
                suspicious=False,
            ),
            then=(Outcome(Kind.CREATE_FOLLOW_UP, {"about": "", "owed_by": "me"}),),
            order=30,
            said="Keep a list of what I owe an answer to.",
        ),
    )
