"""Photographs every page of the app on the make-believe Monday, for the documentation and the manifest.

`npm run build`, then `node web/app/dev/serve.js 4173`, then `python web/app/dev/screenshots.py`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

BASE = "http://localhost:4173"
ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs" / "screenshots"
MANIFEST = ROOT / "web" / "app" / "static" / "screenshots"
MONDAY = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
SIZES = {"phone": (360, 780, 2.0), "desktop": (1280, 800, 1.0)}
INSTALL = {"today-phone": (360, 780, 3.0), "approvals-phone": (360, 780, 3.0), "today-desktop": (1280, 800, 1.0)}
PAGES = {
    "today": "/",
    "inbox": "/inbox",
    "message": "/messages/gmail%3Aacme",
    "approvals": "/approvals",
    "activity": "/activity",
    "chat": "/chat",
    "rules": "/rules",
    "settings": "/settings",
    "sign-in": "/sign-in",
}


def ask(page: Page) -> None:
    page.get_by_role("button", name="What is urgent?").click()
    page.get_by_text("The status page is").wait_for()
    page.get_by_role("article").wait_for()
    page.evaluate("scrollTo(0, 0)")


PREPARE: Mapping[str, Callable[[Page], None]] = {"chat": ask}


def photograph(browser: Browser, name: str, size: tuple[int, int, float], scheme: str, path: Path) -> None:
    width, height, scale = size
    phone = width < 700
    context = browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=scale,
        color_scheme="dark" if scheme == "dark" else "light",
        is_mobile=phone,
        has_touch=phone,
        timezone_id="UTC",
        reduced_motion="reduce",
        service_workers="block",
    )
    page = context.new_page()
    page.clock.set_fixed_time(MONDAY)
    page.goto(BASE + PAGES[name])
    page.get_by_role("heading").first.wait_for()
    page.wait_for_load_state("load")
    page.wait_for_timeout(700)
    PREPARE.get(name, lambda _: None)(page)
    keep(page.screenshot(), path)
    context.close()


def keep(picture: bytes, path: Path) -> None:
    """Store a picture with 256 colours: a third of the size, and no eye sees it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for name in PAGES:
            for size, shape in SIZES.items():
                for scheme in ("light", "dark"):
                    photograph(browser, name, shape, scheme, DOCS / f"{name}-{size}-{scheme}.png")
        for name, shape in INSTALL.items():
            photograph(browser, name.partition("-")[0], shape, "light", MANIFEST / f"{name}.png")
        browser.close()


main()
