"""The owner's rules: showing them, and trying one on the past."""

from __future__ import annotations

import re

from adapters.local.matching.subject import Filled, Intent, Said, Subject

_DAYS = re.compile(r"(?:last|past|previous) (?P<count>\d{1,3}) days?|last (?P<unit>week|month|year)", re.IGNORECASE)
_SPAN = {"week": 7, "month": 30, "year": 365}


def _rule(said: Said) -> Filled | None:
    name = said.slot("what").strip(" \"'“”")
    span = _DAYS.search(said.words)
    if not name:
        return Filled({}, lacks="rule")
    days = (int(span["count"]) if span["count"] else _SPAN[span["unit"].lower()]) if span else 30
    return Filled({"name": name, "days": days})


_PERIOD = r"(?: (?:on|in|over|during|for|within)? ?(?:the |my )?(?:(?:last|past|previous) (?:\d+ days?|week|month|year)|(?:past|old) mails?|mail))*"

SUBJECT = Subject(
    "rules",
    (
        Intent(
            "try_rule",
            (
                "try the rule newsletters away",
                "what would the rule about receipts have done last month",
                "test my rule for invoices on the past 30 days",
                "which mails would the rule receipts have touched",
                "dry run the rule",
            ),
            (
                rf"(?:try|test|dry[- ]?run|simulate|check)(?: out)? (?:the |my )?(?:rule (?:called |named |about |for )?(?:the )?{{what}}|(?P<also>.+?) rule){_PERIOD}",
                rf"(?:what|which (?:mails?|messages?)|how (?:many|much)(?: mails?| messages?)?) would (?:the |my )?(?:rule (?:called |named |about |for )?{{what}}|(?P<also>.+?) rule) (?:have )?(?:done?|touch(?:ed)?|match(?:ed)?|caught|catch|affect(?:ed)?|hit){_PERIOD}",
            ),
            fill=_rule,
        ),
        Intent(
            "list_rules",
            (
                "list my rules",
                "what are my rules",
                "which rules do i have",
                "show me the standing orders",
                "what rules are active",
                "welche regeln habe ich",
                "quelles sont mes règles",
                "cuáles son mis reglas",
                "apakah peraturan saya",
            ),
            (
                r"(?:<SHOW>)?<MY>(?:standing |mail |filter |active |current |own )*(?:rules|standing orders|filters)(?: (?:do i have|are there|i have|have i set up|that are on|that are active|for mail))*",
                r"(?:what|which)(?: are|'re)? <MY>(?:standing |mail |active |current )*(?:rules|standing orders|filters)(?: (?:do i have|are there|are (?:on|active|set up|in force)|have i (?:set up|made)|apply|do you follow|exist))*(?: now)?",
                r"(?:do i have|are there|have i set up) any rules|how many rules (?:do i have|are there)",
                r"(?:welche|zeig mir|zeige) (?:meine |die )?regeln(?: habe ich| gibt es)?|(?:quelles sont|montre(?:-moi)?) (?:mes|les) r[èe]gles|(?:cu[áa]les son|mu[ée]strame) (?:mis|las) reglas|(?:apakah|tunjukkan) peraturan saya",
            ),
            by_likeness=True,
        ),
    ),
)
