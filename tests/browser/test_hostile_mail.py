"""Whatever a mail or a model says, the app fetches nothing, runs nothing and goes nowhere."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.header import Header
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from sandbox.anthropic import KEY, AnthropicServer
from tests.browser.conftest import DESKTOP, sign_in
from tests.browser.house import House, letter
from tests.browser.payloads import Attack, in_html, in_names, said, spread

GREETING = "Dear Jo"
SETTLED = "new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))"


class Canary(ThreadingHTTPServer):
    """A server that sings when anybody asks it for anything."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Singing)
        self.songs: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_port}/tweet"


class _Singing(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Canary)
        self.server.songs.append(self.path)
        self.send_response(204)
        self.send_header("access-control-allow-origin", "*")
        self.end_headers()

    do_POST = do_HEAD = do_OPTIONS = do_GET  # noqa: N815 - the names that the server calls

    def log_message(self, format: str, *args: object) -> None:
        pass


@dataclass
class Witness:
    """A signed-in page, and what it did that it should not have done."""

    page: Page
    house: House
    canary: Canary
    abroad: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.context.on("request", self._note)

    def _note(self, request: Request) -> None:
        if not request.url.startswith((self.house.url, "data:", "blob:", "about:")):
            self.abroad.append(request.url)

    def look(self, path: str) -> None:
        """Open a page and let it do what it will."""
        self.page.goto(self.house.url + path)
        self.page.get_by_role("heading", level=1).wait_for()

    def harm(self, path: str) -> list[str]:
        """Return what happened on the page at `path` that must not."""
        self.page.evaluate(SETTLED)
        done = [*self.canary.songs, *self.abroad]
        if self.page.evaluate("window.__pwned") is not None:
            done.append("a script ran")
        if not self.page.url.startswith(self.house.url + path):
            done.append(f"the page went to {self.page.url}")
        self.canary.songs.clear()
        self.abroad.clear()
        return done


@pytest.fixture
def canary() -> Iterator[Canary]:
    with Canary() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def witness(browser: Browser, house: House, canary: Canary) -> Iterator[Witness]:
    context = browser.new_context(viewport=DESKTOP)
    yield Witness(sign_in(context, house), house, canary)
    context.close()


def as_html(attack: str) -> EmailMessage:
    return letter("A letter to look at", "The plain words.", html=f"<p>{GREETING}</p>{attack}")


def as_names(attack: str) -> bytes:
    """A mail whose subject, sender, text and attachment are all called what the attack says."""
    name = Header(attack, "utf-8", maxlinelen=10_000).encode(linesep="")
    mail = letter("SUBJECT", f"{GREETING},\n\n{attack}")
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename=attack)
    raw = mail.as_bytes().replace(b"Subject: SUBJECT", b"Subject: " + name.encode())
    return raw.replace(b"From: Ivo Brandt", b"From: " + name.encode())


def read(witness: Witness, attacks: list[Attack]) -> dict[str, list[str]]:
    """Open each attack as the owner would, and return those that did harm."""
    harmed: dict[str, list[str]] = {}
    for attack in attacks:
        aimed = attack.aimed(witness.canary.url)
        message_id = witness.house.arrive(as_html(aimed) if attack.place == "html" else as_names(aimed))
        witness.look(f"/messages/{message_id}")
        shown = witness.page if attack.place == "names" else witness.page.frame_locator("iframe")
        shown.get_by_text(GREETING).first.wait_for()
        if done := witness.harm("/messages/"):
            harmed[attack.text] = done
    for path in ("/inbox", "/approvals", "/activity", "/"):
        witness.look(path)
        if done := witness.harm(path):
            harmed[path] = done
    return harmed


def hear(witness: Witness, claude: AnthropicServer, attacks: list[Attack]) -> dict[str, list[str]]:
    """Let the model say each attack in a chat, and return those that did harm."""
    harmed: dict[str, list[str]] = {}
    witness.look("/chat")
    witness.page.get_by_label("How he works").select_option("tool_use")
    answers = witness.page.locator("[role=log] .markdown")
    for number, attack in enumerate(attacks, 1):
        claude.script([attack.aimed(witness.canary.url)])
        witness.page.get_by_role("textbox").fill("Good morning.")
        witness.page.keyboard.press("Enter")
        expect(answers).to_have_count(number)
        witness.page.get_by_role("button", name="Send").wait_for()
        if done := witness.harm("/chat"):
            harmed[attack.text] = done
    return harmed


@pytest.fixture(scope="module")
def claude() -> Iterator[AnthropicServer]:
    with AnthropicServer() as server:
        yield server


@pytest.fixture(scope="module")
def talking_house(tmp_path_factory: pytest.TempPathFactory, claude: AnthropicServer) -> Iterator[House]:
    """A household with a model that says what the test tells it to; the mail is sorted without it."""
    settings = {
        "ALFRED_ANTHROPIC__BASE_URL": claude.base_url,
        "ALFRED_ANTHROPIC__API_KEY": KEY,
        "ALFRED_TRIAGE__SURE_AT": "0",
    }
    with House(tmp_path_factory.mktemp("talking") / "home", settings) as running:
        yield running


@pytest.fixture
def listener(browser: Browser, talking_house: House, canary: Canary) -> Iterator[Witness]:
    context = browser.new_context(viewport=DESKTOP)
    yield Witness(sign_in(context, talking_house), talking_house, canary)
    context.close()


def test_the_canary_would_sing_and_the_script_be_seen(browser: Browser, canary: Canary) -> None:
    page = browser.new_page()
    page.set_content(Attack("html", '<img src="CANARY"><script>RUN</script>').aimed(canary.url))
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.__pwned") == 1
    assert sorted(canary.songs) == ["/tweet", "/tweet?ran"]
    page.close()


def test_hostile_html_does_nothing(witness: Witness) -> None:
    assert read(witness, spread(list(in_html()), 24)) == {}


def test_hostile_names_do_nothing(witness: Witness) -> None:
    assert read(witness, spread(list(in_names()), 8)) == {}


def test_hostile_answers_do_nothing(listener: Witness, claude: AnthropicServer) -> None:
    assert hear(listener, claude, spread(list(said()), 8)) == {}


@pytest.mark.soak
def test_no_attack_of_all_does_anything(witness: Witness) -> None:
    assert read(witness, [*in_html(), *in_names()]) == {}


@pytest.mark.soak
def test_nothing_that_a_model_says_does_anything(listener: Witness, claude: AnthropicServer) -> None:
    assert hear(listener, claude, list(said())) == {}


def test_a_link_is_shown_in_full_before_it_is_followed(witness: Witness) -> None:
    address = f"{witness.canary.url}/your-bank"
    message_id = witness.house.arrive(as_html(f'<a href="{address}">https://bank.example</a>'))
    witness.look(f"/messages/{message_id}")
    witness.page.frame_locator("iframe").get_by_role("link").click()
    expect(witness.page.get_by_role("dialog")).to_contain_text(address)
    assert witness.harm(f"/messages/{message_id}") == []


def test_an_attachment_is_handed_over_and_never_shown(witness: Witness) -> None:
    mail = letter("A page for you", "See attached.")
    mail.add_attachment("<script>top.__pwned=1</script>", subtype="html", filename="page.html")
    message_id = witness.house.arrive(mail)
    answer = witness.page.request.get(f"{witness.house.url}/api/messages/{message_id}/attachments/0")
    assert re.match("attachment", answer.headers["content-disposition"])
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "'none'" in answer.headers["content-security-policy"]
