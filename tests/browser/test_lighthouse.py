"""What Lighthouse says of the app on a phone: fast, and usable by everybody."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from hatch_build import Node
from tests.browser.house import House

FOLDER = Path(__file__).parent / "lighthouse"
RUNS = 3
"""Other work on the machine slows single runs down; Lighthouse advises to take the median of several."""


@pytest.mark.soak
@pytest.mark.parametrize("path", ["/", "/inbox", "/approvals"])
def test_lighthouse_is_content(house: House, chromium: str | None, path: str) -> None:
    if not (FOLDER / "node_modules").exists():
        pytest.skip("Lighthouse is not installed; ./setup.sh soak does that")
    cookie = "; ".join(f"{each.name}={each.value}" for each in house.api.cookies.jar)
    judged = sorted((judge(chromium or "", house.url + path, cookie) for _ in range(RUNS)), key=performance)
    assert [each["scores"]["accessibility"] for each in judged] == [1] * RUNS, judged[0]["failed"]
    assert performance(judged[RUNS // 2]) >= 0.95, judged


def judge(chromium: str, url: str, cookie: str) -> Any:
    """Return what Lighthouse says of one visit."""
    command = [str(Node.found().node), "judge.mjs", chromium, url, cookie]
    said = subprocess.run(command, cwd=FOLDER, env=os.environ, check=True, capture_output=True, text=True).stdout
    judged = json.loads(said.splitlines()[-1])
    assert (judged["url"], judged["error"]) == (url, None)
    return judged


def performance(judged: Any) -> float:
    return float(judged["scores"]["performance"])
