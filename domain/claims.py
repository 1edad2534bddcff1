"""What an answer claims to have done, held against what was really done: the butler never boasts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.expressions import expression
from domain.kinds import OUTGOING, Kind

_ADVERBS = r"(?:(?:now|already|just|also|duly|since|accordingly|gladly|therefore)\s+)*"
_THINGS = (
    r"\b(?:newsletters?|promotions?|e?-?mails?|messages?|repl(?:y|ies)|drafts?|letters?|invitations?|tasks?|reminders?"
    r"|events?|meetings?|appointments?|facts?|it|they|all|those|these|both|everything)\b[^.!?\n]{0,40}?"
)
_BY_OTHERS = r"(?!\s+(?:to\s+\w+\s+|to\s+you\s+)?by\s+(?!me\b))"
_FORMS = (
    r"\b(?:I|we)(?:['’]ve|\s+have)?\s+" + _ADVERBS + r"(?P<deed>{verbs})\b",
    _THINGS + r"\b(?:has|have)\s+" + _ADVERBS + r"been\s+" + _ADVERBS + r"(?P<deed>{verbs})\b" + _BY_OTHERS,
    _THINGS + r"\b(?:is|are)\s+(?:now|already|duly)\s+(?P<deed>{verbs})\b" + _BY_OTHERS,
    r"(?:^|[.!?\n]\s*)(?P<deed>{verbs})\b(?=\s*(?:[.!,]|$|(?:it|them|all|the|those|these|your|both|to|\d+)\b))",
)
_ABOUT_TASKS = r"(?:added|created|set|made|noted)\b[^.!?\n]{{0,60}}\b(?:tasks?|reminders?|to-?dos?|list)"
_OUT = frozenset({Kind.SEND, Kind.REPLY, Kind.FORWARD, Kind.ANSWER_INVITATION})
_AWAY = frozenset({Kind.ARCHIVE, Kind.DELETE})
_CLAIMS: tuple[tuple[str, frozenset[Kind]], ...] = (
    (r"archived", frozenset({Kind.ARCHIVE})),
    (r"deleted|trashed|binned", frozenset({Kind.DELETE})),
    (r"removed|cleared|cleaned up|tidied|moved", _AWAY | {Kind.LABEL}),
    (r"sent|e-?mailed|mailed|written to|wrote to", _OUT),
    (r"replied|answered|responded", _OUT),
    (r"forwarded|passed on", frozenset({Kind.FORWARD})),
    (r"labell?ed|tagged", frozenset({Kind.LABEL})),
    (r"drafted", OUTGOING),
    (r"unsubscribed", frozenset({Kind.UNSUBSCRIBE})),
    (r"snoozed", frozenset({Kind.SNOOZE})),
    (_ABOUT_TASKS, frozenset({Kind.CREATE_TASK, Kind.CREATE_FOLLOW_UP})),
    (r"completed|ticked off", frozenset({Kind.COMPLETE_TASK})),
    (r"remembered|memori[sz]ed|made a note", frozenset({Kind.REMEMBER, Kind.CREATE_TASK})),
    (r"booked|scheduled|invited", frozenset({Kind.CREATE_EVENT, Kind.UPDATE_EVENT})),
    (r"cancell?ed|declined", frozenset({Kind.DELETE_EVENT, Kind.RESPOND_EVENT, Kind.ANSWER_INVITATION})),
    (r"paid|transferred", frozenset()),
)
_PATTERNS = tuple(
    (expression(form.replace("{verbs}", verbs.replace("{{", "{").replace("}}", "}")), re.IGNORECASE), kinds)
    for verbs, kinds in _CLAIMS
    for form in _FORMS
)
_BARE = expression(
    r"\bconsider (?:it|that|them) done\b|\b(?:it|that|all) (?:is|has been) done\b|(?:^|[.!?\n]\s*)done\b", re.IGNORECASE
)
_QUOTED = expression(r"“[^”]*”|\"[^\"\n]*\"|«[^»]*»|„[^“]*“")
_UNREAL = expression(
    r"\b(?:if|once|when|until|unless|whether|nothing|none|never|nobody|cannot"
    r"|(?:would|could|should|might|may)\s+(?:\w+\s+)?have)\b|\bno\b(?!,| (?:worr|troub|prob))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Deeds:
    """Kinds of action that were really executed, and those that are proposed and wait."""

    executed: frozenset[Kind] = frozenset()
    waiting: frozenset[Kind] = frozenset()


def unfounded_claims(text: str, deeds: Deeds) -> tuple[str, ...]:
    """Return the words in `text` that claim a deed which `deeds` do not show. What is quoted is nobody's claim.

    Knows English; drafting counts as done where the draft waits for approval.
    """
    plain = _QUOTED.sub("“”", _without_wide_gaps(text))
    claims = [claim for pattern, kinds in _PATTERNS for claim in _claims(pattern, kinds, plain, deeds)]
    if not deeds.executed:
        claims += [found.group().strip(" .!?\n") for found in _BARE.finditer(plain) if _is_real(plain, found)]
    return tuple(dict.fromkeys(claims))


def _without_wide_gaps(text: str) -> str:
    """Return the lines that hold something, a blank between words: the expressions crawl over anything wider."""
    return "\n".join(" ".join(line.split()) for line in text.splitlines() if not line.isspace() and line)


def _claims(pattern: re.Pattern[str], kinds: frozenset[Kind], text: str, deeds: Deeds) -> list[str]:
    founded = deeds.executed | (deeds.waiting if kinds == OUTGOING else frozenset())
    if kinds & founded:
        return []
    return [found.group().strip(" .!?\n") for found in pattern.finditer(text) if _is_real(text, found)]


def _is_real(text: str, found: re.Match[str]) -> bool:
    """Whether the sentence up to the claim's end holds no word that makes it unreal: if, once, nothing, never …"""
    start = max((text.rfind(mark, 0, found.end() - 1) for mark in (".", "!", "?", "\n", ";")), default=-1)
    return _UNREAL.search(text, min(start + 1, found.start()), found.end()) is None
