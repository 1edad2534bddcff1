"""Photographs every page on the demo household: `python -m tests.browser.photographs [FOLDER]`, after the app is built.

A page that came with a new source is one line more in `PAGES`.
"""

import io
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from tests.browser.conftest import ARGUMENTS, PATIENCE, READY, sign_in
from tests.browser.house import ROOT, House

DOCS = ROOT / "docs" / "screenshots"
MANIFEST = ROOT / "web" / "app" / "static" / "screenshots"
Scheme = Literal["light", "dark"]
PAGES = {
    "today": "/",
    "inbox": "/inbox",
    "message": "/inbox",
    "approvals": "/approvals",
    "activity": "/activity",
    "chat": "/chat",
    "money": "/money",
    "rules": "/rules",
    "work": "/work",
    "settings": "/settings",
    "setup": "/setup",
    "sign-in": "/sign-in",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """A screen, and how many of its dots make one of the picture's."""

    size: ViewportSize
    scale: float = 1.0

    @property
    def is_phone(self) -> bool:
        return self.size["width"] < 700


SHAPES = {"phone": Shape({"width": 360, "height": 780}, 2.0), "desktop": Shape({"width": 1280, "height": 800})}
TALL = Shape({"width": 360, "height": 780}, 3.0)
INSTALL = {"today-phone": TALL, "approvals-phone": TALL, "today-desktop": SHAPES["desktop"]}
"""What a system shows before it installs the app; the manifest names their sizes."""


def open_the_lie(page: Page) -> None:
    page.goto(page.url.replace("/inbox", "/"))
    page.get_by_role("link", name="Bank Seri Melati").click()
    page.get_by_role("region", name="What Alfred makes of it").wait_for()


def ask(page: Page) -> None:
    page.get_by_role("button", name="What is urgent?").click()
    expect(page.get_by_role("log")).to_contain_text("Rosalind Okafor")
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)


PREPARE: Mapping[str, Callable[[Page], None]] = {"message": open_the_lie, "chat": ask}


@dataclass(frozen=True, slots=True)
class Studio:
    """A household, and a browser to see it with."""

    house: House
    browser: Browser

    def photograph(self, name: str, shape: Shape, scheme: Scheme, path: Path) -> None:
        context = self._device(shape, scheme)
        page = self._stranger(context) if name == "sign-in" else sign_in(context, self.house)
        page.evaluate(READY)
        page.goto(self.house.url + PAGES[name])
        page.get_by_role("heading").first.wait_for()
        if name in PREPARE:
            PREPARE[name](page)
        expect(page.get_by_role("status", name="Loading")).to_have_count(0)
        page.evaluate("document.fonts.ready")
        page.evaluate("scrollTo(0, 0)")
        keep(page.screenshot(), path)
        context.close()

    def _device(self, shape: Shape, scheme: Scheme) -> BrowserContext:
        context = self.browser.new_context(
            viewport=shape.size,
            device_scale_factor=shape.scale,
            color_scheme=scheme,
            is_mobile=shape.is_phone,
            has_touch=shape.is_phone,
            locale="en-GB",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        return context

    def _stranger(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.goto(self.house.url + PAGES["sign-in"])
        return page


def keep(picture: bytes, path: Path) -> None:
    """Store a picture with 256 colours: a third of the size, and no eye sees it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def photograph_all(studio: Studio, docs: Path) -> None:
    schemes: tuple[Scheme, ...] = ("light", "dark")
    for name in PAGES:
        for size, shape in SHAPES.items():
            for scheme in schemes:
                studio.photograph(name, shape, scheme, docs / f"{name}-{size}-{scheme}.png")
    for name, shape in INSTALL.items():
        studio.photograph(name.partition("-")[0], shape, "light", MANIFEST / f"{name}.png")


def main() -> None:
    docs = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS
    expect.set_options(timeout=PATIENCE)
    with (
        tempfile.TemporaryDirectory() as folder,
        House(Path(folder) / "home") as house,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        photograph_all(Studio(house, browser), docs)
        browser.close()


if __name__ == "__main__":
    main()
