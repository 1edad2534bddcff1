"""A large household: the scene's own mail, then older mail made after it, one at a time.

The words follow Zipf's law over a vocabulary made from syllables. Sizes are log-normal: half of the mails are under
20 kB, and the few with attachments bring the mean near 40 kB.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random

from sandbox.households import documents, letters, markup, mime
from sandbox.households.cast import Party, Words, slug
from sandbox.households.model import Answer, Mail
from sandbox.households.script import MailScript
from sandbox.households.staging import Stage

BLOCK = 5
MINUTES_APART = 8.0
CONVERSATIONS = 0.35
WITH_ATTACHMENT = 0.13
KEPT_IN_INBOX = 0.25
VOCABULARY = 20_000
_HISTORY_STARTS = timedelta(hours=100)


@dataclass(frozen=True, slots=True)
class _Seat:
    """Where one mail of the crowd stands: its number, its block and its place in a conversation."""

    number: int
    script: MailScript
    sender: Party
    thread: int
    answers: tuple[int, ...]


class Vocabulary:
    """Words by Zipf's law: the common ones of two languages first, then ever rarer made-up ones."""

    def __init__(self, rng: Random, parts: Words) -> None:
        words = dict.fromkeys(parts["common"])
        while len(words) < VOCABULARY:
            words["".join(_syllable(rng, parts) for _ in range(rng.choice((1, 1, 2, 2, 2, 3))))] = None
        self.words = list(words)
        self._weights = list(accumulate(1 / (rank + 2.7) ** 1.05 for rank in range(len(self.words))))

    def draw(self, rng: Random, number: int) -> list[str]:
        """Return `number` words."""
        return rng.choices(self.words, cum_weights=self._weights, k=number)

    def paragraphs(self, rng: Random, number: int) -> str:
        """Return about `number` words as sentences in paragraphs."""
        words, sentences = self.draw(rng, number), []
        while words:
            length = rng.randint(5, 19)
            sentences.append(" ".join(words[:length]).capitalize() + ".")
            del words[:length]
        cut = rng.randint(3, 6)
        return "\n\n".join(" ".join(sentences[at : at + cut]) for at in range(0, len(sentences), cut))


def _syllable(rng: Random, parts: Words) -> str:
    return rng.choice(parts["onsets"]) + rng.choice(parts["vowels"]) + rng.choice(parts["codas"])


def mails(stage: Stage, size: int) -> Iterator[Mail]:
    """Yield `size` mails, newest first."""
    own = letters.mails(stage)[::-1]
    yield from own[:size]
    crowd = Crowd(stage)
    for number in range(size - len(own)):
        yield crowd.mail(number)


class Crowd:
    """Makes the older mails of one household; mail number n is the same however many are asked for."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._vocabulary = Vocabulary(Random(f"{stage.seed}:vocabulary"), stage.scene.words)
        arrivals = [script for script in stage.scene.mails if script.answer is not None and not script.answers]
        self._personal = [script for script in arrivals if script.style == "person" and "hostile" not in flags(script)]
        self._single = [script for script in arrivals if script.style != "person" and "fixed" not in script.by]
        self._people = self._parties(400, person=True)
        self._brands = self._parties(600, person=False)

    def _parties(self, number: int, *, person: bool) -> list[Party]:
        rng = Random(f"{self._stage.seed}:parties:{person}")
        words = self._stage.scene.words
        firsts = [name for key in ("first_en", "first_de", "first_fr", "first_es") for name in words[key]]
        heads = firsts if person else words["brand_first"]
        parties = []
        for _ in range(number):
            name = f"{rng.choice(heads)} {rng.choice(self._vocabulary.words[200:9000]).capitalize()}"
            box = slug(name, ".") if person else rng.choice(words["boxes"])
            parties.append(Party(name, f"{box}@{slug(name.split()[1])}.example", name.split()[0]))
        return parties

    def mail(self, number: int) -> Mail:
        """Return the `number`th older mail, counted from 0 backwards in time."""
        seat, rng = self._seat(number), Random(f"{self._stage.seed}:mail:{number}")
        received = self._received(number)
        return Mail(
            account=self._stage.casting["owner"].address,
            id=self._hex(number, "id"),
            thread_id=self._hex(seat.thread, "id"),
            received=received.astimezone(UTC),
            labels=_aged(seat.script.labels, rng),
            raw=mime.build(self._letter(seat, received, rng)),
            answer=_answer(seat.script),
            key=f"older-{number}",
            arrival=False,
        )

    def _received(self, number: int) -> datetime:
        jitter = int(self._hex(number, "second"), 16) % 400
        ago = _HISTORY_STARTS + timedelta(minutes=MINUTES_APART * number, seconds=jitter)
        return self._stage.moments.now.replace(microsecond=0) - ago

    def _hex(self, number: int, purpose: str) -> str:
        return "18" + hashlib.sha256(f"{self._stage.seed}:{number}:{purpose}".encode()).hexdigest()[:14]

    def _seat(self, number: int) -> _Seat:
        """Seat mail `number`: mails come in blocks, and some blocks are one conversation."""
        block, place = divmod(number, BLOCK)
        shared = Random(f"{self._stage.seed}:block:{block}")
        talks = shared.random() < CONVERSATIONS
        if talks:
            script, pair = shared.choice(self._personal), shared.sample(self._people, 2)
            first = block * BLOCK + BLOCK - 1
            return _Seat(number, script, pair[place % 2], first, tuple(range(first, number, -1)))
        own = Random(f"{self._stage.seed}:seat:{number}")
        return _Seat(number, own.choice(self._single), self._rank(own), number, ())

    def _rank(self, rng: Random) -> Party:
        """Choose who sends: few write often, most seldom."""
        return self._brands[min(int(rng.paretovariate(0.6)) - 1, len(self._brands) - 1)]

    def _letter(self, seat: _Seat, sent: datetime, rng: Random) -> mime.Letter:
        script, sender = seat.script, seat.sender
        more = self._vocabulary.paragraphs(rng, min(int(rng.lognormvariate(6.0, 0.75)), 6000))
        text = f"{self._stage.fill(script.text, script, sender)}\n{more}"
        base = f"https://click.{sender.domain}/{self._hex(seat.number, 'link')}"
        frame = markup.Frame(sender.name, base, script.tint, small_print=(sender.name,))
        bulky = script.style in letters.BULKY
        return mime.Letter(
            sender=sender,
            to=self._stage.casting["owner"],
            subject=self._subject(seat),
            sent=sent,
            message_id=self._message_id(seat.number),
            text=markup.plain(text, base),
            html=markup.from_sender(text, frame) if bulky else markup.from_person(text),
            references=tuple(self._message_id(number) for number in seat.answers),
            documents=self._documents(rng),
            encoding=rng.choice(("quoted-printable", "quoted-printable", "base64")),
            authentication=script.authentication,
            bulk=_bulk(sender, base) if script.style == "bulk" else None,
        )

    def _message_id(self, number: int) -> str:
        return f"<{self._hex(number, 'message-id')}@mail.example>"

    def _subject(self, seat: _Seat) -> str:
        rng = Random(f"{self._stage.seed}:subject:{seat.thread}")
        words = " ".join(self._vocabulary.draw(rng, rng.randint(2, 5)))
        subject = f"{self._stage.fill(rng.choice(seat.script.subjects), seat.script, seat.sender)} ({words})"
        return f"Re: {subject}" if seat.answers else subject

    def _documents(self, rng: Random) -> tuple[documents.Document, ...]:
        if rng.random() >= WITH_ATTACHMENT:
            return ()
        ballast = rng.randbytes(min(int(rng.lognormvariate(11.3, 0.95)), 3_000_000))
        title = " ".join(self._vocabulary.draw(rng, 3))
        return (documents.Document(f"{slug(title)}.pdf", "application/pdf", documents.pdf([title], ballast)),)


def flags(script: MailScript) -> list[str]:
    """Return the flags of a mail's answer."""
    return script.answer.flags if script.answer else []


def _aged(labels: list[str], rng: Random) -> tuple[str, ...]:
    """Return the labels as they are after some months: mostly read and put away."""
    gone = {label for label, kept in (("INBOX", KEPT_IN_INBOX), ("UNREAD", 0.1)) if rng.random() >= kept}
    return tuple(label for label in labels if label not in gone)


def _answer(script: MailScript) -> Answer | None:
    said = script.answer
    if said is None:
        return None
    return Answer(said.category, frozenset(said.priorities), proposal=said.proposal, flags=frozenset(said.flags))


def _bulk(sender: Party, base: str) -> mime.Bulk:
    number = int(hashlib.sha256(sender.domain.encode()).hexdigest()[:6], 16)
    return mime.Bulk(
        f"{mime.encoded(sender.name, 'utf-8')} <{number}.list.{sender.domain}>",
        f"<{base}/unsubscribe>",
        True,
        f"{number}",
    )
