"""Where each resource lives, as `OPTIONS _apis` tells it; the ids are those that the vendor's SDK asks for.

Each line: id, area, resource, version of the resource, and the route behind `_apis/`. Places in a route that a call
does not fill fall away.
"""

from __future__ import annotations

from sandbox.microsoft.call import JsonObject

AREAS = {
    "4e080c62-fa21-4fbc-8fef-2a10a2b38049": "git",
    "5264459e-e5e0-4bd8-b118-0985e68a4ec5": "wit",
    "965220d5-5bb9-42cf-8d67-9b146df2a5a4": "build",
    "79134c72-4a58-4b42-976c-04e7115f32bf": "core",
    "fb13a388-40dd-4a04-b530-013a739c72ef": "policy",
    "8a3d49b8-91f0-46ef-b33d-dda338c25db3": "IMS",
    "2e0bf237-8973-4ec9-a581-9c3d679d1776": "pipelines",
}
_REPOSITORY = "{area}/repositories/{repositoryId}"
_PULL = f"{_REPOSITORY}/pullRequests/{{pullRequestId}}"
_DRAWN = f"""
e81700f7-3be2-46de-8624-2eb35882fcaa Location ResourceAreas 1 {{resource}}/{{areaId}}
00d9565f-ed9c-4a06-9a50-00e7896ccab4 Location ConnectionData 1 {{resource}}
28010c54-d0c0-4c89-a5b0-1c9e188b9fb7 IMS Identities 1 {{resource}}/{{identityId}}
603fe2ac-9723-48b9-88ad-09305aa6c6e1 core projects 4 {{resource}}/{{projectId}}
7a4d9ee9-3433-4347-b47a-7a80f1cf307e core teams 3 {{resource}}
225f7195-f9c7-4d14-ab28-a83f7ff77e1f git repositories 1 {{area}}/{{resource}}/{{repositoryId}}
2d874a60-a811-4f62-9c9f-963a6ea0a55b git refs 1 {_REPOSITORY}/{{resource}}
d5b216de-d8d5-4d32-ae76-51df755b16d3 git branchStats 1 {_REPOSITORY}/stats/branches
c2570c3b-5b3f-41b8-98bf-5407bfde8d58 git commits 1 {_REPOSITORY}/{{resource}}/{{commitId}}
6400dfb2-0bcb-462b-b992-5a57f8f1416c git commitsBatch 1 {_REPOSITORY}/{{resource}}
5bf884f5-3e07-42e9-afb8-1b872267bf16 git changes 1 {_REPOSITORY}/commits/{{commitId}}/{{resource}}
615588d5-c0c7-4b88-88f8-e625306446e8 git commitDiffs 1 {_REPOSITORY}/diffs/commits
fb93c0db-47ed-4a31-8c20-47552878fb44 git items 1 {_REPOSITORY}/{{resource}}
9946fd70-0d40-406e-b686-b4744cbbcc37 git pullRequests 1 {_REPOSITORY}/{{resource}}/{{pullRequestId}}
a5d28130-9cd2-40fa-9f08-902e7daa9efb git pullRequests 1 {{area}}/{{resource}}
01a46dea-7d46-4d40-bc84-319e7c260d99 git pullRequests 1 {{area}}/{{resource}}/{{pullRequestId}}
d43911ee-6958-46b0-a42b-8445b8a0d004 git pullRequestIterations 2 {_PULL}/iterations/{{iterationId}}
4216bdcf-b6b1-4d59-8b82-c34cc183fc8b git pullRequestIterationChanges 1 {_PULL}/iterations/{{iterationId}}/changes
e7ea0883-095f-4926-b5fb-f24691c26fb9 git pullRequestIterationCommits 1 {_PULL}/iterations/{{iterationId}}/commits
52823034-34a8-4576-922c-8d8b77e9e4c4 git pullRequestCommits 1 {_PULL}/commits
ab6e2e5d-a0b7-4153-b64a-a4efe0d49449 git pullRequestThreads 1 {_PULL}/threads/{{threadId}}
965a3ec7-5ed8-455a-bdcb-835a5ea7fe7b git pullRequestThreadComments 1 {_PULL}/threads/{{threadId}}/comments/{{commentId}}
4b6702c7-aa35-4b89-9c96-b9abf6d3e540 git pullRequestReviewers 1 {_PULL}/reviewers/{{reviewerId}}
0a637fcc-5370-4ce8-b0e8-98091f5f9482 git pullRequestWorkItems 1 {_PULL}/workitems
f22387e3-984e-4c52-9c6d-fbb8f14c812d git pullRequestLabels 1 {_PULL}/labels
b5f6bb4f-8d1e-4d79-8d11-4c9172c99c35 git pullRequestStatuses 1 {_PULL}/statuses
c23ddff5-229c-4d04-a80b-0fdce9f360c8 policy evaluations 1 {{area}}/{{resource}}
46aecb7a-5d2c-4647-897b-0209505a9fe4 policy evaluations 1 {{area}}/{{resource}}/{{evaluationId}}
dad91cbe-d183-45f8-9c6e-9c1164472121 policy configurations 1 {{area}}/{{resource}}
0cd358e1-9217-4d94-8269-1c1ee6f93dcf build Builds 7 {{area}}/{{resource}}/{{buildId}}
8baac422-4c6e-4de5-8532-db96d92acffa build Timeline 2 {{area}}/builds/{{buildId}}/{{resource}}/{{timelineId}}
dbeaf647-6167-421a-bda9-c9327b25e2e6 build Definitions 7 {{area}}/{{resource}}/{{definitionId}}
28e1305e-2afe-47bf-abaf-cbb0e6a91988 pipelines pipelines 1 {{resource}}/{{pipelineId}}
7859261e-d2e9-4a68-b820-a5d84cc5bb3d pipelines runs 1 pipelines/{{pipelineId}}/{{resource}}/{{runId}}
1a9c53f7-f243-4447-b110-35ef023636e4 wit wiql 2 {{area}}/{{resource}}
72c7ddf8-2cdc-4f60-90cd-ab71c14a399b wit workItems 3 {{area}}/{{resource}}/{{id}}
62d3d110-0047-428c-ad3c-4fe872c91c74 wit workItems 3 {{area}}/{{resource}}/${{type}}
908509b6-4248-4475-a1cd-829139ba419f wit workItemsBatch 1 {{area}}/{{resource}}
7c8d7a76-4a09-43e8-b5df-bd792f4ac6aa wit workItemTypes 2 {{area}}/{{resource}}/{{type}}
7c9d7a76-4a09-43e8-b5df-bd792f4ac6aa wit workItemTypeStates 1 {{area}}/workItemTypes/{{type}}/states
608aac0a-32e1-4493-a863-b9cf4566d257 wit comments 4 {{area}}/workItems/{{workItemId}}/{{resource}}/{{commentId}}
6570bf97-d02c-4a91-8d93-3abe9895b1a9 wit updates 3 {{area}}/workItems/{{id}}/{{resource}}
"""
_OF_THE_ORGANISATION = ("Location", "IMS", "core")


def locations() -> list[JsonObject]:
    """Every resource and its route."""
    return [_location(*line.split(" ", 4)) for line in _DRAWN.strip().splitlines()]


def _location(id: str, area: str, resource: str, version: str, route: str) -> JsonObject:
    place = "" if area in _OF_THE_ORGANISATION else "{project}/"
    return {
        "id": id,
        "area": area,
        "resourceName": resource,
        "routeTemplate": f"{place}_apis/{route}",
        "resourceVersion": int(version),
        "minVersion": "1.0",
        "maxVersion": "7.2",
        "releasedVersion": "7.1",
    }
