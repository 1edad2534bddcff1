"""Plays a scene: casts it, sets its times, fills in its words, and makes mail of it."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sandbox.households import documents, markup, mime
from sandbox.households.cast import Casting, Party
from sandbox.households.model import Answer, Mail
from sandbox.households.moments import Moments, written
from sandbox.households.script import AttachmentScript, MailScript, Scene

SPAN = 64.0
_PLACE = re.compile(r"\{([a-z_]+)([+-]\d+)?(?:\.([a-z]+))?(?::([a-z0-9]+))?\}")
BULKY = {"bulk", "notice"}


class Stage:
    """One performance of a scene. `renamed` draws every name anew, `reworded` takes the other subjects."""

    def __init__(self, scene: Scene, seed: int, now: datetime, zone: str, *, reworded: bool) -> None:
        self.scene = scene
        self.seed = seed
        self.moments = Moments(now, ZoneInfo(zone))
        self.reworded = reworded
        self.renamed = reworded or seed != 0
        self._scripts = {script.key: script for script in scene.mails}
        self.casting = self._cast()
        self._sent = self._times()
        self._ids = {script.key: self._gmail_id(script.key) for script in scene.mails}

    def mails(self) -> list[Mail]:
        """Return every mail of the scene, oldest first."""
        played = [self._play(script) for script in self.scene.mails]
        return sorted(played, key=lambda mail: (mail.received, mail.id))

    def _rng(self, purpose: str) -> Random:
        return Random(f"{self.seed}:{purpose}")

    def _cast(self) -> Casting:
        casting = Casting(self.scene.words, self._rng("cast") if self.renamed else None)
        owner = self.scene.owner
        casting.settle("owner", Party(owner["name"], owner["address"], owner["name"].split()[0]))
        for key, role in self.scene.cast.items():
            casting.add(key, role)
        for script in self.scene.mails:
            if not isinstance(script.by, str):
                casting.add(script.key, script.by)
            elif script.by not in casting:
                raise ValueError(f"mail {script.key!r}: nobody in the cast is called {script.by!r}")
        return casting

    def _times(self) -> dict[str, datetime]:
        """Set when each mail came; what belongs to a thread keeps its order."""
        rng = self._rng("times")
        threaded = {script.answers for script in self.scene.mails} | {s.key for s in self.scene.mails if s.answers}
        times = {}
        for script in self.scene.mails:
            ago = script.ago
            if self.renamed and script.key not in threaded:
                ago = 0.3 + (ago + rng.uniform(0, SPAN)) % (SPAN - 1.0)
            seconds = round(ago * 3600) + self._number(script.key, "second", 2) % 50
            times[script.key] = (self.moments.now - timedelta(seconds=seconds)).replace(microsecond=0)
        return times

    def _hash(self, key: str, salt: str) -> str:
        return hashlib.sha256(f"{self.seed}:{self.reworded}:{key}:{salt}".encode()).hexdigest()

    def _number(self, key: str, salt: str, digits: int) -> int:
        limit: int = 10**digits
        return int(self._hash(key, salt)[:15], 16) % limit

    def _gmail_id(self, key: str) -> str:
        return f"19{self._hash(key, 'id')[:14]}"

    def _root(self, script: MailScript) -> MailScript:
        while script.answers:
            script = self._scripts[script.answers]
        return script

    def _play(self, script: MailScript) -> Mail:
        return Mail(
            account=self.casting["owner"].address,
            id=self._ids[script.key],
            thread_id=self._ids[self._root(script).key],
            received=self._sent[script.key].astimezone(UTC),
            labels=tuple(script.labels),
            raw=mime.build(self.letter(script)),
            answer=self._answer(script),
            key=script.key,
            arrival=script.answer is not None,
        )

    def _answer(self, script: MailScript) -> Answer | None:
        said = script.answer
        if said is None:
            return None
        due = self.moments.find(said.due, self._sent[script.key]).date() if said.due else None
        return Answer(
            category=said.category,
            priorities=frozenset(said.priorities),
            action=self.fill(said.action, script) if said.action else None,
            due=due,
            follow_up=said.follow_up,
            proposal=said.proposal,
            flags=frozenset(said.flags),
            rank=said.rank,
            summary_words=tuple(self.fill(word, script) for word in said.words),
        )

    def sender(self, script: MailScript) -> Party:
        """Return who sends the mail."""
        return self.casting[script.by if isinstance(script.by, str) else script.key]

    def subject(self, script: MailScript) -> str:
        """Return the subject: a thread's replies carry that of its first mail."""
        root = self._root(script)
        chosen = root.subjects[0]
        if self.reworded:
            chosen = root.subjects[1 + self._number(root.key, "subject", 6) % (len(root.subjects) - 1)]
        prefix = {"de": "AW: "}.get(script.language, "Re: ") if script.answers else ""
        return prefix + self.fill(chosen, root)

    def letter(self, script: MailScript, text: str | None = None) -> mime.Letter:
        """Return the mail before it is bytes; `text` replaces the scene's own words."""
        sender, sent = self.sender(script), self._sent[script.key].astimezone(self._zone(script))
        text = self.fill(script.text if text is None else text, script)
        frame = self._frame(script, sender)
        quoted, attribution = self._quoted(script)
        plain = markup.plain(text, frame.link_base)
        body = plain + (markup.small_print(frame) if script.style in BULKY else _quote(quoted, attribution))
        return mime.Letter(
            sender=sender,
            to=self.casting[script.to],
            subject=self.subject(script),
            sent=sent,
            message_id=self.message_id(script),
            text=body,
            html=self._html(script, text, frame, quoted, attribution),
            cc=tuple(self.casting[key] for key in script.cc),
            reply_to=self.fill(script.reply_to, script),
            references=self._references(script),
            documents=tuple(self._document(one, script) for one in script.attachments),
            invitation=self._invitation(script),
            charset=script.charset,
            written_in=script.written_in,
            encoding=script.encoding,
            authentication=script.authentication,
            bulk=self._bulk(script, frame) if script.style == "bulk" else None,
            own=script.by == "owner",
            extra=tuple((name, self.fill(value, script)) for name, value in script.headers.items()),
        )

    def _zone(self, script: MailScript) -> ZoneInfo:
        return self.moments.zone if script.style == "person" else ZoneInfo("UTC")

    def message_id(self, script: MailScript) -> str:
        """Return the Message-ID, the same whenever the scene is played with this seed."""
        return f"<{self._hash(script.key, 'message-id')[:28]}@{self.sender(script).domain}>"

    def _references(self, script: MailScript) -> tuple[str, ...]:
        chain: list[str] = []
        while script.answers:
            script = self._scripts[script.answers]
            chain.insert(0, self.message_id(script))
        return tuple(chain)

    def _quoted(self, script: MailScript) -> tuple[str, str]:
        if not script.answers:
            return "", ""
        earlier = self._scripts[script.answers]
        moment, sender = self._sent[earlier.key].astimezone(self.moments.zone), self.sender(earlier)
        day, hour = written(moment, "long", script.language), written(moment, "time", script.language)
        words = {
            "de": f"Am {day} um {hour} schrieb {sender.name}:",
            "fr": f"Le {day} à {hour}, {sender.name} a écrit :",
        }
        attribution = words.get(script.language, f"On {day} at {hour} {sender.name} <{sender.address}> wrote:")
        return markup.plain(self.fill(earlier.text, earlier), ""), attribution

    def _frame(self, script: MailScript, sender: Party) -> markup.Frame:
        token = self._hash(script.key, "link")[:22]
        base = f"https://click.{sender.domain}/{token[:8]}"
        bulk = script.style == "bulk"
        return markup.Frame(
            sender=sender.name,
            link_base=base,
            tint=script.tint,
            preheader=self.fill(script.preheader, script),
            small_print=tuple(self.fill(line, script) for line in script.small_print),
            unsubscribe_words=script.unsubscribe or _UNSUBSCRIBE[script.language],
            unsubscribe_link=f"https://click.{sender.domain}/unsubscribe/{token}" if bulk else "",
        )

    def _html(self, script: MailScript, text: str, frame: markup.Frame, quoted: str, attribution: str) -> str:
        if script.style == "plain":
            return ""
        if script.style in BULKY:
            return markup.from_sender(text, frame)
        return markup.from_person(text, quoted, attribution, inline_ids(script))

    def _bulk(self, script: MailScript, frame: markup.Frame) -> mime.Bulk:
        sender = self.sender(script)
        number = self._number(script.key, "campaign", 6)
        mailto = f"<mailto:unsubscribe-{number}@{sender.domain}?subject=unsubscribe>"
        return mime.Bulk(
            list_id=f"{mime.encoded(sender.name, 'utf-8')} <{number % 1000}.list.{sender.domain}>",
            unsubscribe=f"<{frame.unsubscribe_link}>,\n {mailto}",
            one_click=number % 4 != 0,
            campaign=f"{number}:{number % 97}:{sender.domain}",
        )

    def _document(self, made: AttachmentScript, script: MailScript) -> documents.Document:
        text = self.fill(made.text, script).strip("\n")
        tint = bytes.fromhex(self._hash(script.key, made.name)[:6])
        data = {
            "pdf": lambda: documents.pdf(text.split("\n")),
            "png": lambda: documents.png(480, 320, (tint[0], tint[1], tint[2])),
            "docx": lambda: documents.docx(text.split("\n")),
            "zip": lambda: documents.archive({made.name.replace(".zip", ".log"): text + "\n"}),
        }
        if made.kind not in data:
            raise ValueError(f"mail {script.key!r}: {made.kind!r} is no attachment; known are {', '.join(data)}")
        cid = content_id(script, made) if made.inline else ""
        return documents.Document(self.fill(made.name, script), _MEDIA[made.kind], data[made.kind](), cid)

    def _invitation(self, script: MailScript) -> str:
        asked = script.invitation
        if asked is None:
            return ""
        hour, minute = (int(part) for part in asked.at.split(":"))
        day = self.moments.find(asked.day, self._sent[script.key]).date()
        meeting = documents.Meeting(
            uid=f"{self._hash(script.key, 'uid')[:26]}@{self.sender(script).domain}",
            title=self.fill(asked.title, script),
            start=datetime.combine(day, time(hour, minute), self.moments.zone),
            minutes=asked.minutes,
            place=self.fill(asked.place, script),
            organizer=self.sender(script).address,
            attendee=self.casting["owner"].address,
        )
        return documents.invitation(meeting, self._sent[script.key])

    def fill(self, text: str, script: MailScript, sender: Party | None = None) -> str:
        """Put names, dates and numbers into the places of `text`; an unknown place is an error naming the mail."""
        return _PLACE.sub(lambda found: self._place(found, script, sender or self.sender(script)), text)

    def _place(self, found: re.Match[str], script: MailScript, sender: Party) -> str:
        name, shift, attribute, form = found.groups()
        if name == "num":
            digits = int(form)
            return str(10 ** (digits - 1) + self._number(script.key, attribute or "", 12) % (9 * 10 ** (digits - 1)))
        if self.moments.names(name + (shift or "")):
            return written(
                self.moments.find(name + (shift or ""), self._sent[script.key]), form or "date", script.language
            )
        party = sender if name == "sender" else self.casting.get(name)
        if party is None or attribute not in {None, "name", "first", "address", "domain", "lookalike"}:
            raise ValueError(f"mail {script.key!r}: {found.group()} stands for nothing")
        return str(getattr(party, attribute or "name"))


def content_id(script: MailScript, made: AttachmentScript) -> str:
    """Return the Content-ID by which the HTML shows an inline picture."""
    return f"{made.name.partition('.')[0].lower()}.{script.key}@inline.example"


def inline_ids(script: MailScript) -> list[str]:
    """Return the Content-IDs of the pictures in the mail."""
    return [content_id(script, made) for made in script.attachments if made.inline]


def _quote(quoted: str, attribution: str) -> str:
    if not quoted:
        return ""
    return f"\n{attribution}\n\n" + "".join(f"> {line}\n" for line in quoted.strip("\n").split("\n"))


_MEDIA = {
    "pdf": "application/pdf",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "zip": "application/zip",
}
_UNSUBSCRIBE = {
    "en": "Unsubscribe",
    "de": "Newsletter abbestellen",
    "fr": "Se désabonner",
    "es": "Darse de baja",
    "ms": "Berhenti melanggan",
    "zh": "退订",
}
