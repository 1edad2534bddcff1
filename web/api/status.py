"""Health, status, the stop, and taking in: now, and history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from application.intake.backfills import BackfillProgress
from application.models.budget import ModelSpending
from application.ports.model import Role
from domain.actions import Status
from domain.backups import Backups
from domain.briefing import Briefing
from domain.disk import Disk, DiskState
from domain.errors import AlfredError, NotFound, SignInAgain, TryLater
from web.api.operations import Call, Operation
from web.api.services import Services

GAPS_SHOWN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Health:
    status: Literal["ok"]


@dataclass(frozen=True, slots=True)
class GapForm:
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Button:
    """What the owner can do about it: `sign_in` or `poll`, at an account or source."""

    action: Literal["sign_in", "poll"]
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
    backfill: BackfillProgress | None


@dataclass(frozen=True, slots=True)
class BudgetForm:
    """US dollars spent on models, and the limits (0: none). `level`: `ok`, `warning` from 80 %, `spent` from 100 %."""

    today: float
    this_month: float
    per_day: float
    per_month: float
    level: str


@dataclass(frozen=True, slots=True)
class BrainForm:
    """`mode`: which brains classify; `breaker`: `closed` while the model answers, `open` while it does not."""

    mode: str
    breaker: Literal["closed", "open"]
    model: str | None
    error: str | None


@dataclass(frozen=True, slots=True)
class HaltForm:
    halted: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ExpiryForm:
    """What expires, and when; `account` is empty for the household's own, `soon` once it is announced."""

    account: str
    what: str
    at: datetime
    soon: bool
    said: str


@dataclass(frozen=True, slots=True)
class DiskForm:
    """The data folder's disk: `state` is `low` below 500 MB, `full` where the next write may fail, or `read_only`."""

    state: DiskState
    free_bytes: int


@dataclass(frozen=True, slots=True)
class BackupsForm:
    """When the last backup was made, where it lies, whether it is encrypted; `late` where the next is overdue."""

    last_at: datetime | None
    folder: str
    encrypted: bool
    late: bool


@dataclass(frozen=True, slots=True)
class UndeliveredForm:
    """A device whose last notice could not be delivered, since when none could, and why."""

    device: str
    since: datetime
    failures: int
    reason: str


@dataclass(frozen=True, slots=True)
class StatusForm:
    """`watching`: rules propose nothing until the owner has seen what they would do."""

    sources: tuple[SourceForm, ...]
    brain: BrainForm
    budget: BudgetForm
    halt: HaltForm
    disk: DiskForm
    waiting: int
    watching: bool
    version: str
    zone: str
    expiring: tuple[ExpiryForm, ...]
    backups: BackupsForm
    undelivered: tuple[UndeliveredForm, ...]


@dataclass(frozen=True, slots=True)
class PollForm:
    source: str
    new: int
    changed: int
    set_aside: int


@dataclass(frozen=True, slots=True)
class BackfillForm:
    """How many months of history to fill in."""

    months: int


def health(_: Call) -> Health:
    return Health("ok")


def status(call: Call) -> StatusForm:
    services = call.services
    return StatusForm(
        sources=tuple(_source_form(call, name, account) for account, name in source_names(call)),
        brain=_brain(services),
        budget=_budget(services.models.budget()),
        halt=halt_state(call),
        disk=_disk(services.disk()),
        waiting=services.store.actions.count(Status.PROPOSED),
        watching=services.rule_book.only_watches,
        version=services.web.version,
        zone=str(services.calendars.agenda.zone),
        expiring=_expiring(services),
        backups=_backups(services.backups(), services.clock.now()),
        undelivered=tuple(
            UndeliveredForm(device.name, each.since, each.failures, each.reason)
            for device, each in services.subscriptions.undelivered()
        ),
    )


def _backups(known: Backups, now: datetime) -> BackupsForm:
    return BackupsForm(known.last_at, known.folder, known.encrypted, known.late(now))


def _expiring(services: Services) -> tuple[ExpiryForm, ...]:
    """Return what expires, the soonest first; nothing while a certificate is being replaced."""
    now = services.clock.now()
    try:
        found = services.expiring()
    except (AlfredError, OSError):
        return ()
    return tuple(
        ExpiryForm(each.account, each.what, each.at, each.stage(now) is not None, each.said(now)) for each in found
    )


def halt_state(call: Call) -> HaltForm:
    return HaltForm(call.services.halt.is_halted, call.services.halt.reason)


def halt(call: Call) -> HaltForm:
    by = call.device.name if call.device is not None else "the owner"
    call.services.halt.halt(f"by {by}", call.services.clock.now())
    return _told_of(call, "halt")


def resume(call: Call) -> HaltForm:
    call.services.halt.resume()
    return _told_of(call, "resume")


def _told_of(call: Call, step: str) -> HaltForm:
    """Tell every device; the stop is done and counts, also where a full disk keeps that from being noted."""
    with suppress(TryLater):
        call.services.store.feed.note("status", step, call.services.clock.now())
    return halt_state(call)


def poll(call: Call) -> PollForm:
    _ask_to_sign_in(call)
    taken = call.services.rounds.poll_named(call.path["id"])
    return PollForm(taken.source, len(taken.new), len(taken.changed), taken.set_aside)


def backfill(call: Call) -> BackfillProgress:
    """Begin in the background; `status` events tell how far it is."""
    _ask_to_sign_in(call)
    source = call.services.connections.source(call.path["id"])
    return call.services.backfills.start(source, call.body.months)


def backfill_progress(call: Call) -> BackfillProgress:
    progress = call.services.backfills.progress(call.path["id"])
    if progress is None:
        raise NotFound(f"nobody asked for history of {call.path['id']} since Alfred was started")
    return progress


def briefing(call: Call) -> Briefing:
    return call.services.briefings.briefing()


def _ask_to_sign_in(call: Call) -> None:
    """Raise `SignInAgain` for a source of an account that is not connected: it is there, and cannot be read."""
    for account, name in _idle_names(call):
        if name == call.path["id"]:
            raise SignInAgain(f"{account} is not connected: sign in first", account=account)


def source_names(call: Call) -> list[tuple[str, str]]:
    """Return (account, source) of every known source, connected or not."""
    connected = [(c.account.name, name) for c in call.services.connections.all() for name in c.sources]
    return connected + list(_idle_names(call))


def _idle_names(call: Call) -> Iterator[tuple[str, str]]:
    """Yield (account, source) of the accounts that are not connected: what was read once, else the account itself."""
    connected = {connection.account.name for connection in call.services.connections.all()}
    for account in (state.account.name for state in call.services.accounts.states()):
        if account not in connected:
            read = [name for name in call.services.store.sources.names() if name.startswith(f"{account}/")]
            yield from ((account, name) for name in read or [account])


def _source_form(call: Call, name: str, account: str) -> SourceForm:
    store, now = call.services.store, call.services.clock.now()
    state = store.sources.state(name)
    missed = call.services.briefings.not_read(name, now - GAPS_SHOWN, now)
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
        backfill=call.services.backfills.progress(name),
    )


def _button(source: str, account: str, *, needs_sign_in: bool, failed: bool) -> Button | None:
    if needs_sign_in:
        return Button("sign_in", "Sign in", account)
    return Button("poll", "Try now", source) if failed else None


def _brain(services: Services) -> BrainForm:
    models = services.models.of(Role.CLASSIFY)
    breaker = services.breaker
    return BrainForm(
        mode="model" if models and not breaker.is_open else "local",
        breaker="open" if breaker.is_open else "closed",
        model=models[0].name if models else None,
        error=breaker.error,
    )


def _disk(disk: Disk) -> DiskForm:
    return DiskForm(disk.state, disk.free)


def _budget(state: ModelSpending) -> BudgetForm:
    today, month = round(state.today, 4), round(state.this_month, 4)
    return BudgetForm(today, month, state.per_day, state.per_month, state.level)


OPERATIONS = (
    Operation("GET", "/api/health", "Whether Alfred is there", health, Health, open=True),
    Operation("GET", "/api/status", "Sources, brain, budget, halt, version", status, StatusForm),
    Operation("POST", "/api/halt", "Stop every execution", halt, HaltForm),
    Operation("POST", "/api/resume", "Go on", resume, HaltForm),
    Operation("POST", "/api/sources/{id}/poll", "Take in now", poll, PollForm),
    Operation(
        "POST",
        "/api/sources/{id}/backfill",
        "Fill in history",
        backfill,
        BackfillProgress,
        body=BackfillForm,
        status=202,
    ),
    Operation(
        "GET", "/api/sources/{id}/backfill", "How far filling in history is", backfill_progress, BackfillProgress
    ),
    Operation("GET", "/api/briefing", "What matters now", briefing, Briefing),
)
