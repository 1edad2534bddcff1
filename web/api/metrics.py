"""Figures for Prometheus, in its text format 0.0.4."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.responses import Response

from application.ports.store import MessageQuery
from domain.actions import Status
from web.api.operations import Call, Operation
from web.api.sources import source_names

MEDIA_TYPE = "text/plain"


def metrics(call: Call) -> Response:
    lines = [*_household(call), *_machine(call), *_budget(call), *_actions(call), *_sources(call), *_devices(call)]
    return Response("\n".join(lines) + "\n", media_type=f"{MEDIA_TYPE}; version=0.0.4; charset=utf-8")


def _household(call: Call) -> Iterator[str]:
    services = call.services
    yield "# HELP alfred_info The version that runs."
    yield "# TYPE alfred_info gauge"
    yield f'alfred_info{{version="{_escaped(services.web.version)}"}} 1'
    yield "# HELP alfred_messages Messages that are kept."
    yield "# TYPE alfred_messages gauge"
    yield f"alfred_messages {services.store.messages.count(MessageQuery())}"
    yield "# HELP alfred_messages_unclassified Messages that no brain has judged."
    yield "# TYPE alfred_messages_unclassified gauge"
    yield f"alfred_messages_unclassified {services.store.messages.count(MessageQuery(unclassified=True))}"
    yield "# HELP alfred_halted Whether every execution is stopped."
    yield "# TYPE alfred_halted gauge"
    yield f"alfred_halted {int(services.halt.is_halted)}"


def _machine(call: Call) -> Iterator[str]:
    services = call.services
    last = services.backups().last_at
    yield "# HELP alfred_backup_age_seconds Time since the last backup was made; absent where there is none."
    yield "# TYPE alfred_backup_age_seconds gauge"
    if last is not None:
        yield f"alfred_backup_age_seconds {(services.clock.now() - last).total_seconds():.0f}"
    yield "# HELP alfred_disk_free_bytes Room on the disk of the data folder."
    yield "# TYPE alfred_disk_free_bytes gauge"
    yield f"alfred_disk_free_bytes {services.disk().free}"
    yield "# HELP alfred_memory_bytes Memory that the process holds."
    yield "# TYPE alfred_memory_bytes gauge"
    yield f"alfred_memory_bytes {services.memory()}"


def _budget(call: Call) -> Iterator[str]:
    state = call.services.models.budget()
    yield "# HELP alfred_spent_dollars What models cost so far, by period."
    yield "# TYPE alfred_spent_dollars gauge"
    yield f'alfred_spent_dollars{{period="day"}} {state.today:.4f}'
    yield f'alfred_spent_dollars{{period="month"}} {state.this_month:.4f}'
    yield "# HELP alfred_budget_dollars What models may cost, by period; 0 for no limit."
    yield "# TYPE alfred_budget_dollars gauge"
    yield f'alfred_budget_dollars{{period="day"}} {state.per_day}'
    yield f'alfred_budget_dollars{{period="month"}} {state.per_month}'


def _devices(call: Call) -> Iterator[str]:
    yield "# HELP alfred_push_failures Notices in a row that a device could not be told."
    yield "# TYPE alfred_push_failures gauge"
    for device, each in call.services.subscriptions.undelivered():
        yield f'alfred_push_failures{{device="{_escaped(device.name)}"}} {each.failures}'


def _actions(call: Call) -> Iterator[str]:
    yield "# HELP alfred_actions Actions in the log, by status."
    yield "# TYPE alfred_actions gauge"
    for status in Status:
        yield f'alfred_actions{{status="{status.value}"}} {call.services.store.actions.count(status)}'


def _sources(call: Call) -> Iterator[str]:
    now = call.services.clock.now()
    states = [call.services.store.sources.state(name) for _, name in source_names(call)]
    yield "# HELP alfred_source_lag_seconds Time since a source was last read whole."
    yield "# TYPE alfred_source_lag_seconds gauge"
    for state in states:
        if state.last_success is not None:
            lag = (now - state.last_success).total_seconds()
            yield f'alfred_source_lag_seconds{{source="{_escaped(state.source)}"}} {lag:.3f}'
    yield "# HELP alfred_source_poll_failures Polls that failed since the last good one."
    yield "# TYPE alfred_source_poll_failures gauge"
    for state in states:
        yield f'alfred_source_poll_failures{{source="{_escaped(state.source)}"}} {state.failures}'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


OPERATIONS = (Operation("GET", "/metrics", "Figures for Prometheus", metrics, str, stream=MEDIA_TYPE),)
