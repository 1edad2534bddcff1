"""Whether a statement is a card's or an account's, by what stands outside its table.

Which of the two decides every sign, and arithmetic cannot tell: turned around, a statement adds up as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from adapters.pdf.sheet import Item
from domain.finance.statements import AccountKind

_OWES = re.compile(
    r"minimum (?:payment|(?:amount )?due)|payment due date|total amount due|credit limit|mindestzahlung|mindestrate|"
    r"kreditlimit|paiement minimum|pago mínimo|límite de crédito|pagamento minimo|limite di credito|"
    r"pagamento mínimo|limite de crédito|minimumbetaling|minste betaling|lägsta belopp|luottoraja|asgari ödeme|"
    r"bayaran minimum|pembayaran minimum|had kredit|spłata minimalna|limit kredytowy|minimální splátka|"
    r"最低还款|最低還款|最低缴款|信用额度|信用額度|ご利用限度額|ご請求額|최소결제|ยอดชำระขั้นต่ำ|thanh toán tối thiểu"
)
"""What only somebody is told who owes what a card has spent."""

_NAMED = re.compile(
    r"credit ?card|kreditkart|kreditkort|kredittkort|luottokort|carte de crédit|tarjeta de crédito|carta di credito|"
    r"cartão de crédito|kad kredit|kartu kredit|kredi kartı|kart[ay] kredytow|kreditní kart|hitelkártya|card de credit|"
    r"πιστωτικ\w+ κάρτα|信用卡|クレジットカード|신용카드|บัตรเครดิต|thẻ tín dụng|"
    r"visa (?:gold|platinum|signature|infinite)"
)
_CARD_NUMBER = re.compile(
    r"(?<![\w*])(?<!\d[ -])[2-6x*•][\dx*•]{3}[ -](?:[\dx*•]{4}[ -]){2}[\dx*•]{3,4}(?![\w*]|[ -]\d)"
)
_ACCOUNT = re.compile(
    r"giro|kontokorrent|tagesgeld|sparkonto|current account|checking|savings|overdraft|compte courant|"
    r"cuenta corriente|conto corrente|conta corrente|rekening-courant|betaalrekening|akaun semasa|akaun simpanan|"
    r"dispokredit|sort ?code|routing number|ifsc|活期|普通預金"
)
_IBAN = re.compile(r"\b[a-z]{2}\d{2} ?[\da-z*]{4}(?: ?[\dx*]{4}){2,6}(?: ?[\dx*]{1,3})?\b")


def kind_of(outside: Iterable[Item]) -> AccountKind | None:
    """Return the kind by the lines that are no transaction's; nothing where they do not settle it."""
    text, ibans = _IBAN.subn("", "\n".join(item.lowered for item in outside))
    named = _NAMED.search(text) is not None
    owned = sum(sign.search(text) is not None for sign in (_OWES, _CARD_NUMBER))
    account = bool(ibans) + (_ACCOUNT.search(text) is not None)
    if not owned and (account or not named):
        return AccountKind.BANK
    return AccountKind.CARD if owned + named > max(account, 1) else None
