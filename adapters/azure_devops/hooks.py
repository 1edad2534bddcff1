"""What Azure DevOps posts by service hooks: only a hint that a source should be read now.

Source: https://learn.microsoft.com/azure/devops/service-hooks/events. Fields beyond the kind and the id of an event are
optional: older servers and other publishers leave them out.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping

from application.ports.hooks import LEAST_SECRET, Hook, Post
from application.ports.work import Works
from domain.errors import Invalid

PATH = "/hooks/azure-devops"
LIMIT = 1_000_000
_PULLS = frozenset(
    {
        "git.pullrequest.created",
        "git.pullrequest.updated",
        "git.pullrequest.merged",
        "git.pullrequest.commented",
        "ms.vss-code.git-pullrequest-comment-event",
        "git.push",
    }
)
_RUNS = frozenset({"build.complete", "ms.vss-pipelines.run-state-changed-event"})
_ITEMS = frozenset({"workitem.created", "workitem.updated", "workitem.commented", "workitem.deleted"})


class ServiceHook(Hook):
    """The hooks of one account; any user name will do, the password is the secret."""

    path = PATH
    limit = LIMIT
    needs_tls = True

    def __init__(self, works: Works, password: Callable[[], str]) -> None:
        self._works = works
        self._password = password

    def challenge(self, query: Mapping[str, str]) -> str | None:
        return None

    @property
    def is_guessable(self) -> bool:
        return len(self._password()) < LEAST_SECRET

    def is_authentic(self, headers: Mapping[str, str], body: bytes) -> bool:
        known, given = self._password(), _given(headers.get("authorization", ""))
        return bool(known) and given is not None and hmac.compare_digest(known.encode(), given)

    def read(self, body: bytes) -> tuple[Post, ...]:
        event = _event(body)
        kind = event.get("eventType")
        if not isinstance(kind, str) or not kind:
            raise Invalid("the kind of event is missing", where="eventType")
        wake = self._wake(kind)
        if not wake:
            return (Post(_id_of(event, body), self._works.pull_requests, note=f"nothing is done for {kind[:80]!r}"),)
        _check_resource(event)
        return (Post(_id_of(event, body), wake[0], wake=wake),)

    def _wake(self, kind: str) -> tuple[str, ...]:
        """Return the sources that an event of this kind may have changed."""
        if kind in _PULLS:
            return (self._works.pull_requests,)
        if kind in _RUNS:
            return (self._works.runs, self._works.pull_requests)
        return (self._works.work_items,) if kind in _ITEMS else ()


def _event(body: bytes) -> dict[str, object]:
    try:
        event = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Invalid("this is no JSON", where="body") from error
    if not isinstance(event, dict):
        raise Invalid("an object is needed", where="body")
    return event


def _check_resource(event: Mapping[str, object]) -> None:
    """Raise `Invalid` where what an event is about is neither left out, nor empty, nor an object."""
    resource = event.get("resource")
    if resource is not None and not isinstance(resource, dict):
        raise Invalid("an object is needed", where="resource")


def _id_of(event: Mapping[str, object], body: bytes) -> str:
    """Return what is the same each time the same event is posted: its id, where it has one."""
    id = event.get("id")
    if isinstance(id, str) and id:
        return id[:200]
    numbers = (event.get("subscriptionId"), event.get("notificationId"))
    if all(numbers):
        return "-".join(str(each)[:100] for each in numbers)
    return hashlib.sha256(body).hexdigest()


def _given(header: str) -> bytes | None:
    """Return the password of a Basic header."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        decoded = base64.b64decode(value.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
    return decoded.partition(b":")[2]
