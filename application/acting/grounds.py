"""What an action rests on, as it stands now: the message and its thread, or another thing that is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from application.ports.store import ClassifiedMessage, Store
from domain.action_events import Origin, Refreshed, Reopened
from domain.actions import Action, Status
from domain.calendar import Response, Span
from domain.clashes import claims_an_hour, in_the_way, said_of
from domain.effects import basis_of, but_its_own, gone_reason, rests_on_thread
from domain.errors import NotFound
from domain.kinds import About, ChangeEvent, InvitationAnswer, Kind, NewEvent, Risk, facts
from domain.messages import Message
from domain.policy import risk_of
from domain.rules import Rule, fits_verdict
from domain.subjects import (
    Subject,
    basis_for,
    subject_of_event,
    subject_of_pull_request,
    subject_of_run,
    subject_of_task,
    subject_of_work_item,
    touched,
)

_OWNERS_OWN = frozenset({Origin.CHAT, Origin.OWNER})


@dataclass(frozen=True, slots=True)
class Grounds:
    """Where the target is a message: it, whether it was removed, and its thread where that matters; else `subject`."""

    message: Message | None = None
    thread: tuple[Message, ...] = ()
    subject: Subject | None = None
    removed: bool = False

    @property
    def source(self) -> str:
        return self.message.source if self.message else self.subject.source if self.subject else ""

    def basis(self, kind: Kind) -> str:
        """Return a fingerprint of what the owner was shown; empty where that cannot change."""
        return basis_for(kind, self.subject) if self.subject else basis_of(kind, self.thread)

    def risk(self, kind: Kind, payload: object, origin: Origin, *, tainted: bool, ordered: bool) -> Risk:
        """Return whether an action that rests on this waits for the owner, whatever he has permitted so far."""
        return risk_of(
            kind,
            payload,
            message=self.message,
            tainted=tainted,
            ordered=ordered,
            asked=is_asked(origin),
            touches=touched(payload, self.subject),
        )

    def change(self, action: Action) -> Refreshed | Reopened | None:
        """Return what to log where this is not what the owner was shown; what is under way is left to itself."""
        basis = replace(self, thread=but_its_own(action, self.thread)).basis(action.kind)
        if action.undoes is not None or basis == action.basis:
            return None
        changed = "the conversation went on" if self.message is not None else "it changed"
        if action.status is Status.PROPOSED:
            return Refreshed(basis, f"{changed} since this was proposed")
        if action.status is Status.APPROVED:
            return Reopened(basis, f"{changed} since this was approved")
        return None

    def gone(self, action: Action) -> str | None:
        """Say why the action's reason is gone, or None while it stands."""
        if self.message is not None:
            return gone_reason(action, self.message, self.thread, removed=self.removed)
        if self.subject is None or action.undoes is not None:
            return None
        mine = is_asked(action.origin) or action.attempts > 0
        return self.subject.gone or (None if mine else self.subject.done.get(action.kind))


class GroundsKeeper:
    """Finds what actions rest on, and judges by it what is Alfred's to do by himself."""

    def __init__(self, store: Store, zone: tzinfo) -> None:
        self._store = store
        self.zone = zone

    def of(self, kind: Kind, target: str, message: Message | None = None) -> Grounds:
        """Return what an action on `target` rests on; `message` is it, where that is at hand.

        Raises `NotFound` where the kind needs a target and it is not known.
        """
        about = facts(kind).about
        if about in (About.NOTHING, About.MESSAGE):
            return self._of_message(kind, target, message)
        return Grounds(subject=self._subject(about, target))

    def of_action(self, action: Action, known: Mapping[str, ClassifiedMessage] | None = None) -> Grounds:
        """Return what `action` rests on now; `known` are stored messages that are at hand."""
        stored = known.get(action.target) if known else None
        if stored is None:
            return self.of(action.kind, action.target)
        return Grounds(stored.message, self._thread(action.kind, stored.message), removed=stored.removed)

    def risk_now(self, action: Action) -> Risk:
        """Judge again what was judged at proposing: the mail, its classification or a rule may have changed since.

        What waited for the owner then waits for him now.
        """
        if action.risk is not Risk.AUTO:
            return action.risk
        try:
            grounds = self.of(action.kind, action.target)
        except NotFound:
            return Risk.APPROVAL
        rule = next((rule for rule in self._store.rules.all() if rule.name == action.rule), None)
        if rule is not None and not fits_verdict(rule, self._store.classifications.get(action.target)):
            return Risk.APPROVAL
        ordered = rule is not None and _orders(rule, action.kind)
        return grounds.risk(action.kind, action.payload, action.origin, tainted=action.tainted, ordered=ordered)

    def change(self, action: Action) -> Refreshed | Reopened | None:
        """Compare what `action` rests on now with what was shown; of what is gone nothing is said here."""
        try:
            return self.of_action(action).change(action)
        except NotFound:
            return None

    def clash_warnings(self, payload: object, target: str) -> tuple[str, ...]:
        """Point out what else takes the owner at the time that `payload` wants of him."""
        wanted = self._wanted(payload, target)
        if wanted is None:
            return ()
        own = None if isinstance(payload, NewEvent) else self._store.events.get(target)
        obstacles = in_the_way(wanted, self._store.events.touching(wanted), own)
        return tuple(said_of(each, self.zone) for each in obstacles)

    def _wanted(self, payload: object, target: str) -> Span | None:
        match payload:
            case NewEvent(start=start, end=end, all_day=False) if start < end:
                return Span(start, end)
            case ChangeEvent(start=datetime() as start, end=datetime() as end) if start < end:
                return Span(start, end)
            case InvitationAnswer(response=Response.ACCEPTED):
                event = self._store.events.get(target)
                return event.span if claims_an_hour(event) else None
        return None

    def _of_message(self, kind: Kind, target: str, message: Message | None) -> Grounds:
        if message is not None:
            return Grounds(message, self._thread(kind, message))
        try:
            stored = self._store.messages.get(target)
        except NotFound:
            return Grounds(subject=self._pull_request(target) if kind is Kind.CREATE_WORK_ITEM else None)
        return Grounds(stored.message, self._thread(kind, stored.message), removed=stored.removed)

    def _pull_request(self, target: str) -> Subject | None:
        """Return the pull request that lacks a work item; None where `target` is no pull request."""
        try:
            return replace(subject_of_pull_request(self._store.pull_requests.get(target)), basis="")
        except NotFound:
            return None

    def _subject(self, about: About, target: str) -> Subject:
        match about:
            case About.EVENT:
                return subject_of_event(self._store.events.get(target), self.zone)
            case About.PULL_REQUEST:
                return subject_of_pull_request(self._store.pull_requests.get(target))
            case About.WORK_ITEM:
                return subject_of_work_item(self._store.work_items.get(target))
            case About.RUN:
                return subject_of_run(self._store.runs.get(target))
        return subject_of_task(self._store.tasks.task(target))

    def _thread(self, kind: Kind, message: Message) -> tuple[Message, ...]:
        """Return the message's thread where actions of `kind` rest on it; most do not, and it costs a while."""
        if not rests_on_thread(kind):
            return ()
        thread = self._store.messages.thread(message.thread_id, message.account)
        return tuple(each.message for each in thread)


def _orders(rule: Rule, kind: Kind) -> bool:
    """Whether a rule is a standing order for `kind`."""
    return rule.enabled and rule.standing and kind in {each.kind for each in rule.then}


def is_asked(origin: Origin) -> bool:
    """Whether the owner himself ordered it; that no outside text had a say is for the taint to tell."""
    return origin in _OWNERS_OWN
