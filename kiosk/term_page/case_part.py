"""Cases as governors read them: the terms that were fixed, word for word as they were fixed (promise A12).

Nothing here counts a case. Every figure is one of `term_figures`, each of a term that has ended, and stands the same on
every page that has it; so two pages, or a page and any other, tell no more than the newest one.
"""

from collections.abc import Sequence
from typing import Any

from kiosk.duties.lists import day_words
from kiosk.oversight.models import ShareInTime, TermFigures
from kiosk.small_numbers import FEWEST
from kiosk.term_page.sheet import term_name

LINES = (
    "Between children",
    "Online: strangers, pictures, scams, sites",
    "A child or home, and everything else",
)
IN_TIME = {
    ShareInTime.NEARLY_ALL: "Nearly all (nine of ten, or more)",
    ShareInTime.MOST: "Most (more than half)",
    ShareInTime.HALF_OR_FEWER: "Half of them, or fewer",
    None: "Too few to say",
}
ANSWERS = ("Yes", "Maybe", "I don’t think so")


def case_part(terms: Sequence[TermFigures]) -> dict[str, Any]:
    """What stands in the copy for governors of the terms that are fixed, the newest first."""
    told = next((one for one in terms if one.told), None)
    return {
        "terms": [term_name(one.began, one.last) for one in terms],
        "rows": [
            *([words, *(_band(one.bands[at]) for one in terms)] for at, words in enumerate(LINES)),
            ["Together, from the lines above", *(_band(one.together) for one in terms)],
            ["A first step in time", *(IN_TIME[one.in_time] for one in terms)],
        ],
        "fixed": [
            f"{term_name(one.began, one.last)}: {day_words(one.began)} to {day_words(one.last)}."
            for one in terms
        ],
        "told_term": term_name(told.began, told.last) if told else "",
        "told": [
            f"{words}: {_about(told, before)} before, {_about(told, after)} after."
            for words, (before, after) in zip(ANSWERS, told.told if told else (), strict=False)
            if told
        ],
    }


def _band(ends: tuple[int, int]) -> str:
    return f"{ends[0]} to {ends[1]}"


def _about(term: TermFigures, number: int) -> str:
    """A number of children; the least one stands for none as well."""
    return f"{number} or fewer" if number == (term.step or FEWEST) else f"about {number}"
