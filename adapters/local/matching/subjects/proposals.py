"""What waits for approval, and what was done. Nothing here approves: the card with its buttons is the answer."""

from __future__ import annotations

import re
from collections.abc import Callable

from adapters.local.matching.subject import Filled, Intent, Said, Subject
from adapters.local.matching.wording import terms
from domain.actions import Status

_ALL = re.compile(
    r"(?:all|everything|them|it|that|this|these|those|one|last|the last|latest|proposals?|actions?|approvals?|pending|cards?|suggestions?|of|what you (?:just )?did|alles?|tout|todo|semua|drafts?|ones?|change|step|just|to|"
    r"your|action|thing|things)",
    re.IGNORECASE,
)


def _in(status: Status) -> Callable[[Said], Filled]:
    def fill(said: Said) -> Filled:
        words = [word for word in terms(said.slot("what")).split() if not _ALL.fullmatch(word)]
        return Filled({"status": status.value, "about": " ".join(words)})

    return fill


_DONE = re.compile(
    r"\b(?:did|done|undo|undone|own|log|history|executed|completed|past|gemacht|getan|erledigt|fait|hecho|dah|sudah|telah)\b",
    re.IGNORECASE,
)


def _as_asked(said: Said) -> Filled:
    """What was done where the words speak of that; else what waits, which is what the owner has to act on."""
    return _in(Status.EXECUTED if _DONE.search(said.words) else Status.PROPOSED)(said)


_PROPOSED = r"(?:approvals?|proposals?|proposed(?: actions?)?|actions?|cards?|suggestions?|decisions?|requests?)"

SUBJECT = Subject(
    "proposals",
    (
        Intent(
            "list_actions",
            (
                "undo that",
                "undo the archiving of the newsletter",
                "take back what you just did",
                "revert the last change",
                "roll back the label",
                "put the mail from [who] back in the inbox",
                "mach das rückgängig",
                "annule ça",
                "deshaz eso",
            ),
            (
                r"(?:undo|revert|reverse|roll back|take back|rückgängig(?: machen)?|annuler?|deshacer|deshaz|batalkan)(?: {what})?",
                r"(?:un-?archive|restore|un-?delete|bring back|put back) {what}",
                r"mach(?:e)? {what} rückgängig|roll {what} back|put {what} back(?: in(?:to)? (?:my|the) inbox)?",
            ),
            fill=_in(Status.EXECUTED),
        ),
        Intent(
            "list_actions",
            (
                "what did you do today",
                "what have you done so far",
                "show me the action log",
                "which things did you do on your own",
                "what did you archive",
                "was hast du heute gemacht",
                "qu'as-tu fait",
                "qué has hecho",
            ),
            (
                r"what(?:'ve| have| did| all have)? (?:you|alfred) (?:done|do|did|been (?:doing|up to)|get done|take care of|handled?|changed?)(?: (?:so far|today|yesterday|this week|this morning|for me|on your own|by yourself|lately|recently|last))*",
                r"<SHOW><MY>(?:action )?(?:log|history|audit log|what you(?:'ve| have)? (?:did|done)|(?:done|executed|completed|past) actions)(?: of actions)?",
                r"(?:which|what) (?:actions|mails?|things) (?:did|have) you (?:do|done|execute|executed|archived?|deleted?|sent|send|labell?ed?|label)(?: .*)?",
                r"was hast du(?: heute| schon)? (?:gemacht|getan|erledigt)|qu'(?:as-tu|est-ce que tu as) fait(?: aujourd'hui)?|qu[ée] has hecho(?: hoy)?|apa (?:yang )?(?:awak|anda) (?:dah|sudah|telah) buat",
            ),
            fill=_as_asked,
            by_likeness=True,
        ),
        Intent(
            "list_actions",
            (
                "what did i reject",
                "show me the rejected actions",
            ),
            (
                r"(?:what|which)(?: actions| ones| proposals)? (?:did|have) i reject(?:ed)?(?: .*)?",
                rf"<SHOW><MY>(?:rejected|declined) {_PROPOSED}",
            ),
            fill=_in(Status.REJECTED),
        ),
        Intent(
            "list_actions",
            (
                "what is waiting for my approval",
                "pending approvals",
                "what do you want me to approve",
                "anything to sign off",
                "show me your proposals",
                "what do you suggest",
                "is there something i have to confirm",
                "approve the reply to [who]",
                "approve everything",
                "reject the draft to [who]",
                "yes, archive them",
                "decline the proposal about [what]",
                "which decisions are outstanding",
                "was wartet auf meine freigabe",
                "genehmige die antwort an [who]",
                "qu'est-ce qui attend mon accord",
                "qué está pendiente de aprobación",
                "apa yang menunggu kelulusan saya",
            ),
            (
                r"(?:what|which (?:ones|actions|things|mails)|who|anything|something|is anything|is there anything|how many (?:things|actions|proposals))(?:'s| is| are)? (?:still )?(?:wait(?:s|ing)?|pending|outstanding|open|left)(?: to be approved| (?:for|on) (?:me|my (?:approval|ok|okay|go-ahead|decision|sign-off|confirmation|word)|approval))(?: .*)?",
                r"what(?:'s| is)? (?:still )?(?:waits|waiting)",
                rf"(?:<SHOW>)?<MY>(?:your |the )?(?:pending|open|waiting|outstanding|new|current) {_PROPOSED}(?: .*)?",
                r"<SHOW><MY>(?:your )?(?:approvals|proposals|proposed actions|cards|suggestions|approval queue)(?: .*)?",
                r"what(?:'s| is| are)(?: your| the| still)? (?:pending|proposals|outstanding)(?: now)?|(?:do i have |are there |is there )?any(?:thing)? (?:pending|approvals?|proposals?|outstanding|to (?:approve|sign off|confirm|decide))(?: .*)?",
                r"what (?:do|did|would) you (?:propose|suggest|recommend|want to do|want me to (?:approve|do|confirm))(?: .*)?",
                r"(?:what|is there (?:any|some)thing|anything|which (?:ones|things))(?: that)? (?:should|must|can|do|do i have to|needs?|requires?|awaits?|i (?:should|must|have to|need to|can))(?: i)?(?: have to| need to)? ?(?:approve|my approval|approval|approving|confirm|my confirmation|sign off(?: on)?|my sign-off|decide(?: on)?|my (?:ok|decision))(?: .*)?",
                r"(?:approve|confirm|accept|authori[sz]e|green-?light|okay|ok|sign off(?: on)?|reject|decline|dismiss|deny|refuse|veto|turn down|say (?:yes|no) to|don't (?:send|archive|delete)|genehmige|freigeben|lehne|approuve[rz]?|accepte[rz]?|refuse[rz]?|rejette|aprueba|aprobar|rechaza|rechazar|luluskan|tolak)(?: {what})?(?: ab)?",
                r"(?:yes,? )?(?:do it|go ahead(?: with {what})?|make it so|i approve(?: {what})?)",
                r"was (?:wartet|steht)(?: noch)? (?:auf|zur) (?:meine )?(?:freigabe|genehmigung|zustimmung|mich)(?: an)?|(?:offene|ausstehende) (?:freigaben|vorschläge)",
                r"qu'est-ce qui attend (?:mon (?:accord|approbation|feu vert)|ma validation)|(?:les )?(?:approbations|propositions|validations) en attente|qu[ée] (?:est[áa]|hay|espera|tengo)(?: pendiente)? (?:de|por|para)?(?: mi)? ?(?:aprobaci[óo]n|aprobar)|(?:aprobaciones|propuestas) pendientes|apa yang (?:menunggu|tunggu|perlu) (?:kelulusan|diluluskan)(?: saya)?|kelulusan (?:tertunggak|tertangguh)",
            ),
            fill=_in(Status.PROPOSED),
            by_likeness=True,
        ),
    ),
)
