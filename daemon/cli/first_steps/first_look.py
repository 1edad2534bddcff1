"""The first look: what Alfred would do, and the owner's word to begin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from daemon.cli.asking import agrees
from daemon.cli.drawing import verbatim
from daemon.cli.frame import api, out

SHOWN = 3


def look_first() -> None:
    """Show what the rules would propose, and begin when the owner agrees."""
    with api() as reached:
        state = reached.call("GET", "/api/setup")
    if not state["watching"]:
        return
    out().print("\n[bold]What he would do[/bold]")
    if not any(step["name"] == "mail" and step["progress"] == "done" for step in state["items"]):
        out().print("Alfred only watches. Connect mail, and `alfred setup` shows what he would do before he does it.")
        return
    draw_would(state)
    if not agrees("Shall he propose this, and go on like that? Each waits for your approval", usually=True):
        out().print("He goes on watching; `alfred setup` asks again. `alfred rules list` shows the rules.")
        return
    with api() as reached:
        proposed = reached.call("POST", "/api/setup/agree")["proposed"]
    out().print(f"{proposed} proposed: `alfred briefing`, then `alfred approve`.")


def draw_would(state: Mapping[str, Any]) -> None:
    for each in state["would"]:
        kinds = " and ".join(kind.replace("_", " ") for kind in each["kinds"])
        named = "; ".join(f"“{subject}”" for subject in each["subjects"][:SHOWN])
        more = " …" if each["count"] > SHOWN else ""
        out().print(verbatim(f"{each['rule']}: would {kinds}, {each['count']} times: {named}{more}"), soft_wrap=True)
    if not state["would"]:
        out().print("Of what lies in the inbox, nothing.")
    out().print("Nothing was touched so far.")
