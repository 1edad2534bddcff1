"""The vendor's own SDK, pointed at the make-believe organisation, a pull request to ask for, and what hooks post."""

from __future__ import annotations

from typing import Any

from azure.devops.connection import Connection
from msrest.authentication import BasicAuthentication

from sandbox.azure_devops import AzureDevOpsServer, hook_forms
from sandbox.azure_devops.git.pulls import PullRequest
from sandbox.microsoft.call import JsonObject

OWNER = "jo@larkfield.example"
PRIYA = "priya@larkfield.example"
TOMAS = "tomas@larkfield.example"
PROJECT = "Data Exports"


class Sdk:
    """One connection; its clients have the names of the vendor's factory."""

    def __init__(self, server: AzureDevOpsServer, pat: str) -> None:
        connection = Connection(base_url=server.organization_url, creds=BasicAuthentication("", pat))
        clients = connection.clients_v7_1
        self.git: Any = clients.get_git_client()
        self.work: Any = clients.get_work_item_tracking_client()
        self.build: Any = clients.get_build_client()
        self.pipelines: Any = clients.get_pipelines_client()
        self.policy: Any = clients.get_policy_client()
        self.core: Any = clients.get_core_client()
        self.location: Any = clients.get_location_client()
        self.identity: Any = clients.get_identity_client()
        self._connections = [one._client for one in vars(self).values()]
        for one in vars(self).values():
            if hasattr(one, "config"):
                one.config.hooks.append(_read)

    def __enter__(self) -> Sdk:
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._connections:
            one.close()


def _read(response: Any, *_: object, **__: object) -> None:
    """Read each answer to its end: the SDK leaves the sockets of answers that it does not look at open."""
    assert response.content is not None


def waiting_pull(server: AzureDevOpsServer, **changes: Any) -> PullRequest:
    """A pull request of Priya's that waits for the owner."""
    repository = server.world.repository(PROJECT, "exporter")
    files = {"/export/pager.py": "def page():\n    return 1\n", "/tests/test_pager.py": "assert True\n"}
    order: dict[str, Any] = {"by": PRIYA, "reviewers": [OWNER], **changes}
    return server.world.open_pull(repository, "feature/2214-page-cursor", "Keep the page cursor", files, **order)


def events(server: AzureDevOpsServer, owner: str = OWNER) -> dict[str, JsonObject]:
    """One event of each kind that a hook posts, by its kind."""
    base, world = server.organization_url, server.world
    pull = waiting_pull(server, reviewers=[owner])
    created, updated = hook_forms.pull_created(base, pull), hook_forms.pull_updated(base, pull)
    thread = world.comment(pull, owner, "Is this right?")
    build = world.fail_build(pull)
    item = world.add_work_item(PROJECT, "Bug", "Starts over", by=PRIYA, assigned=owner)
    entered = hook_forms.work_item_created(base, item)
    changed = hook_forms.work_item_updated(base, world.change_work_item(item.id, {"System.State": "Active"}))
    said = hook_forms.work_item_commented(base, world.comment_work_item(item.id, "Seen."))
    world.merge(pull)
    made = (
        created, updated, hook_forms.pull_merged(base, pull), hook_forms.pull_commented(base, pull, thread),
        hook_forms.build_complete(base, build), hook_forms.run_state_changed(base, build), entered, changed, said,
    )  # fmt: skip
    return {str(one["eventType"]): one for one in made}
