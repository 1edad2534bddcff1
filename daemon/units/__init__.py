"""Alfred as a service of the machine: systemd on Linux, launchd on macOS."""

from daemon.units.choosing import kept_homes, service_for, services_running, system_service
from daemon.units.commands import Ran, Runner, run_command
from daemon.units.services import Service, ServiceState
from daemon.units.tunnel import tunnel_for

__all__ = [
    "Ran",
    "Runner",
    "Service",
    "ServiceState",
    "kept_homes",
    "run_command",
    "service_for",
    "services_running",
    "system_service",
    "tunnel_for",
]
