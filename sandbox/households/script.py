"""The household's data as written: one script per mail, read from TOML and checked key by key."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.households.cast import Role, Words

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
class Scene:
    """Everything that the folder of one household says."""

    owner: dict[str, str]
    accounts: list[dict[str, str]]
    cast: dict[str, Role]
    mails: list[MailScript]
    words: Words


def read(name: str, folder: Path = FOLDER) -> Scene:
    """Read `NAME.toml` and the mails beside it in `NAME/`; an error names the file and the mail."""
    head_file = folder / f"{name}.toml"
    if not head_file.exists():
        known = ", ".join(sorted(path.stem for path in folder.glob("*.toml") if path.stem != "words"))
        raise ValueError(f"there is no household {name!r}; known are {known}")
    head = tomllib.loads(head_file.read_text("utf-8"))
    mails = [mail for file in sorted((folder / name).glob("*.toml")) for mail in _mails(file)]
    words = tomllib.loads((FOLDER / "words.toml").read_text("utf-8"))
    return Scene(head["owner"], head["accounts"], head["cast"], mails, words)


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
