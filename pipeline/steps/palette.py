"""Colours for what has a name: the same name has the same colour, wherever it is made."""

from zlib import crc32

#: Shade 7 of Open Color (https://yeun.github.io/open-color): legible on white and on black.
COLORS = (
    "#f03e3e", "#d6336c", "#ae3ec9", "#7048e8", "#4263eb", "#1c7ed6",
    "#1098ad", "#0ca678", "#37b24d", "#74b816", "#f59f00", "#f76707",
)  # fmt: skip


def color_of(name: str) -> str:
    """The colour of a name, whatever its letters' case."""
    return COLORS[crc32(name.casefold().encode()) % len(COLORS)]
