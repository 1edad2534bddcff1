"""Rules that approve pull requests: which of them asks for which, by the mail that asks for the review."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from application.finding import every_message
from application.ports.action_log import ActionQuery
from application.ports.clock import Clock
from application.ports.store import ClassifiedMessage, MessageQuery, Store
from application.proposing.rule_book import LOOKED_BACK_DAYS
from domain.action_events import Origin
from domain.kinds import Kind
from domain.reviews import provably_asks_for_review
from domain.rules import Rule, matches
from domain.work import PullRequest

AHEAD = timedelta(days=1)


class RuleVotes:
    """Looks through the mails of late, so that it is the same whether the mail or the pull request was read first."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def asked(self, pulls: Sequence[PullRequest]) -> dict[str, str]:
        """Return the name of the rule that asks for an approval, by pull requests' ids; the newest mail tells."""
        rules = [rule for rule in self._store.rules.all() if rule.enabled and _votes(rule)]
        open_ones = [pull for pull in pulls if not self._was_asked_before(pull)] if rules else []
        if not open_ones:
            return {}
        asked: dict[str, str] = {}
        for known in every_message(self._store.messages, MessageQuery(since=self._since(open_ones))):
            rule = self._first(rules, known)
            if rule is not None:
                meant = (each.id for each in open_ones if provably_asks_for_review(each, known.message))
                asked = dict.fromkeys(meant, rule.name) | asked
        return asked

    def _since(self, pulls: Sequence[PullRequest]) -> datetime:
        """Return when the first of them can have been asked about: a mail may be ahead, and clocks differ."""
        earliest = min(each.created_at for each in pulls) - AHEAD
        return max(earliest, self._clock.now() - timedelta(days=LOOKED_BACK_DAYS))

    def _first(self, rules: Sequence[Rule], known: ClassifiedMessage) -> Rule | None:
        now = self._clock.now()
        return next((rule for rule in rules if matches(rule, known.message, known.classification, now)), None)

    def _was_asked_before(self, pull: PullRequest) -> bool:
        """Whether a rule has proposed it once: a rule proposes once for each thing."""
        query = ActionQuery(kind=Kind.VOTE_PULL_REQUEST, target=pull.id, origin=Origin.RULE)
        return bool(self._store.actions.list(query, None, 1).items)


def _votes(rule: Rule) -> bool:
    return any(outcome.kind is Kind.VOTE_PULL_REQUEST for outcome in rule.then)
