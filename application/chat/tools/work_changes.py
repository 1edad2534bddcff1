"""Tools that change the owner's work. All of it reaches others, so each only proposes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from application.chat.registry import Effect, Errand, Found, Tool, Workshop
from application.chat.resolve import normalised, resolve
from application.chat.tools.proposing import outcome_of, propose
from application.chat.tools.work import ITEM_WORDS, PULL_WORDS, RUN_WORDS, ThePull, runs_of, the_pull
from domain.codec import Json
from domain.errors import Invalid, NotFound
from domain.kinds import CastVote, ChangeWorkItem, Kind, LinkTo, NewRemark, NewWorkItem, arguments_of
from domain.work import RunState, Vote, WorkItem


@dataclass(frozen=True, slots=True)
class VoteOnPull(ThePull):
    vote: Literal["approve", "approve_with_suggestions", "wait", "reject", "none"] = field(
        default="approve", metadata={"doc": "none takes back an earlier vote"}
    )


@dataclass(frozen=True, slots=True)
class CommentOnPull(ThePull):
    text: str = field(default="", metadata={"doc": "the whole comment"})


@dataclass(frozen=True, slots=True)
class LinkItem(ThePull):
    work_item: int = field(default=0, metadata={"doc": "the work item's number"})


@dataclass(frozen=True, slots=True)
class CreateItem:
    title: str
    type: str = field(default="", metadata={"doc": "Task, Bug, User Story …; the usual one where left out"})
    description: str = ""
    project: str = field(default="", metadata={"doc": "only where there are several"})
    assigned_to: str = field(default="", metadata={"doc": "an address; `me` for the owner"})


@dataclass(frozen=True, slots=True)
class UpdateItem:
    work_item: str = field(metadata={"doc": "its number, or words of its title"})
    state: str | None = field(default=None, metadata={"doc": "such as Active or Closed"})
    title: str | None = None
    assigned_to: str | None = field(default=None, metadata={"doc": "an address; `me` for the owner"})
    priority: int | None = field(default=None, metadata={"doc": "1 to 4"})


@dataclass(frozen=True, slots=True)
class RerunRun:
    pipeline: str = field(metadata={"doc": "the pipeline's name, or the number of a run"})


def vote_on_pull_request(workshop: Workshop, errand: Errand, wanted: VoteOnPull) -> Found:
    pull = the_pull(workshop, wanted.pull_request).pull
    return _proposed(workshop, errand, Kind.VOTE_PULL_REQUEST, pull.id, CastVote(Vote(wanted.vote)))


def comment_on_pull_request(workshop: Workshop, errand: Errand, wanted: CommentOnPull) -> Found:
    if not wanted.text.strip():
        raise Invalid("say what the comment is to be", where="arguments.text")
    pull = the_pull(workshop, wanted.pull_request).pull
    return _proposed(workshop, errand, Kind.COMMENT_PULL_REQUEST, pull.id, NewRemark(wanted.text))


def link_work_item(workshop: Workshop, errand: Errand, wanted: LinkItem) -> Found:
    if wanted.work_item <= 0:
        raise Invalid("say which work item: its number", where="arguments.work_item")
    pull = the_pull(workshop, wanted.pull_request).pull
    return _proposed(workshop, errand, Kind.LINK_WORK_ITEM, pull.id, LinkTo(wanted.work_item))


def create_work_item(workshop: Workshop, errand: Errand, wanted: CreateItem) -> Found:
    if not wanted.title.strip():
        raise Invalid("say what the work item is called", where="arguments.title")
    new = NewWorkItem(
        wanted.title, wanted.type, wanted.description, wanted.project, _address(workshop, wanted.assigned_to) or ""
    )
    return _proposed(workshop, errand, Kind.CREATE_WORK_ITEM, "", new)


def update_work_item(workshop: Workshop, errand: Errand, wanted: UpdateItem) -> Found:
    change = ChangeWorkItem(wanted.state, wanted.title, None, _address(workshop, wanted.assigned_to), wanted.priority)
    if change == ChangeWorkItem():
        raise Invalid("say what to change: the state, the title, who has it, or the priority", where="arguments")
    item = _the_item(workshop, wanted.work_item)
    return _proposed(workshop, errand, Kind.UPDATE_WORK_ITEM, item.id, change)


def rerun_pipeline(workshop: Workshop, errand: Errand, wanted: RerunRun) -> Found:
    found = runs_of(workshop, wanted.pipeline)
    run = next((each for each in found if each.state is not RunState.RUNNING), None)
    if run is None:
        raise NotFound(f"there is no finished run of “{wanted.pipeline}”")
    return _proposed(workshop, errand, Kind.RERUN_PIPELINE, run.id, None)


def _proposed(workshop: Workshop, errand: Errand, kind: Kind, target: str, payload: object | None) -> Found:
    arguments: dict[str, Json] = {} if payload is None else arguments_of(payload)
    return outcome_of([propose(workshop, errand, kind, target, arguments)])


def _the_item(workshop: Workshop, said: str) -> WorkItem:
    workshop.work.refresh()
    known = {each.id: each for each in workshop.work.work_items()}
    digits = said.strip().lstrip("#").removeprefix("AB#")
    if digits.isdigit():
        found = next((each for each in known.values() if str(each.number) == digits), None)
        if found is None:
            raise NotFound(f"I know of no open work item {digits}")
        return found
    names = {id: each.title for id, each in known.items()}
    return known[said if said in known else resolve(said, names, "work item", workshop.embedder)]


def _address(workshop: Workshop, said: str | None) -> str | None:
    """Return whom a name stands for: the owner for `me`."""
    if said is None or normalised(said) not in ("me", "myself"):
        return said
    owners = (each.address.address for each in workshop.connections.all() if each.work is not None)
    return next(owners, said)


TOOLS = (
    Tool(
        "vote_on_pull_request",
        "Propose a vote on a pull request; it always waits for the owner.",
        VoteOnPull,
        Effect.PROPOSES,
        vote_on_pull_request,
        (*PULL_WORDS, "approve", "reject", "vote"),
    ),
    Tool(
        "comment_on_pull_request",
        "Propose a comment on a pull request; it always waits for the owner.",
        CommentOnPull,
        Effect.PROPOSES,
        comment_on_pull_request,
        (*PULL_WORDS, "comment", "ask", "changes"),
    ),
    Tool(
        "link_work_item",
        "Propose to link a work item to a pull request.",
        LinkItem,
        Effect.PROPOSES,
        link_work_item,
        (*ITEM_WORDS, *PULL_WORDS, "link"),
    ),
    Tool(
        "create_work_item",
        "Propose a new work item; it always waits for the owner.",
        CreateItem,
        Effect.PROPOSES,
        create_work_item,
        (*ITEM_WORDS, "create", "add", "file", "open"),
    ),
    Tool(
        "update_work_item",
        "Propose to change a work item: its state, title, priority, or who has it.",
        UpdateItem,
        Effect.PROPOSES,
        update_work_item,
        (*ITEM_WORDS, "close", "resolve", "assign", "change", "update", "set"),
    ),
    Tool(
        "rerun_pipeline",
        "Propose to run a finished pipeline run again.",
        RerunRun,
        Effect.PROPOSES,
        rerun_pipeline,
        (*RUN_WORDS, "rerun", "again", "retry"),
    ),
)
