"""Makes mail of a staged scene: words in both twins, quotations, enclosures, and the right answer."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from sandbox.households import documents, markup, mime
from sandbox.households.model import Answer, Mail
from sandbox.households.moments import written
from sandbox.households.script import AttachmentScript, MailScript
from sandbox.households.staging import Stage

BULKY = {"bulk", "notice"}
_MEDIA = {
    "pdf": "application/pdf",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "zip": "application/zip",
}
_UNSUBSCRIBE = {
    "en": "Unsubscribe",
    "de": "Newsletter abbestellen",
    "fr": "Se désabonner",
    "es": "Darse de baja",
    "ms": "Berhenti melanggan",
    "zh": "退订",
}
_WROTE = {
    "en": "On {day} at {hour} {name} <{address}> wrote:",
    "de": "Am {day} um {hour} schrieb {name}:",
    "fr": "Le {day} à {hour}, {name} a écrit :",
    "es": "El {day} a las {hour}, {name} escribió:",
    "ms": "Pada {day} {hour}, {name} menulis:",
    "zh": "{name} 于 {day} {hour} 写道：",
}


def mails(stage: Stage) -> list[Mail]:
    """Return every mail of the scene, oldest first."""
    written_mails = [_mail(stage, script) for script in stage.scene.mails]
    return sorted(written_mails, key=lambda mail: (mail.received, mail.id))


def _mail(stage: Stage, script: MailScript) -> Mail:
    return Mail(
        account=stage.casting["owner"].address,
        id=stage.gmail_id(script),
        thread_id=stage.gmail_id(stage.root(script)),
        received=stage.sent(script).astimezone(UTC),
        labels=tuple(script.labels),
        raw=mime.build(letter(stage, script)),
        answer=answer(stage, script),
        key=script.key,
        arrival=script.answer is not None,
    )


def answer(stage: Stage, script: MailScript) -> Answer | None:
    """Return what a perfect reader makes of it."""
    said = script.answer
    if said is None:
        return None
    return Answer(
        category=said.category,
        priorities=frozenset(said.priorities),
        action=stage.fill(said.action, script) if said.action else None,
        due=stage.moments.find(said.due, stage.sent(script)).date() if said.due else None,
        follow_up=said.follow_up,
        proposal=said.proposal,
        flags=frozenset(said.flags),
        rank=said.rank,
        summary_words=tuple(stage.fill(word, script) for word in said.words),
    )


def letter(stage: Stage, script: MailScript) -> mime.Letter:
    """Return the mail before it is bytes."""
    frame = _frame(stage, script)
    text, html = _twins(stage, script, frame)
    zone = stage.moments.zone if script.style == "person" else ZoneInfo("UTC")
    return mime.Letter(
        sender=stage.sender(script),
        to=stage.casting[script.to],
        subject=stage.subject(script),
        sent=stage.sent(script).astimezone(zone),
        message_id=stage.message_id(script),
        text=text,
        html=html,
        cc=tuple(stage.casting[key] for key in script.cc),
        reply_to=stage.fill(script.reply_to, script),
        references=tuple(stage.message_id(earlier) for earlier in stage.earlier(script)),
        documents=tuple(_document(stage, script, made) for made in script.attachments),
        invitation=_invitation(stage, script),
        charset=script.charset,
        written_in=script.written_in,
        encoding=script.encoding,
        authentication=script.authentication,
        bulk=_bulk(stage, script, frame) if script.style == "bulk" else None,
        own=script.by == "owner",
        extra=tuple((name, stage.fill(value, script)) for name, value in script.headers.items()),
    )


def _twins(stage: Stage, script: MailScript, frame: markup.Frame) -> tuple[str, str]:
    """Return the plain text and the HTML, empty where the mail has none."""
    words = stage.fill(script.text, script)
    plain = markup.plain(words, frame.link_base)
    if script.style in BULKY:
        return plain + markup.small_print(frame), markup.from_sender(words, frame)
    quoted, attribution = _quoted(stage, script)
    text = plain + markup.quotation(quoted, attribution)
    if script.style == "plain":
        return text, ""
    pictures = [_content_id(script, made) for made in script.attachments if made.inline]
    return text, markup.from_person(words, quoted, attribution, pictures)


def _quoted(stage: Stage, script: MailScript) -> tuple[str, str]:
    """Return the words that the mail answers, and the line that says whose they are."""
    thread = stage.earlier(script)
    if not thread:
        return "", ""
    last, sender = thread[-1], stage.sender(thread[-1])
    moment = stage.sent(last).astimezone(stage.moments.zone)
    day, hour = (written(moment, form, script.language) for form in ("long", "time"))
    attribution = _WROTE[script.language].format(day=day, hour=hour, name=sender.name, address=sender.address)
    return markup.plain(stage.fill(last.text, last), ""), attribution


def _frame(stage: Stage, script: MailScript) -> markup.Frame:
    sender, token = stage.sender(script), stage.digest(script.key, "link")[:22]
    bulk = script.style == "bulk"
    return markup.Frame(
        sender=sender.name,
        link_base=f"https://click.{sender.domain}/{token[:8]}",
        tint=script.tint,
        preheader=stage.fill(script.preheader, script),
        small_print=tuple(stage.fill(line, script) for line in script.small_print),
        unsubscribe_words=_UNSUBSCRIBE[script.language],
        unsubscribe_link=f"https://click.{sender.domain}/unsubscribe/{token}" if bulk else "",
    )


def _bulk(stage: Stage, script: MailScript, frame: markup.Frame) -> mime.Bulk:
    sender, number = stage.sender(script), stage.number(script.key, "campaign", 6)
    mailto = f"<mailto:unsubscribe-{number}@{sender.domain}?subject=unsubscribe>"
    return mime.Bulk(
        list_id=f"{mime.encoded(sender.name, 'utf-8')} <{number % 1000}.list.{sender.domain}>",
        unsubscribe=f"<{frame.unsubscribe_link}>,\n {mailto}",
        one_click=number % 4 != 0,
        campaign=f"{number}:{number % 97}:{sender.domain}",
    )


def _content_id(script: MailScript, made: AttachmentScript) -> str:
    return f"{made.name.partition('.')[0].lower()}.{script.key}@inline.example"


def _document(stage: Stage, script: MailScript, made: AttachmentScript) -> documents.Document:
    if made.kind not in _MEDIA:
        raise ValueError(f"mail {script.key!r}: {made.kind!r} is no attachment; known are {', '.join(_MEDIA)}")
    text, tint = stage.fill(made.text, script).strip("\n"), bytes.fromhex(stage.digest(script.key, made.name)[:6])
    name = stage.fill(made.name, script)
    makers = {
        "pdf": lambda: documents.pdf(text.split("\n")),
        "png": lambda: documents.png(480, 320, (tint[0], tint[1], tint[2])),
        "docx": lambda: documents.docx(text.split("\n")),
        "zip": lambda: documents.archive({name.replace(".zip", ".log"): text + "\n"}),
    }
    shown_as = _content_id(script, made) if made.inline else ""
    return documents.Document(name, _MEDIA[made.kind], makers[made.kind](), shown_as)


def _invitation(stage: Stage, script: MailScript) -> str:
    asked = script.invitation
    if asked is None:
        return ""
    day = stage.moments.find(asked.day, stage.sent(script)).date()
    meeting = documents.Meeting(
        uid=f"{stage.digest(script.key, 'uid')[:26]}@{stage.sender(script).domain}",
        title=stage.fill(asked.title, script),
        start=datetime.combine(day, time.fromisoformat(asked.at), stage.moments.zone),
        minutes=asked.minutes,
        place=stage.fill(asked.place, script),
        organizer=stage.sender(script).address,
        attendee=stage.casting["owner"].address,
    )
    return documents.invitation(meeting, stage.sent(script))
