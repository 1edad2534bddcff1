"""The brain in the box on real mail that never enters the repository.

The folder of corpora is named by ALFRED_CORPORA, or lies beside the repository as `shared/data`.
"""

from __future__ import annotations

import os
import tarfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from adapters.local import LocalBrain
from adapters.local.evidence import CATEGORIES
from adapters.local.training.corpora import everything
from adapters.local.training.fitting import cases
from adapters.local.training.measuring import Judged, held_out
from adapters.mime.reader import MimeReader
from application.ports.mime import RawMail, Unreadable
from domain.messages import Message
from domain.triage import Category

DATA = Path(os.environ.get("ALFRED_CORPORA") or Path(__file__).parents[3] / "shared" / "data")
ARCHIVE = DATA / "mail" / "spamassassin.tar.xz"
ROBUSTNESS = DATA / "mail" / "robustness"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
pytestmark = [pytest.mark.corpus, pytest.mark.skipif(not ARCHIVE.exists(), reason="the corpora are not here")]


def raw_mail(content: bytes, name: str) -> RawMail:
    return RawMail("sample", "google", "sample/mail", name, "", NOW, frozenset(), content)


def archived() -> Iterator[RawMail]:
    with tarfile.open(ARCHIVE) as archive:
        for member in archive:
            handle = archive.extractfile(member) if member.isfile() else None
            if handle is not None:
                yield raw_mail(handle.read(), member.name)


def readable(raws: Iterator[RawMail]) -> list[Message]:
    read = MimeReader().read_many(raws)
    return [message for message in read if not isinstance(message, Unreadable)]


@pytest.fixture(scope="module")
def on_strange_sources() -> Judged:
    """Every mail judged by weights that were trained without its source."""
    return held_out(cases(everything(DATA)))


def test_every_archived_mail_gets_a_verdict() -> None:
    messages = readable(archived())
    verdicts = LocalBrain(ZoneInfo("UTC")).judge(messages, NOW)
    assert len(messages) > 800
    assert None not in verdicts


def test_broken_mail_does_not_make_it_stumble() -> None:
    files = [
        path for path in sorted(ROBUSTNESS.rglob("*")) if path.is_file() and path.suffix in (".eml", ".txt", ".msg")
    ]
    messages = readable(raw_mail(path.read_bytes(), path.name) for path in files)
    assert None not in LocalBrain(ZoneInfo("UTC")).judge(messages, NOW)


def test_spam_from_strange_sources_is_found_and_peoples_mail_is_left_alone(on_strange_sources: Judged) -> None:
    spam = CATEGORIES.index(Category.SPAM)
    outcomes = Counter(
        (bool(case.right[spam]), int(share.argmax()) == spam)
        for share, case in on_strange_sources
        if case.source.startswith("sa ")
    )
    found = outcomes[True, True] / (outcomes[True, True] + outcomes[True, False])
    wronged = outcomes[False, True] / (outcomes[False, True] + outcomes[False, False])
    assert found >= 0.82
    assert wronged <= 0.05


@pytest.mark.parametrize(("at_least", "honest"), [(0.9, 0.93), (0.97, 0.97)])
def test_confidence_is_honest(on_strange_sources: Judged, at_least: float, honest: float) -> None:
    sure = [case.right[int(share.argmax())] for share, case in on_strange_sources if share.max() >= at_least]
    assert len(sure) > 800
    assert float(np.mean(sure)) >= honest
