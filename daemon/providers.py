"""The built-in providers, and the door by which plug-ins come in."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib import import_module
from importlib.metadata import entry_points
from threading import Lock

from application.ports.providers import Provider

log = logging.getLogger(__name__)

BUILT_IN = {
    "google": "adapters.google",
    "microsoft": "adapters.microsoft",
    "azure_devops": "adapters.azure_devops",
    "power_automate": "adapters.power_automate",
    "anthropic": "adapters.anthropic",
    "ollama": "adapters.ollama",
}
ENTRY_POINTS = "alfred.providers"


def _built_in(module: str) -> Provider:
    """Return the provider of an adapter; Azure DevOps signs in with Entra as Microsoft 365 does."""
    provider: Provider = import_module(module).PROVIDER
    if provider.name != "azure_devops":
        return provider
    from adapters.azure_devops import AzureDevOpsProvider
    from adapters.microsoft.entra import MicrosoftEntra

    assert isinstance(provider, AzureDevOpsProvider)
    return provider.with_entra(MicrosoftEntra())


def _plug_ins() -> dict[str, Provider]:
    """Return the providers that installed packages announce; one that does not load keeps nobody out."""
    found: dict[str, Provider] = {}
    for entry in entry_points(group=ENTRY_POINTS):
        try:
            plugin: Provider = entry.load()
        except Exception:  # a stranger's module may raise anything while it is imported
            log.exception("plug-in does not load", extra={"plugin": entry.name})
            continue
        found.setdefault(plugin.name, plugin)
    return found


class Providers(Mapping[str, Provider]):
    """The providers by name. A built-in one is loaded when it is first asked for, the plug-ins for any other name."""

    def __init__(self) -> None:
        self._loaded: dict[str, Provider] = {}
        self._loading = Lock()

    def __getitem__(self, name: str) -> Provider:
        if name not in BUILT_IN:
            return self._plugged_in[name]
        with self._loading:
            if name not in self._loaded:
                self._loaded[name] = _built_in(BUILT_IN[name])
            return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in BUILT_IN or name in self._plugged_in

    def __iter__(self) -> Iterator[str]:
        return iter({**BUILT_IN, **self._plugged_in})

    def __len__(self) -> int:
        return len({**BUILT_IN, **self._plugged_in})

    @cached_property
    def _plugged_in(self) -> dict[str, Provider]:
        return _plug_ins()
