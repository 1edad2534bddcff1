"""What needs no thought: mail that a social network or the provider's own labels already give away."""

from __future__ import annotations

from domain.messages import Label, Message
from domain.triage import BrainName, Category, Verdict, failed_authentication, protection

# Domains from which the networks say they send notices (their help pages); LinkedIn is let through on purpose.
SOCIAL_NETWORKS = frozenset(
    {
        "facebookmail.com",
        "mail.instagram.com",
        "x.com",
        "twitter.com",
        "pinterest.com",
        "discover.pinterest.com",
        "tiktok.com",
        "redditmail.com",
        "snapchat.com",
        "quora.com",
        "nextdoor.com",
        "tumblr.com",
        "meetup.com",
        "strava.com",
        "mail.vk.com",
    }
)
_PUT_ASIDE = frozenset({Label.PROMOTIONS, Label.SOCIAL})
_LET_THROUGH = frozenset({"linkedin.com"})


def prefilter(message: Message) -> Verdict | None:
    """Return newsletter of priority 5 for social networks and what the provider labels promotions or social."""
    domain = message.sender.domain
    if _is_within(domain, _LET_THROUGH):
        return None
    if message.labels.isdisjoint(_PUT_ASIDE) and not _is_within(domain, SOCIAL_NETWORKS):
        return None
    if protection(message) is not None or failed_authentication(message):
        return None
    return Verdict(Category.NEWSLETTER, 5, 0.95, message.subject[:120], brain=BrainName.PREFILTER)


def _is_within(domain: str, domains: frozenset[str]) -> bool:
    """Whether `domain` is one of `domains` or below one."""
    names = domain.split(".")
    return any(".".join(names[start:]) in domains for start in range(len(names) - 1))
