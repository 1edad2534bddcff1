"""What there are tools for but what takes a model to do: examples only, so that a small model is shown the right tool."""

from __future__ import annotations

from adapters.local.matching.subject import Filled, Intent, Said, Subject


def _cannot(_: Said) -> Filled | None:
    return None


def _for_models(tool: str, *examples: str) -> Intent:
    return Intent(tool, examples, fill=_cannot)


SUBJECT = Subject(
    "elsewhere",
    (
        _for_models(
            "reply_to_mail",
            "reply to [who] that i agree",
            "answer the mail from [who] with got it, thanks",
            "respond to the latest email from [who]",
            "write back to [who] that friday works",
            "tell [who] that i'll be late",
            "i need to reply to the last email about [what]",
            "let [who] know that i can't come",
            "antworte [who], dass es passt",
            "réponds à [who] que c'est bon",
            "responde a [who] que sí",
        ),
        _for_models(
            "send_mail",
            "send an email to [who] about [what]",
            "write a mail to [who] saying the report is ready",
            "email [who] that the meeting is moved",
            "compose a message to [who]",
            "draft an email to [who] with the subject [what]",
            "i need to send an email to [who] titled [what]",
            "schreibe eine mail an [who]",
            "écris un mail à [who]",
            "escribe un correo a [who]",
            "hantar emel kepada [who]",
        ),
        _for_models(
            "forward_mail",
            "forward the mail from [who] to [who]",
            "forward the last email about [what] to [who]",
            "pass the invoice on to [who]",
            "[who] needs all the emails from [who] about [what], can you forward them",
            "send [who] the mail i got from [who]",
            "leite die mail an [who] weiter",
            "transfère le mail à [who]",
            "reenvía el correo a [who]",
        ),
        _for_models(
            "read_thread",
            "read me the mail from [who]",
            "summarise the conversation with [who] about [what]",
            "what does [who] say in the last mail",
            "open the thread about [what]",
            "what exactly did they ask me to do",
            "fasse die mail von [who] zusammen",
            "résume la conversation avec [who]",
        ),
        _for_models(
            "snooze_mail",
            "snooze the mail from [who] until [when]",
            "show me this message again [when]",
            "hide that mail until [when]",
            "put the invoice off until [when]",
        ),
        _for_models(
            "label_mail",
            "label the mail from [who] as travel",
            "tag the messages about [what] with taxes",
            "mark the mail from [who] as important",
            "file the invoice under receipts",
        ),
    ),
)
