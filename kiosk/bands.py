"""The four age bands, and what each allows on a screen."""

import re
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class BandLimits:
    """What suits one band; reading grades are Flesch-Kincaid."""

    ages: tuple[int, int]
    years: tuple[str, ...]
    efacw: str  # the age range in Education for a Connected World that matches this band
    fk_ceiling: float
    fk_floor: float | None  # below it a lesson sounds babyish; ks1 has none
    report_fk_ceiling: float  # report and help pages are read under stress: one band easier
    longest_sentence: int  # words
    longest_simpler: int  # words of a sentence of what is said in fewer words
    words_per_screen: int
    words_per_view: int  # most words of one view of an activity, from its heading to its last word
    steps: tuple[int, int]  # fewest and most steps of a lesson
    lesson_minutes: int  # of one sitting
    choices: tuple[int, int]
    questions: tuple[int, int]
    sort_cards: tuple[int, int]
    order_steps: tuple[int, int]
    words_limit: int  # letters in the free text box of a report; 0: no box


class Band(StrEnum):
    """One age band; children see its friendly name, never this id."""

    KS1 = "ks1"
    KS2 = "ks2"
    KS3 = "ks3"
    KS4 = "ks4"

    @property
    def limits(self) -> BandLimits:
        """The limits for content and pages of this band."""
        return LIMITS[self]

    @property
    def ages(self) -> tuple[int, int]:
        """The ages of its youngest and its oldest children."""
        return self.limits.ages


# Source of the age ranges: EfaCW 2020.
LIMITS = {
    Band.KS1: BandLimits(
        ages=(4, 7), years=("N", "R", "1", "2"), efacw="4-7",
        fk_ceiling=1.5, fk_floor=None, report_fk_ceiling=1.0, longest_sentence=10, longest_simpler=6,
        words_per_screen=25, words_per_view=28, steps=(5, 8), lesson_minutes=25,
        choices=(2, 3), questions=(3, 4),
        sort_cards=(2, 4), order_steps=(0, 0), words_limit=0,
    ),
    Band.KS2: BandLimits(
        ages=(7, 11), years=("3", "4", "5", "6"), efacw="7-11",
        fk_ceiling=4.0, fk_floor=0.5, report_fk_ceiling=3.0, longest_sentence=14, longest_simpler=8,
        words_per_screen=60, words_per_view=86, steps=(7, 10), lesson_minutes=40,
        choices=(3, 4), questions=(5, 6),
        sort_cards=(4, 6), order_steps=(3, 4), words_limit=500,
    ),
    Band.KS3: BandLimits(
        ages=(11, 14), years=("7", "8", "9"), efacw="11-14",
        fk_ceiling=6.0, fk_floor=2.0, report_fk_ceiling=4.0, longest_sentence=20, longest_simpler=10,
        words_per_screen=90, words_per_view=137, steps=(6, 10), lesson_minutes=50,
        choices=(4, 5), questions=(6, 8),
        sort_cards=(4, 6), order_steps=(4, 5), words_limit=1500,
    ),
    Band.KS4: BandLimits(
        ages=(14, 18), years=("10", "11", "12", "13"), efacw="14-18",
        fk_ceiling=8.0, fk_floor=3.5, report_fk_ceiling=5.0, longest_sentence=24, longest_simpler=12,
        words_per_screen=120, words_per_view=160, steps=(6, 10), lesson_minutes=50,
        choices=(4, 6), questions=(8, 10),
        sort_cards=(4, 6), order_steps=(4, 6), words_limit=1500,
    ),
}  # fmt: skip

# What a lesson for early years alone has instead of its band's.
EARLY_STEPS = (2, 4)
EARLY_MINUTES = 6

_YEAR = re.compile(r"(?:(?:nc|curriculum)\s*)?(?:(?:year|yr?)\.?\s*(?:group\s*)?)?0?(\d{1,2}|r|n)(?:\.0+)?")
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)$")
_YEAR_NAMES = {
    "R": ("reception", "eyfs", "f2", "fs2", "foundation", "foundation 2", "foundation stage 2"),
    "N": ("nursery", "n1", "n2", "nursery 1", "nursery 2", "f1", "fs1", "foundation 1", "foundation stage 1"),
}
_YEAR_OF_NAME = {name: year for year, names in _YEAR_NAMES.items() for name in names}
_BAND_OF_YEAR = {year: band for band, limits in LIMITS.items() for year in limits.years}
_NUMBERS = {"N": 0, "R": 0}  # early years


def school_year(written: str) -> str:
    """The year as it is stored, N, R or a number, of what lists say: "Reception", "Yr 10", "5.0", "Year 7 (Upper)".

    Raises ValueError for anything else.
    """
    text = _IN_BRACKETS.sub("", " ".join(written.lower().split()))
    match = _YEAR.fullmatch(text)
    year = _YEAR_OF_NAME.get(text) or (match[1].upper() if match else "")
    if year not in _BAND_OF_YEAR:
        raise ValueError(f"no school year {written!r}")
    return year


def band_of_year(year: str) -> Band:
    """The band of a school year as lists write it; raises ValueError for anything else."""
    return _BAND_OF_YEAR[school_year(year)]


def band_of_number(year: int) -> Band:
    """The band of a year as lessons name it: 0 is early years, 1 is Year 1."""
    return _BAND_OF_YEAR[str(year) if year else "R"]


def year_numbers(year: str) -> frozenset[int]:
    """The years of a class as lessons name them; a mixed class ("R/1") has several."""
    parts = year.split("/")
    return frozenset(_NUMBERS[one] if one in _NUMBERS else int(one) for one in parts if one in _BAND_OF_YEAR)
