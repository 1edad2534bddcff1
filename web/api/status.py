"""How everything stands: that Alfred is there, his status, and the briefing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from application.models.budget import ModelSpending
from application.ports.model import Role
from domain.actions import Status
from domain.backups import Backups
from domain.briefing import Briefing
from domain.disk import Disk, DiskState
from domain.errors import AlfredError
from web.api.halt import HaltForm, halt_state
from web.api.operations import Call, Operation
from web.api.services import Services
from web.api.sources import SourceForm, source_form, source_names


@dataclass(frozen=True, slots=True)
class Health:
    status: Literal["ok"]


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


def health(_: Call) -> Health:
    return Health("ok")


def status(call: Call) -> StatusForm:
    services = call.services
    return StatusForm(
        sources=tuple(source_form(call, name, account) for account, name in source_names(call)),
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


def briefing(call: Call) -> Briefing:
    return call.services.briefings.briefing()


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
    Operation("GET", "/api/briefing", "What matters now", briefing, Briefing),
)
