"""Who plays: people, companies and brands, as written in the data or drawn anew from the word lists."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

Words = Mapping[str, list[str]]
Role = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who sends or is spoken of; `first` is how friends say the name."""

    name: str
    address: str
    first: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    @property
    def lookalike(self) -> str:
        """Return a domain that a hurried eye takes for this one."""
        label, _, rest = self.domain.partition(".")
        for real, fake in (("m", "rn"), ("l", "1"), ("o", "0"), ("i", "l")):
            if real in label:
                return f"{label.replace(real, fake, 1)}-secure.{rest}"
        return f"{label}-secure.{rest}"


def slug(name: str, joint: str = "-") -> str:
    """Return `name` as it would stand in an address: ASCII letters and digits in lower case."""
    spelled = name.replace("ß", "ss").replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode().lower()
    return joint.join(re.findall(r"[a-z0-9]+", plain))


class Casting:
    """Gives every role a party: the canonical one, or one drawn from `words` by `rng`, never the same name twice."""

    def __init__(self, words: Words, rng: Random | None) -> None:
        self._words = words
        self._rng = rng
        self._parties: dict[str, Party] = {}
        self._taken: set[str] = set()

    def __getitem__(self, key: str) -> Party:
        return self._parties[key]

    def __contains__(self, key: str) -> bool:
        return key in self._parties

    def get(self, key: str) -> Party | None:
        """Return who plays `key`, None where nobody does."""
        return self._parties.get(key)

    def settle(self, key: str, party: Party) -> None:
        """Put a party in that is not drawn: the owner."""
        self._parties[key] = party

    def add(self, key: str, role: Role) -> Party:
        """Cast one role and remember it under `key`."""
        party = self._party(role)
        self._parties[key] = party
        return party

    def _party(self, role: Role) -> Party:
        if "mimics" in role:
            victim = self._parties[role["mimics"]]
            return Party(victim.name, f"{role['box']}@{victim.lookalike}", victim.name)
        return self._person(role) if "person" in role else self._brand(role)

    def _person(self, role: Role) -> Party:
        name = role["person"] if self._rng is None else self._draw_person(role.get("culture", "en"))
        domain = self._parties[role["at"]].domain if "at" in role else self._home(role)
        box = role.get("box") if self._rng is None else None
        first = name if role.get("culture") == "zh" else name.split()[0]
        return Party(name, f"{box or slug(name, '.') or 'mail'}@{domain}", first)

    def _home(self, role: Role) -> str:
        """Return the domain of somebody who writes from a private one."""
        return role["domain"] if self._rng is None else f"{slug(self._draw_brand())}.example"

    def _brand(self, role: Role) -> Party:
        if "fixed" in role:
            return self._fixed(role)
        name = role["brand"] if self._rng is None else self._draw_brand()
        domain = role["domain"] if self._rng is None and "domain" in role else f"{slug(name)}.example"
        box = role.get("box", "hello") if self._rng is None else self._rng.choice(self._words["boxes"])
        return Party(name, f"{box}@{role.get('sub', '')}{domain}", name)

    def _fixed(self, role: Role) -> Party:
        """Cast a service whose domain is what it is known by: only the box and the shown name change."""
        if self._rng is None:
            return Party(role["brand"], f"{role['box']}@{role['fixed']}", role["brand"])
        box = self._rng.choice([box for box in self._words["boxes"] if box != role["box"]])
        return Party(
            f"{role['brand']} {self._rng.choice(self._words['desks'])}", f"{box}@{role['fixed']}", role["brand"]
        )

    def _draw_person(self, culture: str) -> str:
        firsts, lasts = self._words[f"first_{culture}"], self._words[f"last_{culture}"]
        return self._fresh(lambda rng: _joined(rng.choice(firsts), rng.choice(lasts), culture))

    def _draw_brand(self) -> str:
        first, second = self._words["brand_first"], self._words["brand_second"]
        return self._fresh(lambda rng: f"{rng.choice(first)} {rng.choice(second)}")

    def _fresh(self, draw: Callable[[Random], str]) -> str:
        assert self._rng is not None
        while (name := draw(self._rng)) in self._taken:
            continue
        self._taken.add(name)
        return name


def _joined(first: str, last: str, culture: str) -> str:
    return f"{last}{first}" if culture == "zh" else f"{first} {last}"
