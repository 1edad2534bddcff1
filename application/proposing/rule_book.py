"""From rules to proposals, and trying a rule on the past."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from application.acting.actions import Actions
from application.acting.batches import try_one
from application.acting.drafting import Proposal
from application.finding import every_message
from application.ports.action_log import ActionQuery
from application.ports.clock import Clock
from application.ports.store import ClassifiedMessage, MessageQuery, Preferences, Store
from application.proposing.standing import note_change
from application.proposing.work_items import for_mail
from domain.action_events import Origin
from domain.actions import Action, Status
from domain.codec import Json
from domain.errors import Conflict
from domain.kinds import Kind, read_payload
from domain.label_names import folded
from domain.messages import Label, Message
from domain.rules import Outcome, Rule, check_rule, days_waited, matches, starter_rules
from domain.triage import Classification

STARTED = "rules/started"
"""Set once the starter rules were put there."""

WATCHING = "proposals/watching"
"""Set in a new household until the owner has seen what his rules would do."""

SORTED_OTHERWISE = "you sorted the message otherwise"
SORTED_BACK = "you took back how you had sorted the message"
SORTED = frozenset({SORTED_OTHERWISE, SORTED_BACK})
LOOKED_BACK_DAYS = 30
MOST_AGED = 50
"""What rules by age propose at once: a quarter of what he may do by himself in an hour, so that news has the rest."""

OnMessage = tuple[Proposal, Message]


def only_watches(preferences: Preferences) -> bool:
    """Whether Alfred proposes nothing of his own accord yet: the owner has not seen what he would do."""
    return preferences.get(WATCHING) is True


def provide_starter_rules(store: Store) -> None:
    """Put the starter rules there the first time; what the owner makes of them since is his."""
    if store.preferences.get(STARTED) is None:
        for rule in starter_rules():
            store.rules.put(rule)
        store.preferences.put(STARTED, True)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule would have proposed: the messages it matches, newest first, and how many there were to look at."""

    rule: Rule
    affected: tuple[ClassifiedMessage, ...]
    looked_at: int


class RuleBook:
    """Applies the owner's rules to messages; a rule proposes once per message and kind."""

    def __init__(self, store: Store, actions: Actions, clock: Clock) -> None:
        self._store = store
        self._actions = actions
        self._clock = clock

    def propose_for(self, messages: Iterable[ClassifiedMessage]) -> tuple[Action, ...]:
        """Propose what the rules say for these messages, and carry out what policy leaves to Alfred."""
        if self.only_watches:
            return ()
        return self._carry_out(self._actions.propose_many(self._proposals(self._rules(), messages)))

    def apply_aged(self) -> tuple[Action, ...]:
        """Apply the rules that wait for an age to mail of the inbox that has reached it, `MOST_AGED` at once at most.

        What reached it within the last month is looked at each time, so that downtime loses nothing.
        """
        if self.only_watches:
            return ()
        ages: dict[int, list[Rule]] = {}
        for rule in self._rules():
            if rule.when.older_than_days is not None:
                ages.setdefault(days_waited(rule), []).append(rule)
        proposals = (each for age, rules in ages.items() for each in self._aged(age, rules))
        return self._carry_out(self._actions.propose_many(proposals, MOST_AGED))

    def reconsider(self, message_id: str, why: str) -> tuple[Action, ...]:
        """A message was sorted otherwise: withdraw what no rule would propose on it any more, and propose the rest.

        What an earlier sorting withdrew comes back where a rule would propose it after all. `why` is one of `SORTED`.
        """
        known, rules, now = self._store.messages.get(message_id), self._store.rules.all(), self._clock.now()
        fitting = [rule for rule in rules if matches(rule, known.message, known.classification, now)]
        lapsed = {rule.name for rule in rules if rule not in fitting}
        for action in self._store.actions.open_for([message_id]):
            if action.rule in lapsed and not _would_propose(fitting, action, known):
                try_one(action.id, partial(self._actions.withdraw, action.id, why))
        if self.only_watches:
            return ()
        again = [each for each in self._withdrawn(message_id) if _would_propose(fitting, each, known)]
        reopened = [try_one(each.id, partial(self._actions.reopen, each.id, why)).action for each in again]
        return tuple(each for each in reopened if each is not None) + self.propose_for([known])

    @property
    def only_watches(self) -> bool:
        """Whether rules propose nothing yet, since the owner has not seen what they would do."""
        return only_watches(self._store.preferences)

    def watch_first(self) -> None:
        """Let no rule propose anything until `begin`."""
        self._store.preferences.put(WATCHING, True)

    def rehearse(self) -> tuple[Trial, ...]:
        """Say what each rule that is on would propose about what lies in the inbox; nothing is proposed."""
        rules = self._rules()
        inbox, now = self._inbox(), self._clock.now()
        would = [[each for each in inbox if matches(rule, each.message, each.classification, now)] for rule in rules]
        return tuple(Trial(rule, tuple(those), len(inbox)) for rule, those in zip(rules, would, strict=True))

    def begin(self) -> tuple[Action, ...]:
        """The owner has seen it and agrees: propose what was rehearsed, and from now on whatever comes."""
        if not self.only_watches:
            return ()
        proposed = self._actions.propose_many(self._proposals(self._rules(), self._inbox()))
        self._store.preferences.delete(WATCHING)
        return self._carry_out(proposed)

    def add_rule(self, rule: Rule) -> Rule:
        """Keep a new rule; raise `Conflict` where the name is taken."""
        if any(known.name == rule.name for known in self._store.rules.all()):
            raise Conflict(f"there is a rule called “{rule.name}” already", code="name_taken")
        return self.put_rule(rule)

    def put_rule(self, rule: Rule) -> Rule:
        """Keep a rule; a standing order is refused for what may never run by itself."""
        check_rule(rule)
        before = next((known for known in self._store.rules.all() if known.name == rule.name), None)
        note_change(self._store.preferences, rule, before, self._clock.now())
        self._store.rules.put(rule)
        return rule

    def try_rule(self, rule: Rule, days: int) -> Trial:
        """Say which messages the rule would have touched in the last `days` days; nothing is proposed.

        Those are the ones that came in that time, or reached the age that the rule waits for.
        """
        check_rule(rule)
        now, age = self._clock.now(), timedelta(days=days_waited(rule))
        query = MessageQuery(since=now - age - timedelta(days=days), until=now - age if age else None)
        looked_at, affected = 0, []
        for known in every_message(self._store.messages, query):
            looked_at += 1
            if matches(rule, known.message, known.classification, now):
                affected.append(known)
        return Trial(rule, tuple(affected), looked_at)

    def _rules(self) -> list[Rule]:
        return [rule for rule in self._store.rules.all() if rule.enabled]

    def _carry_out(self, proposed: Iterable[Action]) -> tuple[Action, ...]:
        return tuple(self._actions.run_if_automatic(action) for action in proposed)

    def _proposals(self, rules: Sequence[Rule], messages: Iterable[ClassifiedMessage]) -> Iterator[OnMessage]:
        return (proposal for each in messages for proposal in self._on(each, rules))

    def _inbox(self) -> tuple[ClassifiedMessage, ...]:
        since = self._clock.now() - timedelta(days=LOOKED_BACK_DAYS)
        return tuple(every_message(self._store.messages, MessageQuery(since=since, label=Label.INBOX)))

    def _aged(self, age: int, rules: Sequence[Rule]) -> Iterator[OnMessage]:
        """Yield what these rules, which wait for an age, have to say of what reached it within the last month."""
        until = self._clock.now() - timedelta(days=age)
        since, now = until - timedelta(days=LOOKED_BACK_DAYS), self._clock.now()
        ripe = MessageQuery(since=since, until=until, label=Label.INBOX, asleep=False)
        for known in every_message(self._store.messages, ripe):
            if any(matches(rule, known.message, known.classification, now) for rule in rules):
                before = self._store.actions.list(ActionQuery(target=known.message.id, origin=Origin.RULE)).items
                yield from self._on(known, rules, {action.kind for action in before})

    def _withdrawn(self, message_id: str) -> list[Action]:
        """Return what was proposed on a message by a rule, and withdrawn for how it was sorted."""
        query = ActionQuery(target=message_id, origin=Origin.RULE, status=Status.SUPERSEDED)
        return [action for action in self._store.actions.list(query).items if action.error in SORTED]

    def _on(self, known: ClassifiedMessage, rules: Sequence[Rule], before: Iterable[Kind] = ()) -> Iterator[OnMessage]:
        """Yield what these rules have to say of a message, but for the kinds that were proposed on it before."""
        now, kinds = self._clock.now(), set(before)
        for rule in rules:
            if not matches(rule, known.message, known.classification, now):
                continue
            for outcome in rule.then:
                # Votes are proposed where pull requests are read: a mail may come ahead of the one that it is about.
                if outcome.kind not in kinds and outcome.kind is not Kind.VOTE_PULL_REQUEST:
                    kinds.add(outcome.kind)
                    yield self._proposal(rule, outcome, known), known.message

    def _proposal(self, rule: Rule, outcome: Outcome, known: ClassifiedMessage) -> Proposal:
        proposal = Proposal(
            kind=outcome.kind,
            target=known.message.id,
            arguments=_filled_in(outcome, known.classification),
            account=outcome.account,
            origin=Origin.RULE,
            reason=f"your rule “{rule.name}”",
            rule=rule.name,
            standing=rule.standing,
        )
        if outcome.kind is Kind.CREATE_WORK_ITEM:
            return for_mail(proposal, known.message, self._store.work_items.all())
        return proposal


def _would_propose(rules: Iterable[Rule], action: Action, known: ClassifiedMessage) -> bool:
    """Whether one of these rules, which fit, proposes what stands in `action` already."""
    same = [each for rule in rules if rule.enabled for each in rule.then if each.kind is action.kind]
    proposed = (folded(read_payload(each.kind, _filled_in(each, known.classification))) for each in same)
    return folded(action.payload) in proposed


def _filled_in(outcome: Outcome, classification: Classification | None) -> dict[str, Json]:
    """Give a follow-up the day that the message itself names, where the rule names none."""
    arguments = outcome.completed
    hint = classification.verdict.follow_up.by if classification else None
    if outcome.kind is Kind.CREATE_FOLLOW_UP and "by" not in arguments and hint is not None:
        arguments["by"] = hint.isoformat()
    return arguments
