"""Whether a statement is a card's or an account's, by what stands outside its table.

Which of the two decides every sign, and arithmetic cannot tell: turned around, a statement adds up as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from adapters.pdf.sheet import Item
from domain.finance.statements import AccountKind

_OWES = re.compile(
    r"minimum (?:payment|(?:amount )?due)|payment due date|total amount due|mindestzahlung|mindestrate|"
    r"paiement minimum|pago mínimo|pagamento minimo|pagamento mínimo|minimumbetaling|minste betaling|lägsta belopp|"
    r"asgari ödeme|bayaran minimum|pembayaran minimum|spłata minimalna|minimální splátka|"
    r"最低还款|最低還款|最低缴款|ご請求額|최소결제|ยอดชำระขั้นต่ำ|thanh toán tối thiểu"
)
"""What only somebody is told who owes what a card has spent."""

_LIMIT = re.compile(
    r"credit limit|kreditlimit|límite de crédito|limite di credito|limite de crédito|luottoraja|had kredit|"
    r"limit kredytowy|信用额度|信用額度|ご利用限度額"
)
"""What a card has, and an account that may be overdrawn as well."""

_CARD = (
    r"(?:credit ?card|kreditkart|kreditkort|kredittkort|luottokort|carte de crédit|tarjeta de crédito|carta di credito|"
    r"cartão de crédito|kad kredit|kartu kredit|kredi kartı|kart[ay] kredytow|kreditní kart|hitelkártya|"
    r"card de credit|πιστωτικ\w+ κάρτα|信用卡|クレジットカード|신용카드|บัตรเครดิต|thẻ tín dụng|"
    r"visa (?:gold|platinum|signature|infinite))"
)
_STATEMENT = (
    r"(?:statement|abrechnung|auszug|ums[aä]tz|relevé|extracto|estado de cuenta|resumen|estratto|extrato|fatura|"
    r"overzicht|kontoutdrag|kontoudtog|faktura|penyata|tagihan|ekstre|wyciąg|výpis|kivonat|extras|"
    r"账单|帳單|月结单|月結單|明細|명세서|sao kê|ใบแจ้งยอด)"
)
_OF = r"(?:of|for|your|the|der|ihrer|zur|für|de|del|su|tu|votre|la|tua|della|conto|do|da|seu|van|uw|mijn)"
_NAMED = re.compile(_CARD)
_TELLS = rf"(?:{_CARD}\w*[^\w\n]{{0,3}}{_STATEMENT}\w*|{_STATEMENT}\w*(?: {_OF})* {_CARD}\w*)"
_FIGURES = r"[^\w\n]{0,3}(?:[^\W\d_]{1,15} )?[\dx*•]{2}(?:(?!\n)[\W\dx]){0,60}"
_TITLE = re.compile(
    rf"^[^\w\n]{{0,9}}(?:(?:your|ihre|votre|su|mijn) )?(?:{_TELLS}(?:{_FIGURES})?|{_CARD}\w*{_FIGURES})[^\w\n]{{0,9}}$",
    re.MULTILINE,
)
"""A line that names a card as what the document is about: beside a word for a statement, or a number, and no more."""

_TOP = 25
"""Lines in which a document says what it is."""

_CARD_NUMBER = re.compile(
    r"(?<![\w*])(?<!\d[ -])(?:[2-6x*•][\dx*•]{3}[ -](?:[\dx*•]{4}[ -]){2}[\dx*•]{3,4}|"
    r"[3x*•][\dx*•]{3}[ -][\dx*•]{6}[ -][\dx*•]{5})(?![\w*]|[ -]\d)"
)
_LIKE_CARD_NUMBER = re.compile(
    r"(?<![\w*•])(?=[\dx*•]{15,16}(?![\w*•]))[\dx]*[x*•]{4,}\d{2,5}|"
    r"(?:card|karte|tarjeta|carte|carta)\w*(?: \w+)? (?:ending|endend|endet|terminada|terminant|terminante)"
    r"(?: (?:in|with|on|auf|mit|en|par|con))?\W{1,6}\d{4}\b"
)
"""What may be an account's number as well, but for a title that names a card."""

_DEBIT_CARD = re.compile(
    r"debit ?card|debitkart|girocard|bankkarte|ec-karte|carte bancaire|tarjeta de débito|carta di debito|"
    r"cartão de débito|betaalpas|bankpas|kad debit|kartu debit"
)
_ACCOUNT = re.compile(
    r"giro|kontokorrent|tagesgeld|sparkonto|current account|checking|savings|overdraft|compte courant|"
    r"cuenta corriente|conto corrente|conta corrente|rekening-courant|betaalrekening|akaun semasa|akaun simpanan|"
    r"dispokredit|sort ?code|routing number|ifsc|活期|普通預金"
)
_NUMBERED = re.compile(r"(?:account|konto|kontos|cuenta|compte|conto|conta|rekening|a/c)[ -]?(?:number|no\b|nummer|nr)")
_OF_ACCOUNT = re.compile(
    r"(?:account|acct|konto|cuenta|compte|conto|conta|rekening|akaun|a/c)\w{0,12}"
    r"(?:\W{0,3}\b(?:number|num|no|nummer|nr|id|ending|ends|endet|endend|in|with|auf|mit))*"
    r"\W{0,4}[\dx*•][\dx*•\s-]{3,}"
)
"""An account's own number, which may look like a card's."""

_OF_CARD = re.compile(
    r"\b(?:visa|mastercard|amex|american express|diners|jcb|barclaycard|unionpay|rupay)\b|银联|"
    r"\bcard ?(?:statement|account|number|no\b|ending|holder|member)|"
    r"^(?:[^\W\d]{1,20}[ -]){0,4}(?:cards?|\w{0,30}(?:kart|kaart)\w{0,30}|\w{0,30}kort|cart[ae]s?|cartão|tarjetas?|kad)"
    r"(?:[ :-]{1,3}\w{1,20}){0,3}\W*$|"
    r"karten(?:nummer|abrechnung|konto\b|umsätze|inhaber)|"
    r"(?:relevé|numéro|n°|titulaire) de (?:la |votre )?carte|"
    r"(?:extracto|resumen|número|n\.º|titular) de (?:la |su )?tarjeta|"
    r"(?:numero|titolare|estratto conto) (?:della )?carta|(?:fatura|número|titular) do cartão|"
    r"kaart(?:nummer|houder|overzicht)|kort(?:nummer|holder|innehavare)|(?:nombor|no\.?|penyata|nomor) (?:kad|kartu)\b|"
    r"numer karty|číslo karty|kart numarası|卡号|卡號|カード番号|카드번호|payment due|amount due|"
    r"\bcredit line\b|\bavailable credit\b|\bcash advances?\b|"
    r"\b(?:platinum|titanium|quicksilver|sapphire|world elite)[^\w\n]*\n|"
    r"\b(?:\w*bank|capital one|barclays|hsbc|citi) (?:gold|venture|savor|signature|infinite|rewards)[^\w\n]*\n",
    re.MULTILINE,
)
"""What stands above the table of a card that is not called a credit card, and may stand above an account's."""

_SOME_ACCOUNT = re.compile(
    r"(?<!card )(?<!credit )(?<!loan )\b(?:account|acct)|konto|compte|cuenta|\bconto|\bconta\b|\bcont\b|rekening|akaun|"
    r"\btili|účet|účt|rachun|számla|hesa[bp]|λογαριασμ|račun|sąskait|reikning|llogari|сметк|сч[её]т|рахун|рачун|חשבון|حساب|खाता|"
    r"บัญชี|tài khoản|口座|账户|账号|帳戶|帳號|계좌"
)
"""An account in any language, whatever its kind."""

_IBAN = re.compile(r"\b[a-z]{2}\d{2} ?[\da-z*]{4}(?: ?[\dx*]{4}){2,6}(?: ?[\dx*]{1,3})?\b")


def kind_of(outside: Sequence[Item]) -> AccountKind | None:
    """Return the kind by the lines that are no transaction's; nothing where they do not settle it.

    A card that the title names may be paid from an account, and an account may advertise a card. A title alone decides
    where no account is named and none has its number printed. What names neither is believed to be neither.
    """
    text, ibans = _IBAN.subn("", _text(outside))
    own, numbers = _OF_ACCOUNT.subn("", text)
    worded, named = _ACCOUNT.search(text) is not None, _NAMED.search(text) is not None
    account, top = bool(ibans) + worded, _top(outside)
    is_titled = _TITLE.search(_above_accounts(item for item in top if _may_be_title(item))) is not None
    is_owed = _is_owed(text, may_be_overdrawn=account > 1 and not named)
    owed = is_owed + _has_card_number(own, is_titled=is_titled)
    if is_titled and (owed or not (account or numbers or _NUMBERED.search(text))):
        return AccountKind.CARD
    if not (is_owed or _has_card_number(text, is_titled=is_titled) or _may_be_card(_above_accounts(top))):
        return AccountKind.BANK if account or numbers or _SOME_ACCOUNT.search(_text(top)) else None
    return AccountKind.CARD if owed + named > max(account, 1) else None


def _may_be_card(above: str) -> bool:
    return _NAMED.search(above) is not None or _OF_CARD.search(above) is not None


def _text(items: Iterable[Item]) -> str:
    return "\n".join(item.lowered for item in items)


def _top(outside: Sequence[Item]) -> Sequence[Item]:
    """Return the first lines of the document, none of which stands below the table."""
    shown = {item.index for item in outside}
    table = max((index for index in range(max(shown, default=0)) if index not in shown), default=_TOP)
    return [item for item in outside if item.index < min(_TOP, table)]


def _may_be_title(item: Item) -> bool:
    """Tell whether a line states no amount, or names a kind of account, below which no title is looked for."""
    return not item.amounts or _ACCOUNT.search(item.lowered) is not None


def _above_accounts(items: Iterable[Item]) -> str:
    """Return the lines down to where they name a kind of account."""
    text = _text(items)
    account = _ACCOUNT.search(text)
    return text[: account.start()] if account else text


def _is_owed(text: str, *, may_be_overdrawn: bool) -> bool:
    return _OWES.search(text) is not None or (not may_be_overdrawn and _LIMIT.search(text) is not None)


def _has_card_number(text: str, *, is_titled: bool) -> bool:
    """Tell whether a card's number is printed that is none of a debit card."""
    if is_titled and _LIKE_CARD_NUMBER.search(text):
        return True
    return _CARD_NUMBER.search(text) is not None and (is_titled or _DEBIT_CARD.search(text) is None)
