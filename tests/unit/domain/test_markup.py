"""What is read of a chat message, which is HTML."""

import pytest

from domain.markup import words_in


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<div>One</div><div>Two</div>", "One\n\nTwo"),
        ("<p>a &lt;b&gt; &amp; c</p>", "a <b> & c"),
        ('Hi <emoji alt="🙂"></emoji><img alt="chart"/>', "Hi 🙂chart"),
        ("<style>p{}</style>x<script>alert(1)</script>", "x"),
        ("<ul><li>one</li><li>two</li></ul>", "one\n\ntwo"),
        ("<<p>broken", "<\nbroken"),
        ("<p>Is <at id='0'>Morgan</at> in?</p>", "Is @Morgan in?"),
        ('Look<attachment id="1">{"json": 1}</attachment>', "Look"),
        ("", ""),
    ],
)
def test_markup_becomes_words(html: str, text: str) -> None:
    assert words_in(html) == text
