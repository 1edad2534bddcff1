"""How mail programs introduce what they quote, and sign off, in many languages."""

from __future__ import annotations

import re

from domain.expressions import expression

_WROTE = (
    r"wrote|writes|schrieb|schreibt|écrit|escribió|escribio|ha scritto|escreveu|skrev|schreef|geschreven|kirjoitti"
    r"|napisała?|написала?|пишет?|menulis|mencatat|yazdı|viết|写道|寫道|写于|のメール|書きました|님이 작성|작성"
)
_OPENING = r"On|Am|Le|El|Il|Em|Den|Op|På|W dniu|Dnia|Pada|在|于|於"

ATTRIBUTION = expression(
    rf"(?:[*\s]*(?:{_OPENING}|\w\w,|\d{{1,4}}[-/.年]|<).{{0,400}}?"
    rf"|.{{0,200}}?<[^<>\s]{{1,100}}@[^<>\s]{{1,100}}>.{{0,200}}?|.{{0,60}}?\d{{4}}.{{0,200}}?)(?:{_WROTE})[^\n]{{0,60}}$"
    r"|[*\s]*\w.{0,100}?@.{0,100}?(?:wrote|writes|schrieb|a écrit)\s?[:：]$",
    re.IGNORECASE | re.DOTALL,
)
"""A whole attribution: "On Friday, Ann <ann@example.com> wrote:"."""

OPENING = expression(rf"[*\s]*(?:{_OPENING}|\d{{4}})\s?\w", re.IGNORECASE)
"""How an attribution begins that may go on in the next line."""

SEPARATOR = expression(
    r"\s*[-_–—]{2,}\s*(?:original|reply|forwarded|ursprüngliche|weitergeleitete|message|mensaje|mensagem|messaggio"
    r"|pesan|mesej|oorspronkelijk|doorgestuurd|pôvodná|пересыл|исходн|原始|转发|轉寄|元のメ|원본)[^\n]{0,60}?[-_–—]{2,}\s*$"
    r"|\s*(?:Begin forwarded message|Anfang der weitergeleiteten|Début du message (?:réexpédié|transféré)"
    r"|Inicio del mensaje reenviado|Inizio messaggio inoltrato)[^\n]{0,40}[:：]\s*$",
    re.IGNORECASE,
)
"""A line such as "-----Original Message-----"."""

_FROM = r"[ \t*]*(?:From|Von|De|Da|Van|Från|Fra|Od|Dari|Daripada|От|发件人|寄件者|差出人|보낸 ?사람)[ \t*]*[:：]"
FROM_FIELD = expression(_FROM, re.IGNORECASE)
FROM_LINE = expression(r"\n" + _FROM)
OTHER_FIELD = expression(
    r"[\s*]*(?:Sent|Date|To|Cc|Subject|Gesendet|Datum|An|Betreff|Envoyé|À|Objet|Enviado(?: el)?|Fecha|Para|Asunto"
    r"|Inviato|Data|A|Oggetto|Verzonden|Aan|Onderwerp|Skickat|Till|Ämne|Dihantar|Dikirim|Tarikh|Tanggal|Kepada"
    r"|Perkara|Perihal|Subjek|Отправлено|Дата|Кому|Тема|发送时间|日期|收件人|主题|主題|寄件日期|送信日時|宛先|件名"
    r"|보낸 날짜|받는 사람|제목)[\s*]*[:：]",
    re.IGNORECASE,
)

SIGN_OFF = expression(
    r"\s*(?:(?:sent|gesendet|envoyé|enviado|inviato|verzonden|skickat|dihantar|dikirim)"
    r" (?:from|with|via|by|using|von|mit|de|depuis|desde|do|dal?|vanaf|från|dari|daripada) .{1,60}"
    r"|von meine[mr] .{1,40} gesendet|get outlook for .{1,40}|outlook für .{1,20} (?:beziehen|herunterladen)"
    r"|[发發]自我?的?.{1,30}|从我的.{1,20}发送|iPhoneから送信|나의 .{1,20}에서 보냄)\s*$",
    re.IGNORECASE,
)
"""What a phone or a mail program adds of itself."""

SIGNATURE_RULE = expression(r"(?:--[ \t]?|—[ \t]?|_{20,}|-{20,})$")
"""The line above a signature (RFC 3676 section 4.3), and the rules that people draw instead."""
