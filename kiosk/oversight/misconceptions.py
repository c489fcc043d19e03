"""What a class believes and what it has gained, from its tallies of first answers; never what one child believes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup
from kiosk.lessons.lesson import Lesson
from kiosk.quizzes.form import UNSURE
from kiosk.quizzes.misconception import Misconception
from kiosk.quizzes.models import AnswerTally
from kiosk.quizzes.question import Question
from kiosk.quizzes.quiz import Quiz
from kiosk.small_numbers import FEWEST, is_small

Counts = Mapping[str, int]  # for one question: each option, and how often it was chosen
PARTS = 10  # shares are given in tenths, as more precision means nothing with so few answers


def minimum_answers(question: Question, counts: Counts) -> int:
    """The least number of children who answered; a question with several ticks says no more than that."""
    return counts.get(UNSURE, 0) + minimum_count(
        question, {option: count for option, count in counts.items() if option != UNSURE}
    )


def minimum_count(question: Question, counts: Counts) -> int:
    """How many children chose any of these options at least: a child can choose at most one option in each slot."""
    slots: dict[str, int] = {}
    for option, count in counts.items():
        slot = question.slot(option)
        slots[slot] = slots.get(slot, 0) + count
    return max(slots.values(), default=0)


@dataclass(frozen=True)
class Gain:
    """How much of the first answers was right before and after, in tenths: 0 is hardly any, 10 nearly all."""

    before: int
    after: int
    alike: bool  # both questions have one answer; otherwise one has cards, each counted on its own


def class_gain(quiz: Quiz, tally: Mapping[str, Counts]) -> Gain | None:
    """The gain of a class; None where either question has fewer than five answers, or cannot be told in a share."""
    pair = [quiz.question(id) for id in (quiz.starter, quiz.exit)]
    tenths = [tenths_right(question, tally.get(question.id, {})) for question in pair if question]
    if len(tenths) < len(pair) or tenths[0] is None or tenths[1] is None:
        return None
    alike = all(question and len(question.right_options()) == 1 for question in pair)
    return Gain(tenths[0], tenths[1], alike)


def tenths_right(question: Question, counts: Counts) -> int | None:
    """How many tenths of the answers were right ("I'm not sure" is none that was); None for fewer than five."""
    right = question.right_options()
    answered = minimum_answers(question, counts)
    if answered < FEWEST or not right:
        return None
    share = sum(counts.get(option, 0) for option in right) / (answered * len(right))
    return round(PARTS * min(share, 1.0))


@dataclass(frozen=True)
class Belief:
    """A misconception that five children or more showed in one question."""

    statement: str
    why: str
    count: int
    answered: int

    @property
    def share(self) -> float:
        """The share (0 to 1) of the children who answered that show this belief."""
        return min(self.count / self.answered, 1.0)


@dataclass(frozen=True)
class LessonBeliefs:
    """The misconceptions that the answers in one lesson show."""

    title: str
    beliefs: tuple[Belief, ...]  # the most common first
    others: int | None  # how many answers show rarer beliefs, all together; None: fewer than five
    any_others: bool
    too_few: bool  # fewer than five children have answered any question so far
    gain: Gain | None  # the change between the question near the start and the one at the end


def class_beliefs(
    session: Session,
    class_group: ClassGroup,
    lessons: Mapping[str, Lesson],
    quizzes: Mapping[str, Quiz],
    known: Mapping[str, Misconception],
) -> list[LessonBeliefs]:
    """What a class believes, by lesson, from answers to the present version of each quiz; one query.

    Answers to older versions are left out, as their options may have meant something else.
    """
    tallies: dict[str, dict[str, dict[str, int]]] = {}
    rows = session.execute(
        select(
            AnswerTally.quiz_id,
            AnswerTally.version,
            AnswerTally.question_id,
            AnswerTally.option_id,
            AnswerTally.count.label("times"),
        ).where(AnswerTally.class_group_id == class_group.id)
    )
    for row in rows:
        if row.quiz_id in quizzes and quizzes[row.quiz_id].hash == row.version:
            tallies.setdefault(row.quiz_id, {}).setdefault(row.question_id, {})[row.option_id] = row.times
    return [
        _lesson_beliefs(lesson.title, quizzes[lesson.quiz], tallies[lesson.quiz], known)
        for lesson in lessons.values()
        if lesson.quiz in tallies
    ]


def _lesson_beliefs(
    title: str, quiz: Quiz, tally: Mapping[str, Counts], known: Mapping[str, Misconception]
) -> LessonBeliefs:
    strongest: dict[str, Belief] = {}
    too_few = True
    for question in quiz.questions:
        counts = tally.get(question.id, {})
        answered = minimum_answers(question, counts)
        if answered < FEWEST:
            continue
        too_few = False
        for id, count in _beliefs_held(question, counts):
            # If two questions show the same belief, at least the larger number of children hold it.
            if id in known and (id not in strongest or strongest[id].count < count):
                strongest[id] = Belief(known[id].statement, known[id].why, count, answered)
    small = sum(belief.count for belief in strongest.values() if is_small(belief.count))
    shown = sorted(
        (belief for belief in strongest.values() if not is_small(belief.count)),
        key=lambda belief: (-belief.share, belief.statement),
    )
    others = small if small >= FEWEST else None
    return LessonBeliefs(title, tuple(shown), others, small > 0, too_few, class_gain(quiz, tally))


def _beliefs_held(question: Question, counts: Counts) -> Iterator[tuple[str, int]]:
    """Each misconception that answers to a question show, with the least number of children who hold it."""
    shown = question.beliefs()
    by_id: dict[str, dict[str, int]] = {}
    for option, count in counts.items():
        if held := shown.get(option):
            by_id.setdefault(held, {})[option] = count
    for id, options in by_id.items():
        yield id, minimum_count(question, options)
