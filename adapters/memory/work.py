"""The work of an account in memory: the twin of a real one, and what acts on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from application.ports.executor import Executor, Look, Outcome
from application.ports.work import Works
from domain.actions import Action
from domain.errors import AlfredError, CannotBe, NotFound, OutcomeUnknown
from domain.kinds import CastVote, ChangeWorkItem, Kind, LinkTo, NewRemark, NewWorkItem
from domain.work import (
    Branch,
    Commit,
    Person,
    PullRequest,
    PullStatus,
    Remark,
    Repository,
    Reviewer,
    Run,
    RunState,
    Vote,
    WorkItem,
)

T = TypeVar("T")
APPROVALS = (Vote.APPROVE, Vote.APPROVE_WITH_SUGGESTIONS)
CHANGEABLE = ("state", "title", "description", "priority")


class MemoryWorks(Works):
    """Whatever a test puts here."""

    def __init__(self, account: str, owner: Person) -> None:
        self.pull_requests = f"{account}/pull-requests"
        self.work_items = f"{account}/work-items"
        self.runs = f"{account}/pipelines"
        self.account = account
        self.owner = owner
        self.pulls: dict[str, PullRequest] = {}
        self.items: dict[str, WorkItem] = {}
        self.all_runs: dict[str, Run] = {}
        self.code: dict[Repository, tuple[tuple[Commit, ...], tuple[Branch, ...]]] = {}
        self._failures: list[AlfredError] = []

    def put(self, *things: PullRequest | WorkItem | Run) -> None:
        """Add these, or put them in the place of what has their ids."""
        for each in things:
            if isinstance(each, PullRequest):
                self.pulls[each.id] = each
            elif isinstance(each, WorkItem):
                self.items[each.id] = each
            else:
                self.all_runs[each.id] = each

    def fail_next(self, error: AlfredError) -> None:
        self._failures.append(error)

    def open_pull_requests(self, known: Mapping[str, PullRequest]) -> tuple[PullRequest, ...]:
        self._may_fail()
        active = (each for each in self.pulls.values() if each.status is PullStatus.ACTIVE)
        return tuple(
            each for each in active if each.is_mine or any(one.is_owner or one.via_team for one in each.reviewers)
        )

    def pull_request(self, id: str) -> PullRequest:
        self._may_fail()
        return _known(self.pulls, id)

    def open_work_items(self) -> tuple[WorkItem, ...]:
        self._may_fail()
        return tuple(each for each in self.items.values() if each.is_mine and each.is_open)

    def named_work_items(self, numbers: tuple[int, ...]) -> tuple[WorkItem, ...]:
        self._may_fail()
        return tuple(each for each in self.items.values() if each.number in numbers)

    def recent_runs(self) -> tuple[Run, ...]:
        self._may_fail()
        return tuple(sorted(self.all_runs.values(), key=lambda run: run.queued_at, reverse=True))

    def repositories(self) -> tuple[Repository, ...]:
        self._may_fail()
        return tuple(self.code)

    def commits(self, repository: Repository, branch: str, limit: int) -> tuple[Commit, ...]:
        self._may_fail()
        return self.code[repository][0][:limit]

    def branches(self, repository: Repository) -> tuple[Branch, ...]:
        self._may_fail()
        return self.code[repository][1]

    def _may_fail(self) -> None:
        if self._failures:
            raise self._failures.pop(0)


class MemoryWorkExecutor(Executor):
    """Acts on `works`; `done` is every effect in order. Threads are known by the action that made them."""

    kinds = frozenset(
        {
            Kind.VOTE_PULL_REQUEST,
            Kind.COMMENT_PULL_REQUEST,
            Kind.CREATE_WORK_ITEM,
            Kind.UPDATE_WORK_ITEM,
            Kind.LINK_WORK_ITEM,
            Kind.RERUN_PIPELINE,
        }
    )

    def __init__(self, works: MemoryWorks) -> None:
        self._works = works
        self._failures: list[AlfredError] = []
        self._loses_answer = False
        self._made: dict[str, str] = {}
        self.done: list[tuple[Kind, str]] = []

    def fail_next(self, error: AlfredError) -> None:
        """Refuse the next effect with `error`."""
        self._failures.append(error)

    def lose_the_next_answer(self) -> None:
        self._loses_answer = True

    def missing_permission(self, kind: Kind) -> tuple[str, ...]:
        return ()

    def prepare(self, action: Action, content: bytes | None) -> str | None:
        match action.payload:
            case CastVote():
                return self._open(action).own_vote.value
            case ChangeWorkItem() as change:
                return self._noted(action, change)
            case LinkTo() | NewRemark():
                return self._open(action).id
        if action.kind is Kind.RERUN_PIPELINE:
            return self._settled(action).state.value
        return action.id

    def execute(self, action: Action, token: str | None) -> Mapping[str, str]:
        if token is None:
            raise CannotBe("nothing was prepared", code="not_prepared")
        if action.attempts > 1:
            earlier = self.look(action, token)
            if earlier.outcome is Outcome.HAPPENED:
                return earlier.receipt
        return self._written(action, lambda: self._do(action, token))

    def look(self, action: Action, token: str | None) -> Look:
        if token is None:
            return Look(Outcome.NOT_YET)
        done = self._receipt_of(action, token)
        if done is not None:
            return Look(Outcome.HAPPENED, done)
        return Look(Outcome.UNKNOWN if action.kind is Kind.CREATE_WORK_ITEM else Outcome.NOT_YET)

    def discard(self, action: Action, token: str | None) -> None:
        """Nothing is left behind before it is done."""

    def undo(self, action: Action, receipt: Mapping[str, str]) -> Mapping[str, str]:
        match action.payload:
            case CastVote() if self._open(action).own_vote.value != receipt["before"]:
                self._refuse_approving_anew(action, receipt)
                return self._written(action, lambda: self._vote(action, Vote(receipt["before"]), ""))
            case ChangeWorkItem():
                before = json.loads(receipt["before"])["before"]
                return self._written(action, lambda: self._change(action, before, ""))
            case LinkTo(work_item=number):
                return self._written(action, lambda: self._link(action, number, linked=False))
            case NewRemark() | NewWorkItem():
                return self._written(action, lambda: self._take_away(action, receipt))
        return {}

    def _written(self, action: Action, effect: Callable[[], Mapping[str, str]]) -> Mapping[str, str]:
        if self._failures:
            raise self._failures.pop(0)
        receipt = effect()
        self.done.append((action.kind, action.target))
        if self._loses_answer:
            self._loses_answer = False
            raise OutcomeUnknown("the answer was lost")
        return receipt

    def _do(self, action: Action, token: str) -> Mapping[str, str]:
        match action.payload:
            case CastVote(vote=vote):
                self._refuse_pushed(action)
                self._refuse_turned_down(action, vote)
                return self._vote(action, vote, token)
            case NewRemark(text=text):
                return self._say(action, text)
            case NewWorkItem() as new:
                return self._create(action, new)
            case ChangeWorkItem():
                if _known(self._works.items, action.target).version != json.loads(token)["version"]:
                    raise _changed()
                return self._change(action, json.loads(token)["after"], token)
            case LinkTo(work_item=number):
                return self._link(action, number, linked=True)
        self._works.put(replace(self._settled(action), state=RunState.RUNNING))
        return {}

    def _receipt_of(self, action: Action, token: str) -> Mapping[str, str] | None:
        match action.payload:
            case CastVote(vote=vote):
                pull = _known(self._works.pulls, action.target)
                return {"before": token, "commit": _voted_on(action, pull)} if pull.own_vote is vote else None
            case ChangeWorkItem():
                item, after = _known(self._works.items, action.target), json.loads(token)["after"]
                return {"before": token} if all(getattr(item, name) == after[name] for name in after) else None
            case LinkTo(work_item=number):
                return {} if number in _known(self._works.pulls, action.target).work_items else None
            case NewRemark() | NewWorkItem():
                return {"made": self._made[action.id]} if action.id in self._made else None
        return {} if _known(self._works.all_runs, action.target).state is RunState.RUNNING else None

    def _vote(self, action: Action, vote: Vote, before: str) -> Mapping[str, str]:
        pull = self._open(action)
        others = tuple(each for each in pull.reviewers if not each.is_owner)
        self._works.put(replace(pull, reviewers=(*others, Reviewer(self._works.owner, vote, is_owner=True))))
        return {"before": before, "commit": _voted_on(action, pull)}

    def _say(self, action: Action, text: str) -> Mapping[str, str]:
        pull = self._open(action)
        self._works.put(replace(pull, remarks=(*pull.remarks, Remark(self._works.owner, text, datetime.now(UTC)))))
        self._made[action.id] = text
        return {"made": text}

    def _create(self, action: Action, new: NewWorkItem) -> Mapping[str, str]:
        works = self._works
        number = max((each.number for each in works.items.values()), default=0) + 1
        made = WorkItem(
            f"{works.account}:item-{number}", works.account, "memory", works.work_items, number, new.project,
            new.type or "Task", new.title, "New", datetime.now(UTC), description=new.description, version="1",
        )  # fmt: skip
        works.put(made)
        self._made[action.id] = made.id
        if action.target in works.pulls:
            self._link(action, number, linked=True)
        return {"made": made.id}

    def _change(self, action: Action, fields: Mapping[str, object], token: str) -> Mapping[str, str]:
        item = _known(self._works.items, action.target)
        version = str(int(item.version or 0) + 1)
        self._works.put(replace(item, version=version, **fields))  # type: ignore[arg-type]
        return {"before": token}

    def _link(self, action: Action, number: int, *, linked: bool) -> Mapping[str, str]:
        pull = self._open(action)
        others = tuple(each for each in pull.work_items if each != number)
        self._works.put(replace(pull, work_items=(*others, number) if linked else others))
        return {}

    def _take_away(self, action: Action, receipt: Mapping[str, str]) -> Mapping[str, str]:
        made = receipt["made"]
        self._works.items.pop(made, None)
        if action.target in self._works.pulls:
            pull = self._works.pulls[action.target]
            self._works.put(replace(pull, remarks=tuple(each for each in pull.remarks if each.text != made)))
        return {}

    def _noted(self, action: Action, change: ChangeWorkItem) -> str:
        item = _known(self._works.items, action.target)
        if action.basis and action.basis != item.version:
            raise _changed()
        after = {name: getattr(change, name) for name in CHANGEABLE if getattr(change, name) is not None}
        before = {name: getattr(item, name) for name in after}
        return json.dumps({"version": item.version, "before": before, "after": after})

    def _open(self, action: Action) -> PullRequest:
        pull = _known(self._works.pulls, action.target)
        if pull.status is not PullStatus.ACTIVE:
            raise CannotBe(f"the pull request is {pull.status.value}", code="gone")
        return pull

    def _refuse_pushed(self, action: Action) -> None:
        if action.basis and action.basis.partition(":")[0] != self._open(action).commit:
            raise CannotBe("something was pushed since this was shown; look at it again", code="changed")

    def _refuse_turned_down(self, action: Action, vote: Vote) -> None:
        pull = self._open(action)
        if action.basis and vote in APPROVALS and pull.is_turned_down and pull.shown_state != action.basis:
            raise CannotBe("it was turned down since this was shown; look at it again", code="changed")

    def _refuse_approving_anew(self, action: Action, receipt: Mapping[str, str]) -> None:
        approves = Vote(receipt["before"]) in APPROVALS
        if approves and receipt.get("commit", "") != self._open(action).commit:
            raise CannotBe("something was pushed since; your approval of before is not given to it", code="changed")

    def _settled(self, action: Action) -> Run:
        run = _known(self._works.all_runs, action.target)
        if run.state is RunState.RUNNING:
            raise CannotBe("it is running already", code="running")
        return run


def _voted_on(action: Action, pull: PullRequest) -> str:
    return action.basis.partition(":")[0] or pull.commit


def _known(things: Mapping[str, T], id: str) -> T:
    if id not in things:
        raise NotFound(f"there is no {id}")
    return things[id]


def _changed() -> CannotBe:
    return CannotBe("the work item was changed meanwhile; look at it again", code="changed")
