"""Settings that stand in the shell alone, which a service does not see: they are taken over into the household."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from adapters.keyring import open_vault
from adapters.sqlite.opening import Lock
from application.accounts import KEPT_SETTING
from daemon.home import DATABASE
from daemon.layers import Layers
from daemon.settings import PROVIDER_SECTIONS, prepare_home, section_kinds
from daemon.settings_file import put_settings

SHELL_ALONE = "in this shell alone, which a service does not see"


@dataclass(frozen=True, slots=True)
class ShellSetting:
    """One that nothing but the environment of this process says."""

    section: str
    key: str
    value: str = field(repr=False)
    replaces: bool = False

    @property
    def name(self) -> str:
        return f"{self.section}.{self.key}"

    @property
    def shown(self) -> str:
        return f"{self.name} (the vault keeps another)" if self.replaces else self.name

    @property
    def is_secret(self) -> bool:
        kind = dict(section_kinds())[self.section]
        return any(each.name == self.key and not each.repr for each in fields(kind))

    @property
    def can_be_kept(self) -> bool:
        """Whether there is a place for it: settings that are plain have one, and the secrets of providers."""
        return not self.is_secret or self.section in PROVIDER_SECTIONS


def alone_in_shell(home: Path) -> tuple[ShellSetting, ...]:
    """Return them, but for secrets that the vault has been given as they are."""
    said = Layers(home, {}).said_by_environment_alone()
    found = [ShellSetting(section, key, value) for section, values in said.items() for key, value in values.items()]
    if not any(each.is_secret for each in found):
        return tuple(found)
    vault = open_vault(home)
    kept = {each.name: vault.get(KEPT_SETTING + each.name) for each in found}
    return tuple(replace(each, replaces=kept[each.name] is not None) for each in found if kept[each.name] != each.value)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one: it is kept now, or the owner has to do so."""

    said: str
    is_kept: bool = True


def take_over(home: Path, *, with_secrets: bool) -> Iterator[Taken]:
    """Keep them in the household, a provider's secrets in its vault where the owner says so; yield what to tell.

    Raise `StoreLocked` where a daemon has the vault open.
    """
    for each in alone_in_shell(prepare_home(home)):
        if each.is_secret and not (with_secrets and each.can_be_kept):
            said = f"{each.name} stands {SHELL_ALONE}: write it into {home / '.env'}, which you alone may read."
            yield Taken(said, is_kept=False)
        elif not each.is_secret:
            put_settings(home / "config.toml", each.section, {each.key: each.value})
            yield Taken(f"{each.name} stood {SHELL_ALONE}: it is in config.toml now.")
        else:
            _keep(home, each)
            yield Taken(f"{each.name} stood {SHELL_ALONE}: it is in the vault now.")


def _keep(home: Path, secret: ShellSetting) -> None:
    lock = Lock(home / DATABASE)
    try:
        open_vault(home).put(KEPT_SETTING + secret.name, secret.value)
    finally:
        lock.release()
