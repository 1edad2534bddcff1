"""Looks again at what is open: closes what lost its reason, and marks what changed since it was shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from functools import partial

from application.acting.batches import every_action, try_one
from application.acting.grounds import Grounds, GroundsKeeper
from application.acting.leftovers import Leftovers
from application.ports.action_log import ActionQuery
from application.ports.clock import Clock
from application.ports.store import ClassifiedMessage, Store
from domain.action_events import Reopened, Superseded
from domain.actions import Action, Status
from domain.errors import NotFound
from domain.kinds import About, facts
from domain.messages import Message
from domain.sources import account_of


class Rechecking:
    """Compares open actions with what they rest on now."""

    def __init__(self, store: Store, leftovers: Leftovers, grounds: GroundsKeeper, clock: Clock) -> None:
        self._store = store
        self._leftovers = leftovers
        self._grounds = grounds
        self._clock = clock

    def recheck(self, targets: Sequence[str], at_hand: Iterable[Message] = ()) -> tuple[Action, ...]:
        """Look again at what is open on these messages, events and other things.

        Messages `at_hand` are not read once more, unless their labels have changed since or they are gone.
        """
        open_ones = self._store.actions.open_for(targets)
        if not open_ones:
            return ()
        known = self._as_they_stand(at_hand, {each.target for each in open_ones})
        looked_at = [try_one(each.id, partial(self._review, each, known)) for each in open_ones]
        return tuple(result.action for result in looked_at if result.action is not None)

    def _as_they_stand(self, at_hand: Iterable[Message], wanted: Set[str]) -> Mapping[str, ClassifiedMessage]:
        messages = [each for each in at_hand if each.id in wanted]
        labels = self._store.messages.labels([each.id for each in messages]) if messages else {}
        same = {each.id: ClassifiedMessage(each, None) for each in messages if labels.get(each.id) == each.labels}
        others = wanted - same.keys()
        return same | self._store.messages.get_many(list(others)) if others else same

    def close_account(self, account: str) -> tuple[Action, ...]:
        """Close what is open on an account that is no longer connected; what is under way settles by itself."""
        open_ones = [
            action
            for status in (Status.PROPOSED, Status.APPROVED)
            for action in every_action(self._store.actions, ActionQuery(status=status))
            if action.account == account or account_of(action.source) == account
        ]
        return tuple(self.close(action, f"{account} is no longer connected") for action in open_ones)

    def refresh(self, action: Action) -> Action:
        """Give the action a new digest where what it rests on has changed, so that it must be looked at again."""
        if action.status is not Status.PROPOSED or action.undoes is not None:
            return action
        return self._compare(action, self._grounds.of_action(action))

    def _review(self, action: Action, known: Mapping[str, ClassifiedMessage]) -> Action:
        try:
            grounds = self._grounds.of_action(action, known)
        except NotFound:
            if action.undoes is not None:
                return action
            return self.close(action, f"the {facts(action.kind).about.value.replace('_', ' ')} is gone")
        if grounds == Grounds() and facts(action.kind).about in (About.NOTHING, About.MESSAGE):
            raise NotFound(f"there is no message {action.target}")
        reason = grounds.gone(action)
        return self.close(action, reason) if reason is not None else self._compare(action, grounds)

    def close(self, action: Action, reason: str) -> Action:
        """Supersede what has not been attempted yet, and say why."""
        if action.status not in (Status.PROPOSED, Status.APPROVED):
            return action
        closed = self._store.actions.append(action.id, [Superseded(reason)], actor="alfred", at=self._clock.now())
        self._leftovers.remove(closed)
        return closed

    def reopen(self, action: Action, reason: str) -> Action:
        """Propose again what was superseded, and say why; what lost another reason meanwhile stays as it is."""
        grounds = self._grounds.of_action(action)
        if action.status is not Status.SUPERSEDED or grounds.gone(action) is not None:
            return action
        again = Reopened(grounds.basis(action.kind), reason)
        return self._store.actions.append(action.id, [again], actor="alfred", at=self._clock.now())

    def _compare(self, action: Action, grounds: Grounds) -> Action:
        change = grounds.change(action)
        if change is None:
            return action
        return self._store.actions.append(action.id, [change], actor="alfred", at=self._clock.now())
