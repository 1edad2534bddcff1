"""How repositories, commits and files look in JSON."""

from __future__ import annotations

from sandbox.azure_devops.call import stamp
from sandbox.azure_devops.git.store import Commit, FileChange, Repository, blob_id
from sandbox.microsoft.call import JsonObject


def repository_url(base: str, one: Repository) -> str:
    return f"{base}/{one.project.id}/_apis/git/repositories/{one.id}"


def repository(base: str, one: Repository) -> JsonObject:
    return {
        "id": one.id,
        "name": one.name,
        "url": repository_url(base, one),
        "project": one.project.shown(base),
        "defaultBranch": one.default_branch,
        "size": sum(len(text) for text in one.tip(one.default_branch).tree.values()) if one.branches else 0,
        "remoteUrl": f"{base}/{one.project.name}/_git/{one.name}".replace(" ", "%20"),
        "webUrl": f"{base}/{one.project.name}/_git/{one.name}".replace(" ", "%20"),
        "isDisabled": False,
        "isInMaintenance": False,
    }


def signature(one: Commit) -> JsonObject:
    return {"name": one.author.name, "email": one.author.address, "date": stamp(one.when)}


def commit(base: str, repository: Repository, one: Commit) -> JsonObject:
    found = repository.changes_of(one)
    return {
        **commit_ref(base, repository, one.id),
        "author": signature(one),
        "committer": signature(one),
        "comment": one.message.partition("\n")[0],
        "changeCounts": {kind.title(): sum(c.kind == kind for c in found) for kind in ("add", "edit", "delete")},
        "remoteUrl": f"{base}/{repository.project.name}/_git/{repository.name}/commit/{one.id}".replace(" ", "%20"),
    }


def whole_commit(base: str, repository: Repository, one: Commit) -> JsonObject:
    return {**commit(base, repository, one), "comment": one.message, "parents": list(one.parents), "treeId": one.id}


def commit_ref(base: str, repository: Repository, id: str) -> JsonObject:
    return {"commitId": id, "url": f"{repository_url(base, repository)}/commits/{id}"}


def change(base: str, repository: Repository, one: FileChange, version: str) -> JsonObject:
    """One entry of a list of changes."""
    item: JsonObject = {"gitObjectType": "blob", "path": one.path, "commitId": version}
    if one.after is not None:
        item["objectId"] = blob_id(one.after)
    if one.before is not None:
        item["originalObjectId"] = blob_id(one.before)
    item["url"] = f"{repository_url(base, repository)}/items{one.path}?versionType=Commit&version={version}"
    return {"item": item, "changeType": one.kind}
