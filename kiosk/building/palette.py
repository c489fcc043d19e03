"""Replaces OpenMoji's colours with ours: once in full colour, once in two tones of blue."""

import re
from collections.abc import Callable

INK = "#17323a"
WHITE = "#fff"

# OpenMoji colours that are not listed (greens, blues, browns, skin) go well with ours as they are.
_OURS = {
    "#000": INK,
    "#000000": INK,
    "#3f3f3f": "#3f535c",
    "#9b9b9a": "#a0abaf",
    "#d0cfce": "#d8dcde",
    "#fcea2b": "#ffd75e",  # loud yellow -> honey
    "#f1b31c": "#f0b43c",
    "#ea5a47": "#f0806a",  # loud red -> coral
    "#d22f27": "#d95f4b",
    "#e27022": "#e58a4b",
    "#ffffff": WHITE,
    "#b399c8": "#b3a3cc",
    "#8967aa": "#8a78ad",
}

LIGHT, MID = "#c8dcef", "#85add3"
_DARKEST, _LIGHTEST, _USUAL_MIDDLE = 0.06, 0.95, 0.45
_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")


def in_colour(colour: str) -> str:
    """Our colour in place of one of OpenMoji's."""
    colour = colour.lower()
    return _OURS.get(colour, colour)


def two_tones(svg: str) -> Callable[[str], str]:
    """A function that maps the colours of this drawing to ink, mid blue, light blue and white by lightness."""
    between = {light for light in map(luminance, _COLOUR.findall(svg)) if _DARKEST < light < _LIGHTEST}
    # The border is chosen from this drawing's colours, so that land and sea stay different.
    border = (min(between) + max(between)) / 2 if len(between) > 1 else _USUAL_MIDDLE

    def tone(colour: str) -> str:
        light = luminance(colour)
        if light <= _DARKEST:
            return INK
        if light >= _LIGHTEST:
            return WHITE
        return LIGHT if light >= border else MID

    return tone


def luminance(colour: str) -> float:
    """How light a colour is, 0 to 1 (WCAG's relative luminance)."""
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = (int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
