"""Putting away mail of a kind, from somebody or about something, as one proposal for each found."""

from __future__ import annotations

import re

from adapters.local.matching.periods import age
from adapters.local.matching.subject import Fill, Filled, Intent, Said, Subject
from adapters.local.matching.subjects.search import KIND, category_of
from adapters.local.matching.wording import terms, writer
from domain.codec import Json
from domain.leaving_out import leaves_out
from domain.triage import Category

_OLDER = "(?:older|more) than|from (?:more than|over)|over|älter als|de plus de|lebih daripada"
_OLDER_THAN = re.compile(rf"\b(?:{_OLDER})\b", re.IGNORECASE)


def _matching(said: Said) -> Filled | None:
    if leaves_out(said.words):
        return None
    days, rest = age(said.words)
    if _is_narrower(said, rest):
        return None
    kind = category_of(said.slot("kind")) if said.slot("kind") else None
    arguments: dict[str, Json] = {}
    who = age(said.slot("who"))[1]
    what = age(said.slot("what"))[1]
    if kind is Category.TRANSACTIONAL:
        what = f"{said.slot('kind').rstrip('s')} {what}"
    elif kind is not None:
        arguments["category"] = kind.value
    if query := f"{writer(who)} {terms(what)}".strip():
        arguments["query"] = query
    if days is not None:
        arguments["older_than_days"] = days
    return Filled(arguments) if arguments else None


def _is_narrower(said: Said, rest: str) -> bool:
    """Whether an age is said that is not read: without it, more would be put away than was meant."""
    for slot in ("who", "what"):
        rest = re.sub(rf"(?<!\w){re.escape(age(said.slot(slot))[1])}(?!\w)", "", rest)
    return _OLDER_THAN.search(rest) is not None


def _intent(tool: str, verbs: str, examples: tuple[str, ...], fill: Fill = _matching) -> Intent:
    old = rf"(?: (?:that (?:are|is) |which are )?(?:{_OLDER}) .+?)?"
    ours = r"<MY>(?:old )*"
    where = r"(?: (?:in|from|out of) (?:my|the) inbox| away| off| up| out| weg| ab)?"
    return Intent(
        tool,
        examples,
        (
            rf"(?:{verbs}) {ours}{KIND}(?: <MAIL>)?{old}{where}(?: from {{who}})?(?: about {{what}})?{old}{where}",
            rf"(?:{verbs}) {ours}(?:<MAIL>|stuff|everything|anything|it all|conversations?|threads?){where} (?:from|by|sent by|of|von|vom|de|daripada|dari) {{who}}(?: (?:about|regarding|on) {{what}})?{old}",
            rf"(?:{verbs}) {ours}(?:<MAIL>|stuff|everything|anything|conversations?|threads?){where} (?:about|regarding|on|concerning|[üu]ber|sur|sobre|tentang) {{what}}{old}",
            rf"(?:{verbs}) {ours}(?:<MAIL>|stuff|everything|anything) (?:that (?:are|is) |which are )?(?:older than|over) .+",
        ),
        fill=fill,
    )


SUBJECT = Subject(
    "tidying",
    (
        _intent(
            "archive_matching",
            r"archive|clear(?: out| away)?|tidy(?: up| away)?|put away|clean(?: up| out)|file(?: away)?|sweep(?: away)?|hide|move|archiviere|räum|archive[rz]?|range|archiva|arkibkan|put",
            (
                "archive the newsletters",
                "archive all mails from [who]",
                "clear out my newsletters",
                "tidy up the promotions",
                "put away everything older than [n] weeks",
                "archive the mails about [what]",
                "clean up the newsletters older than a month",
                "archiviere die newsletter",
                "archive les newsletters",
                "archiva los boletines",
                "arkibkan surat berita",
            ),
        ),
        _intent(
            "delete_matching",
            r"delete|trash|bin|remove|get rid of|throw (?:away|out)|throw|erase|purge|dump|empty|lösche|supprime[rz]?|borra|elimina|padam(?:kan)?|buang",
            (
                "delete the spam",
                "delete all emails from [who]",
                "get rid of the junk mail",
                "trash the newsletters older than [n] days",
                "throw away everything from [who]",
                "remove the mails about [what]",
                "lösche den spam",
                "supprime les spams",
                "borra el spam",
                "padam spam",
            ),
        ),
    ),
)
