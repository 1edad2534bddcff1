"""The household's data as written: one script per mail, read from TOML and checked key by key."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.households import devops_script
from sandbox.households.cast import Role, Words
from sandbox.households.devops_script import DevOps

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class AnswerScript:
    """The right answer as written; `due` names a moment."""

    category: str
    priorities: list[int]
    action: str | None = None
    due: str | None = None
    follow_up: bool = False
    proposal: str | None = None
    flags: list[str] = field(default_factory=list)
    rank: int | None = None
    words: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class AttachmentScript:
    """One attachment: `kind` is pdf, png, docx or zip; `text` is what stands in it; `inline` shows it in the HTML."""

    kind: str
    name: str
    text: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class InvitationScript:
    """A meeting asked for: `day` names a moment, `at` the hour in the owner's zone."""

    title: str
    day: str
    at: str
    minutes: int
    place: str


@dataclass(frozen=True, slots=True)
class MailScript:
    """One mail as written. `ago` is in hours, `by` a role's key or a role; `answers` names the mail replied to."""

    key: str
    by: str | Role
    ago: float
    text: str
    subjects: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    language: str = "en"
    answers: str = ""
    to: str = "owner"
    cc: list[str] = field(default_factory=list)
    style: str = "person"
    charset: str = "utf-8"
    written_in: str = ""
    encoding: str = "quoted-printable"
    authentication: str = "pass"
    reply_to: str = ""
    small_print: list[str] = field(default_factory=list)
    preheader: str = ""
    tint: str = "#24505a"
    headers: dict[str, str] = field(default_factory=dict)
    attachments: list[AttachmentScript] = field(default_factory=list)
    invitation: InvitationScript | None = None
    answer: AnswerScript | None = None


@dataclass(frozen=True, slots=True)
class PostScript:
    """One chat message as written: a mail script's words, said in a channel."""

    channel: str
    said: MailScript


@dataclass(frozen=True, slots=True)
class EventScript:
    """One calendar entry as written: `day` names a moment, `at` the hour in the owner's zone, `by` who asked for it."""

    key: str
    account: str
    title: str
    day: str
    at: str = "00:00"
    minutes: int = 24 * 60
    place: str = ""
    by: str = ""
    attendees: list[str] = field(default_factory=list)
    response: str = "organizer"
    all_day: bool = False
    free: bool = False
    online: bool = False
    rule: str = ""
    clashes: list[str] = field(default_factory=list)
    invited_by: str = ""


@dataclass(frozen=True, slots=True)
class Office:
    """What came in at work, and both calendars; `cast` plays only here."""

    cast: dict[str, Role] = field(default_factory=dict)
    mails: list[MailScript] = field(default_factory=list)
    team: str = ""
    posts: list[PostScript] = field(default_factory=list)
    events: list[EventScript] = field(default_factory=list)

    @property
    def scripts(self) -> list[MailScript]:
        """Return everything that somebody writes, mails first."""
        return [*self.mails, *(post.said for post in self.posts)]


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that the folder of one household says."""

    owner: dict[str, str]
    accounts: list[dict[str, str]]
    cast: dict[str, Role]
    mails: list[MailScript]
    words: Words
    office: Office = field(default_factory=Office)
    devops: DevOps = field(default_factory=DevOps)

    @property
    def scripts(self) -> list[MailScript]:
        """Return everything that somebody writes; what comes at work last, so that it moves nothing else."""
        return [*self.mails, *self.office.scripts]


def known_households(folder: Path = FOLDER) -> list[str]:
    """Return the names of all households that are written."""
    return sorted(path.stem for path in folder.glob("*.toml") if path.stem != "words")


def read(name: str, folder: Path = FOLDER) -> Scene:
    """Read `NAME.toml` and the mails beside it in `NAME/`; an error names the file and the mail."""
    head_file = folder / f"{name}.toml"
    if not head_file.exists():
        raise ValueError(f"there is no household {name!r}; known are {', '.join(known_households(folder))}")
    head = tomllib.loads(head_file.read_text("utf-8"))
    mails = [mail for file in sorted((folder / name).glob("*.toml")) for mail in _mails(file)]
    words = tomllib.loads((FOLDER / "words.toml").read_text("utf-8"))
    office, devops = _office(folder / name / "office"), devops_script.read(folder / name / "devops")
    return Scene(head["owner"], head["accounts"], head["cast"], mails, words, office, devops)


def _office(folder: Path) -> Office:
    """Read what came in at work; a household without an office has none."""
    if not folder.exists():
        return Office()
    people, teams, calendars = (
        tomllib.loads((folder / f"{part}.toml").read_text("utf-8")) for part in ("people", "teams", "calendars")
    )
    posts = [
        PostScript(raw["channel"], _mail({k: v for k, v in raw.items() if k != "channel"}, "teams.toml"))
        for raw in teams["post"]
    ]
    events = [EventScript(**raw) for raw in calendars["event"]]
    return Office(people["cast"], _mails(folder / "outlook.toml"), teams["team"], posts, events)


def _mails(file: Path) -> list[MailScript]:
    """Read one file; `[defaults]` stands for what a mail does not say, its answer included."""
    data = tomllib.loads(file.read_text("utf-8"))
    defaults = data.get("defaults", {})
    answers = [
        {"answer": defaults["answer"] | raw.get("answer", {})} if "answer" in defaults else {} for raw in data["mail"]
    ]
    return [_mail(defaults | raw | answer, file.name) for raw, answer in zip(data["mail"], answers, strict=True)]


def _mail(raw: dict[str, object], file: str) -> MailScript:
    nested = {"attachments", "invitation", "answer"}
    try:
        return MailScript(
            **{name: value for name, value in raw.items() if name not in nested},  # type: ignore[arg-type]
            attachments=[AttachmentScript(**one) for one in raw.get("attachments", [])],  # type: ignore[attr-defined]
            invitation=InvitationScript(**raw["invitation"]) if "invitation" in raw else None,  # type: ignore[arg-type]
            answer=AnswerScript(**raw["answer"]) if "answer" in raw else None,  # type: ignore[arg-type]
        )
    except TypeError as wrong:
        raise ValueError(f"{file}: mail {raw.get('key', '?')!r}: {wrong}") from wrong
