"""A letter home: one page, English and the family's language, the question first, the Code second, the slip below."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from kiosk.content.language import ENGLISH
from kiosk.site import Site
from kiosk.slips.asking import Question, question_of
from kiosk.slips.chase import ChaseRow
from kiosk.slips.languages import Said, said, written_in
from kiosk.slips.models import SlipKind
from kiosk.wording.messages import N_

WORDS = {
    "title": N_("One thing to ask at tea"),
    "ask": N_("Ask at tea:"),
    "enough": N_("Two minutes is plenty. No answer is bad. There is nothing to write or hand in."),
    "worry": N_("Something on your mind? Ring us, or write without a name:"),
    "danger": N_("In danger now: 999."),
    "give_back": N_("Please give this back to school, or scan the square."),
    "ring": N_("Please ring me about it, with an interpreter if I need one."),
    "no_name": N_(
        "No name and no signature are needed. The office ticks that it came back, and throws the paper away."
    ),
}
CODE_WORDS = {
    "code": N_(
        "We have talked about our Code. Please read it and answer on the slip. Any answer is fine: your child learns "
        "and gets help whatever you say."
    ),
    "done": N_("We have read the Code and talked."),
}
ASK_WORDS = {"done": N_("We have talked.")}
# With a longer language the picture goes first, then the letter has two pages.
LONG = 1500


@dataclass(frozen=True)
class Letter:
    """What stands on the letter of one home, in the language in which it is written to."""

    row: ChaseRow
    lang: str  # beside English; ENGLISH where that is all
    words: Mapping[str, Said]
    question: Question
    ring_us: Said | None  # where the family's language cannot be sent yet
    square: Markup

    @property
    def long(self) -> bool:
        """Whether the picture gives way."""
        return sum(len(one.own) for one in (*self.words.values(), self.question.ask)) > LONG


def letter_for(site: Site, row: ChaseRow, lesson_id: str, square: Markup) -> Letter:
    """The letter of one home, with the question of a lesson."""
    slip = row.slip
    words = WORDS | (ASK_WORDS if slip.kind is SlipKind.ASK else CODE_WORDS)
    lang = _whole_in(written_in(site, slip.lang), words)
    ring_us = Said(site.first_line("ring_us", ENGLISH), site.first_line("ring_us", slip.lang))
    return Letter(
        row,
        lang,
        {name: said(text, lang) for name, text in words.items()},
        question_of(site, slip.lesson_id or lesson_id, lang),
        ring_us if lang != slip.lang else None,
        square,
    )


def _whole_in(lang: str, words: Mapping[str, str]) -> str:
    """The language, if every sentence of the letter is written in it; else English, as half a letter misleads."""
    return lang if all(said(text, lang).own for text in words.values()) else ENGLISH
