"""What Azure DevOps holds for the owner: pull requests, work items, runs, and the code they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from time import monotonic

from adapters.azure_devops import forms
from adapters.azure_devops.api import DevOps
from adapters.azure_devops.forms import Model, Owner
from adapters.azure_devops.ids import number_of
from adapters.azure_devops.places import Places
from adapters.azure_devops.pulls import Pulls
from adapters.azure_devops.runs import Runs
from application.ports.work import Works
from domain.work import Branch, Commit, PullRequest, Repository, Run, WorkItem

MOST_ITEMS = 200
_MINE = (
    "SELECT [System.Id] FROM WorkItems WHERE [System.AssignedTo] = @Me"
    " AND [System.State] NOT IN ('Closed', 'Done', 'Removed', 'Completed') ORDER BY [System.ChangedDate] DESC"
)


class AzureWorks(Works):
    """The work of one account; `projects` are those that the owner names, all of them where he names none."""

    def __init__(
        self,
        api: DevOps,
        owner: Owner,
        projects: Sequence[str] = (),
        clock: Callable[[], float] = monotonic,
    ) -> None:
        account = owner.account
        self.pull_requests = f"{account}/pull-requests"
        self.work_items = f"{account}/work-items"
        self.runs = f"{account}/pipelines"
        self._api = api
        self._owner = owner
        self._places = Places(api, projects, clock)
        self._categories: dict[tuple[str, str], dict[str, str]] = {}
        self._runs = Runs(api, owner, self.runs)
        self._pulls = Pulls(api, owner, self.pull_requests, self._runs, self._places)

    def open_pull_requests(self, known: Mapping[str, PullRequest]) -> tuple[PullRequest, ...]:
        with self._api.connected():
            return self._pulls.open(known)

    def pull_request(self, id: str) -> PullRequest:
        with self._api.connected():
            return self._pulls.one(number_of(id))

    def open_work_items(self) -> tuple[WorkItem, ...]:
        from azure.devops.v7_1.work_item_tracking.models import Wiql

        with self._api.connected():
            answer = self._api.read(lambda c: c.work_item_tracking.query_by_wiql(Wiql(query=_MINE), top=MOST_ITEMS))
            found = self._items([each.id for each in answer.work_items or ()])
            projects = self._places.wanted
            return tuple(item for item in found if item.is_open and (not projects or item.project in projects))

    def named_work_items(self, numbers: tuple[int, ...]) -> tuple[WorkItem, ...]:
        with self._api.connected():
            return tuple(self._items(numbers[:MOST_ITEMS]))

    def recent_runs(self) -> tuple[Run, ...]:
        with self._api.connected():
            return self._runs.recent(self._places.projects())

    def repositories(self) -> tuple[Repository, ...]:
        with self._api.connected():
            found = self._api.read(lambda c: c.git.get_repositories())
        wanted = self._places.wanted
        return tuple(self._repository(each) for each in found if not wanted or each.project.name in wanted)

    def commits(self, repository: Repository, branch: str, limit: int) -> tuple[Commit, ...]:
        from azure.devops.v7_1.git.models import GitQueryCommitsCriteria, GitVersionDescriptor

        at = GitVersionDescriptor(version=branch, version_type="branch") if branch else None
        asked = GitQueryCommitsCriteria(item_version=at)
        with self._api.connected():
            found = self._api.read(lambda c: c.git.get_commits(repository.id, asked, repository.project, top=limit))
        return tuple(_commit(each) for each in found)

    def branches(self, repository: Repository) -> tuple[Branch, ...]:
        with self._api.connected():
            found = self._api.read(lambda c: c.git.get_branches(repository.id, repository.project))
        return tuple(
            Branch(each.name, each.commit.commit_id, each.ahead_count or 0, each.behind_count or 0) for each in found
        )

    def _items(self, numbers: Sequence[int]) -> Iterator[WorkItem]:
        from azure.devops.v7_1.work_item_tracking.models import WorkItemBatchGetRequest

        if not numbers:
            return
        asked = WorkItemBatchGetRequest(ids=list(numbers), error_policy="omit", expand="links")
        found = self._api.read(lambda c: c.work_item_tracking.get_work_items_batch(asked))
        for each in found:
            if each is not None:
                yield forms.work_item(self._owner, self.work_items, each, self._category(each))

    def _category(self, item: Model) -> str:
        """Return what its state means: Proposed, InProgress, Resolved, Completed or Removed, in any process."""
        key = (item.fields["System.TeamProject"], item.fields["System.WorkItemType"])
        if key not in self._categories:
            states = self._api.read(lambda c: c.work_item_tracking.get_work_item_type_states(*key))
            self._categories[key] = {state.name: state.category for state in states}
        return self._categories[key].get(item.fields["System.State"], "")

    def _repository(self, model: Model) -> Repository:
        name = forms.short(model.default_branch)
        link = str(model.web_url or "")
        return Repository(model.id, self._owner.account, model.project.name, model.name, name, link)


def _commit(model: Model) -> Commit:
    first = (model.comment or "").partition("\n")[0]
    at = forms.moment(model.author.date)
    return Commit(model.commit_id, first, model.author.name or "", at, str(model.remote_url or ""))
