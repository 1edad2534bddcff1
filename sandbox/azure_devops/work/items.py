"""Work items as they stand: fields, relations, comments, and every revision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sandbox.azure_devops import errors
from sandbox.azure_devops.call import stamp
from sandbox.azure_devops.people import Identity
from sandbox.azure_devops.projects import Project
from sandbox.azure_devops.work import types
from sandbox.microsoft.call import JsonObject

Value = str | int | float | bool | Identity | None
ARTIFACT = "ArtifactLink"
_COMMON = (
    "AcceptanceCriteria ActivatedDate ClosedBy ClosedDate Priority Resolution ResolvedBy ResolvedDate Risk Severity "
    "StackRank StateChangeDate ValueArea"
)
_SYSTEM = (
    "AreaPath AssignedTo ChangedBy ChangedDate CommentCount CreatedBy CreatedDate Description History Id IterationPath "
    "Parent Reason Rev State Tags TeamProject Title WorkItemType"
)
_SCHEDULING = "CompletedWork DueDate FinishDate OriginalEstimate RemainingWork StartDate StoryPoints TargetDate"
FIELDS = frozenset((
    *(f"System.{name}" for name in _SYSTEM.split()),
    *(f"Microsoft.VSTS.Common.{name}" for name in _COMMON.split()),
    *(f"Microsoft.VSTS.Scheduling.{name}" for name in _SCHEDULING.split()),
    "Microsoft.VSTS.TCM.ReproSteps", "Microsoft.VSTS.TCM.SystemInfo",
))  # fmt: skip
READ_ONLY = frozenset(
    f"System.{name}" for name in ("Id", "Rev", "TeamProject", "ChangedDate", "ChangedBy", "CreatedDate", "CreatedBy",
                                  "CommentCount", "WorkItemType")
)  # fmt: skip


@dataclass(slots=True)
class Remark:
    """One comment below a work item."""

    id: int
    author: Identity
    text: str
    when: datetime
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Update:
    """What one revision changed: the values before and after."""

    rev: int
    by: Identity
    when: datetime
    fields: Mapping[str, tuple[Value, Value]]


@dataclass(slots=True)
class WorkItem:
    """One work item; `fields` are those that somebody may write, the others are added when it is shown."""

    id: int
    project: Project
    kind: str
    creator: Identity
    created: datetime
    fields: dict[str, Value]
    rev: int = 1
    relations: list[JsonObject] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)

    @property
    def title(self) -> str:
        return str(self.fields.get("System.Title", ""))

    @property
    def state(self) -> str:
        return str(self.fields["System.State"])

    @property
    def assigned(self) -> Identity | None:
        found = self.fields.get("System.AssignedTo")
        return found if isinstance(found, Identity) else None

    def values(self) -> dict[str, Value]:
        """Every field that has a value."""
        last = self.updates[-1]
        own: dict[str, Value] = {
            "System.AreaPath": self.project.name,
            "System.TeamProject": self.project.name,
            "System.IterationPath": self.project.name,
            "System.WorkItemType": self.kind,
            "System.CreatedDate": stamp(self.created),
            "System.CreatedBy": self.creator,
            "System.ChangedDate": stamp(last.when),
            "System.ChangedBy": last.by,
            "System.CommentCount": sum(not remark.deleted for remark in self.remarks),
        }
        found = own | self.fields
        return {name: value for name, value in found.items() if value is not None}

    def revise(self, by: Identity, fields: Mapping[str, Value], when: datetime | None = None) -> Update:
        """Write fields as one revision."""
        changed = {name: (self.fields.get(name), value) for name, value in fields.items()}
        self.fields.update(fields)
        self.rev = self.rev + 1 if self.updates else 1
        made = Update(self.rev, by, when or datetime.now(UTC), changed)
        self.updates.append(made)
        return made

    def remark(self, author: Identity, text: str, when: datetime | None = None) -> Remark:
        """Say something below it, which is a revision too."""
        made = Remark(len(self.remarks) + 1, author, text, when or datetime.now(UTC))
        self.remarks.append(made)
        self.revise(author, {}, made.when)
        return made


class WorkItems:
    """All work items of the organisation, numbered together."""

    def __init__(self) -> None:
        self._known: dict[int, WorkItem] = {}

    def __iter__(self) -> Iterator[WorkItem]:
        return iter(self._known.values())

    def add(
        self, project: Project, kind: str, creator: Identity, fields: Mapping[str, Value], *,
        id: int | None = None, when: datetime | None = None,
    ) -> WorkItem:  # fmt: skip
        """Enter a work item; its state is the first of its type where none is given."""
        when = when or datetime.now(UTC)
        own: dict[str, Value] = {"System.State": types.STATES[kind][0], "System.Reason": "New", **fields}
        made = WorkItem(id or max(self._known, default=0) + 1, project, kind, creator, when, {})
        made.revise(creator, own, when)
        self._known[made.id] = made
        return made

    def find(self, id: int, project: Project | None = None) -> WorkItem:
        found = self._known.get(id)
        if found is None or (project is not None and found.project.id != project.id):
            raise errors.no_work_item(id)
        return found

    def known(self, id: int) -> bool:
        return id in self._known

    def remove(self, id: int) -> WorkItem:
        return self._known.pop(self.find(id).id)

    def pointing_at(self, artifact: str) -> list[WorkItem]:
        """Those that are linked to an artifact."""
        wanted = artifact.lower()
        return [item for item in self if any(str(one.get("url", "")).lower() == wanted for one in item.relations)]


def artifact_link(artifact: str, name: str) -> JsonObject:
    return {"rel": ARTIFACT, "url": artifact, "attributes": {"name": name}}
