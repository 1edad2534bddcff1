"""Proposes what may be done with a pull request; none of it ever happens without the owner's word."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import tzinfo

from application.acting.actions import Actions
from application.acting.drafting import Proposal
from application.ports.clock import Clock
from application.ports.store import Store
from application.proposing.rule_book import only_watches
from application.work.rule_votes import RuleVotes
from domain.action_events import Origin
from domain.errors import AlfredError
from domain.kinds import CastVote, Kind, LinkTo, NewRemark, NewWorkItem, arguments_of
from domain.reviews import Review, ReviewRisk
from domain.subjects import when
from domain.work import RunState, Vote

log = logging.getLogger(__name__)

OFFERED = "review/offered/"
_ONCE_AND_FOR_ALL = frozenset({Kind.CREATE_WORK_ITEM, Kind.LINK_WORK_ITEM})


class Offers:
    """Makes each offer once for a pull request, its commit and its kind; text from outside had a say in all of them."""

    def __init__(self, store: Store, actions: Actions, clock: Clock, zone: tzinfo) -> None:
        self._store = store
        self._actions = actions
        self._clock = clock
        self._zone = zone
        self._rule_votes = RuleVotes(store, clock)

    def make(self, reviews: Sequence[Review]) -> None:
        votes = Kind.VOTE_PULL_REQUEST
        fresh = [each.pull for each in reviews if _can_be_approved(each) and self._is_first_time(each, votes)]
        rules = self._rule_votes.asked(fresh)
        for review in reviews:
            for proposal in self._wanted(review, rules.get(review.pull.id)):
                if self._is_first_time(review, proposal.kind) and self._is_proposed(proposal):
                    self._mark(review, proposal.kind)

    def forget_all_but(self, ids: Iterable[str]) -> None:
        kept = set(ids)
        for name in self._store.preferences.names(OFFERED):
            if name.removeprefix(OFFERED).rpartition("/")[0] not in kept:
                self._store.preferences.delete(name)

    def _wanted(self, review: Review, rule: str | None) -> Iterable[Proposal]:
        pull = review.pull
        if review.waits:
            since = f"{pull.author.name} waits for your review since {when(review.waiting_since, self._zone)}"
            if _can_be_approved(review):
                reason = f"{since}; the pipeline is green and the policies hold"
                approval = _proposal(review, Kind.VOTE_PULL_REQUEST, CastVote(Vote.APPROVE), reason)
                yield _by_rule(approval, rule) if rule else approval
            complaint = drafted(review)
            if complaint:
                reason = f"{since}; {', '.join(review.risks)}"
                yield _proposal(review, Kind.COMMENT_PULL_REQUEST, NewRemark(complaint), reason)
        if pull.work_items or pull.is_draft or not (review.waits or pull.is_mine):
            return
        if review.meant:
            item = review.meant[0]
            reason = f"it speaks of #{item.number} “{item.title}”, and is not linked to it"
            yield _proposal(review, Kind.LINK_WORK_ITEM, LinkTo(item.number), reason)
        else:
            new = NewWorkItem(pull.title, description=f"For pull request !{pull.number}: {pull.link}")
            yield _proposal(review, Kind.CREATE_WORK_ITEM, new, "no work item is linked to it, and none is named")

    def _is_first_time(self, review: Review, kind: Kind) -> bool:
        """Whether this is new: not offered before for this commit, and not waiting in an older card."""
        if self._store.preferences.get(_name(review, kind)) == _commit(review, kind):
            return False
        return all(action.kind is not kind for action in self._store.actions.open_for([review.pull.id]))

    def _mark(self, review: Review, kind: Kind) -> None:
        """Note that it was offered; only afterwards, for what failed is offered the next time."""
        self._store.preferences.put(_name(review, kind), _commit(review, kind))

    def _is_proposed(self, proposal: Proposal) -> bool:
        """Propose; return whether that went well."""
        if not self._actions.can(proposal.kind) or only_watches(self._store.preferences):
            return False
        try:
            self._actions.propose(proposal, actor="alfred")
        except AlfredError as error:
            log.warning("pull request could not be proposed on", extra={"code": error.code})
            return False
        return True


def _can_be_approved(review: Review) -> bool:
    return review.waits and review.pull.can_be_approved and ReviewRisk.GIVES_ORDERS not in review.risks


def _by_rule(proposal: Proposal, rule: str) -> Proposal:
    return replace(proposal, origin=Origin.RULE, rule=rule, reason=f"your rule “{rule}”; {proposal.reason}")


def drafted(review: Review) -> str:
    """Return a remark that asks for changes; empty where there is nothing to ask for."""
    pull, asked = review.pull, list[str]()
    if pull.run is RunState.FAILED:
        asked.append(f"the pipeline fails ({pull.run_issue[:200]})" if pull.run_issue else "the pipeline fails")
    if ReviewRisk.CONFLICTS in review.risks:
        asked.append(f"it conflicts with {pull.target}")
    if ReviewRisk.LARGE in review.risks and ReviewRisk.NO_TESTS in review.risks:
        asked.append(f"{pull.file_count} files come without a test; could it be split, and some tests be added")
    if not asked:
        return ""
    first = pull.author.name.partition(" ")[0]
    return f"{first}, before I can approve this: {'; '.join(asked)}. Would you have a look?"


def _name(review: Review, kind: Kind) -> str:
    return f"{OFFERED}{review.pull.id}/{kind.value}"


def _commit(review: Review, kind: Kind) -> str:
    """Return the commit that an offer is made for; empty for what is offered once and for all."""
    return "" if kind in _ONCE_AND_FOR_ALL else review.pull.commit


def _proposal(review: Review, kind: Kind, payload: object, reason: str) -> Proposal:
    pull = review.pull
    arguments = arguments_of(payload)
    account = pull.account if kind is Kind.CREATE_WORK_ITEM else ""
    return Proposal(kind, pull.id, arguments, account, origin=Origin.ROUTINE, reason=reason, tainted=True)
