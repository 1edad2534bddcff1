"""What Lighthouse says of the app on a phone: fast, and usable by everybody."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from hatch_build import Node
from tests.browser.house import House

FOLDER = Path(__file__).parent / "lighthouse"


@pytest.mark.soak
@pytest.mark.parametrize("path", ["/", "/inbox", "/approvals"])
def test_lighthouse_is_content(house: House, chromium: str | None, path: str) -> None:
    if not (FOLDER / "node_modules").exists():
        pytest.skip("Lighthouse is not installed; ./setup.sh soak does that")
    cookie = "; ".join(f"{each.name}={each.value}" for each in house.api.cookies.jar)
    command = [str(Node.found().node), "judge.mjs", chromium or "", house.url + path, cookie]
    said = subprocess.run(command, cwd=FOLDER, env=os.environ, check=True, capture_output=True, text=True).stdout
    judged = json.loads(said.splitlines()[-1])
    assert (judged["url"], judged["error"]) == (house.url + path, None)
    assert judged["scores"]["accessibility"] == 1, judged["failed"]
    assert judged["scores"]["performance"] >= 0.95, judged
