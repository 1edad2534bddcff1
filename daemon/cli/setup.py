"""`alfred setup`: the first steps, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer

from daemon.cli.asking import Stopped
from daemon.cli.first_steps.saying import offer_shell, show_heading, show_key_place, show_overview
from daemon.cli.frame import api, out
from domain.errors import Invalid

INTERRUPTED = 130


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(setup)


def setup(
    step: Annotated[str, typer.Option("--step", help="Only this one, such as phone, done or put off or not")] = "",
    non_interactive: Annotated[
        bool, typer.Option("--non-interactive", help="Ask nothing: take the settings, say what is missing")
    ] = False,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print addresses, paste the answers by hand")
    ] = False,
) -> None:
    """Set Alfred up step by step; each is optional, checked at once, and kept when you stop."""
    if non_interactive:
        from daemon.cli.first_steps.alone import set_up_alone

        raise typer.Exit(set_up_alone())
    try:
        _walk(step, no_browser=no_browser)
    except (Stopped, KeyboardInterrupt) as ending:
        out().print("\nNothing is lost: `alfred setup` goes on from here.")
        raise typer.Exit(INTERRUPTED if isinstance(ending, KeyboardInterrupt) else 0) from None


def _walk(only: str, *, no_browser: bool) -> None:
    with api() as reached:
        state = reached.call("POST", "/api/setup/begin")
    out().print("[bold]Setting up Alfred.[/bold] Each step is optional; Ctrl-C stops and loses nothing.\n")
    show_key_place()
    offer_shell()
    show_overview(state)
    for name in _wanted(state, only):
        _take(name, no_browser=no_browser)
    if not only:
        _end()


def _wanted(state: Mapping[str, Any], only: str) -> list[str]:
    names = [step["name"] for step in state["items"]]
    if only and only not in names:
        raise Invalid(f"{only!r} is not one of {', '.join(names)}", where="--step")
    return [only] if only else [step["name"] for step in state["items"] if step["progress"] in ("open", "trouble")]


def _take(name: str, *, no_browser: bool) -> None:
    """Take one step, as the household is now; what is not wanted is put off, what failed is asked for again."""
    with api() as reached:
        items = reached.call("GET", "/api/setup")["items"]
    step = next(each for each in items if each["name"] == name)
    if step["name"] == "calendar" and step["progress"] == "done":
        return
    show_heading(step)
    done = _done(step, no_browser=no_browser)
    if done is None:
        return
    with api() as reached:
        reached.call("DELETE" if done else "POST", f"/api/setup/steps/{name}/skip")


def _done(step: Mapping[str, Any], *, no_browser: bool) -> bool | None:
    from daemon.cli.first_steps.banks import name_banks
    from daemon.cli.first_steps.first_look import look_first
    from daemon.cli.first_steps.keeping import keep_running
    from daemon.cli.first_steps.phone import open_the_way
    from daemon.cli.first_steps.providers import furnish

    others: dict[str, Callable[[], bool | None]] = {"banks": name_banks, "phone": open_the_way, "service": keep_running}
    if step["name"] in others:
        return others[step["name"]]()
    done = furnish(step, no_browser=no_browser)
    if done and step["name"] == "mail":
        look_first()
    return done


def _end() -> None:
    from daemon.cli.first_steps.first_look import look_first

    look_first()
    out().print("\n[bold]That is all, for now.[/bold]")
    with api() as reached:
        show_overview(reached.call("GET", "/api/setup"))
    out().print(
        "`alfred setup --step NAME` takes up what was put off. `alfred run` runs him where there is no service."
    )
    out().print("`alfred briefing` is your first page; `alfred pair` signs in a phone or a browser.")
