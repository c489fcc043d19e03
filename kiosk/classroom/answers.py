"""Answers of a class at a step: how many gave each, in words and only from five on; never who (promise E21)."""

import uuid
from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy import Connection, bindparam, select, update

from kiosk.classroom.course import Course
from kiosk.classroom.models import ClassAnswer, ClassAnswered, ClassLesson
from kiosk.classroom.said import led_step_at
from kiosk.lessons.activity import AddressParameters
from kiosk.lessons.kinds.choose import Choose
from kiosk.lessons.kinds.vote import Vote
from kiosk.lessons.lesson import Lesson
from kiosk.quizzes.choosing import ChoosingOne
from kiosk.quizzes.form import UNSURE, Values, tries_in
from kiosk.quizzes.marking import Unanswered
from kiosk.small_numbers import FEWEST
from kiosk.storage.upsert import Upsert, insert_if_new

# The length of a bar (1 to 4) by its share of all answers: each length is for shares above the number beside it.
LENGTHS = ((0.6, 4), (0.4, 3), (0.2, 2), (0.0, 1))
# Bar lengths shown as none once tablets answer: otherwise a bar could be recognised as one child's tap, directly or
# by elimination. Below TEN taps a bar of the next length would leave that as well.
TEN, OF_FEW_TAPS, OF_TAPS = 10, 2, 1
# How many hands one tap of the teacher's counts, so that a class without tablets is counted in five taps an answer.
HAND_STEPS = {"less": -1, "more": 1, "five": 5, "ten": 10}

_AT = (ClassAnswer.window_id == bindparam("window_id"), ClassAnswer.place == bindparam("place"))
_ANSWERS = select(ClassAnswer.option_id, ClassAnswer.taps, ClassAnswer.hands).where(*_AT)
_CLOSED_TO = (
    select(ClassLesson.closed_to)
    .where(ClassLesson.window_id == bindparam("window_id"))
    .with_for_update(read=True)
)
_COUNT = Upsert(
    ClassAnswer, lambda new: {"taps": ClassAnswer.taps + new.taps, "hands": ClassAnswer.hands + new.hands}
)


@dataclass(frozen=True)
class Option:
    """An answer that a class can give at a step."""

    id: str
    label: Markup
    right: bool = False
    picture: str = ""
    belief: str = ""  # the misconception that this answer shows


@dataclass(frozen=True)
class Bar:
    """An answer with the length of its bar, 0 (none, or few taps) to 4 (most of us), and the hands counted for it."""

    option: Option
    sign: int  # the number of its shape on the board and on the tablets; -1 for none
    length: int
    count: int
    hands: int


@dataclass(frozen=True)
class Tally:
    """The answers of a class at a step; where tablets gave `taps` of them, a short bar is as long as none.

    Fewer than five taps, or of a class in which fewer than five came in, are none: a child could be told from them.
    """

    bars: tuple[Bar, ...]
    taps: int
    tablets: bool = False  # whether anybody came in with one

    def beliefs(self) -> list[Bar]:
        """The answers that show a misconception and that five or more gave."""
        return [bar for bar in self.bars if bar.option.belief and bar.count >= FEWEST]


def options_at(course: Course, place: int) -> tuple[Option, ...]:
    """The answers of a place of which each child gives one; none where it asks nothing, or what is too near to tell."""
    if course.lesson.quiet:
        return ()
    step, question = led_step_at(course, place), course.question(place)
    if isinstance(step, Vote):
        return tuple(Option(one.id, one.label) for one in step.options)
    if isinstance(step, Choose):
        return tuple(Option(one.id, one.label) for one in step.moves)
    if isinstance(question, ChoosingOne):
        beliefs, right = question.beliefs(), question.right_options()
        return tuple(
            Option(row.id, row.label, row.id in right, row.picture, beliefs.get(row.id, ""))
            for row in question.rows()
        )
    return ()


def answer_in_address(lesson: Lesson, place: int, asked: AddressParameters) -> str:
    """The answer that the address of a step gives; empty where it gives none."""
    step = lesson.steps[place - 1] if 1 <= place <= len(lesson.steps) else None
    return str(step.done(asked)) if isinstance(step, Vote | Choose) else ""


def answer_in_form(course: Course, place: int, values: Values) -> str:
    """The first answer that the form of a question gives; empty where it gives none, or has tried before."""
    question = course.question(place)
    if not isinstance(question, ChoosingOne) or not question.is_first(values, tries_in(values)):
        return ""
    try:
        (answer,) = question.tally(question.mark(values))
    except Unanswered:
        return ""
    return answer


def count_tap(
    rows: Connection, window_id: uuid.UUID, place: int, pupil_id: uuid.UUID, option_id: str
) -> None:
    """Count a child's answer, the first one alone, and none where the answers have been shown meanwhile."""
    here = {"window_id": window_id, "place": place}
    if _still_counts(rows, window_id, place) and insert_if_new(
        rows, ClassAnswered, here | {"pupil_id": pupil_id}
    ):
        _COUNT(rows, here | {"option_id": option_id, "taps": 1, "hands": 0})


def count_hands(rows: Connection, window_id: uuid.UUID, place: int, option_id: str, step: int) -> None:
    """Add `step` hands that the teacher sees for an answer, or take one off; never below 0, nor once they are shown."""
    if not _still_counts(rows, window_id, place):
        return
    here = {"window_id": window_id, "place": place, "option_id": option_id}
    if step > 0:
        _COUNT(rows, here | {"taps": 0, "hands": step})
    else:
        less = update(ClassAnswer).filter_by(**here).where(ClassAnswer.hands > 0)
        rows.execute(less.values(hands=ClassAnswer.hands - 1))


def _still_counts(rows: Connection, window_id: uuid.UUID, place: int) -> bool:
    """Whether nobody has looked at the answers of a step; whoever wants to look waits until this one is counted."""
    closed_to = rows.execute(_CLOSED_TO, {"window_id": window_id}).scalar()
    return closed_to is not None and place > closed_to


def tally(
    rows: Connection,
    window_id: uuid.UUID,
    place: int,
    options: tuple[Option, ...],
    unsure: Markup,
    came_in: int,
) -> Tally:
    """What a class answered at a step, in the order of its options; `unsure` are the words of "I'm not sure".

    Hands were seen by everybody, taps by nobody; those of one tablet on which several sign in one after the other are
    of fewer children than came in.
    """
    found = {row.option_id: row for row in rows.execute(_ANSWERS, {"window_id": window_id, "place": place})}
    taps = sum(row.taps for row in found.values())
    if min(taps, came_in) < FEWEST:
        taps = 0
    listed = (
        (*options, Option(UNSURE, unsure))
        if UNSURE in found or any(one.right for one in options)
        else options
    )
    counts = {id: ((row.taps if taps else 0) + row.hands, row.hands) for id, row in found.items()}
    everything = sum(counts.get(one.id, (0, 0))[0] for one in listed)
    bars = []
    for number, one in enumerate(listed):
        count, hands = counts.get(one.id, (0, 0))
        sign = -1 if one.id == UNSURE else number
        bars.append(Bar(one, sign, bar_length(count, everything, taps), count, hands))
    return Tally(tuple(bars), taps, came_in > 0)


def bar_length(count: int, everything: int, taps: int) -> int:
    """How long the bar of an answer is that `count` of `everything` gave, `taps` of them on tablets: never a number."""
    shortest = 0 if not taps else OF_FEW_TAPS if taps < TEN else OF_TAPS
    found = next((step for share, step in LENGTHS if count and count / everything > share), 0)
    return found if found > shortest else 0
