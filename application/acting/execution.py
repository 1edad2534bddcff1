"""Carries out approved actions exactly once, also across a crash."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from application.acting.batches import every_action
from application.acting.dispatch import Dispatch
from application.acting.grounds import GroundsKeeper
from application.acting.halt import HaltSwitch
from application.acting.patience import Patience
from application.ports.action_log import ActionQuery
from application.ports.clock import Clock
from application.ports.executor import Outcome
from application.ports.providers import Connections
from application.ports.store import Store
from domain.action_events import ActionEvent, Doubted, Executed, Failed, RolledBack, Started, Superseded
from domain.actions import Action, Status
from domain.effects import labels_after, labels_after_undo
from domain.errors import AlfredError, NotFound, OutcomeUnknown, Refused, SignInAgain, TryLater
from domain.kinds import Repeat, Risk, facts

log = logging.getLogger(__name__)


class Execution:
    """Runs approved actions through the executor of their account; the log is written before and after each call.

    `written` is told the account of each effect, so that nobody goes on with an old copy of what it holds.
    """

    def __init__(
        self,
        store: Store,
        connections: Connections,
        grounds: GroundsKeeper,
        halt: HaltSwitch,
        clock: Clock,
        hourly_cap: int = 200,
        written: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._dispatch = Dispatch(store, connections, halt, self._record)
        self._grounds = grounds
        self._halt = halt
        self._clock = clock
        self._hourly_cap = hourly_cap
        self._written = written
        self._running: set[str] = set()
        self._lock = threading.Lock()
        self._starting = threading.Lock()
        self._settling: dict[str, threading.Lock] = {}
        self._recovered: set[str] = set()
        self._patience = Patience(clock)

    def run(self, action: Action) -> Action:
        """Make one attempt at an action that is approved; return the state after it, whose outcome is in the log.

        What a crash left unfinished in the account is looked at before anything new is begun there. Raises `Refused`
        while halted, and for an automatic action while as many ran within the hour as may.
        """
        self._halt.check()
        if action.account not in self._recovered:
            self._settle_account(action.account)
            self._halt.check()
        with self._claimed(action.id) as mine:
            started = self._start(action.id) if mine else None
            return self._store.actions.get(action.id) if started is None else self._attempt(started)

    @property
    def is_capped(self) -> bool:
        """Whether as many automatic actions ran within the last hour as may."""
        since = self._clock.now() - timedelta(hours=1)
        return self._store.actions.automatic_since(since) >= self._hourly_cap

    def run_waiting(self) -> int:
        """Try again what was approved and could not be done for a passing reason; return how many were executed.

        Where an account's provider turns out to be busy, the account's other actions wait for the next time.
        """
        done = 0
        busy: set[str] = set()
        for action in self._all(Status.APPROVED):
            if self._halt.is_halted:
                break
            if action.account not in busy and self._is_due(action):
                after = _alone(self.run, action) or action
                done += after.status is Status.EXECUTED
                busy |= {action.account} if after.error_code == TryLater.code else set()
        return done

    def recover(self) -> tuple[Action, ...]:
        """Settle what a crash or a lost answer left unfinished; may run any number of times."""
        accounts = dict.fromkeys(action.account for action in self._all(Status.EXECUTING))
        settled = [action for account in accounts for action in self._settle_account(account)]
        for action in self._all(Status.UNCERTAIN):
            if self._patience.is_worth_a_look(action):
                _alone(self.look_again, action)
        return tuple(settled)

    def look_again(self, action: Action) -> Action:
        """Settle a doubt where the provider can tell by now that it happened; else the doubt stays."""
        with self._claimed(action.id) as mine:
            current = self._store.actions.get(action.id)
            if not mine or current.status is not Status.UNCERTAIN:
                return current
            look = self._dispatch.look(current)
            return self._succeed(current, look.receipt) if look.outcome is Outcome.HAPPENED else current

    def _start(self, action_id: str) -> Action | None:
        """Commit that an attempt begins; None where the action is not, or no longer, approved or Alfred's to do.

        What rests on something that changed is given back to the owner.
        """
        with self._starting:
            current = self._store.actions.get(action_id)
            if current.status is not Status.APPROVED:
                return None
            change = self._grounds.change(current)
            if change is not None:
                self._store.actions.append(action_id, [change], actor="alfred", at=self._clock.now())
                return None
            if current.automatic and self._grounds.risk_now(current) is not Risk.AUTO:
                self._record(current, Superseded("it is no longer Alfred's to do by himself"))
                return None
            if current.automatic and self.is_capped:
                raise Refused(
                    f"{self._hourly_cap} automatic actions ran within the hour; more must wait", code="capped"
                )
            return self._record(current, Started())

    def _attempt(self, action: Action) -> Action:
        try:
            receipt = self._dispatch.perform(action)
        except OutcomeUnknown as error:
            return self._look(action, str(error))
        except AlfredError as error:
            log.info("attempt failed", extra={"action": action.id, "code": error.code})
            self._patience.note(action.account, error)
            return self._record(action, Failed(str(error), _reaction(error)))
        return self._succeed(action, receipt)

    def _look(self, action: Action, error: str) -> Action:
        """Ask the provider whether an attempt whose answer was lost took effect."""
        action = self._store.actions.get(action.id)
        if _is_repeatable(action):
            return self._record(action, Failed(error, "interrupted"))
        try:
            look = self._dispatch.look(action)
        except AlfredError as trouble:
            log.info("cannot look yet", extra={"action": action.id, "code": trouble.code})
            return action
        if look.outcome is Outcome.HAPPENED:
            return self._succeed(action, look.receipt)
        if look.outcome is Outcome.NOT_YET:
            return self._record(action, Failed(error, "interrupted"))
        return self._record(action, Doubted(error))

    def _settle_account(self, account: str) -> list[Action]:
        """Settle what stands unfinished in one account; whoever would begin something new there waits for it."""
        with self._settling.setdefault(account, threading.Lock()):
            left = [action for action in self._all(Status.EXECUTING) if action.account == account]
            settled = [_alone(self._settle, action) for action in left]
            self._recovered.add(account)
        return [action for action in settled if action is not None]

    def _settle(self, action: Action) -> Action:
        with self._claimed(action.id) as mine:
            current = self._store.actions.get(action.id)
            if not mine or current.status is not Status.EXECUTING:
                return current
            return self._look(current, "Alfred was interrupted while doing this")

    def _succeed(self, action: Action, receipt: Mapping[str, str]) -> Action:
        """Record that it happened; taking back and being taken back are one step of the log."""
        steps: list[tuple[str, list[ActionEvent]]] = [(action.id, [Executed(dict(receipt))])]
        if action.undoes is not None:
            steps.append((action.undoes, [RolledBack(action.id)]))
        after = self._store.actions.append_many(steps, actor=_actor(action), at=self._clock.now())[0]
        self._written(action.account)
        self._mirror(after)
        return after

    def _mirror(self, action: Action) -> None:
        """Show the effect on the stored message at once, ahead of the next poll."""
        try:
            message = self._store.messages.get(action.target).message
        except NotFound:
            return
        if action.undoes is not None:
            after = labels_after_undo(self._store.actions.get(action.undoes), message.labels)
        else:
            after = labels_after(action, message.labels)
        if after != message.labels:
            self._store.messages.relabel({message.id: after})

    def _record(self, action: Action, event: ActionEvent) -> Action:
        return self._store.actions.append(action.id, [event], actor=_actor(action), at=self._clock.now())

    def _is_due(self, action: Action) -> bool:
        if not self._patience.is_due(action) or (action.automatic and self.is_capped):
            return False
        return self._is_up_to_date(action) and (action.error_code is None or self._dispatch.can_begin(action))

    def _is_up_to_date(self, action: Action) -> bool:
        """Whether what it rests on was read since it began to wait: else nobody knows whether the thread went on.

        A clock that was set back keeps nothing waiting.
        """
        if not action.basis or self._clock.now() < action.changed_at:
            return True
        read = self._store.sources.state(action.source).last_success
        return read is not None and read >= action.changed_at

    def _all(self, status: Status) -> list[Action]:
        return every_action(self._store.actions, ActionQuery(status=status))

    @contextmanager
    def _claimed(self, action_id: str) -> Iterator[bool]:
        """Hold the action for this thread; False where another thread is at it."""
        with self._lock:
            mine = action_id not in self._running
            self._running.add(action_id)
        try:
            yield mine
        finally:
            if mine:
                with self._lock:
                    self._running.discard(action_id)


def _alone(step: Callable[[Action], Action], action: Action) -> Action | None:
    """Take a step with one action; its trouble is logged and never holds up the others."""
    try:
        return step(action)
    except AlfredError as error:
        log.info("not now", extra={"action": action.id, "code": error.code})
    except Exception:  # a slip of ours, or of a library, over one action may not keep back the rest
        log.exception("an action broke", extra={"action": action.id})
    return None


def _reaction(error: AlfredError) -> str:
    """Return the code that says how to go on: trouble that passes has the same one, whatever its cause."""
    for reaction in (TryLater, SignInAgain):
        if isinstance(error, reaction):
            return reaction.code
    return error.code


def _actor(action: Action) -> str:
    return "alfred" if action.automatic else "owner"


def _is_repeatable(action: Action) -> bool:
    return facts(action.kind).repeat is Repeat.SAFE
