"""The https address under which phones reach Alfred: judged, written down, and asked whether he is there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import Invalid

if TYPE_CHECKING:
    import httpx

PATIENCE = 10.0
NEXT = "He answers under that name once he is started anew (`alfred restart`)."


@dataclass(frozen=True, slots=True)
class Reached:
    """What was found at an address; `is_alfred`: he answers there, or would under that name."""

    is_alfred: bool
    said: str


def checked_address(text: str) -> str:
    """Return the address as it is kept; raise `Invalid` for what is no https address of a host alone."""
    address = text.strip().rstrip("/")
    if not re.fullmatch(r"https://[\w.-]+(:\d+)?", address):
        said = f"{address!r} is no https address, such as https://alfred.your-domain.org"
        raise Invalid(said, where="web.public_url")
    return address


def put_public_address(home: Path, text: str) -> str:
    """Write the address of a proxy or tunnel on this machine into the settings; say what answers there."""
    from daemon.settings_file import put_settings

    address = checked_address(text)
    put_settings(home / "config.toml", "web", {"public_url": address, "trusted_proxies": ("127.0.0.1",)})
    return f"{ask_for_alfred(address).said} {NEXT}"


def ask_for_alfred(address: str) -> Reached:
    """Ask at an address; whatever stands there without Alfred behind it answers too, and is not taken for him."""
    import httpx

    try:
        answer = httpx.get(f"{address}/api/health", timeout=PATIENCE, trust_env=False)
    except httpx.HTTPError as error:
        return Reached(False, f"{address} does not answer yet ({type(error).__name__}).")
    form = _form(answer)
    if answer.status_code == httpx.codes.OK and form == {"status": "ok"}:
        return Reached(True, f"{address} leads to Alfred.")
    if form.get("code") == "foreign_host":
        return Reached(True, f"{address} leads to Alfred, who does not know that name of his yet.")
    return Reached(False, f"{address} answers ({answer.status_code}), but not as Alfred does.")


def _form(answer: httpx.Response) -> dict[str, object]:
    try:
        form = answer.json()
    except ValueError:
        return {}
    return form if isinstance(form, dict) else {}
