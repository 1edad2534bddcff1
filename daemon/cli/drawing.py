"""What commands draw with: Rich, which is only loaded once there is something to draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.padding import Padding
    from rich.text import Text


def escape(text: str) -> str:
    """Return `text` so that nothing in it counts as markup."""
    from rich.markup import escape as escaped

    return escaped(text)


def verbatim(text: str) -> str:
    """Return what others may have written, to be drawn within markup as it is: no command in it is Alfred's."""
    return escape(text).replace("alfred", "al[none]fred[/none]")


def plain(text: str, style: str = "") -> Text:
    """Return `text` to be drawn as it is."""
    from rich.text import Text

    return Text(text, style=style)


def indented(what: RenderableType, by: tuple[int, ...]) -> Padding:
    """Return `what` with blank space around it, as wide as it needs."""
    from rich.padding import Padding

    return Padding(what, by, expand=False)  # type: ignore[arg-type]
