"""Makes what came in at work of a staged scene: Outlook's mails, Teams messages, and the events of both calendars."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from email.utils import format_datetime

from sandbox.households import letters, mime
from sandbox.households.cast import Party
from sandbox.households.model import Account, Event, Mail, Post
from sandbox.households.script import EventScript, MailScript, PostScript
from sandbox.households.staging import Stage

_MENTION = re.compile(r"@\{([a-z_]+)\}")
_OWNERS_PLACE = "{me.address}"
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def accounts(stage: Stage) -> tuple[Account, ...]:
    """Return the owner's sign-ins; the address at work follows the company's domain."""
    return tuple(Account(one["name"], one["provider"], _address(stage, one["address"])) for one in stage.scene.accounts)


def mails(stage: Stage) -> list[Mail]:
    """Return the mail at work, oldest first."""
    found = [_mail(stage, script) for script in stage.scene.office.mails]
    return sorted(found, key=lambda mail: (mail.received, mail.id))


def posts(stage: Stage) -> list[Post]:
    """Return the chat messages, oldest first."""
    return sorted((_post(stage, script) for script in stage.scene.office.posts), key=lambda post: post.sent)


def events(stage: Stage) -> list[Event]:
    """Return the events of all calendars in order."""
    found = (_event(stage, script) for script in stage.scene.office.events)
    return sorted(found, key=lambda event: (event.start, event.key))


def _address(stage: Stage, written: str) -> str:
    return stage.casting["me"].address if written == _OWNERS_PLACE else written


def _mail(stage: Stage, script: MailScript) -> Mail:
    letter = letters.letter(stage, script)
    traced = replace(letter, own=True, extra=(*_trace(stage, script, letter), *letter.extra))
    return Mail(
        account=stage.casting["me"].address,
        id=f"AAkALgAA{stage.digest(script.key, 'id')[:60]}EAC-",
        thread_id=f"AAQk{stage.digest(stage.root(script).key, 'thread')[:50]}=",
        received=stage.sent(script).astimezone(UTC),
        labels=tuple(script.labels),
        raw=mime.build(traced),
        answer=letters.answer(stage, script),
        key=script.key,
        arrival=script.answer is not None,
    )


def _trace(stage: Stage, script: MailScript, letter: mime.Letter) -> Iterator[tuple[str, str]]:
    """What Exchange adds: where the mail came from, and whether it was who it says (anti-spam-message-headers)."""
    domain, stamp = letter.sender.domain, format_datetime(letter.sent)
    ip = f"203.0.113.{int(stage.digest(script.key, 'ip')[:2], 16)}"
    host = f"SN6PR{stage.number(script.key, 'host', 4):04d}.namprd22.prod.outlook.com"
    yield "Received", f"from mta.{domain} ({ip})\n by {host} with Microsoft SMTP Server (version=TLS1_3); {stamp}"
    if domain == stage.casting["office"].domain:
        yield "X-MS-Exchange-Organization-AuthAs", "Internal"
        return
    verdict, reason = ("pass", "100") if script.authentication == "pass" else ("fail", "000")
    found = (
        f"spf={verdict} (sender IP is {ip})\n smtp.mailfrom={domain}; dkim={verdict} header.d={domain};\n"
        f" dmarc={verdict} action=none header.from={domain};compauth={verdict} reason={reason}"
    )
    yield "Authentication-Results", found
    yield "X-MS-Exchange-Organization-AuthAs", "Anonymous"


def _post(stage: Stage, script: PostScript) -> Post:
    said, author = script.said, stage.sender(script.said)
    mentioned = [stage.casting[key] for key in _MENTION.findall(said.text)]
    return Post(
        account=stage.casting["me"].address,
        team=stage.scene.office.team,
        channel=script.channel,
        id=_post_id(stage, said),
        thread_id=_post_id(stage, stage.root(said)),
        sent=stage.sent(said).astimezone(UTC),
        author=author.address,
        author_name=author.name,
        html=_html(stage, said, mentioned),
        mentions=tuple(party.address for party in mentioned),
        answer=letters.answer(stage, said),
        key=said.key,
    )


def _post_id(stage: Stage, said: MailScript) -> str:
    return str(int(stage.sent(said).timestamp() * 1000))


def _html(stage: Stage, said: MailScript, mentioned: list[Party]) -> str:
    """The words as Teams has them, each mention with its number."""
    numbers = iter(range(len(mentioned)))
    parts = _MENTION.split(said.text.strip())
    words = [html.escape(stage.fill(part, said), quote=False) for part in parts[::2]]
    marks = [f'<at id="{number}">{html.escape(mentioned[number].name)}</at>' for number in numbers]
    joined = "".join(word + mark for word, mark in zip(words, [*marks, ""], strict=True))
    return f"<p>{joined}</p>"


def _event(stage: Stage, script: EventScript) -> Event:
    owner = stage.casting["me" if script.account == "office" else "owner"]
    organizer = stage.casting[script.by] if script.by else owner
    start, end = _times(stage, script)
    account = next(one for one in accounts(stage) if one.name == script.account)
    return Event(
        account=account.address,
        id=stage.digest(script.key, "event")[:26],
        title=_title(stage, script),
        start=start,
        end=end,
        zone=str(stage.moments.zone),
        organizer=organizer.address,
        organizer_name=organizer.name,
        attendees=tuple((stage.casting[key].address, stage.casting[key].name) for key in script.attendees),
        response=script.response,
        place=script.place,
        all_day=script.all_day,
        free=script.free,
        online=script.online,
        rule=script.rule,
        clashes=tuple(script.clashes),
        invited_by=script.invited_by,
        key=script.key,
    )


def _times(stage: Stage, script: EventScript) -> tuple[datetime, datetime]:
    day = stage.moments.find(script.day, stage.moments.now).date()
    start = datetime.combine(day, time.fromisoformat(script.at), stage.moments.zone)
    while "BYDAY=" in script.rule and _WEEKDAYS[start.weekday()] not in script.rule:
        start += timedelta(days=1)
    return start, start + timedelta(minutes=script.minutes)


def _title(stage: Stage, script: EventScript) -> str:
    """An event is spoken of by its owner, so a place in its title is filled as in a mail of his."""
    return stage.fill(script.title, MailScript(script.key, "owner", 0.0, ""), stage.casting["owner"])
