"""Knows the letters of swindlers by the two or three things that only they say together, in nine languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from domain.expressions import expression

_LONGEST = 6_000
"""How many characters are read: a person must be brought to read a swindle, so that none is hidden far down."""


@dataclass(frozen=True, slots=True)
class _Scheme:
    """A swindle: `parts` must all be said; a piece of each group in `pieces`, the quickest to miss first, is there."""

    pieces: tuple[tuple[str, ...], ...]
    parts: tuple[re.Pattern[str], ...]


_NEVER = r"(?<!never )(?<!not )(?<!n't )(?<!nie )(?<!niemals )"
_HACKED = expression(
    r"\b(?:(?:i|we)(?:'ve| have)?(?: \w+){0,2} (?:hacked|infected|compromised)(?: into)?(?: all)? your\b"
    r"|(?:i|we)(?:'ve| have)? (?:recorded|filmed) you(?! an?\b)"
    r"|i(?:'m| am) an? hacker (?:who|that|and) .{0,40}\byour\b"
    r"|your (?:computer|device|phone|system|pc|camera)s? (?:has been|have been|was|were|is) (?:hacked|infected)"
    r"|habe? (?:dich|sie|ihr\w*|dein\w*)\b.{0,40}(?:gehackt|infiziert|gefilmt|aufgenommen)"
    r"|j'ai (?:piraté|infecté|filmé) (?:votre|vos|ton|ta|tes)\b|je (?:vous|t)(?: |')ai (?:filmé|enregistré)"
    r"|he (?:hackeado|pirateado|infectado) (?:tu|su)s?\b|(?:te|le) he grabado"
    r"|ho (?:hackerato|violato|infettato) (?:il tuo|la tua|i tuoi|il suo|la sua)\b|ti ho (?:registrat|filmat)[oa]"
    r"|ik heb (?:je|jouw|uw)\b.{0,40}(?:gehackt|geïnfecteerd|gefilmd)"
    r"|(?:hackeei|invadi|infectei) (?:o |a |os |as )?(?:seu|sua|teu|tua)s?\b"
    r"|(?:menggodam|meretas|merakam|merekam)(?: \w+){0,2} (?:anda|awak|kamu)\b)"
    r"|我们?(?:已经?)?(?:入侵|黑|感染|录下|拍下)了?你"
)
_PAID_IN_COINS = expression(
    rf"(?:{_NEVER}"
    r"\b(?:send|pay|transfer|deposit|überweis|zahl|schick|envoy|verse|env[ií]|paga|invi|stuur|betaal|hantar|kirim"
    r"|bayar)|支付|转账|汇).{0,80}(?:bitcoin|\bbtc\b|monero|usdt|[ck]r[yi]pto|比特币)"
)
_LOTTERY = expression(r"lotter|\blotto\b|loter[iíy]|lotaria|彩票|中奖")
_CLAIM = expression(
    r"\bclaim (?:the|your|this)(?: \w+)? (?:prizes?|winnings?|jackpot|reward|money)"
    r"|\bgewinn\w*.{0,40}(?:abruf|anforder)"
    r"|(?:réclam\w+|toucher|percevoir) (?:votre|le) (?:gain|prix|lot)|(?:reclam|cobr)\w+ (?:su|tu|el) premio"
    r"|(?:ritir|riscuot)\w+ (?:il|la)(?: \w+)? (?:premio|vincita)|\b(?:prijs|winst)\b.{0,20}(?:opeisen|innen)"
    r"|(?:resgat|receb)\w+ (?:o )?(?:seu )?prêmio|(?:tuntut|klaim)\w* hadiah|领取|领奖"
)
_WINDFALL = expression(
    r"\byou(?:'ve| have)?(?: just)? won\b(?! the (?:tender|contract|bid|deal|project))|inheritance|next of kin"
    r"|\b(?:sie haben|du hast)\b.{0,40}gewonnen|erbschaft|vous avez gagné|héritage|\bhas? ganado|herencia"
    r"|\bhai? vinto|eredità|\b(?:u|je) (?:heeft|hebt)\b.{0,40}gewonnen|erfenis|você ganhou|herança"
    r"|anda (?:telah )?memenang|warisan|中奖|遗产"
)
_MILLIONS = expression(
    r"\d{1,3}(?:[.,']\d{3}){2}|\bmillions?\b|\bmillionen\b|\bmillones\b|\bmilion[ei]\b|\bmilh(?:ão|ões)\b|\bmiljoen\b"
    r"|\bjuta\b|[百千]万"
)
_ACCOUNT_ASKED = expression(
    rf"(?:{_NEVER}"
    r"\b(?:send|provide|give|forward|submit|reply|schick|teil"
    r"|envoy|communiqu|env[ií]|mand|facilit|invi|comunic|stuur|geef|hantar|kirim|beri)|发送|提供|告知).{0,60}"
    r"(?:\bbank (?:account|details)|account (?:number|details)|\biban\b|bankverbindung|konto(?:nummer|daten)"
    r"|coordonnées bancaires|datos bancarios|número de cuenta|(?:coordinate|dati) bancari|bankgegevens"
    r"|rekeningnummer|dados bancários|butiran bank|akaun bank|nomor rekening|银行)"
)
_CARD = (
    r"(?:gift ?cards?|geschenkkarten?|guthabenkarten?|gutschein(?:e|karten?)|cartes?[ -]cadeaux?"
    r"|tarjetas? (?:de )?regalo|cart[ea] regalo|buoni regalo|cadeaukaart\w*|cart(?:ão|ões)[ -](?:de )?presente"
    r"|kad hadiah|kartu hadiah|礼品卡)"
)
_BUY = r"(?:\b(?:buy|purchase|get|pick up|kauf\w*|besorg\w*|ach[eè]t\w*|compr\w*|koop|kopen|beli)\b|买)"
_CARDS_BOUGHT = expression(rf"{_BUY}.{{0,80}}{_CARD}|{_CARD}.{{0,80}}{_BUY}")
_CODES_SENT = expression(
    r"\b(?:(?:send|text|e-?mail|forward) me(?: (?:the|their|all|of|a|photos?|pictures?|pics|gift|cards?)){0,6} codes?\b"
    r"|codes? (?:back )?to me\b|(?:schick|send|gib|mail)\w*(?: sie)? mir(?: \w+){0,4} code"
    r"|(?:envoie|envoy|donne)\w*-moi(?: \w+){0,4} codes?\b|(?:env[ií]a|manda|env[ií]e)me(?: \w+){0,4} códigos?\b"
    r"|(?:invia|manda)mi(?: \w+){0,4} codic|(?:stuur|mail|app) (?:mij|me)(?: \w+){0,4} code"
    r"|(?:envie|mande|envia)-me(?: \w+){0,4} códigos?\b|(?:hantar|kirim)\w*(?: \w+){0,3} kod\w*(?: \w+)? saya\b)"
    r"|(?:发|告诉)给?我.{0,20}码|码.{0,6}(?:发|告诉)给?我"
)
_COIN_PIECES = ("bitcoin", "btc", "monero", "usdt", "crypto", "krypto", "cripto", "比特币")
_ACCOUNT_PIECES = (
    "bank",
    "banc",
    "iban",
    "account n",
    "account d",
    "konton",
    "kontod",
    "de cuenta",
    "rekening",
    "银行",
)
_WINDFALL_PIECES = (
    *("won", "inheritance", "next of", "gewonnen", "erbschaft", "gagné", "héritage", "ganado", "herencia", "vinto"),
    *("eredità", "erfenis", "ganhou", "herança", "memenang", "warisan", "中奖", "遗产"),
)
_CARD_PIECES = ("gift", "karte", "gutschein", "cadeau", "regalo", "presente", "hadiah", "礼品卡")
_CODE_PIECES = ("code", "código", "codic", "kod", "码")
_SCHEMES = (
    _Scheme((_COIN_PIECES,), (_PAID_IN_COINS, _HACKED)),
    _Scheme((_ACCOUNT_PIECES, ("lott", "loter", "lotar", "彩票", "中奖")), (_LOTTERY, _CLAIM, _ACCOUNT_ASKED)),
    _Scheme((_ACCOUNT_PIECES, _WINDFALL_PIECES), (_MILLIONS, _WINDFALL, _ACCOUNT_ASKED)),
    _Scheme((_CODE_PIECES, _CARD_PIECES), (_CODES_SENT, _CARDS_BOUGHT)),
)


def asks_as_swindlers_do(lowered: str) -> bool:
    """Whether the letter blackmails, promises a fortune for an account's number, or wants the codes of gift cards."""
    text = lowered[:_LONGEST]
    likely = _likely(text)
    if not likely:
        return False
    line = " ".join(text.split()).replace("’", "'")
    return any(all(part.search(line) for part in scheme.parts) for scheme in likely)


def _likely(text: str) -> list[_Scheme]:
    @cache
    def has(group: tuple[str, ...]) -> bool:
        return any(map(text.__contains__, group))

    return [scheme for scheme in _SCHEMES if all(map(has, scheme.pieces))]
