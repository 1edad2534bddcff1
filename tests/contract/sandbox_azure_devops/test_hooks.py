from __future__ import annotations

import base64
import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest

from sandbox.azure_devops import AzureDevOpsServer, hook_forms
from sandbox.azure_devops.hooks import HookSender
from sandbox.microsoft.call import JsonObject
from tests.contract.sandbox_azure_devops.asking import OWNER, events, waiting_pull

# Which fields each of the vendor's samples has at least
# (https://learn.microsoft.com/azure/devops/service-hooks/events).
ENVELOPE = "id eventType publisherId message detailedMessage resource resourceVersion resourceContainers createdDate"
PULL = (
    "repository pullRequestId status createdBy creationDate title description sourceRefName targetRefName mergeStatus "
    "mergeId lastMergeSourceCommit lastMergeTargetCommit lastMergeCommit reviewers url"
)
SAMPLES = {
    "git.pullrequest.created": f"{PULL} commits",
    "git.pullrequest.updated": f"{PULL} commits",
    "git.pullrequest.merged": f"{PULL} closedDate",
    hook_forms.COMMENTED: "comment pullRequest",
    "build.complete": "uri id buildNumber url startTime finishTime reason status definition requestedFor",
    hook_forms.RUN_CHANGED: "run pipeline",
    "workitem.created": "id rev fields _links url",
    "workitem.updated": "id workItemId rev revisedBy revisedDate fields _links url revision",
    "workitem.commented": "id rev fields _links url",
}


@dataclass
class Receiver:
    """What somebody who subscribed was told."""

    bodies: list[JsonObject] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    told = Receiver()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            told.headers.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(202)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told.url = f"http://127.0.0.1:{server.server_port}/hooks/azure-devops"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield told
        server.shutdown()
        thread.join()


def resource(event: JsonObject) -> dict[str, object]:
    found = event["resource"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("kind", SAMPLES)
def test_an_event_has_every_field_of_the_vendors_sample(devops: AzureDevOpsServer, kind: str) -> None:
    event = events(devops)[kind]
    assert set(ENVELOPE.split()) - event.keys() == set()
    assert set(SAMPLES[kind].split()) - resource(event).keys() == set()
    containers = event["resourceContainers"]
    assert isinstance(containers, dict)
    assert containers.keys() == {"collection", "account", "project"}


def test_events_tell_what_happened(devops: AzureDevOpsServer) -> None:
    told = events(devops)
    pull = resource(told["git.pullrequest.created"])
    assert (pull["title"], pull["status"]) == ("Keep the page cursor", "active")
    assert resource(told["git.pullrequest.merged"])["status"] == "completed"
    assert resource(told["build.complete"])["result"] == "failed"
    assert told[hook_forms.RUN_CHANGED]["publisherId"] == "pipelines"
    change = resource(told["workitem.updated"])
    assert change["fields"] == {"System.State": {"oldValue": "New", "newValue": "Active"}}
    said = resource(told["workitem.commented"])["fields"]
    assert isinstance(said, dict)
    assert (said["System.History"], said["System.AssignedTo"]) == ("Seen.", f"Jo <{OWNER}>")


def test_one_event_is_delivered_again_as_the_same(devops: AzureDevOpsServer, receiver: Receiver) -> None:
    sender = HookSender(receiver.url, "devops", "a secret")
    created = events(devops)["git.pullrequest.created"]
    assert sender.deliver(created, times=3) == [202, 202, 202]
    sender.deliver(created)
    assert [one["notificationId"] for one in receiver.bodies] == [1, 1, 1, 2]
    assert {one["subscriptionId"] for one in receiver.bodies} == {sender.subscription}
    assert receiver.headers[0]["authorization"] == f"Basic {base64.b64encode(b'devops:a secret').decode()}"


def test_fields_that_older_releases_lack_are_left_out(devops: AzureDevOpsServer, receiver: Receiver) -> None:
    without = frozenset({"subscriptionId", "resourceVersion", "detailedMessage"})
    HookSender(receiver.url, without=without).deliver(events(devops)["build.complete"])
    assert not without & receiver.bodies[0].keys()
    assert "authorization" not in receiver.headers[0]


def test_another_process_has_an_event_sent(devops: AzureDevOpsServer, receiver: Receiver) -> None:
    pull = waiting_pull(devops)
    order: JsonObject = {"url": receiver.url, "user": "a", "password": "b", "id": pull.id, "times": 2}
    with httpx.Client(trust_env=False, base_url=devops.base_url) as client:
        answer = client.post("/_sandbox/hooks", json={**order, "event": "git.pullrequest.created"})
        refused = client.post("/_sandbox/hooks", json={**order, "event": "tfvc.checkin"})
    assert (answer.json(), refused.status_code) == ({"statuses": [202, 202]}, 400)
    assert [one["eventType"] for one in receiver.bodies] == ["git.pullrequest.created"] * 2
