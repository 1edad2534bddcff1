"""A household of make-believe: who lives there, what came in, and the right answer to each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from sandbox.households import crowd, devops, letters, office, script
from sandbox.households.model import Account, Answer, Event, Household, Mail, Person, Post
from sandbox.households.staging import Stage

__all__ = ["Account", "Answer", "Event", "Household", "Mail", "Person", "Post", "iter_mails", "load"]


def load(
    name: str = "monday",
    *,
    seed: int = 0,
    size: int | None = None,
    now: datetime | None = None,
    zone: str | None = None,
    reworded: bool = False,
) -> Household:
    """Return the household `name` as it looks at `now` (aware; the current time by default).

    Seed 0 is the scene as written; other seeds rename everybody and move the times. `reworded` gives every mail another
    subject and every sender another name, and changes no answer. `size` adds older mail up to that many messages and
    holds them all in memory: for very many use `iter_mails`. `zone` is the owner's, as the data says by default.
    """
    stage = _stage(name, seed, now, zone, reworded=reworded)
    mails = letters.mails(stage) if size is None else list(crowd.mails(stage, size))[::-1]
    owner = stage.scene.owner
    return Household(
        name=name,
        seed=seed,
        now=stage.moments.now,
        owner=Person(owner["name"], owner["address"], owner["form_of_address"], str(stage.moments.zone)),
        accounts=office.accounts(stage),
        mails=tuple(mails),
        outlook=tuple(office.mails(stage)),
        chats=tuple(office.posts(stage)),
        events=tuple(office.events(stage)),
        works=devops.works(stage),
    )


def iter_mails(name: str = "monday", *, size: int, seed: int = 0, now: datetime | None = None) -> Iterator[Mail]:
    """Yield `size` mails, newest first: the scene's own, then ever older ones made after them (mean 40 kB)."""
    return crowd.mails(_stage(name, seed, now, None, reworded=False), size)


def _stage(name: str, seed: int, now: datetime | None, zone: str | None, *, reworded: bool) -> Stage:
    scene = script.read(name)
    moment = now or datetime.now(UTC)
    if moment.tzinfo is None:
        raise ValueError("`now` must be aware: give it a time zone")
    return Stage(scene, seed, moment.astimezone(UTC), zone or scene.owner["zone"], reworded=reworded)
