"""How the owner gets a key from Anthropic (https://platform.claude.com/docs)."""

from __future__ import annotations

from application.ports.providers import Guide, Part

GUIDE = Guide(
    parts=(Part.MODEL,),
    steps=(
        "Open https://console.anthropic.com/settings/billing and buy some credit; set a limit there too.",
        "Open https://console.anthropic.com/settings/keys, press Create key, and copy it: it is shown once.",
        "What Claude is asked about is sent to Anthropic; Alfred spends at most what budget.per_day allows.",
    ),
    page="costs.md",
)
