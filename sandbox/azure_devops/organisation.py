"""Everything that one organisation holds, and the services that show it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.azure_devops.call import Endpoint, Service
from sandbox.azure_devops.git.closing import Closing
from sandbox.azure_devops.git.pulls import PullRequests
from sandbox.azure_devops.git.repositories import RepositoryService
from sandbox.azure_devops.git.reviewing import PullRequestService
from sandbox.azure_devops.git.store import Repositories
from sandbox.azure_devops.git.threads import ThreadService
from sandbox.azure_devops.identities import IdentityService
from sandbox.azure_devops.people import People
from sandbox.azure_devops.pipelines.builds import Builds
from sandbox.azure_devops.pipelines.policies import Policies
from sandbox.azure_devops.pipelines.service import PipelineService
from sandbox.azure_devops.projects import Projects
from sandbox.azure_devops.teams import TeamService
from sandbox.azure_devops.work.items import WorkItems
from sandbox.azure_devops.work.service import WorkItemService


@dataclass(slots=True)
class Organisation:
    """The state of one organisation; `name` is the first part of every path."""

    name: str
    people: People = field(default_factory=People)
    pulls: PullRequests = field(default_factory=PullRequests)
    builds: Builds = field(default_factory=Builds)
    work: WorkItems = field(default_factory=WorkItems)
    projects: Projects = field(init=False)
    repositories: Repositories = field(init=False)
    policies: Policies = field(init=False)
    closing: Closing = field(init=False)

    def __post_init__(self) -> None:
        self.projects = Projects(self.name)
        self.repositories = Repositories(self.projects)
        self.policies = Policies(self.projects, self.pulls, self.builds, self.work)
        self.closing = Closing(self.policies.hold)

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Every operation that the organisation answers."""
        services: tuple[Service, ...] = (
            IdentityService(self.people),
            self.projects,
            TeamService(self.people, self.projects),
            RepositoryService(self.projects, self.repositories),
            PullRequestService(self.projects, self.repositories, self.pulls, self.people, self.work, self.closing),
            ThreadService(self.repositories, self.pulls),
            self.policies,
            PipelineService(self.projects, self.builds, self.pulls),
            WorkItemService(self.projects, self.work, self.people),
        )
        return tuple(endpoint for service in services for endpoint in service.endpoints())
