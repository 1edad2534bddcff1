"""Understanding without a model, on sentences that nobody who wrote the patterns has seen (CLINC150).

The folder of corpora is named by ALFRED_CORPORA, or lies beside the repository as `shared/data`.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adapters.local.matching import LocalMatcher
from adapters.local.matching.train import NONE, clinc, taught

DATA = Path(os.environ.get("ALFRED_CORPORA") or Path(__file__).parents[3] / "shared" / "data")
SAMPLE = DATA / "tools" / "clinc150" / "train_subset.json"
NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
pytestmark = [pytest.mark.corpus, pytest.mark.skipif(not SAMPLE.exists(), reason="the corpora are not here")]


@pytest.fixture(scope="module")
def outcomes() -> list[tuple[str, str]]:
    """What was wanted and what was understood, for each sentence that was not learnt from."""
    matcher = LocalMatcher(ZoneInfo("UTC"))
    found = []
    for words, wanted in clinc(SAMPLE):
        if not taught(words):
            match = matcher.match(words, NOW)
            found.append((wanted, match.tool if match else NONE))
    return found


def test_what_is_ours_is_understood(outcomes: list[tuple[str, str]]) -> None:
    ours = [wanted == got for wanted, got in outcomes if wanted != NONE]
    assert sum(ours) / len(ours) >= 0.85


def test_what_is_none_of_ours_is_turned_away(outcomes: list[tuple[str, str]]) -> None:
    others = [got != NONE for wanted, got in outcomes if wanted == NONE]
    assert sum(others) / len(others) <= 0.05
