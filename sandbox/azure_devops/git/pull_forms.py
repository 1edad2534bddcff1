"""How pull requests, their reviewers, iterations and threads look in JSON."""

from __future__ import annotations

import uuid
from urllib.parse import quote

from sandbox.azure_devops.call import stamp
from sandbox.azure_devops.git import forms
from sandbox.azure_devops.git.pulls import Comment, Iteration, PullRequest, Reviewer, Thread
from sandbox.microsoft.call import JsonObject

_LONGEST_IN_LIST = 400


def url(base: str, one: PullRequest) -> str:
    return f"{forms.repository_url(base, one.repository)}/pullRequests/{one.id}"


def web_url(base: str, one: PullRequest) -> str:
    repository = one.repository
    return f"{base}/{quote(repository.project.name)}/_git/{quote(repository.name)}/pullrequest/{one.id}"


def in_list(base: str, one: PullRequest) -> JsonObject:
    """As a search has it: the description is cut off (the vendor does so at 400 characters)."""
    shown = whole(base, one)
    return {**shown, "description": one.description[:_LONGEST_IN_LIST]}


def whole(base: str, one: PullRequest) -> JsonObject:
    shown: JsonObject = {
        "repository": forms.repository(base, one.repository),
        "pullRequestId": one.id,
        "codeReviewId": one.id,
        "status": one.status,
        "createdBy": one.creator.shown(base),
        "creationDate": stamp(one.created),
        "title": one.title,
        "description": one.description,
        "sourceRefName": one.source,
        "targetRefName": one.target,
        "mergeStatus": one.merge_status,
        "isDraft": one.draft,
        "mergeId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"merge:{one.id}:{len(one.iterations)}")),
        **_merge(base, one),
        "reviewers": [reviewer(base, one, who) for who in one.reviewers.values()],
        "url": url(base, one),
        "_links": {"self": {"href": url(base, one)}, "web": {"href": web_url(base, one)}},
        "supportsIterations": True,
        "artifactId": one.artifact,
    }
    if one.labels:
        shown["labels"] = [label(base, one, name) for name in one.labels]
    return shown | _closing(base, one)


def _merge(base: str, one: PullRequest) -> JsonObject:
    ids = {"Source": one.last.source, "Target": one.last.target, "": one.merge_commit}
    return {
        f"lastMerge{name}Commit": forms.commit_ref(base, one.repository, id) for name, id in ids.items() if id
    }  # fmt: skip


def _closing(base: str, one: PullRequest) -> JsonObject:
    if one.closed is None:
        return {}
    by = {"closedBy": one.closed_by.shown(base)} if one.closed_by else {}
    return {"closedDate": stamp(one.closed), **by}


def reviewer(base: str, one: PullRequest, who: Reviewer) -> JsonObject:
    return {
        "reviewerUrl": f"{url(base, one)}/reviewers/{who.who.id}",
        "vote": who.vote,
        "hasDeclined": who.declined,
        "isFlagged": False,
        **({"isRequired": True} if who.required else {}),
        **who.who.shown(base),
    }


def label(base: str, one: PullRequest, name: str) -> JsonObject:
    key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"label:{name}"))
    return {"id": key, "name": name, "active": True, "url": f"{url(base, one)}/labels/{key}"}


def iteration(base: str, one: PullRequest, at: Iteration, *, commits: bool) -> JsonObject:
    refs = {"sourceRefCommit": at.source, "targetRefCommit": at.target, "commonRefCommit": at.common}
    shown: JsonObject = {
        "id": at.id,
        "description": one.repository.commits[at.source].message.partition("\n")[0],
        "author": at.author.shown(base),
        "createdDate": stamp(at.when),
        "updatedDate": stamp(at.when),
        **{name: {"commitId": id} for name, id in refs.items()},
        "hasMoreCommits": False,
        "reason": "create" if at.id == 1 else "push",
    }
    if commits:
        shown["commits"] = [forms.commit(base, one.repository, commit) for commit in one.commits(at)]
    return shown


def thread(base: str, one: PullRequest, at: Thread) -> JsonObject:
    first, last = at.comments[0], at.comments[-1]
    return {
        "id": at.id,
        "publishedDate": stamp(first.when),
        "lastUpdatedDate": stamp(last.when),
        "comments": [comment(base, one, at, said) for said in at.comments],
        **({"status": at.status} if first.kind == "text" else {}),
        "threadContext": at.context,
        "properties": {name: {"$type": "System.String", "$value": str(at.properties[name])} for name in at.properties},
        "identities": None,
        "isDeleted": all(said.deleted for said in at.comments),
        "_links": {"self": {"href": f"{url(base, one)}/threads/{at.id}"}},
    }


def comment(base: str, one: PullRequest, at: Thread, said: Comment) -> JsonObject:
    content = {} if said.deleted else {"content": said.text}
    return {
        "id": said.id,
        "parentCommentId": said.parent,
        "author": said.author.shown(base),
        **content,
        "publishedDate": stamp(said.when),
        "lastUpdatedDate": stamp(said.when),
        "lastContentUpdatedDate": stamp(said.when),
        "isDeleted": said.deleted,
        "commentType": said.kind,
        "usersLiked": [],
        "_links": {"self": {"href": f"{url(base, one)}/threads/{at.id}/comments/{said.id}"}},
    }
