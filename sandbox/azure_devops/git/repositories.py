"""The service for repositories, branches, commits and files."""

from __future__ import annotations

from sandbox.azure_devops import errors
from sandbox.azure_devops.call import Call, Endpoint, Outcome, listed, moment_of, page
from sandbox.azure_devops.git import forms
from sandbox.azure_devops.git.store import Commit, Repositories, Repository, blob_id, changes, counts
from sandbox.azure_devops.projects import Projects
from sandbox.microsoft.call import JsonObject, object_of, text_of

_ONE = "git/repositories/{repositoryId}"
_READ = "vso.code"


class RepositoryService:
    """What git knows, without pull requests."""

    def __init__(self, projects: Projects, repositories: Repositories) -> None:
        self._projects = projects
        self._repositories = repositories

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint("repositories.list", "GET", "git/repositories", _READ, self.list),
            Endpoint("repositories.get", "GET", _ONE, _READ, self.get),
            Endpoint("refs.list", "GET", f"{_ONE}/refs", _READ, self.refs),
            Endpoint("branches.list", "GET", f"{_ONE}/stats/branches", _READ, self.branches),
            Endpoint("commits.list", "GET", f"{_ONE}/commits", _READ, self.commits),
            Endpoint("commits.batch", "POST", f"{_ONE}/commitsbatch", _READ, self.commits_batch),
            Endpoint("commits.get", "GET", f"{_ONE}/commits/{{commitId}}", _READ, self.commit),
            Endpoint("commits.changes", "GET", f"{_ONE}/commits/{{commitId}}/changes", _READ, self.changes),
            Endpoint("diffs.get", "GET", f"{_ONE}/diffs/commits", _READ, self.diff),
            Endpoint("items.get", "GET", f"{_ONE}/items", _READ, self.items),
        )

    def list(self, call: Call) -> Outcome:
        project = self._projects.of(call)
        found = [one for one in self._repositories if project is None or one.project.id == project.id]
        return listed(forms.repository(call.base, one) for one in found)

    def get(self, call: Call) -> Outcome:
        return Outcome(forms.repository(call.base, self._repositories.of(call)))

    def refs(self, call: Call) -> Outcome:
        one = self._repositories.of(call)
        begins, holds = f"refs/{call.text('filter')}", call.text("filterContains")
        found = [name for name in sorted(one.branches) if name.startswith(begins) and holds in name]
        return listed(self._ref(call, one, name) for name in page(call, found, 1000))

    def _ref(self, call: Call, one: Repository, name: str) -> JsonObject:
        return {
            "name": name,
            "objectId": one.branches[name],
            "creator": one.tip(name).author.shown(call.base),
            "url": f"{forms.repository_url(call.base, one)}/refs?filter={name.removeprefix('refs/')}",
        }

    def branches(self, call: Call) -> Outcome:
        """One branch where `name` is given, else all of them."""
        one, named = self._repositories.of(call), call.text("name")
        base = call.text("baseVersionDescriptor.version") or one.default_branch
        if named:
            return Outcome(self._stats(call, one, named.removeprefix("refs/heads/"), base))
        names = [name.removeprefix("refs/heads/") for name in sorted(one.branches) if name.startswith("refs/heads/")]
        return listed(self._stats(call, one, name, base) for name in names)

    def _stats(self, call: Call, one: Repository, name: str, base: str) -> JsonObject:
        tip, against = one.tip(name), one.tip(base)
        return {
            "commit": forms.whole_commit(call.base, one, tip),
            "name": name,
            "aheadCount": len(one.only_in(tip.id, against.id)),
            "behindCount": len(one.only_in(against.id, tip.id)),
            "isBaseVersion": tip.id == against.id,
        }

    def commits(self, call: Call) -> Outcome:
        one, asked = self._repositories.of(call), "searchCriteria."
        start = one.version(call.text(f"{asked}itemVersion.versionType"), call.text(f"{asked}itemVersion.version"))
        found = [commit for commit in one.history(start.id) if _matches(call, one, commit)]
        return listed(forms.commit(call.base, one, commit) for commit in page(call, found))

    def commits_batch(self, call: Call) -> Outcome:
        one, item, against = (
            self._repositories.of(call), object_of(call.fields, "itemVersion"), object_of(call.fields, "compareVersion")
        )  # fmt: skip
        tip = one.version(text_of(item, "versionType"), text_of(item, "version"))
        other = one.version(text_of(against, "versionType"), text_of(against, "version"))
        found = one.only_in(other.id, tip.id) if against else one.history(tip.id)
        return listed(forms.commit(call.base, one, commit) for commit in page(call, found))

    def commit(self, call: Call) -> Outcome:
        one = self._repositories.of(call)
        return Outcome(forms.whole_commit(call.base, one, one.find(call.path["commitId"])))

    def changes(self, call: Call) -> Outcome:
        one = self._repositories.of(call)
        commit = one.find(call.path["commitId"])
        found = one.changes_of(commit)
        shown = [forms.change(call.base, one, change, commit.id) for change in page(call, found)]
        return Outcome({"changeCounts": counts(found), "changes": shown})

    def diff(self, call: Call) -> Outcome:
        one = self._repositories.of(call)
        base = one.version(call.text("baseVersionType"), call.text("baseVersion"))
        target = one.version(call.text("targetVersionType"), call.text("targetVersion"))
        common = one.merge_base(base.id, target.id)
        found = changes(common.tree, target.tree)
        shown = [forms.change(call.base, one, change, target.id) for change in page(call, found)]
        ahead, behind = len(one.only_in(target.id, base.id)), len(one.only_in(base.id, target.id))
        return Outcome({
            "allChangesIncluded": len(shown) == len(found), "changeCounts": counts(found), "changes": shown,
            "commonCommit": common.id, "baseCommit": base.id, "targetCommit": target.id, "aheadCount": ahead,
            "behindCount": behind,
        })  # fmt: skip

    def items(self, call: Call) -> Outcome:
        """One file where `path` is given, else what lies below `scopePath`."""
        one, asked = self._repositories.of(call), "versionDescriptor."
        commit = one.version(call.text(f"{asked}versionType"), call.text(f"{asked}version"))
        path = call.text("path")
        if not path:
            below = call.text("scopePath") or "/"
            return listed(_item(call, one, commit, path) for path in sorted(commit.tree) if path.startswith(below))
        return _file(call, one, commit, path if path.startswith("/") else f"/{path}")


def _file(call: Call, one: Repository, commit: Commit, path: str) -> Outcome:
    """A file as the client accepts it: its description, or its text."""
    if path not in commit.tree:
        message = f"TF401174: The item '{path}' could not be found in the repository '{one.name}' at the version."
        raise errors.git_missing("GitItemNotFoundException", message)
    content = commit.tree[path]
    if "text/plain" in call.accept or "octet-stream" in call.accept:
        return Outcome(content=content.encode(), content_type=call.accept.partition(";")[0])
    item = _item(call, one, commit, path)
    if call.text("includeContent").lower() == "true":
        item["content"] = content
    return Outcome(item)


def _item(call: Call, one: Repository, commit: Commit, path: str) -> JsonObject:
    return {
        "objectId": blob_id(commit.tree[path]),
        "gitObjectType": "blob",
        "commitId": commit.id,
        "path": path,
        "url": f"{forms.repository_url(call.base, one)}/items{path}?versionType=Commit&version={commit.id}",
    }


def _matches(call: Call, one: Repository, commit: Commit) -> bool:
    asked = "searchCriteria."
    author, path = call.text(f"{asked}author").lower(), call.text(f"{asked}itemPath")
    since, until = moment_of(call, f"{asked}fromDate"), moment_of(call, f"{asked}toDate")
    if author and author not in f"{commit.author.name} {commit.author.address}".lower():
        return False
    if (since and commit.when < since) or (until and commit.when > until):
        return False
    return not path or any(change.path.startswith(path) for change in one.changes_of(commit))
