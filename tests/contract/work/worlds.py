"""The worlds that work is tried in: a test may be the colleagues, the pipelines and the weather."""

from __future__ import annotations

import ssl
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import httpx

from adapters.azure_devops import AzureDevOpsProvider
from adapters.memory.vault import MemoryVault
from adapters.memory.work import MemoryWorkExecutor, MemoryWorks
from adapters.microsoft.entra import MicrosoftEntra
from application.ports.executor import Executor
from application.ports.providers import Account, Connection, SignIn
from application.ports.work import Works
from domain.errors import OutcomeUnknown, SignInAgain, TryLater
from domain.reviews import is_test
from domain.work import FileChange, Person, PullRequest, PullStatus, Reviewer, Run, RunState, Vote, WorkItem
from sandbox.azure_devops import AzureDevOpsServer
from sandbox.microsoft import MicrosoftServer

OWNER = "jo@larkfield.example"
COLLEAGUE = "priya@larkfield.example"
TEAM_MATE = "tomas@larkfield.example"
PROJECT = "Data Exports"
FILES = ("export/pager.py", "tests/test_pager.py")


class WorkWorld(ABC):
    """`works` and `executor` are under test; things are named by Alfred's ids."""

    works: Works
    executor: Executor

    @abstractmethod
    def open_pull(self, title: str, *, branch: str = "feature/x", mine: bool = False, text: str = "") -> str: ...

    @abstractmethod
    def open_for_team(self, title: str, *, mine: bool = True) -> str:
        """A pull request that a team is asked to review, the owner's or another, and nobody else."""

    @abstractmethod
    def vote_in_team(self, id: str) -> None:
        """Let a colleague of the owner's team approve, which counts for the team."""

    @abstractmethod
    def push(self, id: str) -> None: ...

    @abstractmethod
    def merge(self, id: str) -> None: ...

    @abstractmethod
    def finish_run(self, id: str, *, well: bool) -> str:
        """End a run that validates the pull request; return its id."""

    @abstractmethod
    def enter_item(self, title: str, *, mine: bool = True) -> str: ...

    @abstractmethod
    def change_item(self, id: str, title: str) -> None: ...

    @abstractmethod
    def vote_of_owner(self, id: str) -> Vote: ...

    @abstractmethod
    def said(self, id: str) -> list[str]:
        """The remarks on a pull request that stand."""

    @abstractmethod
    def lose_the_next_answer(self) -> None:
        """Let the next write take effect without telling."""

    @abstractmethod
    def be_busy_once(self) -> None: ...

    @abstractmethod
    def break_down_once(self) -> None:
        """Fail at the next write in such a way that nobody knows what happened; in truth nothing did."""

    @abstractmethod
    def withdraw_sign_in(self) -> None: ...

    @abstractmethod
    def writes(self) -> int:
        """How many writes took effect."""


class MemoryWorld(WorkWorld):
    def __init__(self) -> None:
        self._owner = Person("me", "Jo", OWNER)
        self.works = self._works = MemoryWorks("devops", self._owner)
        self.executor = self._executor = MemoryWorkExecutor(self._works)
        self._numbers = count(1)

    def open_pull(self, title: str, *, branch: str = "feature/x", mine: bool = False, text: str = "") -> str:
        number = next(self._numbers)
        other = Person("priya", "Priya", COLLEAGUE)
        pull = PullRequest(
            f"devops:pr-{number}", "devops", "memory", "devops/pull-requests", number, title, text, PROJECT, "exporter",
            "r1", branch, "main", self._owner if mine else other, datetime.now(UTC), "c1", is_mine=mine,
            reviewers=(Reviewer(other if mine else self._owner, is_owner=not mine),),
            files=tuple(FileChange(path, "add") for path in FILES), file_count=len(FILES),
            test_count=sum(map(is_test, FILES)), pushed_at=datetime.now(UTC), told_by=("notices@reviews.example",),
        )  # fmt: skip
        self._works.put(pull)
        return pull.id

    def open_for_team(self, title: str, *, mine: bool = True) -> str:
        id = self.open_pull(title)
        team = Reviewer(Person("team", "Exporters"), via_team=mine)
        self._works.put(replace(self._works.pulls[id], reviewers=(team,)))
        return id

    def vote_in_team(self, id: str) -> None:
        pull = self._works.pulls[id]
        voted = (replace(each, vote=Vote.APPROVE) for each in pull.reviewers if each.via_team)
        self._works.put(replace(pull, reviewers=tuple(voted)))

    def push(self, id: str) -> None:
        pull = self._works.pulls[id]
        self._works.put(replace(pull, commit=f"{pull.commit}+", run=RunState.NONE))

    def merge(self, id: str) -> None:
        self._works.put(replace(self._works.pulls[id], status=PullStatus.COMPLETED))

    def finish_run(self, id: str, *, well: bool) -> str:
        state, number = RunState.SUCCEEDED if well else RunState.FAILED, next(self._numbers)
        pull, now = self._works.pulls[id], datetime.now(UTC)
        run = Run(
            f"devops:run-{number}", "devops", "memory", "devops/pipelines", number, str(number), PROJECT, "exporter-ci",
            "exporter", pull.branch, pull.commit, state, now, self._owner, pull.number, issue="" if well else "Test",
        )  # fmt: skip
        self._works.put(run, replace(pull, run=state, run_id=run.id, run_issue=run.issue))
        return run.id

    def enter_item(self, title: str, *, mine: bool = True) -> str:
        number = next(self._numbers) + 2000
        item = WorkItem(
            f"devops:item-{number}", "devops", "memory", "devops/work-items", number, PROJECT, "Bug", title, "New",
            datetime.now(UTC), is_mine=mine, version="1",
        )  # fmt: skip
        self._works.put(item)
        return item.id

    def change_item(self, id: str, title: str) -> None:
        item = self._works.items[id]
        self._works.put(replace(item, title=title, version=str(int(item.version) + 1)))

    def vote_of_owner(self, id: str) -> Vote:
        return self._works.pulls[id].own_vote

    def said(self, id: str) -> list[str]:
        return [each.text for each in self._works.pulls[id].remarks]

    def lose_the_next_answer(self) -> None:
        self._executor.lose_the_next_answer()

    def be_busy_once(self) -> None:
        self._executor.fail_next(TryLater("busy", retry_after=7))

    def break_down_once(self) -> None:
        self._executor.fail_next(OutcomeUnknown("broken down"))

    def withdraw_sign_in(self) -> None:
        self._executor.fail_next(SignInAgain("sign in again", account="devops"))
        self._works.fail_next(SignInAgain("sign in again", account="devops"))

    def writes(self) -> int:
        return len(self._executor.done)


class AzureWorld(WorkWorld):
    def __init__(self, server: AzureDevOpsServer) -> None:
        self._server = server
        self._repository = server.world.repository(PROJECT, "exporter")
        self._branches = count(1)
        self._pat = server.pat(OWNER, name="Jo Merriweather")
        connection = self._connection()
        assert connection.work is not None
        self.works, (self.executor,) = connection.work, connection.executors

    def open_pull(self, title: str, *, branch: str = "feature/x", mine: bool = False, text: str = "") -> str:
        by, asked = (OWNER, COLLEAGUE) if mine else (COLLEAGUE, OWNER)
        files: dict[str, str | None] = {f"/{path}": "x = 1\n" for path in FILES}
        pull = self._server.world.open_pull(
            self._repository,
            f"{branch}-{next(self._branches)}",
            title,
            files,
            by=by,
            reviewers=[asked],
            description=text,
        )
        return f"devops:pr-{pull.id}"

    def open_for_team(self, title: str, *, mine: bool = True) -> str:
        members = [OWNER, TEAM_MATE] if mine else [TEAM_MATE]
        team = self._server.world.team(PROJECT, "Exporters" if mine else "Others", members)
        pull = self._server.world.open_pull(
            self._repository, f"feature/t-{next(self._branches)}", title, {"/export/pager.py": "x = 1\n"}, by=COLLEAGUE,
            reviewers=[team.address],
        )  # fmt: skip
        return f"devops:pr-{pull.id}"

    def vote_in_team(self, id: str) -> None:
        self._server.world.vote(self._pull(id), TEAM_MATE, 10)

    def push(self, id: str) -> None:
        self._server.world.push_commit(self._pull(id))

    def merge(self, id: str) -> None:
        self._server.world.merge(self._pull(id))

    def finish_run(self, id: str, *, well: bool) -> str:
        world = self._server.world
        return f"devops:run-{(world.pass_build if well else world.fail_build)(self._pull(id)).id}"

    def enter_item(self, title: str, *, mine: bool = True) -> str:
        assigned = OWNER if mine else COLLEAGUE
        return f"devops:item-{self._server.world.add_work_item(PROJECT, 'Bug', title, assigned=assigned).id}"

    def change_item(self, id: str, title: str) -> None:
        self._server.world.change_work_item(number(id), {"System.Title": title})

    def vote_of_owner(self, id: str) -> Vote:
        votes = {10: Vote.APPROVE, 5: Vote.APPROVE_WITH_SUGGESTIONS, 0: Vote.NONE, -5: Vote.WAIT, -10: Vote.REJECT}
        return votes[self._pull(id).reviewers[self._server.id_of(OWNER)].vote]

    def said(self, id: str) -> list[str]:
        return [each.text for thread in self._pull(id).threads for each in thread.comments if not each.deleted]

    def lose_the_next_answer(self) -> None:
        self._misbehave("reset")

    def be_busy_once(self) -> None:
        self._misbehave("status", status=429, retry_after=7)

    def break_down_once(self) -> None:
        self._misbehave("status", status=503)

    def withdraw_sign_in(self) -> None:
        self._server.tokens.expire(self._pat)

    def writes(self) -> int:
        return len(self._server.record)

    def _connection(self) -> Connection:
        return connected(self._server, self._pat)

    def _misbehave(self, what: str, **how: int) -> None:
        for method in WRITES:
            self._server.misbehave(what, method=method, count=1, **how)

    def _pull(self, id: str):  # type: ignore[no-untyped-def]
        return self._server.world.pull(number(id))


class EntraWorld(AzureWorld):
    """Opened by a sign-in at Entra."""

    def __init__(self, server: AzureDevOpsServer, microsoft: MicrosoftServer) -> None:
        self._microsoft = microsoft
        super().__init__(server)

    def withdraw_sign_in(self) -> None:
        self._microsoft.sign_in.revoke_account(OWNER)

    def _connection(self) -> Connection:
        provider, vault = AzureDevOpsProvider(MicrosoftEntra()), MemoryVault()
        account = entra_account_at(self._server, self._microsoft)
        sign_in = provider.sign_in(account, vault)
        sign_in.finish(consented(self._microsoft, sign_in))
        return provider.connect(account, vault)


WRITES: Sequence[str] = (
    "pullRequestReviewers.vote",
    "pullRequestThreads.create",
    "workItems.create",
    "workItems.update",
    "builds.update",
)


def account_at(server: AzureDevOpsServer, **settings: str) -> Account:
    return Account("devops", "azure_devops", {"url": server.organization_url, **settings})


def entra_account_at(server: AzureDevOpsServer, microsoft: MicrosoftServer, **settings: str) -> Account:
    entra = {"client_id": microsoft.client_id, "authority": microsoft.authority, "ca_file": str(microsoft.ca_file)}
    return account_at(server, **{"sign_in": "browser", **entra, **settings})


def consented(microsoft: MicrosoftServer, sign_in: SignIn, who: str = OWNER) -> str:
    """The address that the consent page sends the browser to, for pasting by hand."""
    trusted = ssl.create_default_context(cafile=str(microsoft.ca_file))
    with httpx.Client(verify=trusted, trust_env=False, timeout=10) as visitor:
        page = httpx.URL(sign_in.step.url).copy_merge_params({"login_hint": who})
        return visitor.get(page).headers["location"]


def connected(server: AzureDevOpsServer, pat: str, **settings: str):  # type: ignore[no-untyped-def]
    """Sign in with a token, and connect."""
    provider, vault, account = AzureDevOpsProvider(), MemoryVault(), account_at(server, **settings)
    provider.sign_in(account, vault).finish(pat)
    return provider.connect(account, vault)


def number(id: str) -> int:
    return int(id.rpartition("-")[2])
