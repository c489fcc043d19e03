"""The colours of scenes: what each name means, and how the pictures of older bands are quieter."""

import re

from kiosk.bands import Band

INK = "#17323a"
INK_WIDTH = 2.5  # at a picture 360 wide

# Skin and cheek, from light to dark.
SKINS = {
    1: ("#f6d7bd", "#efb3a0"),
    2: ("#e8bd96", "#dc9b7e"),
    3: ("#d3a075", "#c07f5d"),
    4: ("#b57f55", "#9d6645"),
    5: ("#a36d48", "#8b5738"),
    6: ("#84573b", "#6d432c"),
}
HAIR = {
    "black": "#2b2430", "brown": "#6a432c", "ginger": "#c9652b", "straw": "#e6bd62", "grey": "#c3cace",
    "plum": "#8d5f8f", "dusk": "#6f8497",
}  # fmt: skip
CLOTH = {
    "white": "#fff", "cream": "#fbe7d2", "green": "#6f9f66", "blue": "#6d9fd0", "blue-2": "#4f80b4",
    "blue-3": "#55789c", "blue-4": "#9fc0dc", "honey": "#f2b84b", "coral": "#ef8368", "teal": "#3f9c98",
    "teal-2": "#2d7f86", "stone": "#a9b5b8", "stone-2": "#8a999d", "slate-2": "#5d6f7b", "slate-3": "#465763",
    "leaf": "#8fb57d", "mint": "#cdece3", "orange": "#e58a4b", "oat": "#e0b98c", "slate": "#8d8aa0",
    "grey": "#5b6f78", "bark": "#9c5230", "brown": "#6a432c", "black": "#2b2430",
    "navy": "#3f5f8a", "denim": "#4b5f86", "plum": "#8d5f8f",
}  # fmt: skip

# The same drawings with their colours drawn towards one tint, so that pictures explain and do not shout.
_QUIETER = {Band.KS3: ("#9db9d3", 0.30), Band.KS4: ("#aab4b6", 0.34)}
_NEVER_GREYED = {INK, *(colour for pair in SKINS.values() for colour in pair)}
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b")
_CLEAR = re.compile(r"rgb\([^)]*\)")  # light and shade
_NAMED = re.compile(r"var\(--([\w-]+)(?:,\s*([^)]+))?\)")


def fill_colours(drawing: str, **colours: str) -> str:
    """The drawing with its named colours filled in; a colour that is not given keeps the drawing's own, if any."""
    return _NAMED.sub(lambda named: colours.get(named[1]) or named[2] or "none", drawing)


def quieten_colours(drawing: str, band: Band) -> str:
    """The drawing in the quieter colours of a band; outlines and skin stay as they are."""
    if band not in _QUIETER:
        return drawing
    tint, share = _QUIETER[band]

    def mixed(found: re.Match[str]) -> str:
        colour = _six_digits(found[0])
        if colour in _NEVER_GREYED:
            return colour
        pairs = zip(_rgb_channels(colour), _rgb_channels(tint), strict=True)
        return "#" + "".join(f"{round(own + (other - own) * share):02x}" for own, other in pairs)

    return _COLOUR.sub(mixed, drawing)


def outline_colours(drawing: str) -> str:
    """The drawing in dark lines on white; light and shade are left out."""
    inked = _COLOUR.sub(lambda found: INK if _six_digits(found[0]) == INK else "#fff", drawing)
    return _CLEAR.sub("none", inked)


def _six_digits(colour: str) -> str:
    colour = colour.lower()
    return colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])


def _rgb_channels(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
