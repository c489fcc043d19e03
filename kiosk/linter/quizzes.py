"""Rules for one quiz: kinds and counts of the band, feedback, no pattern to guess (promises L2, L4 to L8)."""

from collections.abc import Iterator, Sequence

from kiosk.content.source import Source
from kiosk.lessons.lesson import Lesson
from kiosk.linter.finding import Finding, error, warning
from kiosk.linter.passages import Passage
from kiosk.linter.reading import check_feedback, check_grade, check_sentences, check_simpler
from kiosk.quizzes.choosing import Choosing
from kiosk.quizzes.kinds.spot_clue import SpotClue
from kiosk.quizzes.options import Option
from kiosk.quizzes.question import Question
from kiosk.quizzes.quiz import Quiz
from kiosk.wording.facts import Facts

QUESTIONS_AT_THE_END = 2
MOST_STANDING_OUT = 0.5  # the largest share of questions in which the longest may be right, or the shortest
SHORT_QUESTIONS = (3, 4)  # of the short lesson that is due each term
PATTERN_QUESTIONS = 4  # fewer questions show no pattern
_READ = {"stem", "label", "feedback", "means"}


def check_quiz(
    quiz: Quiz, source: Source, passages: Sequence[Passage], lesson: Lesson, facts: Facts
) -> Iterator[Finding]:
    """Every finding about one quiz, apart from problems that stop it from being read."""
    limits = quiz.band.limits
    fewest, most = SHORT_QUESTIONS if lesson.each_term else limits.questions
    if not fewest <= len(quiz.questions) <= most:
        message = f"{len(quiz.questions)} questions; {quiz.band} has {fewest} to {most}"
        yield error(source.path, source.line("questions"), "L2", message)
    asked = {question.objective for question in quiz.questions}
    for objective in lesson.objectives:
        if objective.id not in asked:
            message = f'no question asks for objective "{objective.id}"'
            yield error(source.path, source.line("questions"), "L4", message)
    if len(quiz.questions) - len(lesson.placed) < QUESTIONS_AT_THE_END:
        message = f"at least {QUESTIONS_AT_THE_END} questions wait for the end of the lesson"
        yield error(source.path, source.line("questions"), "L5", message)
    if quiz.band == "ks1" and quiz.shuffles_questions:
        yield error(source.path, source.line("shuffle"), "L5", "ks1 keeps the order of questions")
    for index, question in enumerate(quiz.all_questions):  # act stands last
        for code, message in _question_faults(question, quiz):
            yield error(source.path, source.line("questions", index), code, message)
        if not question.means:
            message = f'"{question.id}" does not say its answer as a whole sentence: add means: "..."'
            yield error(source.path, source.line("questions", index), "L22", message)
        if not question.simpler:
            message = f'"{question.id}" is not asked in fewer words: add simpler: "..." beside its stem'
            yield warning(source.path, source.line("questions", index), "E14", message)
    bare = [
        one.id for one in quiz.all_questions if isinstance(one, Choosing) and not _shows_what_follows(one)
    ]
    if bare:
        message = f"questions without a scene or a made-up screen that answers change: {', '.join(bare)}"
        yield warning(source.path, source.line("questions"), "L5", message)
    yield from _check_patterns(quiz, source)
    yield from check_feedback(passages, facts)
    yield from check_simpler(passages, facts)
    read = [passage for passage in passages if passage.use in _READ]
    yield from check_sentences(read, limits.longest_sentence, facts)
    yield from check_grade(source.path, read, limits.fk_ceiling, limits.fk_floor, facts)


def _shows_what_follows(question: Choosing) -> bool:
    """Whether something to look at shows what a right answer does and what another one does."""
    if isinstance(question, SpotClue):
        return True  # its message is the screen, and its parts are marked one by one
    screen = question.screen
    return bool(question.scene or (screen and screen.right and screen.again))


def _question_faults(question: Question, quiz: Quiz) -> Iterator[tuple[str, str]]:
    if question.youngest > quiz.band:
        yield "L5", f"{question.type} is not for {quiz.band}"
    if size := question.size(quiz.band.limits):
        fewest, most = size.allowed
        if not fewest <= size.count <= most:
            yield "L5", f"{size.count} {size.what}; this band has {fewest} to {most}"
    if question.names_beliefs and quiz.band != "ks1" and not question.beliefs():
        yield (
            "L7",
            "no answer that is not right names its belief: add misconception: m-...",
        )


def _check_patterns(quiz: Quiz, source: Source) -> Iterator[Finding]:
    """Patterns by which a child could guess the answer from its length or place."""
    # Of two options, either is as good a guess.
    lists = [options for question in quiz.all_questions if len(options := question.one_right()) > 2]
    if len(lists) < PATTERN_QUESTIONS:
        return
    for how, sign in (("longest", 1), ("shortest", -1)):
        found = sum(_right_stands_out(options, sign) for options in lists)
        most = int(MOST_STANDING_OUT * len(lists))
        if found > most:
            message = (
                f"the right option is the {how} in {found} of {len(lists)} questions, {most} at most: "
                "give one that is not right as many words, with the reason why a nice child might choose it"
            )
            yield error(source.path, source.line("questions"), "L5", message)
    places = {next(place for place, option in enumerate(options) if option.correct) for options in lists}
    if len(places) == 1 and not quiz.shuffles_options:
        yield error(source.path, source.line("questions"), "L5", "the right option is always in one place")


def _right_stands_out(options: Sequence[Option], sign: int) -> bool:
    """Whether the right option is longer than each other one; with -1, shorter."""
    right = max(sign * len(option.label) for option in options if option.correct)
    return all(sign * len(option.label) < right for option in options if not option.correct)
