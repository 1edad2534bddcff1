"""`alfred demo`: the whole product on a make-believe household, on loopback alone."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daemon.cli.frame import can_open_browser, chosen, out
from daemon.cli.page import draw_briefing
from daemon.clock import SYSTEM_CLOCK
from daemon.running import PORT
from domain.errors import Invalid

if TYPE_CHECKING:
    from rich.table import Table

DEMO_HOME = Path("~/.alfred-demo")
MARK = "DEMO"
OFFICE = "office"
DEVOPS = "devops"
ACCOUNTS = {"gmail": ("google", dict[str, str]()), OFFICE: ("microsoft", {"reads": "mail, teams, calendar"})}
FIRST_LOOK_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Scene:
    """Which household is played, and the moment it is set in; kept so that a restart goes on where it was."""

    scenario: str
    seed: int
    size: int | None
    set_at: datetime


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(demo)


def demo(
    port: Annotated[int, typer.Option(help="Port to listen on", min=0, max=65535)] = PORT,
    scenario: Annotated[str, typer.Option(help="The household to play")] = "monday",
    seed: Annotated[int, typer.Option(help="Varies names, times and order")] = 0,
    size: Annotated[int | None, typer.Option(help="Make it this many messages", min=1)] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin anew; empties a demo's data folder only")] = False,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the browser")] = False,
    claude: Annotated[bool, typer.Option("--claude", help="Play a make-believe Claude too, for the chat")] = False,
    reload: Annotated[bool, typer.Option("--reload", help="Start again whenever the code changes")] = False,
) -> None:
    """Play with the whole product on a make-believe household; nothing leaves this machine."""
    if reload:
        _run_reloading()
        return
    from sandbox.households.script import known_households

    if scenario not in (known := known_households()):
        raise Invalid(f"there is no household {scenario!r}; known are {', '.join(known)}", where="--scenario")
    home = demo_home(fresh=fresh)
    chosen.home, chosen.named = home, None  # the page that it ends with says `export ALFRED_HOME`
    scene = _scene(home, scenario, seed, size)
    out().print(f"Opening the [bold]{scene.scenario}[/bold] household in {home} …")
    with _sandbox(scene, home) as outside, _make_believe_claude(scene, wanted=claude) as model_settings:
        _play(outside, home, port, model_settings, open_browser=not no_browser)


def demo_home(*, fresh: bool) -> Path:
    """Return the demo's data folder; raise `Invalid` for a folder with data that is not a demo's."""
    from daemon.settings import prepare_home

    named = chosen.home or (Path(os.environ["ALFRED_HOME"]) if os.environ.get("ALFRED_HOME") else DEMO_HOME)
    home = named.expanduser().absolute()
    if home.exists() and any(home.iterdir()) and not (home / MARK).exists():
        raise Invalid(f"{home} holds data that is not a demo's; name another folder with --home", where="home")
    if fresh and home.exists():
        shutil.rmtree(home)
    prepare_home(home)
    (home / MARK).touch()
    return home


def _scene(home: Path, scenario: str, seed: int, size: int | None) -> Scene:
    """Return the scene that is being played here, or begin the one asked for."""
    file = home / "scene.json"
    if file.exists():
        known = json.loads(file.read_text())
        before = Scene(known["scenario"], known["seed"], known["size"], datetime.fromisoformat(known["set_at"]))
        if (before.scenario, before.seed, before.size) != (scenario, seed, size):
            raise Invalid(
                f"{home} plays {before.scenario} with seed {before.seed}; begin anew with --fresh", where="seed"
            )
        return before
    scene = Scene(scenario, seed, size, SYSTEM_CLOCK.now())
    form = {"scenario": scenario, "seed": seed, "size": size, "set_at": scene.set_at.isoformat()}
    file.write_text(json.dumps(form))
    return scene


@dataclass(frozen=True, slots=True)
class Outside:
    """The make-believe servers that the household lives at."""

    played: Any
    google: Any
    microsoft: Any
    devops: Any
    pat: str
    hook_password: str

    @property
    def settings(self) -> dict[str, Any]:
        """What leads to them."""
        installed = self.google.client_config()["installed"]
        client = {name: installed[name] for name in ("client_id", "client_secret", "auth_uri", "token_uri")}
        microsoft = {
            "client_id": self.microsoft.client_id,
            "authority": self.microsoft.authority,
            "graph_endpoint": self.microsoft.base_url,
        }
        devops = {"url": self.devops.organization_url, "hook_password": self.hook_password}
        return {
            "google": {**client, "api_endpoint": self.google.base_url},
            "microsoft": microsoft,
            "azure_devops": devops,
            "tls": {"ca_file": str(self.microsoft.ca_file)},
        }


@contextmanager
def _sandbox(scene: Scene, home: Path) -> Iterator[Outside]:
    """Serve the make-believe Google, Microsoft and Azure DevOps with all that the household has there."""
    import secrets

    from sandbox.azure_devops import AzureDevOpsServer
    from sandbox.google import GoogleServer
    from sandbox.household import load as load_household
    from sandbox.microsoft import MicrosoftServer

    played = load_household(scene.scenario, seed=scene.seed, size=scene.size, now=scene.set_at)
    _furnish(home, played.owner)
    with (
        GoogleServer(record=home / "sandbox-record.jsonl", quota=None) as google,
        MicrosoftServer(record=home / "sandbox-record-office.jsonl", limit=None) as microsoft,
        AzureDevOpsServer(_organization(played), record=home / "sandbox-record-devops.jsonl") as devops,
    ):
        google.move_in(played.owner.address, played.mails, played.events)
        office = played.account(OFFICE).address
        microsoft.move_in(office, played.owner.name, played.outlook, played.chats, played.events)
        if played.works is not None:
            devops.move_in(played.works)
        pat = devops.pat(played.account(DEVOPS).address, name=played.owner.name)
        yield Outside(played, google, microsoft, devops, pat, secrets.token_urlsafe(24))


def _organization(played: Any) -> str:
    return str(played.works.organization) if played.works is not None else "alone"


def _furnish(home: Path, owner: Any) -> None:
    """Write down the owner's zone and form of address, once; both files may be edited afterwards."""
    files = {
        "config.toml": f"[owner]\ntimezone = {json.dumps(owner.zone)}\n",
        "persona.toml": f"address = {json.dumps(owner.form_of_address)}\n",
    }
    for name, text in files.items():
        if not (home / name).exists():
            (home / name).touch(mode=0o600)
            (home / name).write_text(text, encoding="utf-8")


@contextmanager
def _make_believe_claude(scene: Scene, *, wanted: bool) -> Iterator[dict[str, Any]]:
    """Serve a perfect model where one is wanted; yield the settings that lead to it."""
    if not wanted:
        yield {}
        return
    from sandbox.anthropic import KEY, AnthropicServer
    from sandbox.household import load as load_household
    from sandbox.perfect.triage import AnswerKey

    played = load_household(scene.scenario, seed=scene.seed, size=scene.size, now=scene.set_at)
    with AnthropicServer(key=AnswerKey.of(played.mails)) as server:
        yield {"anthropic": {"base_url": server.base_url, "api_key": KEY}}


def _play(outside: Outside, home: Path, port: int, models: dict[str, Any], *, open_browser: bool) -> None:
    from daemon.container import Container
    from daemon.service import Daemon
    from daemon.settings import load

    settings = load(home, {**outside.settings, "web": {"port": port}, **models})

    def prepare(container: Container) -> None:
        for name, (provider, wishes) in ACCOUNTS.items():
            _sign_in(container, name, provider, wishes)
        _hand_over_token(container, outside.pat)

    def ready(container: Container, url: str) -> None:
        _show_first_round(container)
        _show_how_to_go_on(container, url, outside, open_browser=open_browser)
        _bring_statements(container, outside)

    Daemon(settings, prepare, ready).run()


def _sign_in(container: Any, name: str, provider: str, wishes: dict[str, str]) -> None:
    """Go through the real sign-in once; the make-believe owner consents at once."""
    import ssl

    import httpx

    from application.accounts import EVERYTHING
    from domain.errors import NotFound

    accounts = container.accounts()
    try:
        accounts.get(name)
    except NotFound:
        accounts.add(name, provider, wishes)
    attempt, step = accounts.begin_sign_in(name, EVERYTHING)
    trusted = ssl.create_default_context(cafile=container.settings().tls.ca_file)
    answer = httpx.get(step.url, follow_redirects=False, trust_env=False, verify=trusted)
    accounts.finish_sign_in(attempt, answer.headers["location"])


def _hand_over_token(container: Any, pat: str) -> None:
    """Sign in to the make-believe Azure DevOps, as if the owner had pasted a token."""
    from domain.errors import NotFound

    accounts = container.accounts()
    try:
        accounts.get(DEVOPS)
    except NotFound:
        accounts.add(DEVOPS, "azure_devops", {})
    attempt, _ = accounts.begin_sign_in(DEVOPS)
    accounts.finish_sign_in(attempt, pat)


def _show_first_round(container: Any) -> None:
    """Show what is taken in and sorted, as it happens, until the first round is through."""
    from rich.live import Live

    until = time.monotonic() + FIRST_LOOK_SECONDS
    with Live(_summary(container), console=out(), refresh_per_second=8, transient=False) as live:
        while time.monotonic() < until and not _is_through(container):
            time.sleep(0.1)
            live.update(_summary(container))
        live.update(_summary(container))


def _is_through(container: Any) -> bool:
    """Whether the first round has ended and every arrival was sorted."""
    from application.ports.store import MessageQuery

    store = container.store()
    states = [store.sources.state(s.name) for c in container.connections().all() for s in c.messages]
    polled = all(state.last_success is not None or state.error for state in states)
    return polled and store.messages.count(MessageQuery(label="inbox", unclassified=True)) == 0


def _summary(container: Any) -> Table:
    from rich.table import Table

    from application.ports.store import MessageQuery
    from domain.actions import Status

    store = container.store()
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_row("Messages taken in", str(store.messages.count(MessageQuery())))
    table.add_row("Sorted", str(store.messages.count(MessageQuery(max_priority=5))))
    table.add_row("Proposals that wait for you", str(store.actions.count(Status.PROPOSED)))
    return table


def _show_how_to_go_on(container: Any, url: str, outside: Outside, *, open_browser: bool) -> None:
    from domain.codec import encode

    console = out()
    console.print()
    page = encode(container.briefings().briefing())
    assert isinstance(page, dict)
    draw_briefing(console, page)
    link = f"{url}/sign-in#{container.devices().new_code()}"
    console.print(f"\nOpen Alfred: {link}", soft_wrap=True)
    console.print("(a one-time link, good for ten minutes; `alfred pair` makes another)")
    home = container.settings().home
    console.print(f"\nIn another terminal: export ALFRED_HOME={home}{_path_to_alfred()}", soft_wrap=True)
    console.print("  alfred briefing · alfred inbox · alfred show ID · alfred chat")
    console.print("  alfred approve · alfred approve ID · alfred undo ID · alfred actions")
    console.print("  alfred prs · alfred work-items · alfred pipelines")
    console.print("  alfred statements unlock (14JUN1985 opens the card's) · alfred transactions · alfred budgets")
    console.print(f"The make-believe Google is at {outside.google.base_url},", soft_wrap=True)
    console.print(f"the make-believe Microsoft at {outside.microsoft.base_url},", soft_wrap=True)
    hooks = f"hooks to /hooks/azure-devops, any user, password {outside.hook_password}"
    console.print(f"the make-believe Azure DevOps at {outside.devops.base_url} ({hooks}).", soft_wrap=True)
    console.print("Ctrl-C ends the demo.")
    if open_browser and sys.stdout.isatty() and can_open_browser():
        webbrowser.open(link)


def _bring_statements(container: Any, outside: Outside) -> None:
    """Let the household's banks have sent a year of statements, and shops an invoice and the promise of a refund.

    All is filed away as read; Alfred finds it by himself. The newest month nearly used up the limit on food.
    """
    from application.acting.limits import Limits
    from domain.own_records import NewBudget
    from sandbox.statements.year import limit_on_food

    statements = outside.played.statements
    sent = (*statements, *outside.played.promises)
    filed = [replace(each.mail, labels=("CATEGORY_UPDATES",)) for each in sent]
    outside.google.move_in(outside.played.owner.address, filed)
    for sender in sorted({each.sender for each in statements}):
        container.finance().senders.add(sender)
    if not container.finance().budgets.all():
        limit = NewBudget("food", f"{limit_on_food(statements):.2f}", statements[-1].currency)
        Limits(container.store().preferences).put(limit)


def _path_to_alfred() -> str:
    """Return what makes `alfred` a command in a shell that does not know it."""
    return "" if shutil.which("alfred") else f' PATH="{Path(sys.executable).parent}:$PATH"'


def _run_reloading() -> None:
    """Run this very command without --reload, and again whenever a Python file changes."""
    from watchfiles import PythonFilter, run_process

    command = [each for each in sys.argv[1:] if each != "--reload"] + ["--no-browser"]
    root = Path(__file__).parents[2]
    folders = [root / name for name in ("domain", "application", "adapters", "daemon", "web/api", "sandbox")]
    run_process(*folders, target=_command_line(command), target_type="command", watch_filter=PythonFilter())


def _command_line(arguments: list[str]) -> str:
    import shlex

    return shlex.join([sys.executable, "-m", "daemon.cli.main", *arguments])
