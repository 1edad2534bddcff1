"""The daemon itself: run, halt, resume, status, doctor, pair."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daemon.cli.client import api_of
from daemon.cli.drawing import escape
from daemon.cli.frame import FAILED, api, chosen, err, out, settings, show
from daemon.cli.log_lines import brief, last_lines
from daemon.cli.mail import JSON, local_time
from daemon.cli.plain_run import say_where
from daemon.cli.service import service_state, tunnel_state
from daemon.clock import SYSTEM_CLOCK
from daemon.home import HALT
from daemon.running import find_running
from domain.errors import AlfredError, Invalid

if TYPE_CHECKING:
    from rich.console import Console

SHORT_CALL = 5.0


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (run, halt, resume, status, doctor, pair):
        app.command()(command)


def run(
    port: Annotated[int | None, typer.Option(help="Port to listen on [default: 8420]", min=0, max=65535)] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on [default: 127.0.0.1]")] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate chain for https, PEM", exists=True)] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its private key, PEM", exists=True)] = None,
) -> None:
    """Run the daemon in the foreground until Ctrl-C."""
    from daemon.service import Daemon

    pair = {"tls_cert": tls_cert, "tls_key": tls_key}
    said = {"port": port, "host": host, **{name: path and path.absolute() for name, path in pair.items()}}
    web = {name: value for name, value in said.items() if value is not None}
    Daemon(settings(**({"web": web} if web else {})), ready=say_where).run()


def halt(reason: Annotated[str, typer.Option(help="Why, for the log")] = "") -> None:
    """Stop every execution at once; the halt outlives restarts."""
    from application.acting.halt import HaltSwitch
    from daemon.home import home_of
    from daemon.settings import prepare_home

    home = prepare_home(home_of(chosen.home))  # a halt is obeyed whatever the settings say
    HaltSwitch(home / HALT).halt(reason or "from the terminal", SYSTEM_CLOCK.now())
    out().print("Halted. Nothing is executed until `alfred resume`.")
    _tell_daemon(home, "halt")


def resume() -> None:
    """Let executions go on after a halt."""
    from application.acting.halt import HaltSwitch
    from daemon.home import home_of

    home = home_of(chosen.home)  # as a halt is obeyed whatever the settings say, so is its end
    if not _tell_daemon(home, "resume"):
        HaltSwitch(home / HALT).resume()
    out().print("Alfred goes on.")


def _tell_daemon(home: Path, step: str) -> bool:
    """Have a daemon that runs tell the app at once; whether it did. The file alone is what counts."""
    running = find_running(home)
    if running is None:
        return False
    try:
        with api_of(running, home, SHORT_CALL) as reached:
            reached.call("POST", f"/api/{step}")
    except (AlfredError, OSError):
        return False
    return True


def status(as_json: JSON = False) -> None:
    """Tell whether the daemon runs, how fresh each source is, and what waits."""
    running = find_running(settings().home)
    with api() as reached:
        state = reached.call("GET", "/api/status")
    state["daemon"] = {"pid": running.pid, "url": running.url} if running else None
    state["service"], state["tunnel"] = service_state(), tunnel_state()
    state["log"] = last_lines(settings().home / "logs" / "alfred.log", 5)
    show(state, as_json, _draw_status)


def doctor(
    fix: Annotated[bool, typer.Option("--fix", help="Mend what can be mended")] = False, as_json: JSON = False
) -> None:
    """Check everything that can be checked, and say what to do about each."""
    from daemon.doctor import examine

    findings = examine(chosen.home, fix=fix)
    form = {"items": [finding.as_json() for finding in findings], "next_cursor": None}
    show(form, as_json, _draw_findings)
    if any(finding.state == "bad" for finding in findings):
        raise typer.Exit(FAILED)


def pair(
    token: Annotated[bool, typer.Option("--token", help="Print a device token for programs instead")] = False,
    only_for: Annotated[str, typer.Option("--for", help="With --token: metrics, so that it reads figures alone")] = "",
    recovery: Annotated[bool, typer.Option("--recovery", help="Print new recovery codes, once, instead")] = False,
    name: Annotated[str, typer.Option(help="What to call the device")] = "",
    only: Annotated[
        bool, typer.Option("--only", help="First sign out all others: devices, programs, passkeys, codes")
    ] = False,
) -> None:
    """Show a QR code and a link that sign in one more device, once."""
    if only_for and (only_for != "metrics" or not token):
        raise Invalid("a token can be for metrics: alfred pair --token --for metrics", where="--for")
    with api() as reached:
        if only:
            gone = reached.call("DELETE", "/api/devices")["devices"]
            err().print(f"Signed out: {gone}. Passkeys, recovery codes and pairing codes are void.")
        if token:
            form = {"name": name or only_for or "a program", "figures_only": bool(only_for)}
            made = reached.call("POST", "/api/devices/token", form)
            sys.stdout.write(made["token"] + "\n")
            return
        if recovery:
            codes = reached.call("POST", "/api/devices/recovery-codes")["codes"]
            sys.stdout.write("\n".join(codes) + "\n")
            return
        code = reached.call("POST", "/api/devices/pairing")
    _draw_pairing(out(), code)
    if find_running(settings().home) is None:
        err().print("Alfred does not run: the link leads nowhere until `alfred start`, or `alfred run`.")


def _draw_status(console: Console, state: Mapping[str, Any]) -> None:
    daemon = state["daemon"]
    console.print(f"Daemon: running, PID {daemon['pid']}, {daemon['url']}" if daemon else "Daemon: not running")
    if state["service"]:
        console.print(f"Service: {escape(state['service']['said'])}")
    if state["tunnel"]:
        console.print(f"Tunnel: {escape(state['tunnel']['said'])}")
    if state["halt"]["halted"]:
        console.print(f"[red]Halted: {escape(_halt_reason(state['halt']['reason']))}[/red]")
    for source in state["sources"]:
        console.print(_source_line(source))
    if not state["sources"]:
        console.print("No source is connected; begin with `alfred connect google`.")
    if state.get("watching"):  # a daemon of before an update does not tell
        console.print("[yellow]He only watches so far; `alfred setup` shows what he would do, and asks you.[/yellow]")
    brain = state["brain"]
    model = f", with {escape(brain['model'])}" if brain["model"] else ""
    console.print(f"Brain: {brain['mode']}{model}" + (f" ({escape(brain['error'])})" if brain["error"] else ""))
    console.print(_budget_line(state["budget"]))
    if state.get("backups"):
        console.print(_backup_line(state["backups"]))
    for each in state.get("undelivered", ()):
        console.print(f"[yellow]{escape(each['device'])} got no notice since {local_time(each['since'])}[/yellow]")
    for each in state["expiring"]:
        colour = "yellow" if each["soon"] else "dim"
        console.print(f"[{colour}]{escape(each['said'])}[/{colour}]")
    waiting = state["waiting"]
    if waiting:
        console.print(f"{waiting} {'proposal waits' if waiting == 1 else 'proposals wait'} for you: `alfred approve`.")
    for line in state["log"]:
        console.print(f"[dim]{escape(brief(line))}[/dim]", overflow="ellipsis", no_wrap=True)


def _halt_reason(said: str) -> str:
    """Show the moment that Alfred wrote into the file of the stop as the owner reads times; others may have made it."""
    if not said:
        return "somebody made the file HALT"
    moment, _, reason = said.partition(" ")
    try:
        return f"since {local_time(moment, '%d %b %H:%M')}, {reason}"
    except ValueError:
        return said


def _source_line(source: Mapping[str, Any]) -> str:
    if source["error"]:
        return f"[yellow]{escape(source['id'])}: {escape(source['error'])}[/yellow]"
    if source["last_success"]:
        return f"{escape(source['id'])}: read {local_time(source['last_success'], '%d %b %H:%M')}"
    button = source["button"]["label"].lower() if source["button"] else "not read yet"
    return f"[yellow]{escape(source['id'])}: {button}[/yellow]"


def _budget_line(budget: Mapping[str, Any]) -> str:
    line = f"Models cost ${budget['today']:.2f} today and ${budget['this_month']:.2f} this month"
    limits = [
        f"${budget[key]:.2f} a {word}" for key, word in (("per_day", "day"), ("per_month", "month")) if budget[key]
    ]
    colour = {"ok": "dim", "warning": "yellow", "spent": "red"}[budget["level"]]
    return f"[{colour}]{line}{' of ' + ', '.join(limits) if limits else ''}.[/{colour}]"


def _backup_line(backups: Mapping[str, Any]) -> str:
    if backups["last_at"] is None:
        said = f"No backup in {escape(backups['folder'])}"
    else:
        sealed = "encrypted" if backups["encrypted"] else "not encrypted"
        said = f"Last backup {local_time(backups['last_at'], '%d %b %H:%M')} in {escape(backups['folder'])}, {sealed}"
    return f"[{'yellow' if backups['late'] else 'dim'}]{said}[/]"


def _draw_findings(console: Console, page: Mapping[str, Any]) -> None:
    marks = {"good": "[green]✓[/green]", "warning": "[yellow]![/yellow]", "bad": "[red]✗[/red]"}
    for finding in page["items"]:
        console.print(f"{marks[finding['state']]} {escape(finding['name'])}: {escape(finding['said'])}")
        if finding["advice"]:
            console.print(f"   [dim]{escape(finding['advice'])}[/dim]")


def _draw_pairing(console: Console, code: Mapping[str, Any]) -> None:
    import segno

    segno.make(code["link"]).terminal(compact=True)
    console.print(f"Scan this, or open {code['link']}", soft_wrap=True)
    console.print(f"or type the code [bold]{code['code']}[/bold]. It is good for ten minutes, once.")
