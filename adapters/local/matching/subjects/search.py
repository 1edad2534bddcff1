"""Looking for mail: from somebody, about something, of a kind, from some time on."""

from __future__ import annotations

import re

from adapters.local.matching.periods import since
from adapters.local.matching.subject import Filled, Intent, Said, Subject
from adapters.local.matching.wording import terms, writer
from domain.codec import Json
from domain.expressions import expression
from domain.triage import Category

CATEGORIES = (
    (
        Category.NEWSLETTER,
        r"newsletters?|digests?|rundbriefe?|infolettres?|boletines|boletín|surat berita|promotions?|mailing lists?|marketing(?: mails?| stuff)?|ads|adverts?",
    ),
    (Category.SPAM, r"spam(?:s| mails?| messages?)?|junk(?: mails?)?|scams?|phishing(?: mails?)?"),
    (Category.URGENT, r"urgent|important|critical|high[- ]priority|dringende?n?|urgente?s?|penting|wichtige?n?"),
    (
        Category.TRANSACTIONAL,
        r"transactional|receipts?|invoices?|order confirmations?|confirmations?|shipping (?:notices|notifications)|rechnungen|factures?|facturas?|resit",
    ),
    (Category.WORK, r"work(?:[- ]related)?|business|office"),
    (Category.PERSONAL, r"personal|private|family"),
)
KIND = rf"(?P<kind>{'|'.join(pattern for _, pattern in CATEGORIES)})"
_WANTED_BY_WORDS = frozenset({Category.TRANSACTIONAL})
_KINDS = tuple((category, expression(pattern, re.IGNORECASE)) for category, pattern in CATEGORIES)
_DEED = expression(
    r"(?:,| and| then) (?:then )?(?:reply|respond|answer|send|forward|delete|archive|schedule|write|draft|summari[sz]e|translate|add|mark|move|book|tell|let|ask|remind|call)\b",
    re.IGNORECASE,
)
_PRONOUN = expression(
    r"(?:it|that|this|them|him|her|me|you|us|here|there|something|anything|someone|everything|out|way)(?: .*)?",
    re.IGNORECASE,
)
_NEWEST = 20


def category_of(kind: str) -> Category | None:
    """Return the category that people mean by `kind`; receipts and the like are looked for by their words."""
    return next((category for category, pattern in _KINDS if pattern.fullmatch(kind)), None)


def _search(said: Said) -> Filled | None:
    if _DEED.search(said.words):
        return None
    who, what, kind = said.slot("who"), said.slot("what"), said.slot("kind")
    if what and not who and _PRONOUN.fullmatch(what):
        return None
    arguments: dict[str, Json] = {}
    found = category_of(kind) if kind else None
    if found in _WANTED_BY_WORDS:
        what = f"{kind.rstrip('s')} {what}"
    elif found:
        arguments["category"] = found.value
    start, rest = since(f"{who} | {what} | {said.slot('when')}", said.now)
    by, *about = rest.split("|")
    query = f"{writer(by)} {terms(*about)}".strip()
    if start is not None:
        arguments["since"] = start.isoformat()
    if not (query or arguments or said.slots.keys() & {"all", "count"}):
        return None
    return Filled(arguments | {"query": query} | ({"limit": _NEWEST} if said.slot("count") else {}))


_ADJ = r"(?:(?:last|latest|newest|most recent|recent|new|unread|old|other|first|few|couple of|letzten?|neueste[nr]?|dernier(?:s|e)?|derni[èe]re|[úu]ltimos?|terakhir|terbaru|\d+|more|important) )*"
_LOOK = r"(?:(?:find|search|look|get|fetch|show|list|see|read|open|pull up|bring up|display|check|suche?|zeig(?:e)?|finde?|cherche|trouve|montre|busca|encuentra|muestra|cari(?:kan)?|tunjuk(?:kan)?)(?: (?:me|for|up|through|at|out|in|if there (?:is|are)|mir|nach|moi|saya))* |(?:do i have|are there|is there|have i (?:got|received|had)|did i (?:get|receive)|i(?:'m| am) looking for|where(?:'s| is| are)|what(?:'s| is| are)|which|what|i (?:want|need)(?: to see| to find| to read)?|any|ada|hay|tengo|gibt es|habe ich|y a-t-il|ai-je) )"
_FROM = r"(?:from|by|of|sent by|written by|by way of|von|vom|de|du|de la part de|del|daripada|dari|that {X} (?:sent|wrote))".replace(
    "|that {X} (?:sent|wrote)", ""
)
_ABOUT = r"(?:about|on|regarding|concerning|re|re:|with|mentioning|that mention|containing|related to|relating to|on the subject of|with the subject|in which|zu|[üu]ber|wegen|sur|[àa] propos de|au sujet de|sobre|acerca de|tentang|pasal|mengenai)"
_TIME = r"(?: (?P<when>(?:from |since |in |over |during |within |of )?(?:the )?(?:today|yesterday|this (?:week|month|morning)|last (?:week|month|night|\w+ days|\w+ weeks)|past .+|heute|gestern|hier|ayer|semalam|hari ini|minggu ini)))?"

SUBJECT = Subject(
    "search",
    (
        Intent(
            "search_mail",
            (
                "find the mail about [what]",
                "mails from [who]",
                "show me emails from [who] about [what]",
                "anything from [who]",
                "latest from the bank",
                "who writes about [what]",
                "who wrote to me about [what]",
                "did [who] answer",
                "has [who] replied about [what]",
                "what did [who] write",
                "search for [what]",
                "find [what]",
                "look for messages mentioning [what]",
                "show my newsletters",
                "how many newsletters did i get this week",
                "is there any spam",
                "how much spam came in today",
                "list the newest mails",
                "unread messages from [who]",
                "did i get an invoice from [who]",
                "where is the booking confirmation",
                "any word from [who]",
                "suche mails von [who]",
                "hat [who] geschrieben",
                "cherche les mails de [who]",
                "busca correos de [who]",
                "cari emel daripada [who]",
            ),
            (
                rf"(?P<count>how many|count|number of) ?(?:<MY>)(?:{KIND} )?(?:<MAIL>)?(?: (?:do|did|have|has|are|were|came|come|i|get|got|gotten|received?|there|in|have i|my inbox|arrive[d]?|the|today's))*(?: {_FROM} {{who}})?(?: {_ABOUT} {{what}})?{_TIME}",
                rf"how (?:many|much) {KIND}(?: (?:mails?|messages?))?(?: (?:do|did|have|has|are|were|was|came|come|i|get|got|gotten|received?|there|in|my inbox|the inbox|arrive[d]?|is|waiting))*{_TIME}",
                rf"(?:{_LOOK})?<MY>{_ADJ}{KIND}(?: <MAIL>)?(?: (?:do i have|did i get|have i got|are there|came in|arrived|came|there|i have|i got|in my inbox))*(?: {_FROM} (?!(?:last|this|yesterday|today)\b){{who}})?(?: {_ABOUT} {{what}})?{_TIME}",
                rf"(?:{_LOOK})?<MY>{_ADJ}(?:<MAIL>|mail threads?|conversations?|threads?) {_FROM} {{who}} {_ABOUT} {{what}}",
                rf"(?:{_LOOK})?<MY>{_ADJ}(?:<MAIL>|mail threads?|conversations?|threads?) {_ABOUT} {{what}} {_FROM} {{who}}",
                rf"(?:{_LOOK})?<MY>{_ADJ}(?:<MAIL>|mail threads?|conversations?|threads?)(?: (?:i (?:got|received|have)|that came|sent|received))? {_FROM} {{who}}",
                rf"(?:{_LOOK})?<MY>{_ADJ}(?:<MAIL>|mail threads?|conversations?|threads?)(?: (?:i (?:got|received|have)|that (?:talk|are|is|speak|say something)))? {_ABOUT} {{what}}",
                r"(?:<SHOW>|list |read |open |what are )<MY>(?P<all>)(?:(?:last|latest|newest|most recent|recent|new|unread|\d+|few) )*<MAIL>(?: (?:please|in my inbox))?(?: (?P<when>(?:from |since |of )?(?:today|yesterday|this week|this morning|last week)))?",
                r"(?:is there |are there )?(?:any |some )?(?:news|word)(?: (?:about|on|regarding|concerning) {what})",
                r"(?:search|look (?:through|in)|go through)(?: (?:through|in))? (?:my |the )?(?:mails?|e-?mails?|inbox|messages?|mailbox) (?:for|about) {what}",
                r"(?:search|look|google|cherche|busca|suche?)(?: (?:for|nach|up|après))? <MY>(?:mails?|e-?mails?|messages?) {what}",
                rf"(?:what|which|who)(?:'s| is| are| was)? (?:the )?{_ADJ}(?:word|news|mails?|message) from {{who}}",
                rf"(?:is there |are there |do i have |have i (?:got )?|did i (?:get|receive) |got |has there been |gibt es |hast du )?(?:any(?:thing|one)?|something|some|was|etwas|quelque chose|du nouveau|algo|apa-apa|ada apa-apa)(?: (?:new|news|word|mails?|messages?|repl(?:y|ies)|answers?|responses?|interesting|important|else|yet|neues|de nouveau|nuevo|baru|back|in))* (?:from|by|von|vom|de(?: la part de)?|del|daripada|dari) {{who}}(?: {_ABOUT} {{what}})?(?: yet)?",
                r"(?:what(?:'s| is) )?(?:the )?(?:last|latest|newest|most recent)(?: (?:word|mails?|messages?|thing|news|one|update|e-?mails?))?(?: i (?:got|received|have|heard))? (?:from|by|of) {who}(?: (?:about|on|regarding) {what})?",
                r"(?:did|has|have|hasn't|didn't) {who} (?:already |ever |even )?(?:writ(?:e|ten)|e?-?mail(?:ed)?|repl(?:y|ied)|answer(?:ed)?|respond(?:ed)?|g[eo]t(?:ten)? back|come back|messaged?|contact(?:ed)?|reach(?:ed)? out|sen[dt] (?:me )?(?:anything|something|an? (?:mail|e-?mail|message|reply)))(?: back)?(?: to)?(?: me| us| my (?:mail|message|question))?(?: (?:about|on|regarding) {what})?(?: yet| already| today| lately| again| recently)?",
                r"what (?:did|does|has|have) {who} (?:writ(?:e|ten)|say|said|sen[dt]|ask(?:ed)?(?: for)?|e?mail(?:ed)?|tell|told|repl(?:y|ied)|answer(?:ed)?)(?: (?:to )?me)?(?: (?:about|on|regarding) {what})?(?: (?:today|lately|recently|yesterday|this week|last))?",
                r"who(?: all)? (?:writes?|wrote|has written|is writing|mails?|e?mailed|messaged|sent(?: me)?(?: (?:something|anything|mails?))?|asked|asks|talks|talked|mentioned|mentions|contacted me)(?: to)?(?: me| us)? ?(?:about |on |regarding |concerning )?{what}",
                r"who (?:(?:has )?(?:writes?|wrote|written|e?mailed|messaged|contacted))(?: (?:to )?me)? (?P<when>today|yesterday|this (?:week|morning)|last week)",
                r"(?:hat|haben) {who} (?:mir )?(?:schon )?(?:geschrieben|geantwortet)|was (?:hat|schreibt) {who}(?: (?:geschrieben|gesagt))?|wer (?:schreibt|schrieb|hat)(?: mir)?(?: (?:[üu]ber|wegen|zu)) {what}(?: geschrieben)?",
                r"(?:est-ce que )?{who} (?:m'a|a)(?:-t-(?:il|elle))? (?:d[ée]j[àa] )?(?:[ée]crit|r[ée]pondu)|qui (?:m'a [ée]crit|[ée]crit|parle) (?:[àa] propos de |au sujet de |sur |de |du ){what}",
                r"(?:ha|han) (?:escrito|respondido|contestado) {who}|{who} (?:me )?ha (?:escrito|respondido)|qui[ée]n (?:me )?(?:escribe|ha escrito|escribi[óo]) sobre {what}|(?:adakah )?{who} (?:dah|sudah|telah) (?:balas|jawab|tulis)|siapa (?:yang )?(?:tulis|menulis|hantar emel) (?:tentang|pasal|mengenai) {what}",
            ),
            hints=(
                r"(?:search|look|hunt)(?: (?:up|for|through my mail for))+ {what}|search {what}|suche? (?:nach )?{what}|cherche {what}|busca {what}|cari(?:kan)? {what}",
                r"(?:find|get|dig out|dig up|pull up|trouve|finde|encuentra)(?: me)? {what}",
                r"(?:where(?:'s| is| are)) (?P<what>(?:the|my|that) (?:\S+ )*(?:mail|e-?mail|invoice|receipt|ticket|tickets|booking|confirmation|itinerary|contract|quote|attachment|document|letter|statement|voucher|reservation|link|invitation|order|offer)s?\b.*)",
                r"(?:did i (?:get|receive)|have i (?:got|received)|do i have) (?P<what>(?:an?|the|any|my) (?:\S+ )*?(?:invoice|receipt|ticket|booking|confirmation|itinerary|contract|quote|reply|answer|invitation|order|offer|payslip)s?\b.*)",
                r"(?:is there |are there )?(?:any(?:thing)?|something|news|updates?)(?: new)? (?:about|on|regarding|concerning) {what}",
                r"(?:show me |tell me )?(?:what|everything)(?: do (?:i|we) (?:have|know))?(?: i have)? (?:about|on|regarding) {what}",
            ),
            fill=_search,
        ),
    ),
)
