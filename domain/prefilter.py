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
_LET_THROUGH = frozenset({"linkedin.com"})


def prefilter(message: Message) -> Verdict | None:
    """Return newsletter of priority 5 for social networks and what the provider labels promotions or social."""
    if protection(message) is not None or failed_authentication(message):
        return None
    domain = message.sender.domain
    if _is_within(domain, _LET_THROUGH):
        return None
    if _is_within(domain, SOCIAL_NETWORKS) or message.labels & {Label.PROMOTIONS, Label.SOCIAL}:
        return Verdict(Category.NEWSLETTER, 5, 0.95, message.subject[:120], brain=BrainName.PREFILTER)
    return None


def _is_within(domain: str, domains: frozenset[str]) -> bool:
    return any(domain == each or domain.endswith("." + each) for each in domains)
