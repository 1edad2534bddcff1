"""Carries out approved actions at Azure DevOps."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from adapters.azure_devops.api import WritingDevOps
from adapters.azure_devops.deed import Deed
from adapters.azure_devops.forms import Owner
from adapters.azure_devops.items import Changing, Creating, Linking
from adapters.azure_devops.places import Places
from adapters.azure_devops.pulls import Pulls
from adapters.azure_devops.reruns import Rerunning
from adapters.azure_devops.reviewing import Remarking, Voting
from adapters.azure_devops.runs import Runs
from application.ports.executor import Executor, Look, Outcome
from domain.actions import Action
from domain.errors import CannotBe
from domain.kinds import Kind


class AzureExecutor(Executor):
    """The one holder of a client that may write."""

    def __init__(self, owner: Owner, api: WritingDevOps, projects: tuple[str, ...] = ()) -> None:
        self._api = api
        source = f"{owner.account}/pull-requests"
        runs = Runs(api, owner, f"{owner.account}/pipelines")
        pulls = Pulls(api, owner, source, runs, Places(api, projects))
        self._deeds: Mapping[Kind, Deed] = {
            Kind.VOTE_PULL_REQUEST: Voting(api, owner, pulls),
            Kind.COMMENT_PULL_REQUEST: Remarking(api, owner),
            Kind.CREATE_WORK_ITEM: Creating(api, owner, projects),
            Kind.UPDATE_WORK_ITEM: Changing(api),
            Kind.LINK_WORK_ITEM: Linking(api),
            Kind.RERUN_PIPELINE: Rerunning(api, projects),
        }
        self.kinds = frozenset(self._deeds)

    def ask_first(self, may_write: Callable[[], None]) -> None:
        self._api.ask_first(may_write)

    def missing_permission(self, kind: Kind) -> tuple[str, ...]:
        """What a token may do cannot be asked; where it may too little, Azure DevOps says so."""
        return ()

    def prepare(self, action: Action, content: bytes | None) -> str | None:
        """See the port. Also what may be repeated is made ready here: what undoing needs is noted before it is lost."""
        with self._api.connected():
            return self._deed(action).prepare(action)

    def execute(self, action: Action, token: str | None) -> Mapping[str, str]:
        if token is None:
            raise CannotBe("nothing was prepared", code="not_prepared")
        with self._api.connected():
            return self._deed(action).execute(action, token)

    def look(self, action: Action, token: str | None) -> Look:
        if token is None:
            return Look(Outcome.NOT_YET)
        with self._api.connected():
            return self._deed(action).look(action, token)

    def discard(self, action: Action, token: str | None) -> None:
        """Nothing is left at Azure DevOps before it is done."""

    def undo(self, action: Action, receipt: Mapping[str, str]) -> Mapping[str, str]:
        with self._api.connected():
            return self._deed(action).undo(action, receipt)

    def _deed(self, action: Action) -> Deed:
        return self._deeds[action.kind]
