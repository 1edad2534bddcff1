"""What he is to remember, and what he remembers."""

from __future__ import annotations

from adapters.local.matching.subject import Filled, Intent, Said, Subject


def _fact(said: Said) -> Filled | None:
    fact = said.slot("what")
    if not fact:
        return Filled({}, lacks="fact")
    return Filled({"fact": fact, "quote": fact})


def _about(said: Said) -> Filled | None:
    about = said.slot("what")
    return Filled({"about": about}) if about else None


SUBJECT = Subject(
    "memory",
    (
        Intent(
            "remember",
            (
                "remember that i prefer aisle seats",
                "keep in mind that [who] is my sister",
                "note that my passport number starts with k",
                "make a note that we park on level three",
                "please remember my shoe size is 43",
                "memorise that the alarm code has changed",
                "don't forget that i am allergic to nuts",
                "for future reference, i never fly on fridays",
                "merk dir, dass ich vegetarier bin",
                "retiens que je préfère le train",
                "recuerda que prefiero la ventana",
                "ingat bahawa saya suka teh",
            ),
            (
                r"(?:remember|memori[sz]e|keep in mind|bear in mind|note(?: down)?|make a (?:mental )?note|take note|don't forget|never forget|know)(?:,|:)? that[,:]? {what}",
                r"(?:remember|memori[sz]e|keep in mind|bear in mind|note(?: down)?|fyi|for (?:the|your) record|for (?:future|your) reference|for your information|to remember)[,:]+ ?{what}",
                r"for (?:the record|future reference|your information),? {what}",
                r"merke? dir(?:,| dass|:)+ {what}|merk dir {what}|(?:retiens|note|souviens-toi|rappelle-toi|n'oublie pas) (?:que |qu'){what}|(?:recuerda|ten en cuenta|anota|apunta) que {what}|ingat(?:lah)? (?:bahawa |yang ){what}",
                r"(?:remember|memori[sz]e|keep in mind|bear in mind) (?P<what>(?:i|i'm|i've|my|we|our|mine)\b.+)",
                r"(?:remember|note) (?P<what>(?:\S+ ){1,5}(?:is|are|was|has|have|likes?|prefers?|hates?|wants?|lives?)\b.+)",
                r"(?:remember|keep|save|store)(?: this| that| something| a fact)(?: for me| in mind| for later)?",
            ),
            fill=_fact,
        ),
        Intent(
            "recall",
            (
                "what's my shoe size",
                "what is my favourite restaurant",
                "what do you know about me",
                "do you remember where i parked",
                "what did i tell you about [who]",
                "what did i ask you to remember about the garage",
                "which seats do i prefer",
                "when is my wife's birthday",
                "who is my dentist",
                "what do you remember about [what]",
                "was weißt du über mich",
                "que sais-tu de moi",
                "qué sabes de mí",
                "apa yang awak tahu tentang saya",
            ),
            (
                r"(?:what|which things)(?: do| did| can| have)?(?: you)? (?:know|remember|recall|remembered|learnt?|recalled)(?: of| about)? {what}",
                r"(?:do|can|did) you (?:remember|recall|know) (?P<what>(?:what|where|when|who|which|how|my|that|if)\b.+)",
                r"(?:recall|remember) what (?P<what>i (?:said|told you|mentioned)\b.*)",
                r"what (?:did|have) i (?:tell|told|say|said|mention(?:ed)?)(?: to)?(?: you)?(?: to remember)?(?: about| on| of| regarding) {what}",
                r"(?:recall|look up in your memory) {what}",
                r"was wei(?:ß|ss)t du (?:noch )?(?:über|von) {what}|que sais-tu (?:de |sur ){what}|qu[ée] sabes (?:de |sobre ){what}|apa yang (?:awak|anda) (?:tahu|ingat) (?:tentang|pasal) {what}",
            ),
            hints=(
                r"(?:what(?:'s| is| are| was| were)|who(?:'s| is)|where(?:'s| is)) (?P<what>my (?:own |favou?rite |preferred |usual |wife's |husband's |partner's |son's |daughter's |mother's |mom's |mum's |father's |dad's |brother's |sister's |shoe |shirt |seat |blood |clothes |ring |hat |coat |car's |dog's |cat's )*[\w'-]+(?: [\w'-]+)?(?: (?:number|size|name|birthday|code|preference))?)",
                r"(?P<what>(?:which|what) \w+ do i (?:usually |normally |always )?(?:prefer|like|take|use|want|wear|drink|eat))",
                r"(?P<what>do i (?:prefer|like|want|have an allergy|usually \w+)\b.+)|(?P<also>am i allergic\b.*)",
                r"(?P<what>where (?:did|do) i (?:park|put|leave|keep|store)\b.*)",
            ),
            fill=_about,
        ),
    ),
)
