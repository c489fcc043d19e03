"""What of a family's page goes on one A4 sheet at 12 points, in two columns above the lines to sign on."""

from math import ceil

from markupsafe import Markup

from kiosk.conduct.family import Line, ReadCode

# Measured in Chromium with Lexend and Noto Nastaliq Urdu; a browser with other letters has room to spare.
SHEET_LINES = 84.0
NOTE_LINES = 4.0  # that the words are a draft stands above the columns
LINE_LETTERS = 37
TALL = 1.35  # a line of Nastaliq, against one of Latin letters
HEADING_LINES = 2.0
# As long as there is room: what a family needs most comes first, the rules always.
ORDER = ("reply", "concern", "talk", "images", "intro", "school-does", "limits")


def on_sheet(found: ReadCode) -> frozenset[str]:
    """Ids of the sections (`intro`: the introduction) that fit beside the rules; the screen has them all."""
    tall = TALL if found.code.dir == "rtl" else 1.0
    needed = {
        section.id: HEADING_LINES + sum(_lines(_own(item), tall) for item in section.items)
        for section in found.sections
    }
    needed["intro"] = 1 + _lines(found.intro_html, tall)
    room = SHEET_LINES - HEADING_LINES - (NOTE_LINES if found.draft else 0)
    room -= sum(_rule_lines(rule.words, tall) for rule in found.rules)
    chosen = set()
    for id in ORDER:
        if id in needed and needed[id] <= room:
            room -= needed[id]
            chosen.add(id)
    return frozenset(chosen)


def _rule_lines(words: Line, tall: float) -> float:
    own = _lines(words.own, tall) if words.own is not None else 0
    return own + _lines(words.en, 1)


def _own(item: Line) -> Markup:
    return item.en if item.own is None else item.own


def _lines(words: Markup, tall: float) -> float:
    """How many lines of the narrow column a sentence takes."""
    return ceil(len(words.striptags()) / LINE_LETTERS) * tall
