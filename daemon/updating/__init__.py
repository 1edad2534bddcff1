"""Updates: the new version is built beside the old one, tried, and exchanged with it in one step."""

from daemon.updating.others import refuse_strangers
from daemon.updating.releases import Release, fetch_release, read_wheel
from daemon.updating.steps import Update, Updated
from daemon.updating.trial import Trial

__all__ = ["Release", "Trial", "Update", "Updated", "fetch_release", "read_wheel", "refuse_strangers"]
