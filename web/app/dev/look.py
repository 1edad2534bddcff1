"""Photographs pages of the app, for looking at them: `python web/app/dev/look.py OUT PATH…`."""

from __future__ import annotations

import gzip
import os
import sys
from datetime import datetime, UTC
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

BASE = os.environ.get("BASE", "http://localhost:4173")
SIZES = {"phone": (360, 780), "desktop": (1280, 860)}
MONDAY = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


def photograph(browser: Browser, path: str, size: str, scheme: str, out: Path) -> None:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, has_touch=size == "phone", is_mobile=size == "phone",
                                  device_scale_factor=1.5 if size == "phone" else 1, timezone_id="UTC")
    if "SESSION" in os.environ:
        context.add_cookies([{"name": "alfred", "value": os.environ["SESSION"], "url": BASE}])
    page = context.new_page()
    if "SESSION" not in os.environ:
        page.clock.set_fixed_time(MONDAY)
    scripts = []
    page.on("response", lambda r: scripts.append(r) if r.url.endswith(".js") and "service-worker" not in r.url else None)
    page.on("console", lambda m: print("   console:", m.type, m.text[:300]) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: print("   pageerror:", str(e)[:500]))
    page.goto(BASE + path)
    page.wait_for_load_state("load")
    page.wait_for_timeout(900)
    name = (path.split("?")[0].strip("/") or "today").replace("/", "-").replace(":", "_").replace("%3A", "_")
    page.screenshot(path=out / f"{name}-{size}-{scheme}.png", full_page=size == "phone" and "full" in sys.argv)
    wide = page.evaluate("document.documentElement.scrollWidth")
    total = sum(len(gzip.compress(r.body(), 6)) for r in scripts)
    print(f"{path} {size} {scheme}: {total / 1000:.1f} kB js gz in {len(scripts)} files{', OVERFLOW ' + str(wide) if wide > width else ''}")
    context.close()


def main() -> None:
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        for path in [each for each in sys.argv[2:] if each.startswith("/")]:
            for size, scheme in (("phone", "light"), ("desktop", "light"), ("phone", "dark"), ("desktop", "dark")):
                photograph(browser, path, size, scheme, out)
        browser.close()


main()
