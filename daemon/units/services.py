"""What a service is to whoever commands it, whichever machine it runs on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ServiceState:
    """What the machine says of the service; `pid` is None while it does not run."""

    name: str
    installed: bool
    enabled: bool = False
    active: str = "inactive"
    pid: int | None = None
    restarts: int = 0

    @property
    def said(self) -> str:
        """Return the state in words for the owner."""
        if not self.installed:
            return "not installed; `alfred install` keeps Alfred running"
        process = f", PID {self.pid}" if self.pid else ""
        again = f", started again {self.restarts} times by itself" if self.restarts else ""
        return f"{self.name} is {self.active}{process}{again}" + ("" if self.enabled else ", not started at boot")


class Service(Protocol):
    """One household as a service. Each step may be taken twice; `CannotBe` says what the machine objected to."""

    name: str
    home: Path

    @property
    def is_installed(self) -> bool: ...

    def install(self, program: Path) -> tuple[str, ...]:
        """Write the unit for `program`, an older one unloaded first, and start it; return what to tell the owner."""
        ...

    def uninstall(self) -> bool:
        """Stop and remove the unit; the household's data stay. Return whether there was one."""
        ...

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def restart(self) -> None: ...

    def state(self) -> ServiceState: ...

    def may_write(self, folder: Path) -> bool:
        """Whether the service, as it is installed, lets Alfred write to `folder`."""
        ...

    def what_walls_lack(self) -> str:
        """Say how the service is less shut in than it is meant to be; nothing where it is not."""
        ...

    def remains(self) -> tuple[str, ...]:
        """Say what of the machine an uninstalling leaves besides the data."""
        ...

    def is_outdated(self, program: Path) -> bool:
        """Whether its files, where they are about `program`, are not as this version would write them."""
        ...

    def renew(self, program: Path) -> None:
        """Write those files anew; it is to be started or restarted then."""
        ...
