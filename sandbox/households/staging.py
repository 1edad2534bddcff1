"""Stages a scene: casts it, sets its times and ids, and fills in its words."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sandbox.households.cast import Casting, Party, slug
from sandbox.households.moments import Moments, written
from sandbox.households.script import MailScript, Scene

SPAN = 64.0
_PLACE = re.compile(r"\{([a-z_]+)([+-]\d+)?(?:\.([a-z]+))?(?::([a-z0-9]+))?\}")
_ATTRIBUTES = {None, "name", "first", "address", "domain", "lookalike"}


class Stage:
    """One performance of a scene. Any seed but 0 draws every name anew; `reworded` takes the other subjects too."""

    def __init__(self, scene: Scene, seed: int, now: datetime, zone: str, *, reworded: bool) -> None:
        self.scene = scene
        self.seed = seed
        self.moments = Moments(now, ZoneInfo(zone))
        self._reworded = reworded
        self._renamed = reworded or seed != 0
        self._scripts = {script.key: script for script in scene.scripts}
        self.casting = self._cast()
        self._sent = self._times()

    def _cast(self) -> Casting:
        casting = Casting(self.scene.words, Random(f"{self.seed}:cast") if self._renamed else None)
        owner = self.scene.owner
        casting.settle("owner", Party(owner["name"], owner["address"], owner["name"].split()[0]))
        for key, role in self.scene.cast.items():
            casting.add(key, role)
        self._cast_senders(casting, self.scene.mails)
        if "office" in casting:
            address = f"{slug(owner['name'], '.')}@{casting['office'].domain}"
            casting.settle("me", Party(owner["name"], address, owner["name"].split()[0]))
        for key, role in self.scene.office.cast.items():
            casting.add(key, role)
        self._cast_senders(casting, self.scene.office.scripts)
        return casting

    def _cast_senders(self, casting: Casting, scripts: list[MailScript]) -> None:
        for script in scripts:
            if not isinstance(script.by, str):
                casting.add(script.key, script.by)
            elif script.by not in casting:
                raise ValueError(f"mail {script.key!r}: nobody in the cast is called {script.by!r}")

    def _times(self) -> dict[str, datetime]:
        """Set when each mail came; what belongs to a thread keeps its place."""
        rng = Random(f"{self.seed}:times")
        threaded = {key for script in self.scene.scripts if script.answers for key in (script.key, script.answers)}
        times = {}
        for script in self.scene.scripts:
            ago = script.ago
            if self._renamed and script.key not in threaded:
                ago = 0.3 + (ago + rng.uniform(0, SPAN)) % (SPAN - 1.0)
            seconds = round(ago * 3600) + self.number(script.key, "second", 2) % 50
            times[script.key] = (self.moments.now - timedelta(seconds=seconds)).replace(microsecond=0)
        return times

    def sent(self, script: MailScript) -> datetime:
        """Return when the mail was written, which is when it came."""
        return self._sent[script.key]

    def sender(self, script: MailScript) -> Party:
        """Return who sends the mail."""
        return self.casting[script.by if isinstance(script.by, str) else script.key]

    def digest(self, key: str, salt: str) -> str:
        """Return 64 hex digits that belong to one mail and one purpose, whatever the time."""
        return hashlib.sha256(f"{self.seed}:{self._reworded}:{key}:{salt}".encode()).hexdigest()

    def number(self, key: str, salt: str, digits: int) -> int:
        """Return a number below ten to the `digits` that belongs to one mail and one purpose."""
        limit: int = 10**digits
        return int(self.digest(key, salt)[:15], 16) % limit

    def gmail_id(self, script: MailScript) -> str:
        """Return the 16 hex digits by which the provider knows the mail."""
        return f"19{self.digest(script.key, 'id')[:14]}"

    def message_id(self, script: MailScript) -> str:
        """Return the Message-ID, the same whenever the scene is played with this seed."""
        return f"<{self.digest(script.key, 'message-id')[:28]}@{self.sender(script).domain}>"

    def earlier(self, script: MailScript) -> list[MailScript]:
        """Return the mails of the thread before this one, oldest first."""
        chain: list[MailScript] = []
        while script.answers:
            script = self._scripts[script.answers]
            chain.insert(0, script)
        return chain

    def root(self, script: MailScript) -> MailScript:
        """Return the first mail of the thread."""
        return next(iter(self.earlier(script)), script)

    def subject(self, script: MailScript) -> str:
        """Return the subject: a thread's replies carry that of its first mail."""
        root = self.root(script)
        choice = 0
        if self._reworded:
            choice = 1 + self.number(root.key, "subject", 6) % (len(root.subjects) - 1)
        prefix = {"de": "AW: "}.get(script.language, "Re: ") if script.answers else ""
        return prefix + self.fill(root.subjects[choice], root)

    def fill(self, text: str, script: MailScript, sender: Party | None = None) -> str:
        """Put names, dates and numbers into the places of `text`; an unknown place is an error naming the mail."""
        return _PLACE.sub(lambda found: self._place(found, script, sender or self.sender(script)), text)

    def _place(self, found: re.Match[str], script: MailScript, sender: Party) -> str:
        name, shift, attribute, form = found.groups()
        if name == "num":
            return self._digits(script.key, attribute or "", int(form))
        moment = name + (shift or "")
        if self.moments.names(moment):
            return written(self.moments.find(moment, self.sent(script)), form or "date", script.language)
        party = sender if name == "sender" else self.casting.get(name)
        if party is None or attribute not in _ATTRIBUTES:
            raise ValueError(f"mail {script.key!r}: {found.group()} stands for nothing")
        return str(getattr(party, attribute or "name"))

    def _digits(self, key: str, salt: str, digits: int) -> str:
        """Return a number of exactly so many digits, no zero in front."""
        lowest: int = 10 ** (digits - 1)
        return str(lowest + self.number(key, salt, 12) % (9 * lowest))
