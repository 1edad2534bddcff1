"""What is left to do by hand after a restore, as commands that can be copied."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from shlex import join

from adapters.keyring.master_key import KEY_FILE, VAULT_FILE
from daemon.backup.plain_settings import secrets_in
from daemon.home import DEFAULT_HOME
from daemon.running import find_running
from daemon.tunnel import CREDENTIALS
from daemon.units.tunnel import CONFIG

SETTINGS = "config.toml"
IN_NO_BACKUP = (VAULT_FILE, KEY_FILE, ".env", CREDENTIALS, CONFIG)


def steps_back(restored: Path, home: Path, *, is_kept: bool, needs_passphrase: bool) -> Iterator[str]:
    """Say how `restored` takes the place of the household at `home`, and how he goes on there.

    Service, port, tunnel and key store all go by the folder's path, so it is given before anybody signs in.
    `is_kept` tells whether a service keeps that household, `needs_passphrase` whether that of its backups is lost.
    """
    him = "alfred" if home == DEFAULT_HOME.expanduser() else f"alfred --home {join([str(home)])}"
    if restored != home:
        running = find_running(home)
        if is_kept:
            yield f"{him} stop"
        elif running is not None:
            yield f"kill {running.pid}"
        yield from _moves(restored, home)
    if needs_passphrase:
        yield f"{him} backup passphrase"
    yield f"{him} {'start' if is_kept else 'install'}"
    yield f"{him} doctor"
    yield f"{him} connect NAME      for each account that he names there"
    yield f"{him} pair              for each device"
    yield f"{him} actions --status uncertain"
    yield f"{him} retry ID          or reject ID, for each that he cannot settle"
    yield f"{him} resume"


def _moves(restored: Path, home: Path) -> Iterator[str]:
    """Say how one folder takes the other's place and what no backup holds; what root restored is given away again.

    Where `home` is a link, to another disk or into systemd's private folder, it goes on leading to the same place.
    """
    home = home.resolve()
    if not home.exists():
        yield join(["mv", str(restored), str(home)])
        return
    aside, owner = _free_name(home), home.stat()
    handed_on = [str(aside / name) for name in IN_NO_BACKUP if (home / name).exists()]
    yield join(["mv", str(home), str(aside)])
    yield join(["mv", str(restored), str(home)])
    if handed_on:
        yield join(["mv", *handed_on, str(home)])
    if left_out := [key for key in secrets_in(home / SETTINGS) if key != "backup.passphrase"]:
        yield f"# set anew in {home / SETTINGS}, as in {aside / SETTINGS}: {', '.join(left_out)}"
    if owner.st_uid != os.geteuid():
        yield join(["chown", "-R", f"{owner.st_uid}:{owner.st_gid}", str(home)])


def _free_name(home: Path) -> Path:
    names = (home.with_name(f"{home.name}.before-{number}") for number in count(1))
    return next(path for path in names if not path.exists())
