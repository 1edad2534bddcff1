"""The built-in providers, and the door by which plug-ins come in."""

from __future__ import annotations

import logging
from importlib import import_module
from importlib.metadata import entry_points

from application.ports.providers import Provider

log = logging.getLogger(__name__)

BUILT_IN = (
    "adapters.google",
    "adapters.microsoft",
    "adapters.azure_devops",
    "adapters.power_automate",
    "adapters.anthropic",
    "adapters.ollama",
)
ENTRY_POINTS = "alfred.providers"


def _built_in(module: str) -> Provider:
    """Return the provider of an adapter; Azure DevOps signs in with Entra as Microsoft 365 does."""
    from adapters.azure_devops import AzureDevOpsProvider
    from adapters.microsoft.entra import MicrosoftEntra

    provider: Provider = import_module(module).PROVIDER
    return provider.with_entra(MicrosoftEntra()) if isinstance(provider, AzureDevOpsProvider) else provider


def find_providers() -> dict[str, Provider]:
    """Return the providers by name: the built-in ones, and those that installed packages announce."""
    found: dict[str, Provider] = {}
    for module in BUILT_IN:
        provider = _built_in(module)
        found[provider.name] = provider
    for entry in entry_points(group=ENTRY_POINTS):
        try:
            plugin: Provider = entry.load()
        except Exception:  # a stranger's module may raise anything while it is imported
            log.exception("plug-in does not load", extra={"plugin": entry.name})
            continue
        found.setdefault(plugin.name, plugin)
    return found
