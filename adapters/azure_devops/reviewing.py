"""Votes and remarks on pull requests."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.azure_devops.api import WritingDevOps
from adapters.azure_devops.deed import Deed, Receipt, own_vote, place_of, pull_of
from adapters.azure_devops.forms import VOTES, Model, Owner, commit_of
from adapters.azure_devops.ids import number_of
from adapters.azure_devops.pulls import Pulls
from application.ports.executor import Look, Outcome
from domain.actions import Action
from domain.errors import CannotBe, NotFound
from domain.kinds import CastVote, NewRemark
from domain.work import Vote

NUMBERS = {vote: number for number, vote in VOTES.items()}
_APPROVALS = frozenset({NUMBERS[Vote.APPROVE], NUMBERS[Vote.APPROVE_WITH_SUGGESTIONS]})
MARK = "Alfred.Action"


class Voting(Deed):
    """The owner's vote. It may be cast again without harm; what it was before is noted first, so that it can be undone.

    It counts for the commit that was shown: Azure DevOps itself would take it for whatever was pushed meanwhile. An
    approval is looked at once more before it is given, for a run may have failed since the last poll.
    """

    def __init__(self, api: WritingDevOps, owner: Owner, pulls: Pulls) -> None:
        self._api = api
        self._owner = owner
        self._pulls = pulls

    def prepare(self, action: Action) -> str:
        return str(own_vote(self._owner, pull_of(self._api, number_of(action.target))))

    def execute(self, action: Action, token: str) -> Receipt:
        pull, wanted = pull_of(self._api, number_of(action.target)), _wanted(action)
        shown = action.basis.partition(":")[0]
        if own_vote(self._owner, pull) == wanted and action.attempts > 1:
            return _receipt(action, token, pull)
        if shown and shown != commit_of(pull):
            raise CannotBe("something was pushed since this was shown; look at it again", code="changed")
        if shown and wanted in _APPROVALS:
            self._refuse_turned_down(action, pull)
        self._cast(pull, wanted)
        return _receipt(action, token, pull)

    def look(self, action: Action, token: str) -> Look:
        pull = self._api.read(lambda c: c.git.get_pull_request_by_id(number_of(action.target)))
        if own_vote(self._owner, pull) == _wanted(action):
            return Look(Outcome.HAPPENED, _receipt(action, token, pull))
        return Look(Outcome.NOT_YET)

    def undo(self, action: Action, receipt: Receipt) -> Receipt:
        """Cast again what was cast before; an approval only for the commit that it was in force for."""
        pull, before = pull_of(self._api, number_of(action.target)), int(receipt.get("before") or 0)
        now = own_vote(self._owner, pull)
        if now not in (before, _wanted(action)):
            raise CannotBe("you have voted otherwise since", code="changed")
        if now == before:
            return {}
        if before in _APPROVALS and receipt.get("commit", "") != commit_of(pull):
            raise CannotBe("something was pushed since; your approval of before is not given to it", code="changed")
        self._cast(pull, before)
        return {}

    def _refuse_turned_down(self, action: Action, pull: Model) -> None:
        """Refuse where something speaks against it that was not shown; what was shown, the owner knows."""
        judged = self._pulls.judged(pull)
        if judged.is_turned_down and judged.shown_state != action.basis:
            raise CannotBe(
                "a pipeline or a policy turned it down since this was shown; look at it again", code="changed"
            )

    def _cast(self, pull: Model, vote: int) -> None:
        from azure.devops.v7_1.git.models import IdentityRefWithVote

        repository, number, project = place_of(pull)
        mine = IdentityRefWithVote(id=self._owner.id, vote=vote)
        self._api.write(lambda c: c.git.create_pull_request_reviewer(mine, repository, number, self._owner.id, project))


class Remarking(Deed):
    """A remark, once: its thread carries the action's id, by which an attempt whose answer was lost is found."""

    def __init__(self, api: WritingDevOps, owner: Owner) -> None:
        self._api = api
        self._owner = owner

    def prepare(self, action: Action) -> str:
        pull_of(self._api, number_of(action.target))
        return action.id

    def execute(self, action: Action, token: str) -> Receipt:
        from azure.devops.v7_1.git.models import Comment, GitPullRequestCommentThread

        if action.attempts > 1:
            earlier = self.look(action, token)
            if earlier.outcome is Outcome.HAPPENED:
                return earlier.receipt
        place = place_of(pull_of(self._api, number_of(action.target)))
        said = Comment(content=_words(action), comment_type="text", parent_comment_id=0)
        thread = GitPullRequestCommentThread(comments=[said], status="active", properties={MARK: token})
        return {"thread": self._api.write(lambda c: str(c.git.create_thread(thread, *place).id))}

    def look(self, action: Action, token: str) -> Look:
        """Find the thread by its mark; the same words of the owner's without one leave a doubt."""
        threads = list(self._threads(number_of(action.target)))
        marked = next((each for each in threads if _mark(each) == token), None)
        if marked is not None:
            return Look(Outcome.HAPPENED, {"thread": str(marked.id)})
        doubtful = any(_mark(each) is None and self._says(each, _words(action)) for each in threads)
        return Look(Outcome.UNKNOWN if doubtful else Outcome.NOT_YET)

    def undo(self, action: Action, receipt: Receipt) -> Receipt:
        pull = self._api.read(lambda c: c.git.get_pull_request_by_id(number_of(action.target)))
        repository, number, project = place_of(pull)
        try:
            self._api.write(lambda c: c.git.delete_comment(repository, number, int(receipt["thread"]), 1, project))
        except NotFound:
            return {}
        return {}

    def _threads(self, number: int) -> Iterator[Model]:
        pull = self._api.read(lambda c: c.git.get_pull_request_by_id(number))
        yield from self._api.read(lambda c: c.git.get_threads(*place_of(pull))) or ()

    def _says(self, thread: Model, words: str) -> bool:
        first = thread.comments[0] if thread.comments else None
        return first is not None and first.author.id == self._owner.id and (first.content or "").strip() == words


def _receipt(action: Action, before: str, pull: Model) -> Receipt:
    """Return what was voted before, and the commit that was voted on: the one that was shown, where it is known."""
    return {"before": before, "commit": action.basis.partition(":")[0] or commit_of(pull)}


def _wanted(action: Action) -> int:
    assert isinstance(action.payload, CastVote)
    return NUMBERS[action.payload.vote]


def _words(action: Action) -> str:
    assert isinstance(action.payload, NewRemark)
    return action.payload.text.strip()


def _mark(thread: Model) -> str | None:
    """Return the mark of a thread: the vendor gives a property back with its type beside it."""
    kept = (thread.properties or {}).get(MARK)
    value = kept.get("$value") if isinstance(kept, dict) else kept
    return None if value is None else str(value)
