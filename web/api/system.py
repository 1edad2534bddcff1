"""Health, status, halt, polls, accounts, settings and logs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from application.accounts import AccountState
from domain.actions import Status
from domain.briefing import Briefing
from domain.sources import gaps
from web.api.operations import Call, Operation

GAPS_SHOWN = timedelta(days=7)
LOG_LINES = 500


@dataclass(frozen=True, slots=True)
class Health:
    status: str


@dataclass(frozen=True, slots=True)
class GapForm:
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Button:
    """What the owner can do about it: `sign_in` or `poll`, at an account or source."""

    action: str
    label: str
    target: str


@dataclass(frozen=True, slots=True)
class SourceForm:
    id: str
    account: str
    last_success: datetime | None
    gaps: tuple[GapForm, ...]
    error: str | None
    error_code: str | None
    paused: bool
    retry_at: datetime | None
    button: Button | None


@dataclass(frozen=True, slots=True)
class BrainForm:
    """`mode`: which brains classify; `breaker`: `closed` while the model answers, `open` while it does not."""

    mode: str
    breaker: str
    model: str | None
    error: str | None


@dataclass(frozen=True, slots=True)
class HaltForm:
    halted: bool
    reason: str


@dataclass(frozen=True, slots=True)
class StatusForm:
    sources: tuple[SourceForm, ...]
    brain: BrainForm
    budget: dict[str, Any]
    halt: HaltForm
    waiting: int
    version: str


@dataclass(frozen=True, slots=True)
class PollForm:
    source: str
    new: int
    changed: int
    set_aside: int


@dataclass(frozen=True, slots=True)
class AccountForm:
    name: str
    provider: str
    connected: bool
    address: str | None
    scopes: tuple[str, ...]
    problem: str


@dataclass(frozen=True, slots=True)
class ProviderForm:
    name: str
    title: str
    fields: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class AccountList:
    items: tuple[AccountForm, ...]
    providers: tuple[ProviderForm, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class NewAccountForm:
    name: str
    provider: str
    settings: dict[str, str]


@dataclass(frozen=True, slots=True)
class SignInForm:
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignInStepForm:
    attempt: str
    url: str
    code: str
    can_paste: bool
    message: str


@dataclass(frozen=True, slots=True)
class FinishForm:
    """`redirect` is the address the browser ended at; empty to wait for the browser to come back by itself."""

    redirect: str = ""
    timeout: int = 60


@dataclass(frozen=True, slots=True)
class LogList:
    items: tuple[dict[str, Any], ...]
    next_cursor: str | None = None


def health(_: Call) -> Health:
    return Health("ok")


def status(call: Call) -> StatusForm:
    services = call.services
    return StatusForm(
        sources=tuple(_source_form(call, name, account) for account, name in _source_names(call)),
        brain=BrainForm("local", "closed", None, None),
        budget={},
        halt=halt_state(call),
        waiting=services.store.actions.count(Status.PROPOSED),
        version=services.web.version,
    )


def halt_state(call: Call) -> HaltForm:
    return HaltForm(call.services.halt.is_halted, call.services.halt.reason)


def halt(call: Call) -> HaltForm:
    by = call.device.name if call.device is not None else "the owner"
    call.services.halt.halt(f"by {by}", call.services.clock.now())
    call.services.store.feed.note("status", "halt", call.services.clock.now())
    return halt_state(call)


def resume(call: Call) -> HaltForm:
    call.services.halt.resume()
    call.services.store.feed.note("status", "resume", call.services.clock.now())
    return halt_state(call)


def poll(call: Call) -> PollForm:
    taken = call.services.rounds.poll(call.services.connections.source(call.path["id"]))
    return PollForm(taken.source, len(taken.new), len(taken.changed), taken.set_aside)


def briefing(call: Call) -> Briefing:
    return call.services.briefings.briefing()


def list_accounts(call: Call) -> AccountList:
    accounts = call.services.accounts
    forms = tuple(
        ProviderForm(each.name, each.title, tuple(_field_form(field) for field in each.fields))
        for each in accounts.providers()
    )
    return AccountList(tuple(_account_form(state) for state in accounts.states()), forms)


def _field_form(field: Any) -> dict[str, Any]:
    return {"name": field.name, "title": field.title, "secret": field.secret, "help": field.help}


def add_account(call: Call) -> AccountForm:
    form: NewAccountForm = call.body
    account = call.services.accounts.add(form.name, form.provider, form.settings)
    return _account_form(AccountState(account, connected=False, problem="sign in to connect it"))


def begin_sign_in(call: Call) -> SignInStepForm:
    attempt, step = call.services.accounts.begin_sign_in(call.path["name"], call.body.scopes)
    return SignInStepForm(attempt, step.url, step.code, step.can_paste, step.message)


def finish_sign_in(call: Call) -> AccountForm:
    form: FinishForm = call.body
    accounts = call.services.accounts
    if form.redirect:
        accounts.finish_sign_in(call.path["attempt"], form.redirect)
    else:
        accounts.wait_for_sign_in(call.path["attempt"], min(form.timeout, 300))
    states = {state.account.name: state for state in accounts.states()}
    return _account_form(states[call.path["name"]])


def remove_account(call: Call) -> None:
    call.services.accounts.remove(call.path["name"])


def settings(call: Call) -> dict[str, Any]:
    return dict(call.services.settings_shown())


def logs(call: Call) -> LogList:
    file = call.services.web.log_file
    if file is None or not file.exists():
        return LogList(())
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:]
    return LogList(tuple(_log_line(line) for line in lines))


def _log_line(line: str) -> dict[str, Any]:
    try:
        form = json.loads(line)
    except ValueError:
        return {"event": line}
    return form if isinstance(form, dict) else {"event": line}


def _source_names(call: Call) -> list[tuple[str, str]]:
    """Return (account, source) of every known source, connected or not."""
    connected = {c.account.name: [s.name for s in c.messages] for c in call.services.connections.all()}
    names = [(account, name) for account, sources in connected.items() for name in sources]
    idle = [state.account.name for state in call.services.accounts.states() if state.account.name not in connected]
    return names + [(account, f"{account}/mail") for account in idle]


def _source_form(call: Call, name: str, account: str) -> SourceForm:
    store, now = call.services.store, call.services.clock.now()
    state = store.sources.state(name)
    stretches = list(store.sources.covered(name, now - GAPS_SHOWN))
    start = min((stretch.start for stretch in stretches), default=now)
    missed = gaps(stretches, max(start, now - GAPS_SHOWN), state.last_success or now)
    connected = any(connection.account.name == account for connection in call.services.connections.all())
    return SourceForm(
        id=name,
        account=account,
        last_success=state.last_success,
        gaps=tuple(GapForm(gap.start, gap.end) for gap in missed),
        error=state.error,
        error_code=state.error_code,
        paused=state.paused or not connected,
        retry_at=state.retry_at,
        button=_button(name, account, needs_sign_in=state.paused or not connected, failed=state.error is not None),
    )


def _button(source: str, account: str, *, needs_sign_in: bool, failed: bool) -> Button | None:
    if needs_sign_in:
        return Button("sign_in", "Sign in", account)
    return Button("poll", "Try now", source) if failed else None


def _account_form(state: AccountState) -> AccountForm:
    address = state.address.address if state.address is not None else None
    return AccountForm(
        state.account.name, state.account.provider, state.connected, address, state.scopes, state.problem
    )


OPERATIONS = (
    Operation("GET", "/api/health", "Whether Alfred is there", health, Health, open=True),
    Operation("GET", "/api/status", "Sources, brain, budget, halt, version", status, StatusForm),
    Operation("POST", "/api/halt", "Stop every execution", halt, HaltForm),
    Operation("POST", "/api/resume", "Go on", resume, HaltForm),
    Operation("POST", "/api/sources/{id}/poll", "Take in now", poll, PollForm),
    Operation("GET", "/api/briefing", "What matters now", briefing, Briefing),
    Operation("GET", "/api/accounts", "The owner's accounts", list_accounts, AccountList),
    Operation("POST", "/api/accounts", "Note an account", add_account, AccountForm, body=NewAccountForm, status=201),
    Operation("DELETE", "/api/accounts/{name}", "Sign out, secrets included", remove_account, status=204),
    Operation(
        "POST", "/api/accounts/{name}/sign-in", "Begin to sign in", begin_sign_in, SignInStepForm, body=SignInForm
    ),
    Operation(
        "POST",
        "/api/accounts/{name}/sign-in/{attempt}",
        "Finish to sign in",
        finish_sign_in,
        AccountForm,
        body=FinishForm,
    ),
    Operation("GET", "/api/settings", "What is set, secrets left out", settings, dict[str, Any]),
    Operation("GET", "/api/logs", "The last lines of the log", logs, LogList),
)
