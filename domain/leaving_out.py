"""Words by which a sentence leaves out some of what it names: who cannot read what follows must not act on the rest."""

from __future__ import annotations

import re

_WORDS = (
    r"not|but|never|unless|except(?:ing)?|exclud(?:es?|ing)|other than|apart from|aside from|save for|besides|nobody|"
    r"no one|\w+n['’]t|without(?! (?:an )?attachments?\b)|nicht|kein\w*|aber|außer|ohne|pas|mais|sauf|sans|pero|"
    r"excepto|salvo|bukan|tapi|tetapi|kecuali|tanpa"
)
_LEFT_OUT = re.compile(rf"(?<![\w.@-])(?:{_WORDS})(?![\w.@-])", re.IGNORECASE)


def leaves_out(sentence: str) -> str:
    """Return the first word or two by which `sentence` leaves something out; nothing where it does not."""
    found = _LEFT_OUT.search(sentence)
    return found[0] if found else ""
