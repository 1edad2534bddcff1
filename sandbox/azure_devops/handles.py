"""Azure DevOps' own handles under `/_sandbox/`: what a test or a demo in another process may do to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.azure_devops import hook_forms
from sandbox.azure_devops.git.pulls import PullRequest
from sandbox.azure_devops.hooks import HookSender
from sandbox.microsoft.call import JsonObject

if TYPE_CHECKING:
    from sandbox.azure_devops.server import AzureDevOpsServer


class Handles:
    """Tokens, moves and hooks by HTTP."""

    def __init__(self, server: AzureDevOpsServer) -> None:
        self._server = server

    def routes(self) -> list[Route]:
        one = "/_sandbox/pull-requests/{id:int}"
        return [
            Route("/_sandbox/pats", self.pat, methods=["POST"]),
            Route("/_sandbox/pats/expire", self.expire, methods=["POST"]),
            Route("/_sandbox/pull-requests", self.pulls),
            Route("/_sandbox/pull-requests", self.open, methods=["POST"]),
            Route(f"{one}/{{move:str}}", self.move, methods=["POST"]),
            Route("/_sandbox/hooks", self.hook, methods=["POST"]),
            Route("/_sandbox/settings", self.settings),
            Route("/_sandbox/settings", self.change, methods=["PATCH"]),
        ]

    async def pat(self, request: Request) -> JSONResponse:
        """`{"address": …, "scopes": [...], "days": …}` → `{"pat": …}`."""
        asked = cast(JsonObject, await request.json())
        scopes = cast(list[str], asked.get("scopes", ["app_token"]))
        made = self._server.pat(str(asked["address"]), scopes, float(str(asked.get("days", 30))))
        return JSONResponse({"pat": made}, 201)

    async def expire(self, request: Request) -> JSONResponse:
        """`{"pat": …}`."""
        self._server.tokens.expire(str((await request.json())["pat"]))
        return JSONResponse({})

    async def pulls(self, request: Request) -> JSONResponse:
        with self._server.lock:
            return JSONResponse({"pullRequests": [_told(pull) for pull in self._server.organisation.pulls]})

    async def open(self, request: Request) -> JSONResponse:
        """`{"project", "repository", "branch", "title", "files": {path: text}, "by", "reviewers", "description"}`."""
        asked = cast(JsonObject, await request.json())
        world = self._server.world
        made = world.open_pull(
            world.repository(str(asked["project"]), str(asked["repository"])),
            str(asked["branch"]),
            str(asked["title"]),
            cast(dict[str, str | None], asked.get("files", {"/one.txt": "one\n"})),
            by=str(asked.get("by", "somebody.else@example.com")),
            reviewers=cast(list[str], asked.get("reviewers", [])),
            description=str(asked.get("description", "")),
        )
        return JSONResponse(_told(made), 201)

    async def move(self, request: Request) -> JSONResponse:
        """push, merge, abandon, fail-build, pass-build."""
        world, pull = self._server.world, self._server.world.pull(request.path_params["id"])
        moves: dict[str, Callable[[], object]] = {
            "push": lambda: world.push_commit(pull),
            "merge": lambda: world.merge(pull),
            "abandon": lambda: world.abandon(pull),
            "fail-build": lambda: world.fail_build(pull),
            "pass-build": lambda: world.pass_build(pull),
        }
        wanted = request.path_params["move"]
        if wanted not in moves:
            return JSONResponse({"error": f"No move {wanted!r}; known are {sorted(moves)}."}, 404)
        moves[wanted]()
        return JSONResponse(_told(pull))

    async def hook(self, request: Request) -> JSONResponse:
        """`{"url", "user", "password", "event": eventType, "id": number, "times": 1}` → the statuses."""
        asked = cast(JsonObject, await request.json())
        event = self._event(str(asked["event"]), int(str(asked["id"])))
        if event is None:
            return JSONResponse({"error": f"Nothing is sent for {asked['event']!r}."}, 400)
        sender = HookSender(str(asked["url"]), str(asked.get("user", "")), str(asked.get("password", "")))
        statuses = await run_in_threadpool(sender.deliver, event, int(str(asked.get("times", 1))))
        return JSONResponse({"statuses": statuses})

    def _event(self, kind: str, id: int) -> JsonObject | None:
        home, base = self._server.organisation, self._server.organization_url
        with self._server.lock:
            match kind:
                case "git.pullrequest.created":
                    return hook_forms.pull_created(base, home.pulls.find(id))
                case "git.pullrequest.updated":
                    return hook_forms.pull_updated(base, home.pulls.find(id))
                case "git.pullrequest.merged":
                    return hook_forms.pull_merged(base, home.pulls.find(id))
                case "build.complete":
                    return hook_forms.build_complete(base, home.builds.find(id))
                case hook_forms.RUN_CHANGED:
                    return hook_forms.run_state_changed(base, home.builds.find(id))
                case "workitem.created":
                    return hook_forms.work_item_created(base, home.work.find(id))
                case "workitem.updated":
                    return hook_forms.work_item_updated(base, home.work.find(id))
                case _:
                    return self._remark(kind, id)

    def _remark(self, kind: str, id: int) -> JsonObject | None:
        home, base = self._server.organisation, self._server.organization_url
        if kind == hook_forms.COMMENTED:
            pull = home.pulls.find(id)
            return hook_forms.pull_commented(base, pull, pull.threads[-1])
        return hook_forms.work_item_commented(base, home.work.find(id)) if kind == "workitem.commented" else None

    async def settings(self, request: Request) -> JSONResponse:
        return JSONResponse({"limit": self._server.throttle.limit})

    async def change(self, request: Request) -> JSONResponse:
        """`limit` (null: off)."""
        self._server.throttle.limit = cast(dict[str, int | None], await request.json())["limit"]
        return await self.settings(request)


def _told(pull: PullRequest) -> JsonObject:
    votes = {reviewer.who.address: reviewer.vote for reviewer in pull.reviewers.values()}
    return {"id": pull.id, "title": pull.title, "status": pull.status, "commit": pull.last.source, "votes": votes}
