"""What is installed is locked by its hash, from no registry that is named; and the scripts are clean."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-test.lock")


@pytest.mark.parametrize("script", ["setup.sh", ".ci/run"])
def test_scripts_are_clean_to_shellcheck(script: str) -> None:
    shellcheck = shutil.which(
        "shellcheck", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    )
    if shellcheck is None:
        pytest.skip("no shellcheck for this machine")
    ran = subprocess.run([shellcheck, str(ROOT / script)], capture_output=True, text=True, check=False)
    assert ran.stdout == ""


@pytest.mark.parametrize("name", ["setup.sh", ".ci/run", "pyproject.toml", *LOCKS])
def test_no_package_registry_is_named(name: str) -> None:
    text = (ROOT / name).read_text()
    assert re.findall(r"--(?:extra-)?index-url\b|--find-links|https?://\S*(?:pypi|simple)\S*", text) == []


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_hash(name: str) -> None:
    entries = (ROOT / name).read_text().replace("\\\n", " ").splitlines()
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^A-Za-z0-9-]", requirement)[0] for requirement in requirements}


def test_what_the_product_asks_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [requirement for extra in project["optional-dependencies"].values() for requirement in extra]
    product, everything = (names((ROOT / name).read_text().splitlines()) for name in LOCKS)
    assert names(project["dependencies"]) - product == set()
    assert names([*project["dependencies"], *extras]) - everything == set()
