"""The app knows, as the core does, what somebody else may notice: that is never approved from a list."""

import re
from pathlib import Path

import pytest

from domain.kinds import FACTS, About, Kind

DESK = Path(__file__).parents[2] / "web" / "app" / "src" / "lib" / "state" / "desk.svelte.ts"


@pytest.mark.parametrize("kind", FACTS)
def test_the_app_knows_which_kinds_reach_others(kind: Kind) -> None:
    found = re.search(r"const OTHERS = /(.+)/;", DESK.read_text())
    assert found is not None
    facts = FACTS[kind]
    reaches = facts.reaches_others or facts.when_asked or facts.about is About.EVENT
    assert (re.match(found[1], kind.value) is not None) is reaches
