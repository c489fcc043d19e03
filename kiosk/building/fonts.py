"""Makes small web fonts from complete ones, with only the letters, weights and features that pages use."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

LICENCE_AND_NAME_IDS = [0, 1, 2, 13, 14]


@dataclass(frozen=True)
class WebFont:
    """The parts of a font to keep."""

    letters: frozenset[int]
    features: tuple[str, ...]
    axes: Mapping[str, float | tuple[float, float]]


def _letters(*parts: str | tuple[int, int]) -> frozenset[int]:
    """Code points of texts and of ranges, both ends included."""
    kept: set[int] = set()
    for part in parts:
        kept.update(map(ord, part) if isinstance(part, str) else range(part[0], part[1] + 1))
    return frozenset(kept)


# Latin with Welsh, Polish, Romanian, Turkish, Baltic; quotation marks, dashes, money. Lexend has no arrows.
LEXEND = WebFont(
    letters=_letters((0x20, 0x7E), (0xA0, 0x17F), (0x218, 0x21B), "ẀẁẂẃẄẅẞỲỳ", (0x2010, 0x2027), "‰‹›⁄€™−"),
    features=("kern", "mark", "mkmk", "ccmp", "locl"),
    axes={"wght": (400, 650)},
)

# Headings of the pages that families open on a phone: one weight, and the letters of languages that kiosk speaks.
HEADINGS = WebFont(
    letters=_letters(
        (0x20, 0x7E),
        "£ÀÁÂÄÇÈÉÊËÌÍÎÏÒÓÔÖÙÚÛÜÝàáâäçèéêëìíîïñòóôöùúûüýÿ",
        "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ",
        "ŵŷŴŶăâîșțĂÂÎȘȚ",
        "–—‘’“”„…",
    ),
    features=("kern",),
    axes={"wght": 650},
)

# Arabic, Persian, Urdu and Pashto, with vowel signs, both sets of digits, joiners and the usual honorifics.
NOTO_SANS_ARABIC = WebFont(
    letters=_letters(
        " \u00a0\u200c\u200d\u200e\u200f\u25cc",
        "،؛؟؍٪٫٬٭۔",
        (0x610, 0x613),
        (0x621, 0x658),
        (0x660, 0x669),
        (0x670, 0x671),
        (0x6F0, 0x6F9),
        "ټٹپځڅچڈډړڑږژښکګگںڻڼھۀہۂۃیۍېےۓەﷲﷺ",
    ),
    features=("ccmp", "locl", "isol", "init", "medi", "fina", "rlig", "liga", "calt", "mark", "mkmk", "kern"),
    axes={"wdth": 100, "wght": (400, 650)},
)


def web_font(path: Path, wanted: WebFont) -> bytes:
    """The font as woff2 with only the wanted parts; the same bytes every time."""
    # Both tools log everything they drop.
    for name in ("fontTools.subset", "fontTools.varLib.instancer", "fontTools.ttLib"):
        logging.getLogger(name).setLevel(logging.ERROR)
    font = TTFont(path, recalcTimestamp=False)
    subsetter = Subsetter(_subset_options(wanted.features))
    subsetter.populate(unicodes=wanted.letters)
    subsetter.subset(font)
    font = instantiateVariableFont(font, dict(wanted.axes))
    font.flavor = "woff2"
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def _subset_options(features: Iterable[str]) -> Options:
    options = Options()
    options.layout_features = list(features)
    options.name_IDs = LICENCE_AND_NAME_IDS
    options.hinting = False
    options.notdef_outline = True
    return options
