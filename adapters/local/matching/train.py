"""Trains the weights that ship: `python -m adapters.local.matching.train CLINC`, a CLINC150 sample being optional.

Of the sample (Larson et al. 2019, CC BY 3.0) only the half that `taught` holds for is learnt from; the rest measures.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from adapters.local.matching.likeness import SCALE, features
from adapters.local.matching.subjects import SUBJECTS
from adapters.local.matching.wording import plain

WEIGHTS = Path(__file__).with_name("likeness.tsv")
FILLINGS = Path(__file__).with_name("fillings.txt")
NONE = "none"
CLINC = {
    "reminder": "list_tasks",
    "reminder_update": "add_task",
    "todo_list": "list_tasks",
    "todo_list_update": "add_task",
    "calendar": "list_events",
    "calendar_update": "create_event",
    "meeting_schedule": "list_events",
    "schedule_meeting": "create_event",
    "spending_history": "spending",
    "transactions": "find_transactions",
    "balance": "balances",
}
_TAKEN_OFF = {"todo_list_update": "complete_task", "calendar_update": "delete_event"}
"""Which tool the intents of CLINC150 are for us; all others are none of ours."""

_DONE = re.compile(
    r"\b(?:off|remove|delete|erase|clear|finished|done|cross|scratch|get rid|no longer)\b", re.IGNORECASE
)
_WHEN = re.compile(r"(?:when|when's|(?:at )?what time|on what day)\b(?! do i have meetings)", re.IGNORECASE)
_NO_ORDER = re.compile(r"\brooms?\b|\b(?:how|trouble|teach|steps?|process)\b", re.IGNORECASE)
_PLACE = re.compile(r"\[(?P<what>\w+)\]")
_VARIANTS = 6
_LEAST = 2
_ROUNDS = 60
_RATE = 0.5
_SHRINK = 2e-4
_LARGEST = 7.9
Case = tuple[str, str]


def taught(words: str) -> bool:
    """Whether this sentence of the sample is one to learn from."""
    return crc32(words.strip().lower().encode()) % 2 == 0


def clinc(sample: Path) -> Iterator[Case]:
    """Yield the sentences of the sample with the tool that they are for."""
    for words, intent in json.loads(sample.read_text("utf-8")):
        off = _TAKEN_OFF.get(intent) if _DONE.search(words) else None
        asked = intent == "schedule_meeting" and _NO_ORDER.search(words)
        if intent == "meeting_schedule" and _WHEN.match(words):
            yield words, "search_events"
            continue
        yield words, NONE if asked else off or CLINC.get(intent, NONE)


def own(random: Random) -> Iterator[Case]:
    """Yield our own phrasings, with their places filled in several ways, and what is none of ours."""
    fillings = read_fillings()
    for subject in SUBJECTS:
        for intent in subject.intents:
            for example in intent.examples:
                for _ in range(_VARIANTS if "[" in example else 2):
                    yield _PLACE.sub(lambda place: random.choice(fillings[place["what"]]), example), intent.label
    for example in fillings[NONE]:
        for _ in range(2):
            yield example, NONE


def read_fillings() -> dict[str, list[str]]:
    """Return what goes into each place of an example, by the place's name."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in filter(None, FILLINGS.read_text("utf-8").splitlines()):
        if line.startswith("["):
            name = line.strip("[]")
        else:
            found.setdefault(name, []).append(line)
    return found


def fit(cases: Sequence[Case]) -> tuple[list[str], dict[str, NDArray[np.float64]]]:
    """Return the labels, and the weights of the features that at least two sentences have: softmax regression."""
    labels = sorted({label for _, label in cases})
    bags = [features(plain(words)) for words, _ in cases]
    counts = Counter(feature for bag in bags for feature in bag)
    index = {feature: row for row, feature in enumerate(sorted(f for f, n in counts.items() if n >= _LEAST))}
    rows = [np.array(sorted(index[feature] for feature in bag if feature in index), dtype=np.int64) for bag in bags]
    right = np.array([labels.index(label) for _, label in cases])
    share = Counter(label for _, label in cases)
    importance = [(len(cases) / len(labels) / share[label]) ** 0.5 for _, label in cases]
    weights = np.zeros((len(index), len(labels)))
    _descend(weights, rows, right, importance)
    return labels, {feature: weights[row] for feature, row in index.items()}


def _descend(
    weights: NDArray[np.float64], rows: Sequence[NDArray[np.int64]], right: NDArray[np.int64], importance: list[float]
) -> None:
    random, order = Random(1), list(range(len(rows)))
    for turn in range(_ROUNDS):
        random.shuffle(order)
        for place in order:
            row = rows[place]
            scores = weights[row].sum(axis=0) / np.sqrt(len(row) or 1)
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            shares[right[place]] -= 1
            weights[row] -= _RATE / (1 + turn / 10) * importance[place] * shares / np.sqrt(len(row) or 1)
        weights *= 1 - _SHRINK * len(rows) / 1000
    np.clip(weights, -_LARGEST, _LARGEST, out=weights)


def write(labels: Sequence[str], weights: dict[str, NDArray[np.float64]]) -> None:
    """Write the weights as text: a feature, a tab, one byte per label in hexadecimal."""
    lines = ["\t".join(["1.0", *labels])]
    for feature, row in weights.items():
        if np.abs(row).max() >= 0.25:
            coded = np.clip(np.round(row * SCALE), -127, 127).astype(int) + 128
            lines.append(f"{feature}\t{bytes(coded.tolist()).hex()}")
    WEIGHTS.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{len(lines) - 1} features, {len(labels)} labels, {WEIGHTS.stat().st_size // 1024} kB")


def main(arguments: Sequence[str]) -> None:
    cases = list(own(Random(1)))
    cases += [case for sample in arguments for case in clinc(Path(sample)) if taught(case[0])]
    write(*fit(cases))


if __name__ == "__main__":
    main(sys.argv[1:])
