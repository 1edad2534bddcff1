"""The steps of setting up: in which order, what each is good for, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from application.ports.providers import Part


class StepName(StrEnum):
    """What there is to set up, in order."""

    MODEL = "model"
    MAIL = "mail"
    CALENDAR = "calendar"
    WORK = "work"
    BANKS = "banks"
    PHONE = "phone"
    SERVICE = "service"


class Progress(StrEnum):
    """How far a step is. `trouble`: it was done once, and needs the owner again."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `part` is what providers have to offer for it, None where no provider is needed."""

    name: StepName
    title: str
    why: str
    page: str
    part: Part | None = None


STEPS = (
    Step(
        StepName.MODEL,
        "Model",
        "Alfred sorts mail without any model. With one he understands more, summarises better and writes replies.",
        "costs.md",
        Part.MODEL,
    ),
    Step(
        StepName.MAIL,
        "Mail",
        "What he is here for. He asks for reading alone, until you first approve something.",
        "install.md",
        Part.MAIL,
    ),
    Step(
        StepName.CALENDAR,
        "Calendar",
        "So that he sees clashes and knows your day. It comes with the account that your mail comes from.",
        "install.md",
        Part.CALENDAR,
    ),
    Step(
        StepName.WORK,
        "Work",
        "Pull requests that wait for you, work items and pipelines.",
        "connect-azure-devops.md",
        Part.WORK,
    ),
    Step(
        StepName.BANKS,
        "Bank senders",
        "Which addresses or domains your banks write from. He reads statements of theirs and of nobody else.",
        "banks.md",
    ),
    Step(
        StepName.PHONE,
        "Phone",
        "An https address under which your phone reaches him, for the app and its notices.",
        "phone.md",
    ),
    Step(
        StepName.SERVICE,
        "Service",
        "The machine keeps him running: from boot on, and again after a crash.",
        "operations.md",
    ),
)
