"""Draws the icons and splash screens from one monogram: `python web/app/scripts/icons.py`."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, sync_playwright

STATIC = Path(__file__).parent.parent / "static"
GREEN, PAPER, NIGHT = "#1c4a3a", "#fcf9f2", "#161512"
BRASS = "#dcb56b"
LETTER = "M12.5 53 32 10l19.5 43"
TIE = "M31 39.5 24.4 35v9zM33 39.5l6.6-4.5v9z"
KNOT = "M31 38h2v3h-2z"
SPLASHES = ((1170, 2532), (1290, 2796), (1206, 2622), (1640, 2360))


def monogram(ink: str, tie: str) -> str:
    """Return the letter A whose crossbar is a bow tie."""
    pen = f'fill="none" stroke="{ink}" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"'
    bow = f'fill="{tie}" stroke="{tie}" stroke-width="2" stroke-linejoin="round"'
    return f'<path d="{LETTER}" {pen}/><path d="{TIE}{KNOT}" {bow}/>'


def icon(radius: float, scale: float, ground: str = GREEN, ink: str = PAPER, tie: str = BRASS) -> str:
    """Return the monogram on a ground; `scale` leaves room for the cut of a mask."""
    shift = 32 * (1 - scale)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
        f'<rect width="64" height="64" rx="{radius}" fill="{ground}"/>'
        f'<g transform="translate({shift} {shift}) scale({scale})">{monogram(ink, tie)}</g></svg>'
    )


def splash(width: int, height: int, ground: str) -> str:
    side = min(width, height) * 0.24
    x, y = (width - side) / 2, (height - side) / 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<rect width="{width}" height="{height}" fill="{ground}"/>'
        f'<svg x="{x}" y="{y}" width="{side}" height="{side}" viewBox="0 0 64 64">'
        f'<rect width="64" height="64" rx="14" fill="{GREEN}"/>{monogram(PAPER, BRASS)}</svg></svg>'
    )


def draw(page: Page, svg: str, width: int, height: int, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    page.set_viewport_size({"width": width, "height": height})
    sized = svg.replace("<svg ", f'<svg width="{width}" height="{height}" style="display:block" ', 1)
    page.set_content(f'<body style="margin:0;background:transparent">{sized}</body>')
    page.screenshot(path=path, omit_background=True)


def main() -> None:
    icons = STATIC / "icons"
    (icons / "icon.svg").write_text(icon(14, 1), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        for size in (192, 512):
            draw(page, icon(14, 1), size, size, icons / f"icon-{size}.png")
            draw(page, icon(0, 0.72), size, size, icons / f"maskable-{size}.png")
        draw(page, icon(0, 0.86), 180, 180, icons / "apple-touch-icon.png")
        draw(page, icon(0, 1.1, "transparent", "#fff", "#fff"), 96, 96, icons / "badge-96.png")
        for width, height in SPLASHES:
            draw(page, splash(width, height, "#f5efe3"), width, height, STATIC / f"splash/light-{width}x{height}.png")
            draw(page, splash(width, height, NIGHT), width, height, STATIC / f"splash/dark-{width}x{height}.png")
        browser.close()


main()
