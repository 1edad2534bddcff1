"""The sources: how each stands, and taking in from one, what is new and history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from application.intake.backfills import BackfillProgress
from domain.errors import NotFound, SignInAgain
from web.api.operations import Call, Operation

GAPS_SHOWN = timedelta(days=7)


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
class PollForm:
    source: str
    new: int
    changed: int
    set_aside: int


@dataclass(frozen=True, slots=True)
class BackfillForm:
    """How many months of history to fill in."""

    months: int


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


def _ask_to_sign_in(call: Call) -> None:
    """Raise `SignInAgain` for a source of an account that is not connected: it is there, and cannot be read."""
    for account, name in _idle_names(call):
        if name == call.path["id"]:
            raise SignInAgain(f"{account} is not connected: sign in first", account=account)


def source_form(call: Call, name: str, account: str) -> SourceForm:
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


OPERATIONS = (
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
)
