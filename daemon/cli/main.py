"""`alfred`: where every command begins, and how each ends."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress

from daemon.cli.frame import chosen, said
from daemon.cli.plain_run import Plain, plain_run, say_where
from daemon.running import ON_TRIAL
from domain.errors import AlfredError


def main() -> None:
    """Run a command; what went wrong is said in a sentence on stderr."""
    try:
        _obey(sys.argv[1:])
    except AlfredError as error:
        sys.exit(said(error))
    except OSError as error:
        from daemon.disk import explained

        sys.exit(said(explained(error)))
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        _leave_to_owner()


def _leave_to_owner() -> None:
    """What sudo made in a household is its owner's, however the command ended."""
    if os.geteuid() != 0:
        return
    from daemon.home import home_of
    from daemon.ownership import leave_to_owner

    with suppress(OSError):  # a file system that knows no owners
        leave_to_owner(home_of(chosen.home))


def _obey(words: list[str]) -> None:
    plain = plain_run(words)
    if plain is None:
        from daemon.cli.commands import app

        app()
    else:
        _run(plain)


def _run(asked: Plain) -> None:
    gc.disable()  # until the household is open
    from application.intake.behind import take_short_turns
    from daemon.cli.lending import lend_key
    from daemon.service import Daemon
    from daemon.settings import load

    if ON_TRIAL in os.environ:
        from daemon.updating.trial import end_with_the_update

        end_with_the_update()
    chosen.home = chosen.named = asked.home
    lend_key(asked.home)
    take_short_turns()
    Daemon(load(asked.home, {"web": asked.web}), ready=say_where).run()


if __name__ == "__main__":
    main()
