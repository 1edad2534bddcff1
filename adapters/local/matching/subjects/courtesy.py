"""What needs no tool: greetings, thanks, goodbyes, and what he can do."""

from __future__ import annotations

from adapters.local.matching.subject import Intent, Subject
from application.ports.matcher import Talk

_NAME = r"(?:,? (?:alfred|there|again|sir|you|old friend|my friend|butler|mate))*"

SUBJECT = Subject(
    "courtesy",
    (
        Intent(
            "",
            (
                "hello",
                "hi there",
                "hey",
                "good day to you",
                "greetings",
                "how are you",
                "how is it going",
                "hallo",
                "bonjour",
                "hola",
                "apa khabar",
            ),
            (
                rf"(?:hello|hi|hey|hiya|howdy|greetings|good day|yo|hallo|servus|moin|bonjour|salut|bonsoir|hola|buenas(?: tardes| noches)?|hai|selamat (?:petang|tengah hari)|salam|guten abend|gr[üu]ß gott){_NAME}",
                rf"(?:hello |hi |hey )?(?:how are (?:you|things)|how(?:'s| is) it going|how do you do|you (?:ok|alright)|are you (?:there|awake)|nice to meet you|wie geht(?:'s| es)(?: dir| ihnen)?|(?:comment )?[çc]a va|qu[ée] tal|c[óo]mo est[áa]s?|apa khabar){_NAME}(?: today| doing)*",
            ),
            talk=Talk.GREETING,
        ),
        Intent(
            "",
            (
                "thank you",
                "thanks a lot",
                "many thanks",
                "i appreciate it",
                "well done",
                "good job",
                "perfect",
                "danke",
                "merci",
                "gracias",
                "terima kasih",
            ),
            (
                rf"(?:many |ok(?:ay)?,? |great,? |perfect,? )*(?:thanks?|thank you|thx|ty|cheers|much appreciated|i appreciate (?:it|that|you|your help)|bless you)(?: so| very| a lot| a bunch| much| kindly| again| for (?:your help|that|everything|the help|this))*{_NAME}",
                rf"(?:very |that's |that is )?(?:good (?:job|work)|well done|perfect|great|excellent|nice|brilliant|wonderful|awesome|splendid){_NAME}",
                r"(?:vielen |herzlichen )?danke?(?: dir| ihnen| sch[öo]n| sehr)?|merci(?: beaucoup| bien)?|(?:muchas )?gracias|terima kasih(?: banyak)?",
            ),
            talk=Talk.THANKS,
        ),
        Intent(
            "",
            (
                "goodbye",
                "bye",
                "good night",
                "see you later",
                "that is all",
                "gute nacht",
                "au revoir",
                "adiós",
                "selamat malam",
            ),
            (
                rf"(?:good ?bye|bye(?: bye)?|good night|see you(?: later| tomorrow| soon)?|farewell|that (?:is|will be|'ll be) all(?: for (?:now|today))?|that's all(?: for (?:now|today))?|talk to you (?:later|soon)|later|gute nacht|tsch[üu]ss|auf wiedersehen|au revoir|bonne nuit|adi[óo]s|buenas noches|hasta (?:luego|ma[ñn]ana)|selamat (?:malam|tinggal|jalan)|jumpa lagi){_NAME}",
            ),
            talk=Talk.FAREWELL,
        ),
        Intent(
            "",
            (),
            (
                rf"(?:please )?(?:halt|stop|pause|freeze|resume|cease)(?: (?:everything|all|it|that|now|acting|working|at once|immediately|all actions|whatever you are doing|what you are doing))*{_NAME}",
                r"(?:stopp?|halt|anhalten|h[öo]r auf|alles anhalten|alles stoppen|arr[êe]te(?: tout)?|para(?: todo)?|berhenti)",
            ),
            talk=Talk.HALT,
        ),
        Intent(
            "",
            (
                "what can you do",
                "what can i ask you",
                "help",
                "how can you help me",
                "what are you able to do for me",
                "what do you do",
                "which commands do you know",
                "tell me about your abilities",
                "how does this work",
                "list your features",
                "what kind of questions can i ask",
                "was kannst du",
                "que peux-tu faire",
                "qué puedes hacer",
                "apa yang awak boleh buat",
            ),
            (
                r"help(?: me)?(?: out)?|what (?:all )?(?:can|could) (?:you|i) (?:do|ask|say|help)(?: you)?(?: (?:to|for|me|you|with|about|here|without a model))*",
                r"what (?:are|do) (?:you|your)(?: you)? (?:able to do|capable of|capabilities|abilities|features|functions|skills|do|know how to do)(?: for me)?|(?:who|what) are you",
                r"how (?:can|could|do|may) you (?:help|assist|serve|be of (?:help|use))(?: me)?|how (?:does this|do you) work|how do i use (?:this|you)",
                r"(?:which|what|what kind of|list|tell me|tell me about)(?: the)?(?: kinds? of)?(?: your)? (?:questions?|commands?|features|tools|abilities|capabilities|things|skills)(?: (?:can|could|do|are|there|i|you|ask|do|know|understand|answer|have|about|help|with|me))*",
                r"was kannst du(?: (?:alles|tun|machen|f[üu]r mich|so))*|hilfe|was (?:kann|darf) ich (?:dich )?fragen|aide(?:-moi)?|que (?:peux|sais)-tu faire(?: pour moi)?|qu'est-ce que tu (?:peux|sais) faire|ayuda|(?:en )?qu[ée] (?:puedes|sabes) hacer(?: por m[íi])?|apa (?:yang )?(?:awak|anda|kamu) (?:boleh|dapat) (?:buat|bantu)|tolong saya",
            ),
            talk=Talk.HELP,
            by_likeness=True,
        ),
    ),
)
