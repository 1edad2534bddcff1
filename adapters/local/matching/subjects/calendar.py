"""The calendars: what stands in them, when there is time, and changing what stands there."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time

from adapters.local.matching.ahead import moment_of, names_days, span, without_weeks
from adapters.local.matching.company import AND, company, dates_in
from adapters.local.matching.dates import When, when
from adapters.local.matching.lasting import length_of, manner_of
from adapters.local.matching.numbers import NUMBER_PATTERN
from adapters.local.matching.subject import Fill, Filled, Intent, Said, Subject
from adapters.local.matching.wording import terms, title
from application.ports.matcher import BEFORE
from domain.codec import Json
from domain.expressions import expression

_EVENT = (
    r"(?:meetings?|appointments?|events?|calls?|calendar(?: entries| events)?|termine?|besprechung(?:en)?|rendez-vous"
    r"|réunions?|citas?|reuni(?:ón|ones)|mesyuarat|temu janji)"
)
_CALENDAR = r"(?:calendars?|agenda|schedule|diary|kalender|terminkalender|agenda|calendrier|calendario|jadual)"
NOON = time(12)
_OWED = expression(r"\b(?:due|bills?|payments?|rent|expires?|created|invented|born)\b", re.IGNORECASE)
_ABOUT = expression(
    r"\b(?:about|over|on|regarding|called|named|titled|über|sobre|tentang) (?P<what>.+)$", re.IGNORECASE
)
_MY = expression(
    r"^(?:(?:my|the|our|a|an|mein(?:e[nmr]?)?|de[rnm]|die|das|mon|ma|le|la|mi|el)\s+)+|\s+(?:meeting|appointment|event|call|termin)$",
    re.IGNORECASE,
)
_NEXT = expression(r"\b(?:next|nächste[rsn]?|prochaine?|próxim[oa])\b", re.IGNORECASE)
_MEETING = expression(
    rf"\b(?:next|nächste[rsn]?|prochaine?|próxim[oa])\b|^{_EVENT}(?: with| mit| avec| con)?\b",
    re.IGNORECASE,
)
_EVERYTHING = expression(r"\b(?:all|every(?:thing)?|entire|whole|clear|cleared|calendar is)\b", re.IGNORECASE)
_BARE = expression(
    r"(?:(?:my|the|our|mein|mon|mi)\s*)*(?:meeting|appointment|event|call|one|it|that|this|thing|termin|réunion|cita)?",
    re.IGNORECASE,
)
_ORDER = expression(
    rf"^.*?\b(?:schedule|book|arrange|plan|set(?: up)?|organi[sz]e|create|make|add|put|get|pencil in|note|enter|need|want|have)(?: me)? "
    rf"(?:an? |the |new |this |to (?:meet|add|put) )*|\s+(?:in|into|on|to|onto|from)? ?(?:my |the )?{_CALENDAR}\b",
    re.IGNORECASE,
)
_OFF = expression(
    rf"^.*?\b(?:cancel|delete|remove|clear|erase|take|drop|call off)(?: off)? (?:the |my |an? )*|\s+(?:off|from|out of|in|on) (?:my |the )?{_CALENDAR}\b",
    re.IGNORECASE,
)
_THE_EVENT = r"(?P<event>(?:my |the |our )?.+?)"


def _stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _listed(said: Said) -> Filled | None:
    return Filled(_span(said, said.words))


def _on(said: Said) -> Filled | None:
    """List days that are named, and nothing else."""
    is_plain = names_days(said.slot("day"), said.now) and not _OWED.search(said.words)
    return Filled(_span(said, said.slot("day"))) if is_plain else None


def _and_on(said: Said) -> Filled | None:
    """List a day to come; “and this week?” may as well go on from a question about money."""
    return _on(said) if span(said.slot("day"), said.now)[0] > said.now else None


def _span(said: Said, words: str) -> dict[str, Json]:
    start, end, _ = span(words, said.now)
    return {"since": _stamp(start), "until": _stamp(end)}


def _day_after(_: Said) -> Filled:
    return Filled({}, lacks=BEFORE)


def _searched(said: Said) -> Filled | None:
    query = terms(_MEETING.sub("", _MY.sub("", said.slot("what"))))
    if _OWED.search(said.words):
        return None
    if _NEXT.search(said.words):
        return Filled({"query": query, "back": 0})
    return Filled({"query": query}) if query else None


def _clashes(said: Said) -> Filled | None:
    is_timed = without_weeks(said.words) != said.words or when(said.words, said.now).day
    return _listed(said) if is_timed else Filled({})


def _free(said: Said) -> Filled | None:
    words, minutes = length_of(said.words)
    people, words = company(words)
    start, end, _ = span(words, said.now)
    arguments: dict[str, Json] = {"minutes": minutes or 30, "since": _stamp(start), "until": _stamp(end)}
    return Filled(arguments | ({"people": list(people)} if people else {}))


def _created(said: Said) -> Filled | None:
    named = f"{said.slot('what')} {said.slot('more')}".strip()
    words, manner = manner_of(named or _ORDER.sub("", said.words))
    words, minutes = length_of(words)
    about = _ABOUT.search(words)
    topic = when(about["what"], said.now).rest if about else ""
    people, words = company(
        words if about is None or not topic else words[: about.start()] + " " + dates_in(about["what"])
    )
    found = when(words, said.now)
    name = title(_MY.sub("", topic or found.rest))
    if people and _BARE.fullmatch(name):
        name = f"{name or 'Meeting'} with {' and '.join(people)}"
    if "all_day" in manner and found.day is not None:
        found = replace(found, at=time(), loose=False)
    if found.at is None:
        return Filled({}, lacks="start")
    if not name:
        return Filled({}, lacks="title")
    arguments: dict[str, Json] = {"title": name[:1].upper() + name[1:], "start": _stamp(moment_of(found, said.now))}
    arguments |= manner | ({"minutes": minutes} if minutes else {})
    return Filled(arguments | ({"people": list(people)} if people else {}))


def _which(said: Said) -> dict[str, Json] | None:
    """Return how the event is meant: by words of its title, by when it begins, or by both."""
    found = when(said.slot("event"), said.now)
    is_named = found.at is None or any(letter.isdigit() for letter in said.slot("event")) or found.at == NOON
    words = found.rest if is_named else said.slot("event")  # a teacher's evening is no hour
    name = title(_MY.sub("", _MY.sub("", words)))
    meant: dict[str, Json] = {} if _BARE.fullmatch(name) else {"event": name}
    if found.at is not None and is_named:
        meant["at"] = _stamp(moment_of(found, said.now))
    return meant or None


def _invited(said: Said) -> Filled | None:
    meant = _which(said)
    people = tuple(name for name in AND.split(said.slot("who")) if name)
    return Filled({**meant, "invite": list(people)}) if meant and people else None


def _moved(said: Said) -> Filled | None:
    meant = _which(said)
    if meant is None:
        return None
    named = when(said.slot("event"), said.now)
    found = when(said.slot("to"), said.now)
    if found.at is None or when(said.slot("to"), said.now).rest:
        return Filled({}, lacks="start") if found.at is None and found.day is not None else None
    there = When(found.day or named.day, found.at, "", found.loose)
    return Filled({**meant, "start": _stamp(moment_of(there, said.now))})


def _dropped(said: Said) -> Filled | None:
    """Read which event is to go; never more than one at once."""
    if not said.slots:
        said = Said(said.words, said.original, said.now, {"event": _OFF.sub("", said.words)})
    meant = _which(said)
    if meant is None or _EVERYTHING.search(said.words):
        return Filled({}, lacks="event")
    return Filled(meant)


def _answer(response: str) -> Fill:
    def fill(said: Said) -> Filled | None:
        meant = _which(said)
        return Filled({**meant, "response": response}) if meant else None

    return fill


def _posted(said: Said) -> Filled | None:
    return Filled({"query": terms(said.slot("what"))} if said.slot("what") else {})


_WHAT_IS = r"(?:(?:what|anything|something)(?:'s| is| do i have| have i(?: got)?|s)?|(?:is there|do i have|have i got) (?:any|some)thing)"
_ACCEPT = r"(?:accept|agree to|say yes to|confirm)"
_DECLINE = r"(?:decline|turn down|reject|say no to)"
SUBJECT = Subject(
    "calendar",
    (
        Intent(
            "list_clashes",
            ("are there any clashes this week", "do i have conflicting meetings", "am i double booked [when]"),
            (
                r"(?:<SHOW>|do i have |are there |have i got |any )*(?:any |my )*(?:calendar |scheduling )?(?:clash(?:es)?|conflict(?:s|ing (?:meetings|appointments|events))?|overlap(?:s|ping (?:meetings|events))?)(?: (?:in my calendars?|in my schedule|today|tomorrow|(?:this|next) week|ahead|on \w+))*",
                r"(?:am i|where am i|when am i) (?:double|over)[- ]?booked(?: .*)?|what (?:clashes|conflicts|overlaps)(?: .*)?",
                r"(?:gibt es |habe ich )?(?:termin)?(?:konflikte|überschneidungen)(?: .*)?|(?:y a-t-il )?des conflits(?: .*)?|hay conflictos(?: .*)?",
            ),
            fill=_clashes,
            by_likeness=True,
        ),
        Intent(
            "find_free_time",
            ("when am i free [when]", "find an hour with [who] this week", "do i have time [when]"),
            (
                r"(?:when|at what time)(?:'s| am| are| is| do| can)?(?: i| we)? (?:free|available|have (?:some |any )?(?:free )?time|have an? (?:gap|opening|slot))(?: .*)?",
                rf"(?:find|look for|suggest|propose|is there)(?: me| us)? (?:an? |some |any |the next )?(?:free )?(?:{NUMBER_PATTERN} ?(?:min(?:ute)?s?|hours?)|half an hour|time|slot|gap|hour)(?: slot| of free time| free)?(?: .*)?",
                r"when (?:can|could) (?:i|we) (?:meet|talk|speak|see|get together)(?: .*)?",
                r"wann (?:habe ich zeit|bin ich frei|können wir uns treffen)(?: .*)?|quand suis-je libre(?: .*)?|cu[áa]ndo estoy libre(?: .*)?|bila saya (?:lapang|free)(?: .*)?",
            ),
            fill=_free,
        ),
        Intent(
            "update_event",
            ("invite [who] to my 3pm", "move the meeting with [who] to [when]", "reschedule my dentist appointment"),
            (
                rf"(?:invite|ask) (?P<who>[^,]+?) (?:to|into|along to) {_THE_EVENT}",
                rf"add (?P<who>[^,]+?) (?:to|into) (?P<event>(?:my |the |our )?(?:.+ )?(?:meeting|appointment|event|call|{_CALENDAR} entry)(?: .*)?)",
            ),
            fill=_invited,
        ),
        Intent(
            "update_event",
            (),
            (
                rf"(?:move|reschedule|shift|push(?: back)?|postpone|bring forward|change|verschieb(?:e)?|déplace|mueve) {_THE_EVENT} (?:to|until|till|for|auf|à|a) (?P<to>.+)",
            ),
            fill=_moved,
        ),
        Intent(
            "delete_event",
            ("cancel my appointment [when]", "remove the meeting with [who] from my calendar"),
            (
                rf"(?:cancel|call off|scrap) {_THE_EVENT}(?: (?:from|in) my {_CALENDAR})?",
                rf"(?:delete|remove|drop|take) {_THE_EVENT} (?:from|off|out of|in) (?:my |the )?{_CALENDAR}",
            ),
            fill=_dropped,
            by_likeness=True,
        ),
        Intent(
            "respond_to_event",
            ("accept the invitation from [who]", "decline the design review"),
            (
                rf"{_ACCEPT} (?:the )?(?:invitation|invite) (?:to |for |from )?{_THE_EVENT}",
                rf"{_ACCEPT} {_THE_EVENT} (?:invitation|invite|meeting)",
            ),
            fill=_answer("accepted"),
        ),
        Intent(
            "respond_to_event",
            (),
            (
                rf"{_DECLINE} (?:the )?(?:invitation|invite) (?:to |for |from )?{_THE_EVENT}",
                rf"{_DECLINE} {_THE_EVENT} (?:invitation|invite|meeting)",
            ),
            fill=_answer("declined"),
        ),
        Intent(
            "list_events",
            (),
            (
                rf"{_WHAT_IS}(?: (?:going )?on| planned| scheduled| happening| coming up| up)?(?: (?:for|in|over|during|with))? {{day}}",
                r"(?:do i have|have i got|is there|will i have)(?: any| some)? time {day}",
                r"(?:how|what) (?:does|do|is|will) {day} (?:look|be|shape up)(?: like)?|(?P<day>my week)",
                r"was (?:steht|ist|habe ich|hab ich|liegt|gibt es|läuft) {day}(?: an| los| vor)?|wie sieht {day} aus",
                r"(?:qu'est-ce que j'ai|qu'ai-je|que tengo|qué tengo|qué hay|que hay|apa ada) {day}",
            ),
            fill=_on,
        ),
        Intent("list_events", (), (r"(?:and|what about|how about|und|was ist mit|et|y) {day}",), fill=_and_on),
        Intent(
            "list_events",
            (),
            (
                r"(?:and |what about |how about |what is |what's |und )+(?:on )?(?:the (?:day after(?: that)?|next day)|am tag danach)",
            ),
            fill=_day_after,
        ),
        Intent(
            "search_events",
            ("when is my dentist appointment", "when do i meet [who]", "when is the next [what]"),
            (
                r"(?:when|what time|at what time)(?:'s| is| are| do i have| does| will be) (?:my |the |our |next )*{what}(?: (?:start|begin|take place|scheduled))?",
                r"when (?:do|will|am) i (?:meet|meeting|seeing|see|talk to|speak to) {what}",
                r"wann ist (?:mein |meine |der |die |das )*{what}|quand est (?:mon |ma |le |la )*{what}|cu[áa]ndo es (?:mi |el |la )*{what}",
            ),
            fill=_searched,
        ),
        Intent(
            "list_events",
            (
                "what is on my calendar [when]",
                "do i have any meetings [when]",
                "what meetings do i have this week",
                "show my agenda for tomorrow",
                "am i busy [when]",
                "welche termine habe ich morgen",
                "quels sont mes rendez-vous",
                "qué reuniones tengo",
                "apa jadual saya",
            ),
            (
                rf"(?:<SHOW>|what(?:'s| is| do i have| have i got)|do i have|have i got|is there|are there|anything|how does|what does)*(?: ?(?:any|anything|something|all|what|of|my|the|on|in|do|i|have))* ?{_CALENDAR}(?: (?:look(?: like)?|like|for|on|in|over|today|tomorrow|tonight|this|next|coming|week|weekend|morning|afternoon|evening|the|day|after|at|am|pm|\w+day|\d+\S*|january|february|march|april|may|june|july|august|september|october|november|december))*",
                rf"(?:what|which|how many|do i have|have i got|are there|any|list|<SHOW>)(?: any| my| the| all| of)* ?(?:upcoming |next )?{_EVENT}(?: (?:do i have|are there|are|have i|i have|on my calendar|in my calendar|scheduled|planned|coming up|on|in|for|at|today|tomorrow|tonight|this|next|week|weekend|morning|afternoon|evening|the|day|after|\w+day|\d+\S*))*",
                r"how (?:busy|booked|full) (?:am i|is my (?:calendar|day|week))(?: .+)?|<MY>termine .+",
                r"am i (?:free|busy|available|booked)(?: (?:up )?(?:on |at |in |for )?.+)?",
                r"(?:welche|was für) termine habe ich(?: .*)?|(?:was steht|was ist) (?:heute |morgen )?im kalender(?: .*)?|quels sont mes rendez-vous(?: .*)?|qu[ée] (?:reuniones|citas) tengo(?: .*)?|apa (?:jadual|mesyuarat) saya(?: .*)?",
            ),
            fill=_listed,
            by_likeness=True,
        ),
        Intent(
            "create_event",
            (
                "schedule a meeting with [who] [when]",
                "put lunch with [who] in my calendar",
                "book an hour for the report",
            ),
            (
                rf"(?:schedule|book|arrange|plan|set up|organi[sz]e|create|make|add)(?: me)? (?:an? |the |new |another )*(?P<what>{_EVENT}(?: .+)?)",
                rf"(?:put|add|enter|write|note|block|save) {{what}} (?:in|into|on|to|onto) (?:my |the )?{_CALENDAR}(?P<more> .+)?",
                r"(?:block|reserve|keep) (?P<what>.+ (?:for|at|from|tomorrow|today|on) .+)",
            ),
            fill=_created,
            by_likeness=True,
        ),
        Intent(
            "search_chats",
            ("what was said in teams about [what]", "search the channels for [what]", "what happened in the incident"),
            (
                r"(?:<SHOW>|what (?:was|did|has been|is being|is|people) ?(?:people |they |everyone )?(?:said|say|saying|written|write|posted|discussed|going on|new|happening)? ?|search |look |find |anything |messages |posts )*(?:in|on|through) (?:ms |microsoft )?teams(?: (?:about|for|on|regarding) {what})?",
                r"(?:search|check|look (?:in|through|at)) (?:ms |microsoft )?teams(?: (?:for|about) {what})?",
                r"(?:search|check|look (?:in|through)|what(?:'s| is) (?:new|going on) in|what happened in) (?:the |my )?(?P<what>.+? )?(?:teams )?(?:channels?|chats?|team chats?)(?: (?:for|about) (?P<more>.+))?",
                r"what (?:was|has been) (?:said|posted|written|discussed) about {what} (?:in|on) (?:teams|the (?:chat|channel|channels))",
            ),
            fill=_posted,
        ),
    ),
)
