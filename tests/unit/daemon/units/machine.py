"""A machine whose service commands are written down and answered, as systemctl and launchctl would."""

from dataclasses import dataclass, field

from daemon.units import Ran


@dataclass
class Machine:
    """Remembers every command; answers by the first words that are known."""

    answers: dict[tuple[str, ...], Ran] = field(default_factory=dict)
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def __call__(self, *words: str) -> Ran:
        self.asked.append(words)
        known = [(start, answer) for start, answer in self.answers.items() if words[: len(start)] == start]
        if known:
            return max(known, key=lambda each: len(each[0]))[1]
        return Ran(0, "systemd 252 (252.39-1~deb12u2)\n") if words == ("systemctl", "--version") else Ran()

    @property
    def told(self) -> list[str]:
        """What was asked for, without what only looks."""
        looks = {"--version", "show", "show-user", "print", "systemd-run"}
        return [" ".join(words) for words in self.asked if not looks & set(words)]
