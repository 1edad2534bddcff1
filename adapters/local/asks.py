"""Finds what a mail asks of its reader, in the sender's own words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from adapters.local.lexicon import vocabulary
from domain.expressions import expression

LONGEST_ASK = 160

_HEADS = vocabulary(
    """
    please pls plz kindly could can would will need needs want wants let send review approve confirm reply
    respond call fill check complete submit update provide advise remind remember must should tell bring join
    share look forward sign pay bitte bräuchte brauche brauchen brauchst könntest könnten könntet können kannst
    kann würden würdest melde melden schick sag pouvez pourriez peux pourrais merci veuillez prière besoin faut
    attendons peut puedes puede podrías podría podrían pueden favor necesito necesitamos confirma confirme envía
    ruego agradecería hace puoi può potresti potrebbe potete potreste cortesia serve servirebbe prego favore
    piacere conferma kun kunt kan zou wil graag alsjeblieft alstublieft stuur laat gelieve podes pode poderia
    podias podem preciso precisamos confirmar envie gentileza tolong sila mohon boleh bolehkah minta harap perlu
    dapatkah bisakah bantu awak asap deadline due by rsvp helpful appreciated request email gentle bis avant antes
    preghiamo prega
    """
)
_ASK = expression(
    r"\b(?:(?:could|can|would|will) (?:you|someone|anybody|anyone|we|i get|i have)\b|please\b|pls\b|plz\b"
    r"|kindly\b|(?:i|we|they)(?:'d| would)? (?:really |urgently |still |also |just )?(?:need|require|want"
    r"|expect|appreciate|like) (?:you|your|an? |the |to |it|this|that|some|more|from)|(?:need|want)s? (?:you"
    r"|your|an? (?:answer|reply|decision|date|review|approval)|to know)\b|you (?:need|have|must|should|ought)\b"
    r"|let (?:me|us) know\b|let's\b|remember to\b|don't forget\b|make sure\b|take a look\b"
    r"|have a look\b|get back to\b|waiting for your\b|awaiting your\b|(?:are|would|do) you (?:able|free"
    r"|available|mind|want|have|think|still|be able)\b|what do you think\b|looking forward to your\b"
    r"|your (?:approval|review|feedback|sign-?off|decision|input|answer|reply|confirmation|signature) (?:is|by"
    r"|on|before|would|needed|required)\b|bitte\b|(?:könn(?:ten|test|tet|en)|kann(?:st)?|würde(?:n"
    r"|st)) (?:sie|du|ihr|wir|mir|uns|jemand)\b|(?:ich|wir) (?:brauche|brauchen|bräuchte|bräuchten"
    r"|benötigen?)\b|brauch(?:e|en) (?:ich|wir)\b|melde?n? (?:dich|sie sich)\b|sag (?:mir|uns)? ?bescheid\b"
    r"|(?:schick|gib|ruf|denk|bring)e? (?:mir|uns|mich|bitte|doch|an)\b|(?:pou(?:vez|rriez)[- ]vous"
    r"|peux[- ]tu|pourrais[- ]tu|veuillez|merci de|prière de|(?:j['’]ai|nous avons) besoin|il (?:me |nous )?faut"
    r"|peut-on)\b|tu peux\b|s['’]il (?:te|vous) plaît\b|(?:pued(?:es?|en)|podr(?:ías?|ían)|por favor"
    r"|necesit(?:o|amos)|le ruego|agradecer(?:ía|íamos)|me puedes)\b|hace falta\b|(?:puoi|può|potrest[ie]"
    r"|potrebbe|potete|per favore|per cortesia|per piacere|la prego|mi serve|ci serve|abbiamo bisogno"
    r"|ho bisogno|[vl][ia] preghiamo|si prega)\b"
    r"|(?:kun(?:t)? (?:je|u|jij|jullie)|kan (?:je|u|jij|iemand)|zou (?:je|u|jij)|wil(?:t)? (?:je"
    r"|u|jij)|alsjeblieft|alstublieft|graag|gelieve|laat (?:me|ons|even) .{0,12}weten|we hebben .{0,30} nodig)\b"
    r"|(?:pod(?:es?|eria|ias|em)|precis(?:o|amos)|por gentileza|agradec(?:ia|emos))\b|(?:tolong|sila|mohon"
    r"|minta|harap|boleh(?:kah)?(?! di| saya)|dapatkah|bisakah)\b|would be (?:very |really |so "
    r"|most )?(?:helpful|great|good|nice|kind|useful) if\b|(?:be|is|are) (?:greatly |much |very )?appreciated\b"
    r"|do you know (?:if|whether|when|where|how|what|who)\b|(?:call|e-?mail|text|ring|ping) (?:me|us)\b"
    r"|we request\b|(?:everyone|everybody|all (?:staff|employees|colleagues|of you)|each of you|alle (?:mitarbeite"
    r"\w+|kolleg\w+)|tous les (?:salariés|collaborateurs)|todos los empleados)\b.{0,60}\b(?:by|before|until|no later"
    r" than|bis|avant|antes)\b)"
)
_IMPERATIVE = expression(
    r"^(?:(?:and|also|then|so|hi|hey|hello|ok|[A-Z][a-z]+,) )?(?:send|review|approve|confirm|reply|respond|call"
    r"|fill|check|complete|submit|update|provide|advise|remind|tell|bring|join"
    r"|share|look|forward|sign|pay|get|give|add|fix|schedule|book|set up|put|keep|remember|write|contact|ask"
    r"|remove|read)\b(?! ?(?:you|yours)\b)",
    re.IGNORECASE,
)
_CHINESE = expression(r"请(?!问候|勿回)|麻烦|能否|可否|可以.{0,12}吗|需要您|需要你|务必|帮忙|帮我|烦请|望.{0,4}回复")
_COURTESY = expression(
    r"\b(?:unsubscribe|abbestellen|se désabonner|darse de baja|view (?:it )?in (?:your )?browser|do not reply"
    r"|don't reply|do not hesitate|don't hesitate|feel free"
    r"|nicht auf diese|ne pas répondre|no respond[ae]|non rispondere|niet beantwoorden|não responda|jangan balas"
    r"|zögern sie nicht|n['’]hésitez pas|no dudes?"
    r"|can be found|you can (?:always|also|find|view|see|now|manage|change|unsubscribe|track|opt)|if you (?:have"
    r"|need|did|do not|no longer|wish|prefer|would like to (?:un|stop))"
    r"|wenn sie .{0,40} nicht mehr|manage (?:your )?(?:preferences|subscription|settings)|privacy policy"
    r"|please find attached|anbei finden"
    r"|(?:for|in) urgent (?:matters|cases|queries|issues)|in dringenden (?:fällen|angelegenheiten)|en cas d['’]urgence"
    r"|en caso de urgencia|in caso di urgenza|in dringende gevallen|em caso de urgência"
    r"|you (?:should|need to|have to) (?:not|be ashamed)|bei fragen|no need to|nichts zu tun|keine eile"
    r"|pas de souci|rien à faire)\b"
    r"|请勿回复|退订|^(?:call|e-?mail|text) us\W*$",
)


def asks(sentence: str) -> bool:
    """Whether `sentence` wants something done or answered by its reader."""
    lowered = sentence.lower()
    return _wants(sentence, lowered) and not _COURTESY.search(lowered)


def _wants(sentence: str, lowered: str) -> bool:
    """Two words want something only where one of them is a word of asking: "Pay online" is a button."""
    if not sentence.isascii() and _CHINESE.search(sentence):
        return True
    found = lowered.replace(",", " ").split()
    if _HEADS.isdisjoint(found) or (distinct := len({*found})) < 2:
        return False
    if _ASK.search(lowered):
        return True
    return distinct > 2 and "://" not in sentence and _IMPERATIVE.match(sentence) is not None


def asking(said: Sequence[str]) -> list[str]:
    """Return those sentences of a mail that ask for something, in order."""
    return [sentence for sentence in said if asks(sentence)]
