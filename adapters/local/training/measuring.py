"""Measures held-out verdicts: per category, and whether confidence is honest."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

import numpy as np

from adapters.local.evidence import CATEGORIES
from adapters.local.training.fitting import Case, Floats, fit, shares

FOLDS = 5
Judged = list[tuple[Floats, Case]]


def held_out(found: Sequence[Case]) -> Judged:
    """Judge every case by weights fitted without its source: five folds by source."""
    judged: Judged = []
    for fold in range(FOLDS):
        weights = fit([case for case in found if _fold(case) != fold])
        judged.extend((shares(case, weights), case) for case in found if _fold(case) == fold)
    return judged


def per_category(judged: Judged) -> Iterator[str]:
    """Yield a line per category: of those given it, how many were right; of those that are it, how many were found."""
    yield f"{'category':15}{'given':>7}{'right':>7}{'precision':>11}{'of':>7}{'recall':>9}"
    for place, category in enumerate(CATEGORIES):
        given = [case.right[place] > 0 for share, case in judged if int(share.argmax()) == place]
        sure = [
            int(share.argmax()) == place for share, case in judged if case.right[place] > 0 and case.right.sum() == 1
        ]
        yield (
            f"{category:15}{len(given):7}{sum(given):7}{_ratio(sum(given), len(given)):>11}"
            f"{len(sure):7}{_ratio(sum(sure), len(sure)):>9}"
        )


def per_corpus(judged: Judged) -> Iterator[str]:
    """Yield the share right for each corpus and kind of answer."""
    kinds: dict[str, list[bool]] = {}
    for share, case in judged:
        wanted = "|".join(category for category, right in zip(CATEGORIES, case.right, strict=True) if right)
        kinds.setdefault(f"{case.source.split()[0]}: {wanted}", []).append(bool(case.right[int(share.argmax())]))
    for kind, outcomes in sorted(kinds.items()):
        yield f"{kind:48}{len(outcomes):6}{_ratio(sum(outcomes), len(outcomes)):>9}"


def reliability(judged: Judged, heat: float) -> Iterator[str]:
    """Yield, for each band of confidence, how many verdicts fell in it, the mean confidence, and the share right."""
    yield f"{'confidence':12}{'verdicts':>9}{'mean':>8}{'right':>8}"
    sharpened = [(_heated(share, heat), case) for share, case in judged]
    for low, high in ((0.0, 0.5), (0.5, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.97), (0.97, 1.01)):
        inside = [(share, case) for share, case in sharpened if low <= share.max() < high]
        if inside:
            mean = float(np.mean([share.max() for share, _ in inside]))
            right = [case.right[int(share.argmax())] for share, case in inside]
            yield f"{low:.2f}-{min(high, 1.0):.2f}{len(inside):12}{mean:8.3f}{float(np.mean(right)):8.3f}"


def _heated(share: Floats, heat: float) -> Floats:
    raised = (share + 1e-12) ** (1 / heat)
    return np.asarray(raised / raised.sum())


def _fold(case: Case) -> int:
    return zlib.crc32(case.source.encode()) % FOLDS


def _ratio(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"
