"""The review queue, work items and pipelines in the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daemon.cli.drawing import escape, indented, verbatim
from daemon.cli.frame import api, show
from daemon.cli.ids import quoted, short_action
from daemon.cli.mail import JSON, local_time
from domain.errors import NotFound

if TYPE_CHECKING:
    from rich.console import Console

Row = Mapping[str, Any]
_COLOURS = {"succeeded": "green", "failed": "red", "running": "cyan", "canceled": "yellow", "none": "dim"}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(prs)
    app.command("work-items")(work_items)
    app.command()(pipelines)


def prs(
    number: Annotated[int | None, typer.Argument(help="One pull request, with all about it")] = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only those that wait for you")] = False,
    as_json: JSON = False,
) -> None:
    """List pull requests: those that wait for your review first, then the others."""
    with api() as reached:
        page = reached.call("GET", "/api/devops/pull-requests", query={"waiting": str(waiting).lower()})
        if number is None:
            show(page, as_json, _draw_pulls)
            return
        id = next((each["pull"]["id"] for each in page["items"] if each["pull"]["number"] == number), None)
        if id is None:
            raise NotFound(f"there is no open pull request {number}")
        show(reached.call("GET", f"/api/devops/pull-requests/{quoted(id)}"), as_json, _draw_pull)


def work_items(
    mine: Annotated[bool, typer.Option("--mine", help="Only those assigned to you")] = False, as_json: JSON = False
) -> None:
    """List open work items, yours first."""
    with api() as reached:
        page = reached.call("GET", "/api/devops/work-items", query={"mine": str(mine).lower()})
    show(page, as_json, _draw_items)


def pipelines(
    failed: Annotated[bool, typer.Option("--failed", help="Only those that failed")] = False, as_json: JSON = False
) -> None:
    """List the latest runs of pipelines."""
    with api() as reached:
        page = reached.call("GET", "/api/devops/pipelines", query={"state": "failed"} if failed else {})
    show(page, as_json, _draw_runs)


def _draw_pulls(console: Console, page: Row) -> None:
    groups = {
        "Wait for you": [each for each in page["items"] if each["waits"]],
        "Yours": [each for each in page["items"] if each["pull"]["is_mine"]],
        "Others": [each for each in page["items"] if not each["waits"] and not each["pull"]["is_mine"]],
    }
    for title, reviews in groups.items():
        _draw_group(console, title, reviews)
    if not page["items"]:
        console.print("No pull request is open.")


def _draw_group(console: Console, title: str, reviews: Sequence[Row]) -> None:
    if reviews:
        console.print(f"\n[bold]{title}[/bold]")
    for review in reviews:
        console.print(indented(_head(review), (0, 0, 0, 2)))
        console.print(indented(f"[dim]{verbatim(_about(review))}[/dim]", (0, 0, 0, 4)))


def _head(review: Row) -> str:
    pull = review["pull"]
    run = f"[{_COLOURS[pull['run']]}]{pull['run']}[/]" if pull["run"] != "none" else "[dim]no run[/dim]"
    return f"!{pull['number']} {run} [cyan]{verbatim(pull['author']['name'])}[/cyan]: {verbatim(pull['title'])}"


def _about(review: Row) -> str:
    pull = review["pull"]
    since = f"since {local_time(review['waiting_since'], '%a %d %b %H:%M')}"
    files = "1 file" if pull["file_count"] == 1 else f"{pull['file_count']} files"
    return ", ".join([pull["repository"], files, since, *review["risks"]])


def _draw_pull(console: Console, page: Row) -> None:
    review, pull = page["review"], page["review"]["pull"]
    console.print(f"[bold]{_head(review)}[/bold]")
    console.print(f"{verbatim(pull['branch'])} → {verbatim(pull['target'])}, {verbatim(_about(review))}")
    console.print(f"\n{verbatim(review['summary'])} [dim]({escape(review['summary_by'])})[/dim]")
    if pull["run_issue"]:
        console.print(f"[red]Failed:[/red] {verbatim(pull['run_issue'])}")
    for policy in pull["policies"]:
        console.print(f"  {verbatim(policy['name'])}: {policy['state']}")
    for said, items in (("Linked", review["linked"]), ("Named, not linked", review["meant"])):
        for item in items:
            console.print(f"{said}: #{item['number']} {verbatim(item['title'])} [dim]({verbatim(item['state'])})[/dim]")
    for reviewer in pull["reviewers"]:
        vote = reviewer["vote"].replace("_", " ")
        console.print(f"  {verbatim(reviewer['person']['name'])}: {vote if vote != 'none' else 'no vote yet'}")
    for action in page["actions"]:
        console.print(f"{verbatim(action['title'])} [dim]alfred approve {short_action(action['id'])}[/dim]")
    console.print(f"[dim]{verbatim(pull['link'])}[/dim]", soft_wrap=True)


def _draw_items(console: Console, page: Row) -> None:
    for item in page["items"]:
        who = "" if item["is_mine"] else f" [dim]{verbatim((item['assigned_to'] or {}).get('name', 'nobody'))}[/dim]"
        priority = f"P{item['priority']} " if item["priority"] else ""
        state = f"[dim]{verbatim(item['kind'])}, {verbatim(item['state'])}[/dim]"
        console.print(f"#{item['number']} {priority}{verbatim(item['title'])} {state}{who}")
    if not page["items"]:
        console.print("No work item is open.")


def _draw_runs(console: Console, page: Row) -> None:
    for run in page["items"]:
        subject = f"!{run['pull_request']}" if run["pull_request"] else run["branch"]
        at = local_time(run["queued_at"], "%a %H:%M")
        state = f"[{_COLOURS[run['state']]}]{run['state']}[/]"
        issue = f" [dim]{verbatim(run['issue'])}[/dim]" if run["issue"] else ""
        console.print(f"{at} {state} {verbatim(run['pipeline'])} {verbatim(subject)}{issue}")
    if not page["items"]:
        console.print("No pipeline has run.")
