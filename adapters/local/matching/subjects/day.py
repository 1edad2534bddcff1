"""The day: what is urgent, what is new, good morning."""

from __future__ import annotations

from adapters.local.matching.subject import Intent, Subject

_DAY = r"(?:,? ?(?:for |of |on |about )?(?:today|this morning|this afternoon|this evening|tonight|the day|my day|right now|this week|so far|first|me|for me|to me|heute|aujourd'hui|hoy|hari ini|in my (?:in)?box|in the inbox))*"

BRIEFING = Intent(
    "briefing",
    (
        "what needs me [when]",
        "what is urgent",
        "anything urgent [when]",
        "what should i deal with first",
        "what's important today",
        "give me the morning briefing",
        "brief me",
        "catch me up",
        "what did i miss since yesterday",
        "what's new",
        "is there anything that i need to know",
        "where should i start",
        "what requires my attention",
        "summarise my morning",
        "good morning",
        "what is on fire",
        "what matters most right now",
        "was ist heute wichtig",
        "was steht an",
        "guten morgen",
        "qu'est-ce qui est urgent",
        "quoi de neuf",
        "qué hay de nuevo",
        "qué es urgente hoy",
        "apa yang penting hari ini",
        "selamat pagi",
    ),
    (
        rf"(?:what|which things?)(?:'s| is| are)? (?:the |my )?(?:really |most |so )?(?:urgent|important|pressing|critical|on fire|burning)(?: things?| matters?)?{_DAY}",
        rf"what (?:needs|requires|wants|deserves|demands) (?:me|my (?:attention|eyes|time)|doing|to be done|looking at|dealing with|handling){_DAY}",
        rf"<SHOW>(?:the |my |today's |a |your )*(?:quick |short |daily |morning |evening )*(?:briefing|summary|overview|digest|run-?down|recap)(?: please)?(?: of (?:my|the) (?:day|morning|inbox|mail))?{_DAY}",
        rf"(?:a )?(?:very )?good (?:morning|evening|afternoon)(?: to you)?(?:,? (?:alfred|sir))?|brief me{_DAY}",
        rf"(?:is there |are there |do i have |have i (?:got )?|got )?any(?:thing|one|body)? (?:really |very )?(?:urgent|important|pressing|critical|new|burning|i (?:should|need to|must|ought to) (?:know|see|do|deal with))(?: about)?{_DAY}",
        rf"(?:is|does|do) (?:there )?any(?:thing|one|body) (?:need|needs|require|want)s? (?:me|my attention){_DAY}",
        rf"what(?:'s| is|s)? (?:new|up|going on|happening|waiting|there|hot|the news|on my plate|in my inbox){_DAY}(?: since [\w ]+)?",
        rf"what (?:matters|counts)(?: most)?{_DAY}",
        rf"(?:what|anything)(?: have| did|'ve)? i (?:miss|missed|been missing)(?: anything)?{_DAY}(?:(?: since| while| over| during) [\w ]+)?|did i miss (?:anything|something)(?: important)?(?: .*)?",
        rf"what (?:should|must|do) i (?:deal with|look at|start with|attend to|tackle|handle|focus on|take care of|care about)(?: first)?{_DAY}|where (?:should|do) i (?:start|begin){_DAY}",
        rf"what (?:should|must) i (?:do|know)(?: first| next)?{_DAY}",
        rf"(?:catch|fill) me (?:up|in)(?: on (?:everything|things|my mail|the news))?{_DAY}|(?:bring|get) me up to (?:date|speed){_DAY}",
        rf"(?:how (?:does|is) (?:my|the) (?:day|morning|inbox) (?:look|looking)(?: like)?|what (?:does|is) my (?:day|morning|inbox) look(?:ing)? like){_DAY}",
        r"today|my day|status|news|what now|what's next|morning|updates?|(?:any|the) (?:news|updates?)",
        r"(?:was|gibt es|ist|steht|liegt|gibt's| )*(?:heute |gerade |etwas |irgendetwas |was )*(?:wichtig|dringend|neues?|an|los|wichtiges|dringendes|auf meinem tisch)(?: heute| an)?(?: gibt es)?",
        r"guten (?:morgen|tag)|was (?:braucht|muss ich|soll ich)(?: mich| wissen| tun| zuerst tun)?(?: heute| heute tun)?|was ist (?:heute|gerade) (?:wichtig|dringend|los)|was steht (?:heute )?an",
        r"qu'(?:est-ce qui|y a-t-il) (?:est |y a )?(?:d')?(?:urgent|important|de neuf|nouveau)(?: aujourd'hui| ce matin)?|quoi de neuf(?: aujourd'hui)?|que dois-je faire(?: aujourd'hui)?|(?:il y a )?(?:quelque chose|rien) d'(?:urgent|important)(?: aujourd'hui)?|quelles sont les urgences",
        r"qu[ée] (?:es|hay|tengo) (?:lo )?(?:m[áa]s )?(?:de )?(?:urgente|importante|nuevo)(?: para)?(?: hoy)?|(?:hay )?algo (?:urgente|importante|nuevo)(?: (?:para|de))?(?: hoy)?|buenos d[íi]as|qu[ée] necesita mi atenci[óo]n(?: hoy)?",
        r"(?:apa|ada)(?: apa-apa| apa)?(?: yang| perkara)? (?:penting|mustahak|baru|perlu saya (?:buat|tahu)|segera)(?: untuk saya)?(?: hari ini| pagi ini)?|selamat pagi|apa (?:berita|cerita|khabar) hari ini",
    ),
    by_likeness=True,
)

SUBJECT = Subject("day", (BRIEFING,))
