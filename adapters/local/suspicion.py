"""Says why a mail should be doubted: it pretends to be another, hides its links, swindles, or gives orders."""

from __future__ import annotations

import re
from collections.abc import Iterator

from adapters.local.evidence import is_own_house
from adapters.local.lexicon import BANK, CREDENTIALS, URGENCY
from adapters.local.swindles import asks_as_swindlers_do
from adapters.local.words import lowered, words
from domain.expressions import expression
from domain.free_mail import FREE_MAIL
from domain.look_alikes import is_disguised, registered
from domain.messages import Authentication, Mail, Message
from domain.triage import failed_authentication

ORDERS = "Tries to give me orders"
SWINDLE = "Asks for money as swindlers do"
BANK_PRETENDED = "Pretends to be your bank: the sender's server is not who it says"
HIDDEN_LINKS = "Hides where its links go"
LOOK_ALIKE = "Comes from an address made to look like another"


def _letters(words: str, *more: str) -> tuple[str, ...]:
    return (*words.split(), *more)


_NAMED = expression(
    r"assist[ae]nte?s?\b|\basistente\b|\bagents?\b|\b(?:chat)?bots?\b|copilot|\bllms?\b|butler|language model"
    r"|\bais?\b|system prompt"
    r"|\w*sprachmodell|ki-?assistent\w*|modèles? de langage|pembantu (?:ai|digital)|助手|人工智能|语言模型"
)
_ADDRESSING = expression(
    r"(?:^|[\n.!:>\]*#(,—–-]|\b(?:to|for|dear|hey|hi|hello|attention|instructions?|you are an?|as an?|your|an|the"
    r"|any|für"
    r"|liebe[rs]?|den|à|cher|para|querido|caro|beste|aan|kepada|untuk))"
    r"\W*(?:(?:ai|a\.i\.|ki|automated|virtual|digital|e-?mail|mail|personal|helpful)[\s-]+)*$"
)
_APPOSED = expression(
    r",[^,.!?:;\n]{2,40},\s+(?:will|would|can|could|may|has|had|is|was|asks?|asked|wants?|wanted|says?|said|told|sent)\b"
    r"(?!\s+you\b)"
)
_IGNORE = expression(
    r"(\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,40}\b(?:instructions?|prompts?|rules?|guidelines?"
    r"|directions?|commands?|polic(?:y|ies)|everything (?:above|before))\b"
    r"|\b(?:ignorier\w*|vergiss|vergessen sie)\b[^.\n]{0,50}\b(?:anweisung\w*|regeln|vorgaben|befehle)\b"
    r"|\b(?:ignore[zr]?|oublie[zr]?)\b[^.\n]{0,50}\b(?:instructions?|consignes|règles)\b|\b(?:ignora|ignore"
    r"|olvida|esquece|esqueça|dimentica)\b[^.\n]{0,50}\b(?:instrucciones|instruções|istruzioni|reglas|regras"
    r"|regole)\b"
    r"|\b(?:negeer|vergeet)\b[^.\n]{0,50}\b(?:instructies|regels)\b|\babaikan\b[^.\n]{0,50}\b(?:arahan|perintah"
    r"|instruksi)\b|(?:忽略|无视)[^。\n]{0,20}(?:指令|指示|说明|规则))"
    r"(?:\s+\w+){0,2}",
    re.IGNORECASE,
)
_NOT_TO = expression(r"(?:\b(?:do|must|should) not|n['’]t|\bnever|\bn['’]|\bnon?|\bnão|\bjangan|不要|请勿)\s*$")
_NOT_AFTER = expression(r"\w+(?:\s+sie)?(?:\s+bitte)?\s+(?:nicht|niet|pas)\b")
_MINE = expression(
    r"\b(?:my|our|meine[nrs]?|unsere[nrs]?|mes|nos|mis|nuestras|minhas|nossas|mie|nostre|mijn|onze)\s+(?:\w+\s+)?\w+$"
)
_GIVEN_BEFORE = expression(
    r"\b(?:previous|prior|earlier|preceding|original|current|above|before|all|any|every|system|safety|user|owner|your"
    r"|you (?:were|have|had|got)|alle[nrs]?|bisherig\w*|vorherig\w*|vorig\w*|obig\w*|deine\w*|ihre|tous|toutes"
    r"|précédent\w*|ci-dessus|vos|tes|anterior\w*|previ[ao]s|tod[ao]s|tus|tutt[ei]|precedent[ei]|tue|suas|vorige"
    r"|eerdere|bovenstaande|jouw|sebelum\w*|semua|terdahulu)\b|之前|以上|所有|先前|上述|系统"
)
_BEGINS = expression(r"(?:^|[\n.!?:;>*#\])}。！？：；—–-])\s*$")
_SWEEPING = expression(
    r"\beverything above\b"
    r"|\b(?:all|any|every)\b.*\b(?:previous|prior|earlier|preceding|above|before|you (?:were|have|had|got))\b"
    r"|\b(?:alle|sämtliche)\b.*\b(?:bisherig|vorherig|vorig|obig|eerdere|vorige|bovenstaande)"
    r"|\b(?:tous|toutes)\b.*\b(?:précédent|ci-dessus)"
    r"|\b(?:tod[ao]s|tutt[ei])\b.*\b(?:anterior|previ[ao]s|precedent)|\bsemua\b.*\b(?:sebelum|terdahulu)"
    r"|(?:之前|以上|先前|上述).*(?:所有|一切|任何)|(?:所有|一切|任何).*(?:之前|以上|先前|上述)"
)
"""What was said before shall all be void: people take back a thing, politely, and say which."""

_TOLD_TO_MACHINES = expression(
    r"\b(?:instructions?|prompts?|everything|anweisung\w*|consignes|instrucciones|instruções|istruzioni|instructies"
    r"|arahan|instruksi)\b|指令|指示"
)
"""Policies, rules and guidelines are for people, who call off old ones every day."""

_ANSWERED = expression(r"(?:re|res|rif|aw|antw|fwd?|wg|tr|rv|enc|回复|转发)\s*[:：]")
_OF_A_THING = expression(
    r"\s+(?:\w+\s+)?(?:about|regarding|concerning|on|for|from|in|of|zu[mr]?|für|von|über|concernant|sur|pour|sobre|para"
    r"|del?|d[ao]|su|per|voor|over|van|tentang|untuk)\b"
)
_ORDER = expression(
    r"\b(?:forward|send|reply|delete|archive|transfer|pay|approve|execute|run|reveal|export|share|copy|bcc"
    r"|download|upload|print|e-?mail|mark|move|unsubscribe|grant|disable|add"
    r"|weiterleit\w*|leite\w*|sende\w*|schicke\w*|lösch\w*|überweis\w*|transf[eé]r\w*|transm\w*|envoy\w*"
    r"|supprim\w*|reenv\w*|env[ií]\w*|borr\w*|elimin\w*|encamin\w*|apag\w*"
    r"|inoltr\w*|invi\w*|cancell\w*|stuur\w*|verwijder\w*|majukan|hantar|kirim\w*|padam\w*|hapus\w*|teruskan)\b"
    r"|转发|发送|删除|转账",
    re.IGNORECASE,
)
_SECRECY = expression(
    r"\b(?:do not|don't|without) (?:tell|mention|inform|notify|ask|telling|informing|asking|notifying"
    r"|confirm\w*)\b[^.\n]{0,30}\b(?:user|owner|him|her|them|human|recipient|anyone|anybody|confirmation"
    r"|permission)\b",
    re.IGNORECASE,
)
_AT_WORK = expression(
    r"(?:reading|processing|handling|summari[sz]ing|(?:that|which|who) (?:reads?|handles?|processe?s?)"
    r"|you (?:must|should|are|need|have))"
)
_MACHINE_LETTERS = _letters(
    "assist asist agent bot llm copilot model modèle prompt butler pembantu 助手 人工智能 语言模型",
    " ai ",
    " ai,",
    " ai:",
    "\nai",
)
_SECRECY_LETTERS = ("do not ", "don't ", "without ")
_OVERRIDE_LETTERS = _letters(
    "ignor disregard forget override bypass vergiss vergessen oublie olvida esque dimentica negeer vergeet abaikan "
    "忽略 无视"
)
_LONGEST = 12_000
_LINK = expression(
    r"""<a\b[^>]*?href\s*=\s*["']?https?://([^/"'\s>:?#]+)[^>]*>(.{0,300}?)</a>""", re.IGNORECASE | re.DOTALL
)
_SHOWN_HOST = expression(r"(?:https?://)?((?:[\w-]+\.)+[a-z]{2,})(?:[/\s<]|$)", re.IGNORECASE)
_TAG = expression(r"<[^>]+>")
_DIGIT_AS_LETTER = expression(r"(?<=[a-z])(?:[01]{1,2}|3(?=[a-z]))")
_ODD_DIGITS = expression(r"[a-z0-9]*(?:[a-z][013]{1,2}[a-z]|[a-z]{4}1(?=-))[a-z0-9]*")
_LEAST_WORD = 4
_LOOKS_LIKE = str.maketrans("0135@$", "olesas")


def suspicion(message: Message, found: set[str], own_addresses: frozenset[str]) -> str:
    """Return a short reason to doubt `message`, whose word features are `found`, or an empty string."""
    subject, text = lowered(message.subject), lowered(message.text[:_LONGEST])
    told, told_first = _told_to_ignore(text), _told_to_ignore(subject)
    if _orders(text, told) or _revokes(subject, told_first, []):
        return ORDERS
    if (_sweeps(text, told) or _sweeps_anew(subject, told_first)) and not _is_acquainted(message, own_addresses):
        return ORDERS
    mail = message.mail
    if mail is None:
        return ""
    return _impostor(message, mail, found) or _swindle(f"{subject}\n{text}")


def _swindle(whole: str) -> str:
    return SWINDLE if asks_as_swindlers_do(whole) else ""


def gives_orders(whole: str) -> bool:
    """Whether the text speaks to an assistant rather than to its reader, and wants it to act."""
    text = lowered(whole[:_LONGEST])
    told = _told_to_ignore(text)
    return _orders(text, told) or _sweeps(text, told)


def _told_to_ignore(text: str) -> list[re.Match[str]]:
    """Find where something that was said shall count no more."""
    return list(_near(_IGNORE, _OVERRIDE_LETTERS, text))


def _orders(text: str, told: list[re.Match[str]]) -> bool:
    named = list(_named(text))
    if _revokes(text, told, named):
        return True
    if named and any(_near(_SECRECY, _SECRECY_LETTERS, text)) and _ORDER.search(text):
        return True
    return any(_ORDER.search(text, place.end(), place.end() + 300) for place in named if _vocative(text, place))


def _revokes(text: str, told: list[re.Match[str]], named: list[re.Match[str]]) -> bool:
    """Whether it calls off what a machine was told, and names one or orders something."""
    overrides = any(_overrides(text, place, named) for place in told)
    return overrides and bool(named or _ORDER.search(text))


def _overrides(text: str, place: re.Match[str], named: list[re.Match[str]]) -> bool:
    """Whether what a machine was told shall count no more: a person takes back his own words, or says "don't"."""
    if _NOT_TO.search(text, max(0, place.start() - 16), place.start()) or _NOT_AFTER.match(place[0]):
        return False
    return not _MINE.search(place[1]) and bool(named or _GIVEN_BEFORE.search(place[0]))


def _sweeps(text: str, told: list[re.Match[str]]) -> bool:
    """Whether it calls off whatever a machine was told: enough by itself, but among acquaintances."""
    return any(_is_sweep(text, place) for place in told)


def _sweeps_anew(subject: str, told: list[re.Match[str]]) -> bool:
    """Whether a subject sweeps that does not repeat another's."""
    return _sweeps(subject, told) and not _ANSWERED.match(subject)


def _is_sweep(text: str, place: re.Match[str]) -> bool:
    """Whether a sentence begins so, with no please, and goes for all that was said and not for a thing."""
    if not _BEGINS.search(text, max(0, place.start() - 16), place.start()) or _OF_A_THING.match(text, place.end(1)):
        return False
    if not (_SWEEPING.search(place[0]) and _TOLD_TO_MACHINES.search(place[0])):
        return False
    return _overrides(text, place, [])


def _is_acquainted(message: Message, own_addresses: frozenset[str]) -> bool:
    """Whether the owner could be talking with the sender: of his own house, or vouched for and answering."""
    mail = message.mail
    answers = mail is not None and bool(mail.in_reply_to or mail.references)
    vouched = mail is not None and mail.authentication is Authentication.PASSED
    return (answers and vouched) or is_own_house(message, own_addresses)


def _near(pattern: re.Pattern[str], letters: tuple[str, ...], text: str) -> Iterator[re.Match[str]]:
    for place in _places(letters, text):
        if found := pattern.search(text, max(0, place - 3), place + 130):
            yield found


def _named(text: str) -> Iterator[re.Match[str]]:
    """Find where a machine is named."""
    for place in _places(_MACHINE_LETTERS, text):
        yield from _NAMED.finditer(text, max(0, place - 12), place + 26)


def _places(letters: tuple[str, ...], text: str) -> Iterator[int]:
    """Find plain letters first: ten times as quick as searching the whole text for the pattern they stand for."""
    for piece in letters:
        place = text.find(piece)
        while place >= 0:
            yield place
            place = text.find(piece, place + 1)


def _vocative(text: str, place: re.Match[str]) -> bool:
    """An assistant that is spoken to, not about: a comma or colon follows, no name, or what it is doing right now."""
    if not _ADDRESSING.search(text[max(0, place.start() - 40) : place.start()]):
        return False
    if _APPOSED.match(text, place.end()):
        return False
    after = text[place.end() : place.end() + 24].lstrip()
    return after.startswith((",", ":", "，", "：", "—", "–", "!", "]")) or bool(_AT_WORK.match(after))


def _impostor(message: Message, mail: Mail, found: set[str]) -> str:
    failed = failed_authentication(message)
    pressing = not found.isdisjoint(CREDENTIALS) and (failed or not found.isdisjoint(URGENCY) or _wants_click(found))
    if failed and pressing:
        return BANK_PRETENDED if not found.isdisjoint(BANK) else _pretends(message)
    if not pressing:
        return ""
    if is_disguised(registered(message.sender.domain)) or _spelt_with_digits(message, found):
        return LOOK_ALIKE
    return "" if mail.authentication is Authentication.PASSED else _unproven(message, mail)


def _unproven(message: Message, mail: Mail) -> str:
    """Return what is odd about a pressing mail whose server nobody vouches for."""
    if _bears_odd_digits(message) or _imitates(message):
        return LOOK_ALIKE
    return HIDDEN_LINKS if hides_links(mail) else ""


def _wants_click(found: set[str]) -> bool:
    return not found.isdisjoint(
        {"click", "link", "klicken", "cliquez", "clic", "clicca", "klik", "clique", "点击", "verify", "http", "https"}
    )


def _pretends(message: Message) -> str:
    name = " ".join((message.sender.name or message.sender.domain).split())[:30]
    return f"Pretends to be {name}: the sender's server is not who it says"


def _spelt_with_digits(message: Message, found: set[str]) -> bool:
    """The domain has digits in the place of letters of a word that the mail uses: g00gle, where Google is spoken of."""
    name = _name_of(message)
    spelt = _DIGIT_AS_LETTER.sub(lambda digits: digits[0].translate(_LOOKS_LIKE), name)
    if spelt == name:
        return False
    spoken = found.union(words(message.sender.name))
    return any(len(word) >= _LEAST_WORD and word in spelt and word not in name for word in spoken)


def _bears_odd_digits(message: Message) -> bool:
    """Digits stand between the letters of the domain, and the sender does not call himself so."""
    own = re.sub(r"\W", "", message.sender.name.lower())
    return any(odd[0] not in own for odd in _ODD_DIGITS.finditer(_name_of(message)))


def _name_of(message: Message) -> str:
    return registered(message.sender.domain).partition(".")[0]


def _imitates(message: Message) -> bool:
    """The display name is a company's, and the domain has that name only in part or with something hung on."""
    brand = re.sub(r"\W", "", message.sender.name.lower().split(" ")[0]) if message.sender.name else ""
    name = _name_of(message)
    if len(brand) < 4 or message.sender.domain in FREE_MAIL or brand == name:
        return False
    plain = name.translate(_LOOKS_LIKE)
    return (brand in plain.split("-") and "-" in name) or (plain != name and brand in plain)


def hides_links(mail: Mail) -> bool:
    """Whether a link shows the address of one site and leads to another."""
    if "<a" not in mail.html and "<A" not in mail.html:
        return False
    for found in _LINK.finditer(mail.html[:60_000]):
        shown = _SHOWN_HOST.match(_TAG.sub("", found[2]).strip())
        if shown and registered(shown[1].lower()) != registered(found[1].lower()):
            return True
    return False
