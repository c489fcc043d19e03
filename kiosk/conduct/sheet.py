"""Chooses what goes on a family's A4 sheet at 12 points, in two columns."""

from dataclasses import dataclass
from math import ceil

from markupsafe import Markup

from kiosk.conduct.family import CodeSentence, ReadCode


@dataclass(frozen=True)
class Script:
    """How a script fills the narrow column: letters in a line, and the height of a line (1: a Latin line)."""

    letters: int
    height: float


# Measured in Chromium with Lexend and Noto Nastaliq Urdu.
LATIN, NASTALIQ = Script(37, 1.0), Script(46, 1.3)
SHEET_LINES = 93.0
NOTE_LINES = 9.0  # the note that this is a draft is printed above the columns
PICTURE_LINES = 15.0  # pictures over the rules of the youngest
HEADING_LINES = 2.0
BESIDE = 0.95  # lines of English beside a draft are set close
NEEDED = ("concern", "reply", "talk")  # ids of the sections that a family needs on paper
WELCOME = ("images", "intro", "school-does", "limits")  # more sections, in this order while there is room


def sections_for_sheet(found: ReadCode, pictured: bool = False) -> frozenset[str]:
    """Ids of the sections that are printed beside the rules; `intro` is the introduction.

    If even those do not fit, as in a draft with its English, everything goes on paper,
    on both sides of the sheet.
    """
    script = NASTALIQ if found.code.dir == "rtl" else LATIN
    lengths = {
        section.id: HEADING_LINES
        + sum(_height_in_lines(item.en if item.own is None else item.own, script) for item in section.items)
        for section in found.sections
    }
    lengths["intro"] = 1 + _height_in_lines(found.intro.own or found.intro.en, script)
    room = SHEET_LINES - HEADING_LINES - sum(_rule_lines(rule.words, script) for rule in found.rules)
    room -= NOTE_LINES * found.draft + PICTURE_LINES * pictured
    room -= sum(lengths.get(id, 0) for id in NEEDED)
    if room < 0:
        return frozenset(lengths)
    chosen = {id for id in NEEDED if id in lengths}
    for id in WELCOME:
        room -= lengths.get(id, 0)
        if room >= 0 and id in lengths:
            chosen.add(id)
    return frozenset(chosen)


def _rule_lines(words: CodeSentence, script: Script) -> float:
    own = _height_in_lines(words.own, script) if words.own is not None else 0
    return own + BESIDE * _height_in_lines(words.en, LATIN)


def _height_in_lines(words: Markup, script: Script) -> float:
    """How many lines a sentence takes in the column, by the script's line height."""
    return ceil(len(words.striptags()) / script.letters) * script.height
