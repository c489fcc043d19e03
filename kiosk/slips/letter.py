"""A letter home: one page, English and the family's language, the question first, the Code second, the slip below."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from kiosk.accounts.models import ClassGroup
from kiosk.content.language import ENGLISH, direction
from kiosk.site import Site
from kiosk.slips.asking import Question, question_of
from kiosk.slips.chase import ChaseRow
from kiosk.slips.languages import Said, own_name, said, speaking, written_in
from kiosk.slips.models import SlipKind
from kiosk.wording.messages import N_
from kiosk.wording.words import year_words

TITLE = N_("One thing to ask at tea")
ASK = N_("Ask at tea:")
ENOUGH = N_("Two minutes is plenty. No answer is bad. There is nothing to write or hand in.")
CODE = N_(
    "We have talked about our Code. Please read it and answer on the slip. Any answer is fine: your child learns "
    "and gets help whatever you say."
)
WORRY = N_("Something on your mind? Ring us, or write without a name:")
DANGER = N_("In danger now: 999.")
GIVE_BACK = N_("Please give this back to school, or scan the square.")
READ = N_("We have read the Code and talked.")
TALKED = N_("We have talked.")
RING = N_("Please ring me about it, with an interpreter if I need one.")
NO_NAME = N_(
    "No name and no signature are needed. The office ticks that it came back, and throws the paper away."
)
# With a longer language the picture goes first, then the letter has two pages.
LONG = 1500


@dataclass(frozen=True)
class Letter:
    """What stands on one letter."""

    name: str
    class_name: str
    year: str
    day: date
    lang: str  # beside English; ENGLISH where that is all
    lang_name: str
    dir: str
    title: Said
    body: Sequence[Said]
    question: Question
    ask: Said
    worry: Said
    danger: Said
    ring_us: Said | None  # where the family's language cannot be sent yet
    give_back: Said
    boxes: Sequence[Said]
    no_name: Said
    home_lang: str  # what the family speaks
    square: Markup

    @property
    def two(self) -> bool:
        """Whether it has two languages."""
        return self.lang != ENGLISH

    @property
    def long(self) -> bool:
        """Whether the picture gives way."""
        return sum(len(one.own) for one in (*self.body, self.question.ask, *self.boxes)) > LONG


def letter_for(site: Site, group: ClassGroup, row: ChaseRow, lesson_id: str, square: Markup) -> Letter:
    """The letter of one home, in the language in which it is written to, with the question of a lesson."""
    is_ask = row.slip.kind is SlipKind.ASK
    done = TALKED if is_ask else READ
    body = (ENOUGH,) if is_ask else (ENOUGH, CODE)
    lang = _whole_in(
        written_in(site, row.slip.lang), (TITLE, ASK, *body, WORRY, DANGER, GIVE_BACK, done, RING, NO_NAME)
    )
    with speaking(ENGLISH):
        year = year_words(group.year)
    return Letter(
        name=row.name,
        class_name=group.name,
        year=year,
        day=site.today(),
        lang=lang,
        lang_name=own_name(lang),
        dir=direction(lang),
        title=said(TITLE, lang),
        body=[said(text, lang) for text in body],
        question=question_of(site, row.slip.lesson_id or lesson_id, lang),
        ask=said(ASK, lang),
        worry=said(WORRY, lang),
        danger=said(DANGER, lang),
        ring_us=_ring_us(site, row.slip.lang) if lang != row.slip.lang else None,
        give_back=said(GIVE_BACK, lang),
        boxes=[said(text, lang) for text in (done, RING)],
        no_name=said(NO_NAME, lang),
        home_lang=row.slip.lang,
        square=square,
    )


def _ring_us(site: Site, lang: str) -> Said:
    """That there is no letter in a family's language yet; in that language once two people approved the sentence."""
    return Said(site.first_line("ring_us", ENGLISH), site.first_line("ring_us", lang))


def _whole_in(lang: str, texts: Sequence[str]) -> str:
    """The language, if every sentence of the letter is written in it; else English, as half a letter misleads."""
    return lang if lang == ENGLISH or all(said(text, lang).own for text in texts) else ENGLISH
