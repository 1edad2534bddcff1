"""What lies in deploy/ fits the product: the dashboard shows figures there are, the tunnel leads where it should."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FIGURES = set(re.findall(r"# TYPE (alfred_\w+)", (ROOT / "web" / "api" / "metrics.py").read_text()))
BOARD = json.loads((ROOT / "deploy" / "grafana" / "alfred.json").read_text())
TUNNEL = (ROOT / "deploy" / "cloudflared" / "config.yml").read_text()


@pytest.mark.parametrize("panel", BOARD["panels"], ids=lambda panel: panel["title"])
def test_every_panel_shows_a_figure_that_there_is(panel: dict[str, list[dict[str, str]]]) -> None:
    named = re.findall(r"alfred_\w+", panel["targets"][0]["expr"])
    assert named
    assert set(named) <= FIGURES


def test_every_figure_is_on_the_dashboard() -> None:
    shown = set(
        re.findall(r"alfred_\w+", " ".join(target["expr"] for panel in BOARD["panels"] for target in panel["targets"]))
    )
    assert FIGURES - shown == set()


def rules() -> list[tuple[str, str]]:
    """The tunnel's rules in order: the pattern of the path, empty for all, and what it leads to."""
    ingress = TUNNEL.split("ingress:")[1]
    entries = re.split(r"^  - ", ingress, flags=re.MULTILINE)[1:]
    found = [dict(re.findall(r"^\s*(\w+): (.+)$", entry, re.MULTILINE)) for entry in entries]
    return [(entry.get("path", ""), entry["service"]) for entry in found]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/metrics", "http_status:404"),
        ("/hooks/graph", "http://127.0.0.1:PORT"),
        ("/", "http://127.0.0.1:PORT"),
        ("/api/status", "http://127.0.0.1:PORT"),
    ],
)
def test_the_tunnel_leads_to_the_app_and_the_hooks_and_not_to_the_figures(path: str, expected: str) -> None:
    assert next(service for pattern, service in rules() if re.search(pattern, path)) == expected


def test_the_tunnel_knows_no_other_host() -> None:
    assert rules()[-1] == ("", "http_status:404")
