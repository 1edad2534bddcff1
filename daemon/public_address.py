"""The https address under which phones reach Alfred: judged, and asked whether he is there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import Invalid

if TYPE_CHECKING:
    import httpx

PATIENCE = 10.0


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
