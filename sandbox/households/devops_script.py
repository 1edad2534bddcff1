"""The work of a household as written: pull requests, work items and runs, read from TOML and checked key by key."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

_Raw = dict[str, object]


@dataclass(frozen=True, slots=True)
class PushScript:
    """One push as written; `many` makes numbered new files."""

    message: str
    ago: float
    files: list[str] = field(default_factory=list)
    many: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PullAnswerScript:
    """The right answer as written; work items are named by their keys."""

    waits: bool
    links: list[str] = field(default_factory=list)
    meant: list[str] = field(default_factory=list)
    risks: list[str] = field(default_factory=list)
    proposals: list[str] = field(default_factory=list)
    never: list[str] = field(default_factory=list)
    mail: str = ""
    rank: int | None = None
    words: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PullScript:
    """One pull request as written. `ago` is in hours, `by` a role's key; a `fixed` id is the same for every seed."""

    key: str
    id: int
    repository: str
    branch: str
    by: str
    ago: float
    title: str
    text: str
    push: list[PushScript]
    answer: PullAnswerScript
    fixed: bool = False
    work_items: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    reviewers: list[dict[str, object]] = field(default_factory=list)
    remarks: list[dict[str, object]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ItemAnswerScript:
    """Whether a work item is the owner's, and open."""

    mine: bool
    open: bool
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class ItemScript:
    """One work item as written; `to` is who has it, `changed` hours ago."""

    key: str
    id: int
    kind: str
    state: str
    priority: int
    by: str
    ago: float
    changed: float
    title: str
    text: str
    answer: ItemAnswerScript
    fixed: bool = False
    to: str = ""
    tags: str = ""
    remarks: list[dict[str, object]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RunScript:
    """One run as written, of a pull request's key or of a branch."""

    key: str
    id: int
    repository: str
    pipeline: str
    ago: float
    minutes: int
    result: str
    pull: str = ""
    branch: str = ""
    by: str = ""
    failed: str = ""
    issue: str = ""


@dataclass(frozen=True, slots=True)
class DevOps:
    """All that one household says of its organisation; one without says nothing."""

    project: str = ""
    repositories: list[str] = field(default_factory=list)
    pulls: list[PullScript] = field(default_factory=list)
    items: list[ItemScript] = field(default_factory=list)
    runs: list[RunScript] = field(default_factory=list)


def read(folder: Path) -> DevOps:
    """Read the three files of a folder; a household without it has no such work."""
    if not folder.exists():
        return DevOps()
    pulls, items, runs = (tomllib.loads((folder / f"{name}.toml").read_text("utf-8")) for name in _FILES)
    return DevOps(
        pulls["project"],
        pulls["repositories"],
        [_pull(raw) for raw in pulls["pull"]],
        [_item(raw) for raw in items["item"]],
        [RunScript(**raw) for raw in runs["run"]],
    )


_FILES = ("pulls", "items", "runs")


def _pull(raw: _Raw) -> PullScript:
    pushes = [PushScript(**one) for one in raw["push"]]  # type: ignore[attr-defined]
    answer = PullAnswerScript(**raw["answer"])  # type: ignore[arg-type]
    return PullScript(**{**raw, "push": pushes, "answer": answer})  # type: ignore[arg-type]


def _item(raw: _Raw) -> ItemScript:
    return ItemScript(**{**raw, "answer": ItemAnswerScript(**raw["answer"])})  # type: ignore[arg-type]
