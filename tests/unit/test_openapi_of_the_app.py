"""The app's types come from the API as it is."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

from web.api.openapi import document
from web.api.resources import all_operations

DOCUMENT = Path(__file__).parents[2] / "web" / "app" / "openapi.json"


def test_the_document_that_the_app_is_built_from_is_the_apis_own() -> None:
    """To mend it: `python -m web.api.openapi > web/app/openapi.json`."""
    assert document(all_operations(), version("alfred-butler")) == json.loads(DOCUMENT.read_text(encoding="utf-8"))
