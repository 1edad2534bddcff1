"""A household worth saving: mail, tasks, memories, rules, settings, secrets, and actions at every stage."""

from __future__ import annotations

from pathlib import Path

from adapters.sqlite import SqliteStore
from daemon.household import household
from daemon.settings import load
from domain.action_events import ActionEvent, Approved, Doubted, Executed, Proposed, Started
from domain.kinds import Kind
from domain.tasks import Fact, Task
from tests.contract.store.samples import NOON, classified, full_mail, mail, proposed

CANARY = "canary-z42zXFj56oHt6901s677wiyKQXE9YQ2oReuNzJ2Va"
A_LETTER = proposed("", kind=Kind.SEND, arguments={"to": ["bob@example.org"], "subject": "Hello", "text": "Hello."})
SETTINGS = f'[owner]\ntimezone = "Europe/Berlin"\n\n[google]\nclient_id = "mine"\nclient_secret = "{CANARY}"\n'


def furnish(home: Path) -> Path:
    """Make such a household."""
    home.mkdir(mode=0o700, parents=True)
    (home / "config.toml").write_text(SETTINGS)
    (home / "persona.toml").write_text('address = "Master Jo"\n')
    (home / ".env").write_text(f"ANTHROPIC_API_KEY={CANARY}\n")
    for name in ("config.toml", ".env"):
        (home / name).chmod(0o600)
    with household(load(home)) as container:
        container.vault().put("gmail/token", CANARY)
        fill(container.store())
    return home


def fill(store: SqliteStore) -> None:
    store.messages.take([full_mail(), *(mail(str(number)) for number in range(30))])
    store.classifications.put([classified("1")])
    store.tasks.put_task(Task("t1", "=Water the ferns", NOON))
    store.memory.put(Fact("f1", "drinks tea", "I drink tea", NOON), [0.0, 1.0])
    put(store, "label-approved", proposed(kind=Kind.LABEL, arguments={"add": ["starred"]}), 1)
    put(store, "send-proposed", A_LETTER, 0)
    put(store, "send-approved", A_LETTER, 1)
    put(store, "send-started", A_LETTER, 1, Started())
    put(store, "send-done", A_LETTER, 1, Started(), Executed({"id": "sent"}))
    put(store, "send-unsure", A_LETTER, 1, Started(), Doubted("the answer was lost"))


def put(store: SqliteStore, name: str, proposal: Proposed, approvals: int, *after: ActionEvent) -> None:
    action = store.actions.append(name, [proposal], actor="owner", at=NOON)
    steps = [*[Approved(action.digest)] * approvals, *after]
    if steps:
        store.actions.append(name, steps, actor="owner", at=NOON)
