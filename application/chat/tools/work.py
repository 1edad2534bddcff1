"""Tools that read the owner's work: pull requests, work items, pipelines, and the code they are about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from application.chat.registry import Effect, Errand, Found, Passage, Tool, Workshop
from application.chat.resolve import normalised, resolve
from application.chat.tools.counting import counted
from application.work.desk import pipeline_of, size_of
from domain.errors import Invalid, NotFound
from domain.reviews import Review
from domain.subjects import when
from domain.work import Repository, Run, RunState, WorkItem

MOST_FOUND = 40
MOST_REMARKS, MOST_FILES, MOST_COMMITS = 10, 20, 20
LETTERS_OF_REMARK = 300
ORIGIN = "work"
PULL_WORDS = ("pull request", "pull requests", "pr", "prs", "review", "reviews", "merge request")
ITEM_WORDS = ("work item", "work items", "ticket", "tickets", "bug", "bugs", "task", "story", "backlog", "board")
RUN_WORDS = ("pipeline", "pipelines", "build", "builds", "run", "runs", "ci")
CODE_WORDS = ("repository", "repositories", "repo", "repos", "code")


@dataclass(frozen=True, slots=True)
class QueryPulls:
    waiting: bool = field(default=False, metadata={"doc": "only those that wait for the owner's review"})
    mine: bool = field(default=False, metadata={"doc": "only the owner's own"})
    query: str = field(default="", metadata={"doc": "words of the title, the branch, the repository or a person"})


@dataclass(frozen=True, slots=True)
class ThePull:
    pull_request: str = field(metadata={"doc": "its number, or words of its title"})


@dataclass(frozen=True, slots=True)
class QueryItems:
    mine: bool = field(default=True, metadata={"doc": "only those assigned to the owner"})
    query: str = field(default="", metadata={"doc": "words of the title, its kind, state or tags, or its number"})


@dataclass(frozen=True, slots=True)
class QueryRuns:
    failed: bool = field(default=False, metadata={"doc": "only those that failed"})
    query: str = field(default="", metadata={"doc": "words of the pipeline's, the repository's or the branch's name"})


@dataclass(frozen=True, slots=True)
class NoArguments:
    """Nothing to say."""


@dataclass(frozen=True, slots=True)
class OfRepository:
    repository: str = field(default="", metadata={"doc": "its name; may be left out where there is only one"})
    branch: str = field(default="", metadata={"doc": "the default branch where left out"})


def query_pull_requests(workshop: Workshop, _: Errand, wanted: QueryPulls) -> Found:
    words = normalised(wanted.query).split()
    found = [
        review
        for review in _reviews(workshop)
        if (review.waits or not wanted.waiting)
        and (review.pull.is_mine or not wanted.mine)
        and all(word in _searched(review) for word in words)
    ]
    what = "waiting for you" if wanted.waiting else "of yours" if wanted.mine else "open"
    said = f"{counted(len(found), 'pull request')} {what}"
    return _shown(said, [(each.pull.account, _review_line(workshop, each)) for each in found])


def pull_request_details(workshop: Workshop, _: Errand, wanted: ThePull) -> Found:
    review = the_pull(workshop, wanted.pull_request)
    pull = review.pull
    lines = [
        _review_line(workshop, review),
        f"summary: {review.summary}",
        f"from {pull.branch} to {pull.target}",
        *(f"policy {each.name}: {each.state.value}" for each in pull.policies),
        *(f"{each.person.name}: {each.vote.value.replace('_', ' ')}" for each in pull.reviewers),
        *(f"linked work item #{each.number} {each.title} ({each.state})" for each in review.linked),
        *(f"named, not linked: #{each.number} {each.title} ({each.state})" for each in review.meant),
        *(f"{each.by.name} remarked: {each.text[:LETTERS_OF_REMARK]}" for each in pull.remarks[:MOST_REMARKS]),
        *(f"file {each.path} ({each.change})" for each in pull.files[:MOST_FILES]),
    ]
    if pull.run_issue:
        lines.append(f"the pipeline failed: {pull.run_issue}")
    said = f"Pull request {pull.number}: {pull.title}"
    return _shown(said, [(pull.account, line) for line in lines], f"Pull request {pull.number}")


def query_work_items(workshop: Workshop, _: Errand, wanted: QueryItems) -> Found:
    workshop.work.refresh()
    words = normalised(wanted.query).split()
    found = [
        item
        for item in workshop.work.work_items()
        if (item.is_mine or not wanted.mine) and all(word in _item_words(item) for word in words)
    ]
    said = f"{counted(len(found), 'open work item')}{' of yours' if wanted.mine else ''}"
    return _shown(said, [(each.account, _item_line(each)) for each in found])


def query_pipelines(workshop: Workshop, _: Errand, wanted: QueryRuns) -> Found:
    found = runs_of(workshop, wanted.query, failed=wanted.failed)
    said = f"{counted(len(found), 'run')}{' that failed' if wanted.failed else ''}"
    return _shown(said, [(each.account, _run_line(workshop, each)) for each in found])


def list_repositories(workshop: Workshop, _: Errand, __: NoArguments) -> Found:
    found = workshop.work.repositories()
    said = counted(len(found), "repository", "repositories")
    return _shown(said, [(each.account, f"{each.project}/{each.name}, {each.default_branch}") for each in found])


def list_commits(workshop: Workshop, _: Errand, wanted: OfRepository) -> Found:
    repository = _the_repository(workshop, wanted.repository)
    found = workshop.work.code_of(repository).commits(repository, wanted.branch, MOST_COMMITS)
    lines = [f"{each.id[:8]} {when(each.at, workshop.zone)} {each.by}: {each.message}" for each in found]
    where = f"{repository.name}, {wanted.branch or repository.default_branch}"
    count = counted(len(found), "commit")
    return _shown(f"{count} of {where}", [(repository.account, line) for line in lines], count)


def list_branches(workshop: Workshop, _: Errand, wanted: OfRepository) -> Found:
    repository = _the_repository(workshop, wanted.repository)
    found = workshop.work.code_of(repository).branches(repository)
    lines = [f"{each.name}: {each.ahead} ahead, {each.behind} behind" for each in found]
    counted = f"{len(found)} branches"
    return _shown(f"{counted} of {repository.name}", [(repository.account, line) for line in lines], counted)


def _reviews(workshop: Workshop) -> tuple[Review, ...]:
    workshop.work.refresh()
    return workshop.work.reviews()


def the_pull(workshop: Workshop, said: str) -> Review:
    """Return the one that is meant; raise `NotFound`, or `Ambiguous` naming those it might be."""
    known = {each.pull.id: each for each in _reviews(workshop)}
    digits = said.strip().lstrip("#!")
    by_number = [id for id, each in known.items() if str(each.pull.number) == digits]
    if digits.isdigit():
        if not by_number:
            raise NotFound(f"there is no open pull request {digits}")
        return known[by_number[0]]
    names = {id: each.pull.title for id, each in known.items()}
    return known[said if said in known else resolve(said, names, "pull request", workshop.embedder)]


def _the_repository(workshop: Workshop, said: str) -> Repository:
    known = {each.id: each for each in workshop.work.repositories()}
    if not said and len(known) == 1:
        return next(iter(known.values()))
    if not said:
        raise Invalid("say which repository", where="arguments.repository")
    return known[resolve(said, {id: each.name for id, each in known.items()}, "repository", workshop.embedder)]


def runs_of(workshop: Workshop, query: str, *, failed: bool = False) -> list[Run]:
    workshop.work.refresh()
    words = normalised(query).split()
    return [
        run
        for run in workshop.work.runs()
        if (run.state is RunState.FAILED or not failed)
        and all(word in normalised(f"{run.pipeline} {run.repository} {run.branch} {run.number}") for word in words)
    ]


def _shown(said: str, rows: Sequence[tuple[str, str]], text: str = "") -> Found:
    """Show rows with their accounts; `text` is what a model is told where `said` names a thing by others' words."""
    passages = tuple(Passage(account, line) for account, line in rows[:MOST_FOUND])
    return Found(text or said, said, passages, ORIGIN, lines=tuple(line for _, line in rows[:MOST_FOUND]))


def _review_line(workshop: Workshop, review: Review) -> str:
    pull = review.pull
    since = f"since {when(review.waiting_since, workshop.zone)}"
    parts = [pull.repository, size_of(pull), pipeline_of(pull), since, *_without_pipeline(review)]
    return f"!{pull.number} {pull.title}, by {pull.author.name}: {', '.join(parts)}"


def _without_pipeline(review: Review) -> Iterable[str]:
    return (risk.value for risk in review.risks if risk.value != "pipeline red")


def _item_line(item: WorkItem) -> str:
    whose = "yours" if item.is_mine else item.assigned_to.name if item.assigned_to else "nobody's"
    priority = f", priority {item.priority}" if item.priority else ""
    return f"#{item.number} {item.title} ({item.kind}, {item.state}{priority}, {whose})"


def _run_line(workshop: Workshop, run: Run) -> str:
    subject = f"pull request {run.pull_request}" if run.pull_request else run.branch
    issue = f": {run.issue}" if run.issue else ""
    return f"{run.pipeline} {run.number}, {subject}, {when(run.queued_at, workshop.zone)}: {run.state.value}{issue}"


def _searched(review: Review) -> str:
    pull = review.pull
    return normalised(f"{pull.number} {pull.title} {pull.branch} {pull.repository} {pull.project} {pull.author.name}")


def _item_words(item: WorkItem) -> str:
    return normalised(f"{item.number} {item.title} {item.kind} {item.state} {' '.join(item.tags)} {item.project}")


TOOLS = (
    Tool(
        "query_pull_requests",
        "List pull requests: those that wait for the owner's review, or his own.",
        QueryPulls,
        Effect.READS,
        query_pull_requests,
        (*PULL_WORDS, "waiting", "code review"),
    ),
    Tool(
        "pull_request_details",
        "Show one pull request: summary, pipeline, policies, votes, work items, remarks, files.",
        ThePull,
        Effect.READS,
        pull_request_details,
        (*PULL_WORDS, "details", "files"),
    ),
    Tool(
        "query_work_items",
        "List open work items.",
        QueryItems,
        Effect.READS,
        query_work_items,
        ITEM_WORDS,
    ),
    Tool(
        "query_pipelines",
        "List the latest runs of pipelines, with what failed.",
        QueryRuns,
        Effect.READS,
        query_pipelines,
        (*RUN_WORDS, "failed", "red", "green"),
    ),
    Tool("list_repositories", "List repositories.", NoArguments, Effect.READS, list_repositories, CODE_WORDS),
    Tool(
        "list_commits",
        "List the newest commits of a repository.",
        OfRepository,
        Effect.READS,
        list_commits,
        (*CODE_WORDS, "commit", "commits"),
    ),
    Tool(
        "list_branches",
        "List the branches of a repository.",
        OfRepository,
        Effect.READS,
        list_branches,
        (*CODE_WORDS, "branch", "branches"),
    ),
)
