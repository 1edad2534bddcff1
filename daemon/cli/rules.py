"""Rules in the terminal: list, add, try, switch, standing orders, import and export."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from daemon.cli.client import Api
from daemon.cli.drawing import escape, indented, verbatim
from daemon.cli.frame import api, err, out, show
from daemon.cli.mail import JSON
from domain.errors import AlfredError, CannotBe, Invalid

if TYPE_CHECKING:
    from rich.console import Console

NAME = Annotated[str, typer.Argument(help="The rule's name")]
WORDED = {
    "category": "it is {}",
    "sender": "from {}",
    "words": "it says {}",
    "min_priority": "priority {} or later",
    "max_priority": "priority {} or sooner",
    "labels": "in {}",
    "without_labels": "not in {}",
    "older_than_days": "older than {} days",
    "min_confidence": "sure by {}",
}
MEANING = (
    "From now on he does this to whatever fits, without asking. All of it stands in `alfred actions` and can be taken "
    "back; what is marked important or about account security is never put away by itself."
)
group = typer.Typer(help="Your rules: when a message looks like this, propose that.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(group, name="rules")


@group.command("list")
def list_rules(as_json: JSON = False) -> None:
    """List all rules in the order in which they are asked."""
    with api() as reached:
        page = reached.call("GET", "/api/rules")
    show(page, as_json, _draw_rules)


@group.command()
def add(
    text: Annotated[str, typer.Argument(help="What you want, in plain words")],
    yes: Annotated[bool, typer.Option("--yes", help="Keep it without asking")] = False,
    as_json: JSON = False,
) -> None:
    """Turn plain words into a rule, show it, and keep it when you agree."""
    with api() as reached:
        draft = _drafted(reached, text)
        rule = draft.get("rule", draft)
        if not as_json:
            _draw_rule(out(), rule)
        if not yes and not _agreed():
            err().print("Not kept.")
            raise typer.Exit(0)
        kept = reached.call("POST", "/api/rules", rule)
    show(kept, as_json, lambda console, it: console.print(f"Kept “{escape(it['name'])}”."))


def _agreed(question: str = "Keep this rule?") -> bool:
    """Whether the owner says yes; raise `Invalid` where he cannot be asked, so that no script takes that for done."""
    if not sys.stdin.isatty():
        raise Invalid("nobody is here to agree; say --yes, where it is meant", where="--yes")
    return typer.confirm(question)


def _drafted(reached: Api, text: str) -> dict[str, Any]:
    try:
        draft: dict[str, Any] = reached.call("POST", "/api/rules/draft", {"text": text})
    except AlfredError as error:
        if error.code not in ("not_found", "method_not_allowed"):
            raise
        raise CannotBe(
            "no model here can turn words into a rule; write it as TOML (`alfred rules export -` shows how) "
            "and use `alfred rules import FILE`"
        ) from error
    return draft


@group.command("try")
def try_rule(name: NAME, days: Annotated[int, typer.Option(min=1, max=366)] = 30, as_json: JSON = False) -> None:
    """Show what a rule would have touched in the past; nothing is done."""
    with api() as reached:
        trial = reached.call("POST", "/api/rules/try", {"rule": name, "days": days})
    show(trial, as_json, lambda console, it: _draw_trial(console, it, days))


@group.command()
def on(name: NAME) -> None:
    """Switch a rule on."""
    _switch(name, enabled=True)


@group.command()
def off(name: NAME) -> None:
    """Switch a rule off."""
    _switch(name, enabled=False)


@group.command()
def standing(
    name: NAME,
    off: Annotated[bool, typer.Option("--off", help="Take it back: he asks you again")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Grant it without asking")] = False,
) -> None:
    """Let a rule act without asking you, or take that back."""
    path = f"/api/rules/{quote(name, safe='')}"
    with api() as reached:
        rule = reached.call("GET", path)
        if not off:
            _draw_rule(out(), rule)
            out().print(MEANING)
            if not yes and not _agreed("Let him?"):
                err().print("He goes on asking.")
                raise typer.Exit(0)
        reached.call("PUT", path, {**rule, "standing": not off})
    out().print(f"“{escape(name)}” {'asks you again' if off else 'needs no asking now'}.")


@group.command("export")
def export_rules(file: Annotated[Path, typer.Argument(help="Where to write; - for standard output")]) -> None:
    """Write all rules as TOML."""
    from daemon.rules_file import as_toml

    with api() as reached:
        text = as_toml(reached.call("GET", "/api/rules")["items"])
    if str(file) == "-":
        sys.stdout.write(text)
    else:
        file.write_text(text, encoding="utf-8")
        out().print(f"Written to {file}.")


@group.command("import")
def import_rules(file: Annotated[Path, typer.Argument(help="A file that `export` wrote", exists=True)]) -> None:
    """Read rules from TOML; those of the same name are replaced. One wrong rule, and none is kept."""
    from daemon.rules_file import read_rules

    rules = read_rules(file)
    with api() as reached:
        for rule in rules:
            reached.call("PUT", f"/api/rules/{quote(str(rule['name']), safe='')}", rule)
    out().print(f"{len(rules)} rules kept.")


def _switch(name: str, *, enabled: bool) -> None:
    path = f"/api/rules/{quote(name, safe='')}"
    with api() as reached:
        rule = reached.call("GET", path)
        reached.call("PUT", path, {**rule, "enabled": enabled})
    out().print(f"“{escape(name)}” is {'on' if enabled else 'off'}.")


def _draw_rules(console: Console, page: Mapping[str, Any]) -> None:
    for rule in page["items"]:
        _draw_rule(console, rule)
        if rule["name"] in page.get("offered", ()):  # a daemon of before an update does not tell
            grant = escape(f"alfred rules standing {shlex.quote(rule['name'])}")
            console.print(indented(f"You agreed the last five times. [dim]{grant}[/dim]", (0, 0, 0, 4)))


def _draw_rule(console: Console, rule: Mapping[str, Any]) -> None:
    state = "[green]on [/green]" if rule["enabled"] else "[dim]off[/dim]"
    when = "; ".join(_condition(name, value) for name, value in rule["when"].items() if value not in (None, []))
    then = ", ".join(outcome["kind"].replace("_", " ") for outcome in rule["then"])
    order = "  [yellow]standing order: needs no asking[/yellow]" if rule.get("standing") else ""
    console.print(f"{state} [bold]{verbatim(rule['name'])}[/bold]{order}")
    console.print(indented(f"When {verbatim(when)}: {then}.", (0, 0, 0, 4)))


def _condition(name: str, value: Any) -> str:
    said = " or ".join(map(str, value)) if isinstance(value, list) else str(value)
    if name in WORDED:
        return WORDED[name].format(said)
    said_name = name.replace("_", " ")
    if isinstance(value, bool):
        return said_name if value else f"not {said_name}"
    return f"{said_name} {said}"


def _draw_trial(console: Console, trial: Mapping[str, Any], days: int) -> None:
    ending = ":" if trial["count"] else "."
    console.print(f"Would have touched {trial['count']} of {trial['looked_at']} messages in {days} days{ending}")
    for message in trial["items"][:20]:
        console.print(
            f"  {verbatim(message['from']['name'] or message['from']['address'])}: {verbatim(message['subject'])}"
        )
    if trial["count"] > 20:
        console.print(f"  … and {trial['count'] - 20} more")
