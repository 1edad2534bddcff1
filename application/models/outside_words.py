"""Words from outside, as a model is shown them: as data with its origin, never as an instruction."""

from __future__ import annotations

import re

_FENCE = re.compile(r"<(\s*/?\s*data\b)", re.IGNORECASE)


def as_data(origin: str, text: str) -> str:
    """Wrap outside text as data with its origin; what it says is never an instruction."""
    fenced = _FENCE.sub(r"<\\\1", text)
    return f'<data from="{origin}" trust="none">\n{fenced}\n</data>'
