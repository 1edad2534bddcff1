"""What keeps a household in order for years: backups, checks of the database, retention, and a watch on the machine."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from daemon.disk import disk_of
from daemon.disk_watch import DiskWatch
from daemon.expiring import expiries_of
from daemon.heartbeat import TROUBLE, Heartbeat
from daemon.home import name_household
from daemon.opening import UPDATE_NOTE
from daemon.schedule import Job
from daemon.settings import Settings
from daemon.vigil import Vigil
from domain.codec import Json
from domain.errors import AlfredError, TryLater
from domain.notifications import Notice, NoticeKind

if TYPE_CHECKING:
    from daemon.container import Container

log = logging.getLogger(__name__)

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
CHECKED = "upkeep/checked"
FAILING = "upkeep/backups-failing"
HANGS_AFTER = timedelta(hours=2)
NO_BACKUP_FOR = timedelta(days=3)
CHECK_EVERY = timedelta(days=7)
FEED_KEPT = timedelta(days=7)
EACH_CALL_KEPT = timedelta(days=400)
LOOK_EVERY = 15.0
RESTORE = "Keep a copy of it, then: alfred backup restore FILE FOLDER."


def upkeep_jobs(container: Container, settings: Settings) -> tuple[Job, ...]:
    """Return the jobs that look after the household; those that run seldom ask each hour whether it is time."""
    upkeep = Upkeep(container, settings)
    jobs = [
        Job("backup folder", container.backup_watch().look, 5 * MINUTE),
        Job("backup", upkeep.back_up_or_tell, HOUR, after=HOUR / 12),
        Job("check", upkeep.check, HOUR, after=HOUR / 6),
        Job("keep", upkeep.forget, DAY / 4, after=HOUR / 4),
        Job("expiries", expiries_of(container, settings).tell, HOUR, after=HOUR / 60),
        Job("update", upkeep.accept_update, HOUR, after=MINUTE),
        Job("disk", _disk_watch(container, settings).look, MINUTE),
        Job("vigil", Vigil(container.rounds().wake).look, LOOK_EVERY),
    ]
    if settings.web.public_url.startswith("https://"):
        ask_for_posts = partial(container.hooks().keep_posted, settings.web.public_url)
        jobs.append(Job("ask for posts", ask_for_posts, HOUR / 4, after=MINUTE / 2))
    if settings.heartbeat.url:
        authority = str(settings.tls.ca_file) if settings.tls.ca_file else None
        beat = Heartbeat(settings.heartbeat.url, upkeep.is_well, authority, upkeep.note_heartbeat)
        jobs.append(Job("heartbeat", beat.beat, settings.heartbeat.seconds))
    return tuple(jobs)


def _since(failing: dict[str, Json]) -> datetime:
    return datetime.fromisoformat(str(failing["since"]))


def _disk_watch(container: Container, settings: Settings) -> DiskWatch:
    read = partial(disk_of, settings.home)
    return DiskWatch(read, container.store().preferences, container.announcing(), container.clock())


@dataclass(frozen=True, slots=True)
class Upkeep:
    """The seldom jobs; each does nothing until it is time, however often it is asked."""

    container: Container
    settings: Settings

    def is_well(self) -> bool:
        """Whether the database answers, no reading hangs and backups are made; that it is asked shows that jobs run."""
        hangs_after = max(HANGS_AFTER, timedelta(seconds=3 * self.settings.poll.interval))
        try:
            known = self.container.store().preferences.get(FAILING)
            overdue = self.container.rounds().overdue(hangs_after)
        except AlfredError:
            return False
        since = self.container.clock().now() - _since(known) if isinstance(known, dict) else timedelta(0)
        if overdue or since > NO_BACKUP_FOR:
            log.warning("not well", extra={"not_read": overdue, "no_backup_for": str(since)})
        return not overdue and since <= NO_BACKUP_FOR

    def note_heartbeat(self, trouble: str) -> None:
        """Keep what keeps the heartbeat from arriving, for the doctor; tell the owner where its address refuses it."""
        self.container.store().preferences.put(TROUBLE, trouble)
        if "status" in trouble:
            self._announce("heartbeat", "The heartbeat does not arrive", f"At heartbeat.url {trouble}. Correct it.")

    def back_up(self) -> None:
        """Make a backup where the newest is older than the owner wants, then remove those that are too many."""
        wanted = self.settings.backup
        if not wanted.every_hours:
            return
        from daemon import backup

        name_household(self.settings.home)
        folder, clock = self.settings.backups, self.container.clock()
        last = backup.newest(folder, clock.now())
        if last is not None and clock.now() - backup.made_at(last) < timedelta(hours=wanted.every_hours):
            return
        self._compare_log(most=1)
        passphrase = backup.passphrase_of(self.settings, self.container.vault())
        file = backup.create(self.settings.home, folder, passphrase, clock)
        gone = backup.prune(folder, clock.now(), wanted.keep, wanted.keep_weeks, wanted.keep_months)
        self.container.backup_watch().look()
        log.info("backed up", extra={"file": file.name, "bytes": file.stat().st_size, "removed": len(gone)})

    def _compare_log(self, most: int | None = None) -> None:
        """Hold the log against the newest backups, or all: what was cut off before is in none that is made from now."""
        from daemon import backup

        manifests = backup.manifests_of(self.settings, self.container.clock().now(), self.container.vault())
        said = backup.other_than_saved(self.settings, islice(manifests, most))
        if said:
            log.error("the action log is not the one that was saved", extra={"reason": said})
            self._announce("damage", "The action log is not the one that was saved", f"In the log, {said}. {RESTORE}")

    def back_up_or_tell(self) -> None:
        """Make a backup where it is time; where that fails, tell the owner, once a day."""
        try:
            self.back_up()
        except (AlfredError, OSError) as error:
            if not isinstance(error, TryLater) or error.code != "backup_running":
                self._announce("backup", "No backup could be made", f"{error}. alfred doctor says what to do.")
                self._note_failing(str(error))
            raise
        self.container.store().preferences.delete(FAILING)

    def _note_failing(self, said: str) -> None:
        """Keep since when no backup can be made, and why; a disk that is full may not make things worse."""
        preferences, now = self.container.store().preferences, self.container.clock().now()
        with suppress(AlfredError):
            known = preferences.get(FAILING)
            since = known["since"] if isinstance(known, dict) else now.isoformat()
            preferences.put(FAILING, {"since": since, "said": said})

    def check(self) -> None:
        """Once a week read the whole database and walk the log's chain; the owner is told of damage at once."""
        store, now = self.container.store(), self.container.clock().now()
        last = store.preferences.get(CHECKED)
        if isinstance(last, str) and timedelta(0) <= now - datetime.fromisoformat(last) < CHECK_EVERY:
            return
        store.preferences.put(CHECKED, now.isoformat())
        try:
            store.check()
            report = store.actions.verify()
        except AlfredError as error:
            log.error("the database is damaged", extra={"reason": str(error)})
            self._announce("damage", "The database is damaged", f"{error} {RESTORE}")
            return
        if report.broken_at is not None:
            log.error("the action log is broken", extra={"entry": report.broken_at, "reason": report.problem})
            said = f"Its chain breaks at entry {report.broken_at}: {report.problem}. {RESTORE}"
            self._announce("damage", "The action log is broken", said)
            return
        self._compare_log()
        log.info("checked the database", extra={"entries": report.rows})

    def accept_update(self) -> None:
        """Stay with a version whose update was cut off while it was tried: that this job runs shows it works."""
        if (self.settings.home / UPDATE_NOTE).exists():
            from daemon.updating.cut_off import accept_what_works

            accept_what_works(self.settings.home)

    def forget(self) -> None:
        """Let go of what is kept for so many days only, and of marks of what is past."""
        from adapters.sqlite.retention import fold_usage, forget_bodies, forget_feed, give_back_room

        database, now = self.container.store().database, self.container.clock().now()
        forget_feed(database, now - FEED_KEPT)
        fold_usage(database, now - EACH_CALL_KEPT)
        self._forget_marks()
        if self.settings.keep.bodies_days:
            count = forget_bodies(database, now - timedelta(days=self.settings.keep.bodies_days))
            if count:
                log.info("let go of the text of old messages", extra={"messages": count})
        freed = give_back_room(database)
        if freed:
            log.info("gave room back to the disk", extra={"bytes": freed})

    def _forget_marks(self) -> None:
        container = self.container
        forgotten = {
            "posts": container.hooks().forget_old(),
            "notices": container.announcing().forget_ended(),
            "invitations": container.calendars().forget_past(),
            "devices": container.subscriptions().forget_gone(),
            "reminders": container.reminders().forget_closed(),
        }
        if any(forgotten.values()):
            log.info("let go of marks of what is past", extra=forgotten)

    def _announce(self, about: str, title: str, said: str) -> None:
        """Tell the owner, once a day for each thing; where not even that can be written, the log has it."""
        tag = f"{about}-{self.container.clock().now():%Y%m%d}"
        notice = Notice(NoticeKind.NEEDS_YOU, title, said, "/settings", tag, priority=1)
        try:
            self.container.announcing().announce(notice)
        except (AlfredError, OSError) as error:
            log.error("the owner could not be told", extra={"about": about, "reason": str(error)})
