"""Repositories as git has them: commits with whole trees, and branches that point at them."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sandbox.azure_devops import errors
from sandbox.azure_devops.call import Call
from sandbox.azure_devops.people import Identity
from sandbox.azure_devops.projects import Project, Projects

Tree = Mapping[str, str]
_FULL_ID = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit: paths begin with a slash."""

    id: str
    author: Identity
    when: datetime
    message: str
    parents: tuple[str, ...]
    tree: Tree


@dataclass(frozen=True, slots=True)
class FileChange:
    """What became of one file between two trees: `kind` is `add`, `edit` or `delete`."""

    path: str
    kind: str
    before: str | None
    after: str | None


@dataclass(slots=True)
class Repository:
    """One git repository of a project."""

    id: str
    name: str
    project: Project
    default_branch: str = "refs/heads/main"
    branches: dict[str, str] = field(default_factory=dict)
    commits: dict[str, Commit] = field(default_factory=dict)

    def commit(
        self,
        branch: str,
        author: Identity,
        message: str,
        files: Mapping[str, str | None],
        when: datetime | None = None,
        merged: str | None = None,
    ) -> Commit:
        """Put a commit on a branch; a file that is None goes. `merged` is a second parent."""
        name, when = ref(branch), when or datetime.now(UTC)
        parents = tuple(id for id in (self.branches.get(name), merged) if id)
        tree = _changed(self.commits[parents[0]].tree if parents else {}, files)
        key = _sha(f"{self.id}|{'|'.join(parents)}|{author.id}|{when.isoformat()}|{message}|{_tree_id(tree)}")
        made = Commit(key, author, when, message, parents, tree)
        self.commits[key] = made
        self.branches[name] = key
        return made

    def branch(self, name: str, start: str | None = None) -> None:
        """Let a branch begin where another stands."""
        self.branches[ref(name)] = self.branches[ref(start or self.default_branch)]

    def tip(self, branch: str) -> Commit:
        try:
            return self.commits[self.branches[ref(branch)]]
        except KeyError:
            message = f"TF401175: The version descriptor <Branch: {branch} > could not be resolved to a version."
            raise errors.git_missing("GitUnresolvableToCommitException", message) from None

    def find(self, id: str) -> Commit:
        found = self.commits.get(id.lower())
        if found is None:
            message = f"TF401175: The commit {id} does not exist in repository {self.name}."
            raise errors.git_missing("GitCommitDoesNotExistException", message)
        return found

    def version(self, kind: str, version: str) -> Commit:
        """The commit that a version descriptor means."""
        if not version:
            return self.tip(self.default_branch)
        return self.find(version) if kind.lower() == "commit" else self.tip(version)

    def history(self, start: str) -> list[Commit]:
        """The commit and all before it, newest first."""
        found: dict[str, Commit] = {}
        waiting = [start]
        while waiting:
            id = waiting.pop()
            if id not in found:
                found[id] = self.commits[id]
                waiting.extend(found[id].parents)
        return sorted(found.values(), key=lambda commit: (commit.when, commit.id), reverse=True)

    def only_in(self, tip: str, base: str) -> list[Commit]:
        """The commits of `tip` that `base` has not, newest first."""
        known = {commit.id for commit in self.history(base)}
        return [commit for commit in self.history(tip) if commit.id not in known]

    def merge_base(self, one: str, other: str) -> Commit:
        known = {commit.id for commit in self.history(one)}
        return next(commit for commit in self.history(other) if commit.id in known)

    def changes_of(self, commit: Commit) -> list[FileChange]:
        before: Tree = self.commits[commit.parents[0]].tree if commit.parents else {}
        return changes(before, commit.tree)


class Repositories:
    """All repositories of the organisation."""

    def __init__(self, projects: Projects) -> None:
        self._projects = projects
        self._known: dict[str, Repository] = {}

    def __iter__(self) -> Iterator[Repository]:
        return iter(self._known.values())

    def add(self, project: Project, name: str) -> Repository:
        """The repository of that name, founded where it is new."""
        key = str(uuid.uuid5(uuid.UUID(project.id), name.lower()))
        return self._known.setdefault(key, Repository(key, name, project))

    def get(self, id: str) -> Repository:
        return self._known[id]

    def of(self, call: Call) -> Repository:
        """The repository that the path names by id or, within a project, by name."""
        wanted, project = call.path["repositoryId"], self._projects.of(call)
        for one in self._known.values():
            named = one.id == wanted.lower() or (project is not None and one.name.lower() == wanted.lower())
            if named and (project is None or one.project.id == project.id):
                return one
        raise errors.no_repository(wanted)


def ref(name: str) -> str:
    """A branch by its full name."""
    return name if name.startswith("refs/") else f"refs/heads/{name}"


def changes(before: Tree, after: Tree) -> list[FileChange]:
    """What differs between two trees, by path."""
    paths = sorted(path for path in {*before, *after} if before.get(path) != after.get(path))
    return [FileChange(path, _kind(path, before, after), before.get(path), after.get(path)) for path in paths]


def counts(found: Sequence[FileChange]) -> dict[str, int]:
    """How many of each kind, as the vendor capitalises them."""
    return {name.title(): sum(one.kind == name for one in found) for name in ("add", "edit", "delete")}


def blob_id(text: str) -> str:
    """Git's name for a content."""
    content = text.encode()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def is_commit_id(text: str) -> bool:
    return _FULL_ID.fullmatch(text.lower()) is not None


def _kind(path: str, before: Tree, after: Tree) -> str:
    if path not in before:
        return "add"
    return "edit" if path in after else "delete"


def _changed(tree: Tree, files: Mapping[str, str | None]) -> Tree:
    kept = {**tree, **{path: text for path, text in files.items() if text is not None}}
    for path in (path for path, text in files.items() if text is None):
        kept.pop(path, None)
    return kept


def _sha(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def _tree_id(tree: Tree) -> str:
    return _sha("".join(f"{path}\0{text}\0" for path, text in sorted(tree.items())))
