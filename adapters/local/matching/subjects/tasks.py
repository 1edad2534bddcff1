"""Tasks, reminders and follow-ups."""

from __future__ import annotations

import re

from adapters.local.matching.dates import when
from adapters.local.matching.subject import Filled, Intent, Said, Subject
from adapters.local.matching.wording import terms, title
from domain.codec import Json
from domain.expressions import expression

_VAGUE = expression(
    r"(?:(?:of |about |to |do |to do )*(?:something|anything|it|this|that|one|it later|this later|that thing|this thing|get something done|do something|something done|do this|do that|do it|one for me)|a (?:new )?(?:reminder|task)|"
    r"later|again|at a later time|in a (?:bit|while)|in awhile|)(?: (?:later|again|in a (?:bit|while)|in awhile|please|for me|for later|at a later time))*",
    re.IGNORECASE,
)
_REPEATS = expression(r"\b(?:every|each|daily|weekly|monthly|yearly|jeden|jede|chaque|cada|setiap)\b", re.IGNORECASE)
_REMINDS = expression(
    r"remind|reminder|alert|notif|buzz|ping|nudge|forget|erinner|rappel|recu[eé]rda|record|ingatkan|peringat|tell me",
    re.IGNORECASE,
)
_BEHIND = expression(
    r"\b(?:remind(?: me)?|reminder|reminded|notified|nudged?|list|task|todo|to-do)(?: (?:for me|for myself|please))?"
    r"[:,]? (?:to|about|of|that|for|so(?: that)?) (?:i (?:need|have|want|should|must|can)(?: to)? )?(?:add |put |include )?(?P<what>.+)",
    re.IGNORECASE,
)
_BEFORE = expression(
    r"\b(?:add|put|include|throw|write|stick|need|want)(?:ing)? (?P<what>.+?)(?: added| put)? (?:to|on|onto|in|into|for) "
    r"(?:my|the|our|it)\b",
    re.IGNORECASE,
)
_EVERYTHING = expression(
    r"(?:all|every(?:thing)?|the (?:whole|entire)|whole|entire|it|that|them|this|all (?:of )?(?:it|them|(?:the|my) .*))",
    re.IGNORECASE,
)
_THE_LIST = r"(?:(?:to|on|onto|in|into|off|of|from|off of|out of|for) )*(?:my|the|our|meine|meiner|ma|mi)(?: (?!(?:my|the|our|off|to|on|onto|in|from|of)\b)\w+){0,3}? (?:<TODO>(?: <LIST>)?|<LIST>(?: of (?:things|housework|stuff|tasks|chores|<TODO>)(?: to (?:do|complete|accomplish|remember))?)?|aufgabenliste|liste des t[âa]ches|lista de tareas|senarai tugas(?:an)?)"
_OFF_IT = expression(
    r"\b(?:cross|tick|check|strike|take|scratch|remove|delete|erase|drop|finished|done|completed?|mark) (?:off )?(?P<what>.+?) "
    r"(?:off|from|out of|as done)\b",
    re.IGNORECASE,
)
_LIST = rf"(?:{_THE_LIST}|<MY>(?:need to do|<TODO>|things? to do|shopping|grocery) <LIST>|(?:senarai|lista|liste))"
_ADD = r"(?:add|put(?! an? reminder)|include|throw|stick|write|jot(?: down)?|note(?: down)?|place|pop|get|append|enter|log|set|insert|schreib|setz|ajoute[rz]?|mets|a[ñn]ade|agrega|pon|tambah(?:kan)?|masukkan)"
_OFF = r"(?:cross(?: off)?|tick(?: off)?|check(?: off)?|strike(?: off)?|take|scratch(?: off)?|remove|delete|clear|erase|drop|get rid of|wipe|mark off)"
_NEW = r"(?:add|create|make|set(?: up)?|new|schedule|start|give me|get me|i(?:'d like| need| want| would like)(?: you)?(?: to (?:have|make|set(?: up)?|create|add))?|put(?: in)?|erstelle|cr[ée]e|crea|buat)"


def _task(said: Said) -> Filled | None:
    """Read the title, the day and the reminder; what repeats is beyond a task."""
    what = said.slot("what") or said.slot("also")
    if _REPEATS.search(said.words):
        return None
    if not said.slots:
        return _loosely(said)
    found = when(" ".join(part for part in (said.slot("when"), what) if part), said.now)
    name = title(found.rest)
    if _VAGUE.fullmatch(name):
        return Filled({}, lacks="title")
    arguments: dict[str, Json] = {"title": name}
    due, moment = found.due(said.now), found.moment(said.now)
    if due is not None:
        arguments["due"] = due.isoformat()
    if moment is not None and (found.at is not None or _REMINDS.search(said.words)):
        arguments["remind_at"] = moment.isoformat()
    return Filled(arguments)


def _loosely(said: Said) -> Filled | None:
    """Words that only look like a new task: what stands behind the asking is its title, else it is asked for."""
    hit = _BEHIND.search(said.words) or _BEFORE.search(said.words)
    return _task(Said(said.words, said.original, said.now, {"what": hit["what"] if hit else ""}))


_OF_MAIL = expression(r"\bas (?:un)?(?:read|seen|important|spam|junk)\b", re.IGNORECASE)


def _done(said: Said) -> Filled | None:
    if _OF_MAIL.search(said.words):
        return None
    hit = None if said.slots else _OFF_IT.search(said.words)
    what = title(hit["what"] if hit else said.slot("what") or said.slot("also")).removeprefix("the task ").strip()
    if not what or _EVERYTHING.fullmatch(what):
        return Filled({}, lacks="task")
    return Filled({"task": what})


def _listed(said: Said) -> Filled | None:
    about = terms(title(said.slot("what")))
    return Filled({"about": about} if about else {})


SUBJECT = Subject(
    "tasks",
    (
        Intent(
            "list_tasks",
            (
                "what's on my to-do list",
                "what's on my list",
                "show my tasks",
                "list my reminders",
                "what do i have to do [when]",
                "what tasks are open",
                "which chores are left",
                "read me my reminders",
                "is [do] on my list",
                "do i have a reminder to [do]",
                "did i put [do] on my to-do list",
                "what did i want to remember",
                "what was i supposed to do",
                "what else is there to do",
                "anything left on my task list",
                "what's due this week",
                "welche aufgaben habe ich",
                "was steht auf meiner liste",
                "quelles sont mes tâches",
                "cuáles son mis tareas",
                "apa tugasan saya",
            ),
            (
                rf"(?:is|are) (?!there\b){{what}}(?: (?:still|already|currently|currently still|coming up|now))? {_LIST}(?: .*)?",
                rf"(?:<SHOW>|(?:i )?(?:want|need) to (?:know|see|hear) |let me know )?(?:to see |and see )?(?:if|whether|that) (?:i (?:have|put|added) )?{{what}} (?:is |are |listed |included )*{_LIST}(?: .*)?",
                rf"(?:do|did|have) i (?:already )?(?:have|put|add|added|include|included|remember to add|jot down|set|got)(?: up)?(?: a task| a reminder)? {{what}} {_LIST}(?: .*)?",
                r"(?:do i (?:already )?have|is there|did i (?:set|make|add|create)(?: up)?|have i (?:set|made|added))(?: a| any| the)? (?:reminder|task|to-?do)s?(?: set(?: up)?)?(?: to| for| about| that) {what}",
                rf"(?:check|search|scan) {_LIST} (?:for|to see if|and see if) {{what}}(?: is (?:listed|there|on it))?",
                rf"(?:what|which)(?:'s|'re| is| are| was| were| do i have| have i got| did i (?:put|add|write|list|include)| do i have left to do| things are| items are| chores are| tasks are|ever is)?(?: else| still| now| currently| left)* {_LIST}(?: .*)?",
                r"(?:<SHOW>|let me (?:see|hear|know) |i want to (?:see|hear|know) |i need to know |go (?:through|over|back over) |walk me through |run through |repeat |describe |recite |say |state |speak |please )?(?:me )?(?:all |everything |every(?: single)? |each |the |any |what(?:'s| is)? |which )*(?:items?|things?|points|tasks|rundown of|contents|what's|ones?)?(?: (?:of|on|in|i have|is|are|there))*(?: ?<MY>)(?:current |open |whole |entire |full |pending |outstanding |remaining |undone |upcoming |unfinished |overdue |currently |present |own |today's )*(?:<TODO>(?: <LIST>)?|<LIST> of (?:things to (?:do|remember)|tasks|reminders|to-?dos|chores)(?: .*)?)(?: (?:with me|out loud|to me|back|read out loud|currently|again|for today|today|for tomorrow|tomorrow|for this week|this week|now|at the moment|i have|do i have|are (?:open|left|there|due|outstanding|pending)|is|what|set|have i set|did i set|i've set|left|for me))*",
                r"(?:what|which|how many|any|are there any|do i have any|have i got any)(?:'s| is| are)?(?: <MY>)?(?:other |open |pending |current |overdue |kind of |outstanding )*(?:<TODO>|things)(?: (?:do i have|are|have i|i have|there|did i|waiting|left|open|due|set|today|tomorrow|this week|on|my|list|are on my list|to do|outstanding|overdue|coming up|in|i've|still))*",
                r"what(?: else| all)?(?: do| am| was| must| things do| items do| stuff do)? i (?:still )?(?:have|need|got|supposed|meant|going|want|wanted|must)(?: left)?(?: to)?(?: be)? (?:do|doing|done|get done|remember|accomplish|complete|finish)(?: (?:today|tomorrow|this week|next|still|again|this morning|this afternoon|tonight|around the house|for today))*",
                r"(?:i (?:wanted|had|asked)|tell me|remind me|what(?: things)? did i|what) (?:to remember|what i(?:'d| had)? (?:wanted|asked|was trying|put|added|have)(?: you)?(?: to)?(?: remember| do)?|want to remember|some(?:thing| things)|a list of reminders)(?: .*)?",
                r"(?:my|the) (?:task|to-?do|reminder)s?(?: list)?|what(?:'s| is) (?:due|overdue)(?: (?:today|tomorrow|this week|next week|soon))?|(?:aufgaben|tasks|todos?|reminders)",
                r"(?:was steht|was ist) (?:noch )?auf (?:meiner|der) (?:aufgaben|to-?do-?)?liste|(?:welche|zeig(?:e)?(?: mir)?(?: meine)?) (?:aufgaben|erinnerungen)(?: habe ich| sind offen)?|was (?:muss|soll) ich (?:heute |noch |morgen )*(?:tun|machen|erledigen)|(?:quelles sont|montre(?:-moi)?|liste) mes (?:t[âa]ches|rappels)|(?:qu'est-ce que|que) (?:j'ai|dois-je|ai-je) [àa]? ?faire(?: aujourd'hui| demain)?|(?:cu[áa]les son|mu[ée]strame|ense[ñn]ame|lista) mis (?:tareas|recordatorios)|qu[ée] tengo que hacer(?: hoy| mañana)?|(?:apa(?:kah)?|tunjukkan|senaraikan) (?:tugasan|tugas|peringatan)(?: saya)?(?: hari ini| esok)?|apa (?:yang )?(?:saya )?(?:perlu|kena) (?:saya )?buat(?: hari ini| esok)?",
            ),
            fill=_listed,
            by_likeness=True,
        ),
        Intent(
            "add_task",
            (
                "remind me to [do] [when]",
                "remind me [when] to [do]",
                "set a reminder to [do]",
                "add [do] to my list",
                "put [do] on my to-do list",
                "add a task to [do]",
                "new task: [do] by [when]",
                "don't let me forget to [do]",
                "i need a reminder [when]",
                "set a reminder",
                "make sure i [do] [when]",
                "note to self: [do]",
                "create a to-do for [do]",
                "nudge me about [do] [when]",
                "can you remind me of [do]",
                "ping me [when] to [do]",
                "i want to be reminded to [do]",
                "erinnere mich [when] daran, den klempner anzurufen",
                "setze milch auf meine liste",
                "rappelle-moi d'appeler le plombier demain",
                "recuérdame llamar al fontanero mañana",
                "ingatkan saya telefon tukang paip esok",
            ),
            (
                r"(?:remind me|give me a reminder|nudge me|ping me|buzz me|alert me|notify me|prompt me|i (?:need|want|would like|'d like) to be (?:reminded|notified|alerted))(?: again)?(?: {when})?? (?:to|about|of|that|on|for|regarding)(?: i (?:need|have|want|should)(?: to)?)? {what}",
                r"(?:remind|erinnere?) (?:me|mich)(?: {what})?",
                r"don'?t (?:let me )?forget (?:to|about) {what}|remember to {what}|(?:please )?make sure (?:that )?i (?:don't forget to )?{what}|see to it that i {what}",
                r"(?:when|the next time) .+, remind me .+|tell me (?P<when>.{2,}?)? ?to (?P<what>\S+ .+ (?:in|at|on|tomorrow|tonight|later)\b.*)",
                rf"{_NEW}(?: up)? (?:a |an |another |the |some )?(?:new |quick )?(?:reminder|task|to-?do|todo|chore)s?(?: item)?(?: made| set(?: up)?)?(?: for me| for myself)?(?: (?:to|about|for|of|that|called|named|saying|on|so)|:)+(?: (?:remind me|me|i)(?: (?:to|that|of|about))?)?(?: i (?:need|have|want)(?: to)?)? {{what}}",
                rf"(?:{_NEW}|how about|another|just)?(?: up)? ?(?:a |an |another |the )?(?:new |quick )?reminder(?: made| set| please| for me)*(?: (?:for|at) (?:later|something))?",
                r"(?:to-?do|task|new task|new to-?do|reminder|new reminder|note to self|aufgabe|erinnerung|t[âa]che|tarea)(?: to|:|,) ?{what}",
                rf"{_NEW} reminder (?:to|about|for|that|of) {{what}}",
                rf"{_ADD} (?!a reminder\b|reminder\b){{what}} {_LIST}(?: (?:for|by|today) ?(?P<when>.*))?",
                rf"{_ADD} {_LIST}(?: to)?[,:]? (?:to )?{{what}}",
                rf"{_LIST}[, ]+(?:please )?(?:{_ADD}|i need(?: to)?) {{what}}|{_ADD} (?:the )?(?:chore|task|item|to-?do) (?:of |to |called )?{{what}}",
                rf"(?:{_ADD} )?{{what}} (?:needs? to (?:go|be(?: added)?)|goes|should (?:be|go)|added|put) {_LIST}|i need (?:to (?:add|include|put) )?{{what}} (?:added )?{_LIST}",
                r"(?:erinnere? mich|erinner mich)(?: bitte)?(?: (?P<when>.+?))? (?:daran,? ?|an |dass ich |zu )(?P<what>.+)",
                r"(?:rappelle|rappelez)[- ]moi (?:de |d'|que je dois )?{what}|(?:recu[ée]rdame|recordarme)(?: que)? {what}|ingatkan (?:saya|aku)(?: untuk| supaya)? {what}",
                r"(?:setze?|schreibe?|f[üu]ge?) {what} (?:auf|zu) (?:meine|die|meiner|der) (?:aufgaben|einkaufs|to-?do-?)?liste(?: hinzu)?|(?:ajoute|mets) {what} (?:[àa]|sur|dans) (?:ma|la) liste(?: .*)?|(?:a[ñn]ade|agrega|pon) {what} (?:a|en) (?:mi|la) lista(?: .*)?|(?:tambah(?:kan)?|masukkan) {what} (?:ke|dalam|ke dalam) senarai(?: .*)?",
            ),
            fill=_task,
            by_likeness=True,
        ),
        Intent(
            "complete_task",
            (
                "i've done the tax return",
                "i have finished [do]",
                "tick off [do]",
                "mark [do] as done",
                "cross [do] off my list",
                "take [do] off my to-do list",
                "remove [do] from my tasks",
                "complete the task [do]",
                "delete everything on my to-do list",
                "[do] is done",
                "i already took care of [do]",
                "clear my task list",
                "erledigt: steuererklärung",
                "j'ai fini la déclaration",
                "he terminado la declaración",
                "saya sudah siap cukai",
            ),
            (
                rf"(?:clear|empty|wipe|erase|delete|reset|clean|get rid of|remove)(?: out| off| up)?(?: (?:everything|all|all items|all tasks|every task|it all))?(?: (?:on|from|in|of|off))* {_LIST}(?: (?:out|off))?",
                r"(?:mark|set|tick|check|flag) (?:the task )?{what} (?:as |off as |off )?(?:done|complete|completed|finished|off)",
                rf"(?:i(?:'ve| have)? (?:just |already )?(?:finished|done|did|completed) .+?,? (?:so|and) |i no longer need (?:to )?|kindly )?{_OFF} (?:off )?(?!the last\b){{what}} {_LIST}",
                rf"i no longer need (?:to )?{{what}}[;,.] ?.*{_LIST}",
                r"(?:tick|cross|check|strike|scratch) off (?!the list){what}|(?:tick|cross|strike) {what} off",
                r"i(?:'ve| have)? (?:just |already |now |finally )*(?:finished|done|completed|taken care of|took care of|dealt with|sorted(?: out)?|handled|ticked off|got(?:ten)? done(?: with)?) (?:with )?{what}",
                r"(?:complete|finish|close|done with|done:|finished:|completed:) (?:the )?(?:task|to-?do|reminder|chore)s?(?: called| named|:)? {what}|(?:done|finished|completed)(?: with|:) {what}",
                r"(?:the )?(?:task|to-?do|reminder) {what} (?:is|has been) (?:done|complete|completed|finished)",
                r"ich habe {what} (?:erledigt|gemacht|fertig)|erledigt:? {what}|(?:hake|streiche?) {what} ab|j'ai (?:d[ée]j[àa] )?(?:fini|fait|termin[ée]) {what}|(?:ya )?he (?:terminado|hecho|acabado) {what}|saya (?:dah|sudah|telah) (?:siap(?:kan)?|selesai(?:kan)?|buat) {what}",
            ),
            hints=(
                r"{what} (?:is|are|has been) (?:done|finished|completed|sorted|taken care of)",
                r"i(?:'ve| have)? (?:just |already |now )?(?:did|paid|called|bought|sent|booked|filed|cleaned|fixed|mailed|posted) (?P<also>.+)",
            ),
            fill=_done,
            by_likeness=True,
        ),
        Intent(
            "list_follow_ups",
            (
                "who owes me an answer",
                "who hasn't replied to me",
                "what am i waiting for",
                "what do i owe",
                "whom do i owe a reply",
                "list my follow-ups",
                "which answers are outstanding",
                "what did i promise",
                "who still has to get back to me",
                "who do i have to chase",
                "wer schuldet mir eine antwort",
                "qui me doit une réponse",
                "quién me debe una respuesta",
                "siapa yang belum balas saya",
            ),
            (
                r"who(?: all)?(?: still)? (?:owes?|is owing) me(?: (?:an?|any|some)?(?: answer| reply| response| something| anything|nswers|mail|favou?r)*)?(?: .*)?",
                r"(?:what|whom?|which)(?: (?:answers?|replies|mails?|people|responses?))? (?:do|did|have|am) i (?:still )?(?:owe|owed|promised?|owing)(?: (?:an?|any|to|people|others|someone|somebody|whom|answers?|reply|replies|response|answer to|do|anyone))*",
                r"who(?: all)? (?:has|have|did|is|still has|still needs?)(?: yet)?(?:n't| not|n't yet| still not| yet to| to)? (?:yet )?(?:to )?(?:answer(?:ed)?|repl(?:y|ied)|respond(?:ed)?|got(?:ten)? back|get back|come back|written back|writ?e back)(?: to)?(?: me| us| my (?:mails?|messages?))?(?: yet| still)?",
                r"who(?:m)? (?:am i|are we|do i|should i)(?: still)? (?:waiting (?:for|on)|expecting .*|have to chase|need to chase|chase(?: up)?|follow up with|nudge|to follow up with)(?: .*)?|what (?:answers|replies|responses)? ?(?:am i|are we) (?:still )?(?:waiting (?:for|on)|expecting)(?: .*)?",
                r"(?:<SHOW>)?(?:what|which|any)?(?:'s| is| are)? ?<MY>(?:open |pending |outstanding |current |due |overdue )*(?:follow[- ]?ups?|promises|commitments|unanswered (?:mails?|messages?|questions?))(?: (?:list|are (?:due|open|there|pending)|do i have|today|this week|have i made|made|due|i have|open))*",
                r"(?:which|what) (?:answers|replies|responses) are (?:outstanding|missing|pending|open|overdue)|(?:is there |are there )?any(?:one|thing|body) (?:i|who|that) (?:should follow up|hasn't (?:answered|replied)|owes? me).*|do i owe any(?:one|body)? (?:a |an )?(?:reply|answer|response|anything|something|repl.*|answers?)(?: .*)?",
                r"wer (?:schuldet mir|hat (?:mir )?(?:noch )?nicht geantwortet)(?: noch)?(?: eine antwort)?|wem schulde ich (?:noch )?(?:eine antwort|was|etwas)|auf wen warte ich(?: noch)?|qui (?:me doit|ne m'a pas(?: encore)?)(?: une r[ée]ponse| r[ée]pondu)?|[àa] qui dois-je (?:une r[ée]ponse|r[ée]pondre)|qui[ée]n (?:me debe|no me ha)(?: una respuesta| respondido| contestado)?|a qui[ée]n (?:le )?debo (?:una )?respuesta|siapa (?:yang )?(?:belum|tak) (?:balas|jawab)(?: saya| emel saya)?|siapa (?:yang )?berhutang (?:jawapan|balasan)(?: .*)?",
            ),
            by_likeness=True,
        ),
    ),
)
