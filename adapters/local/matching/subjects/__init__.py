"""Subjects of conversation; a new one is a module with a SUBJECT, and one line here."""

from __future__ import annotations

from adapters.local.matching.subject import Subject
from adapters.local.matching.subjects import (
    calendar,
    courtesy,
    day,
    elsewhere,
    memory,
    money,
    proposals,
    rules,
    search,
    tasks,
    tidying,
    work,
)

SUBJECTS: tuple[Subject, ...] = (
    courtesy.SUBJECT,
    day.SUBJECT,
    rules.SUBJECT,
    work.SUBJECT,
    calendar.SUBJECT,
    tasks.SUBJECT,
    tidying.SUBJECT,
    proposals.SUBJECT,
    memory.SUBJECT,
    money.SUBJECT,
    search.SUBJECT,
    elsewhere.SUBJECT,
)
