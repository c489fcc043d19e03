"""Rules for what the adult says, and for honest minutes: words to read, turns to speak, taps, joining (promise L22)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from kiosk.bands import EARLY_MINUTES, Band
from kiosk.content.page import ParsedPage
from kiosk.content.readability import words
from kiosk.content.source import Source, parse_yaml
from kiosk.lessons.activity import Activity
from kiosk.lessons.head import LessonHead
from kiosk.lessons.kinds.offline import Offline
from kiosk.lessons.kinds.question import Question as AskedHere
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.scenario import Scenario
from kiosk.lessons.step import Passage, Screen, Step
from kiosk.lessons.teaching import TEACHER, StepTaught, Teaching
from kiosk.linter.finding import Finding, error, warning
from kiosk.quizzes.question import Question
from kiosk.quizzes.quiz import Quiz

SAY_WORDS = 30
HONEST = 0.8  # the share of the counted minutes below which a writer's figure is named
WORDS_A_MINUTE = {Band.KS1: 90, Band.KS2: 110, Band.KS3: 150, Band.KS4: 180}  # the youngest are read to
TURN, TAP = 30, 4  # seconds: somebody speaks; everybody finds the place and touches it
JOINING = 3
SENSITIVE_MINUTES = (40, 50)
TEN_MINUTES = 10
# How many speak one after the other, and how often each taps; of other steps nobody has to do either.
_TURNS = {
    "vote": 2,
    "two": 2,
    "talk": 2,
    "sing": 2,
    "act": 4,
    "debate": 4,
    "choose": 1,
    "chat": 1,
    "page": 1,
    "feed": 1,
    "papers": 2,
    "strip": 1,
    "question": 1,
}
_TAPS = {
    "vote": 1,
    "two": 2,
    "choose": 1,
    "chat": 1,
    "page": 2,
    "feed": 3,
    "papers": 4,
    "strip": 1,
    "practice": 6,
    "sing": 3,
    "act": 1,
    "debate": 1,
    "scenario": 3,
}


def check_teaching(lesson: Lesson, quiz: Quiz | None, scan: ParsedPage[LessonHead]) -> Iterator[Finding]:
    """Every finding about what the adult says in a lesson, and about its minutes."""
    block = next((block for block in scan.blocks if block.name == TEACHER), None)
    if not lesson.keeps and not lesson.quiet:
        message = 'write what the class keeps of it: keeps: {thing: boat, line: "..."}'
        yield error(scan.path, scan.source.line("quiz"), "L22", message)
    if lesson.keeps and lesson.quiet:
        message = "a sensitive lesson leaves nothing on the shelf: take keeps out"
        yield error(scan.path, scan.source.line("keeps"), "L22", message)
    if block is None or lesson.teaching is None:
        message = (
            "nothing tells the adult what to say: add a block ::: teacher {#led} at the end, before ::: adult"
        )
        yield error(scan.path, 1, "L22", message)
        return
    source = parse_yaml(block.text, scan.path, block.line + 1)
    for line, message in _unknown_steps(lesson, lesson.teaching, source):
        yield error(scan.path, line, "L22", message)
    for line, message in _entry_faults(lesson, lesson.teaching, source):
        yield warning(scan.path, line, "L22", message)
    rest = [one for one in quiz.questions if one.id not in lesson.placed] if quiz else []
    counted = {step.id: count_step(lesson, step, quiz) for step in lesson.led_steps}
    for line, message in _minute_faults(
        lesson, lesson.teaching, source, counted, count_quiz(lesson.band, rest)
    ):
        yield warning(scan.path, line, "L22", message)
    for message in _sum_faults(lesson, lesson.teaching):
        yield warning(scan.path, scan.source.line("minutes"), "L22", message)


def _unknown_steps(lesson: Lesson, teaching: Teaching, source: Source) -> Iterator[tuple[int, str]]:
    known = [step.id for step in lesson.led_steps]
    named: list[tuple[tuple[str | int, ...], str]] = [
        *((("steps", id), id) for id in teaching.steps),
        *((("ten_minutes", place), id) for place, id in enumerate(teaching.ten_minutes)),
        *([(("stop_after",), teaching.stop_after)] if teaching.stop_after else []),
    ]
    for where, id in named:
        if id not in known:
            yield source.line(*where), f'there is no step "{id}" to lead; there are {", ".join(known)}'


def _entry_faults(lesson: Lesson, teaching: Teaching, source: Source) -> Iterator[tuple[int, str]]:
    for step in lesson.led_steps:
        if step.id not in teaching.steps:
            entry = "{minutes: 2, say: ..., listen_for: ..., good: ..., next: ...}"
            yield source.line("steps"), f'"{step.id}" has no entry; write {step.id}: {entry}'
    for id, step_taught in teaching.steps.items():
        if (count := len(words(step_taught.say.striptags()))) > SAY_WORDS:
            yield source.line("steps", id, "say"), f"{count} words to say at once, {SAY_WORDS} at most"
    short = sum(teaching.steps[id].minutes for id in teaching.ten_minutes if id in teaching.steps)
    if not short and lesson.minutes > TEN_MINUTES:
        yield source.line("ten_minutes"), "name the steps for a class that has ten minutes"
    if short > TEN_MINUTES:
        yield source.line("ten_minutes"), f"these steps take {short} minutes, not {TEN_MINUTES}"


def _minute_faults(
    lesson: Lesson, teaching: Teaching, source: Source, counted: Mapping[str, "Counted"], quiz: "Counted"
) -> Iterator[tuple[int, str]]:
    for step in lesson.led_steps:
        if (entry := teaching.steps.get(step.id)) and entry.minutes < HONEST * counted[step.id].of(entry):
            message = f'{entry.minutes} minutes for "{step.id}" are too few: {counted[step.id].told(entry)}'
            yield source.line("steps", step.id, "minutes"), message
    if teaching.quiz < HONEST * quiz.minutes:
        message = f"quiz: {teaching.quiz} minutes for the questions at the end are too few: {quiz.told()}"
        yield source.line("quiz"), message
    if teaching.joining < HONEST * JOINING and not lesson.early:  # which has no tablets
        yield source.line("joining"), f"joining takes {JOINING} minutes until all tablets are in"


def _sum_faults(lesson: Lesson, teaching: Teaching) -> Iterator[str]:
    if lesson.minutes != teaching.minutes:
        steps = sum(step.minutes for step in teaching.steps.values())
        yield (
            f"the head says {lesson.minutes} minutes, the block adds up to {teaching.minutes}: joining "
            f"{teaching.joining}, steps {steps}, quiz {teaching.quiz}, goodbye {teaching.goodbye}"
        )
    fewest, most = SENSITIVE_MINUTES
    if lesson.quiet and not teaching.stop_after and not fewest <= teaching.minutes <= most:
        yield (
            f"a sensitive lesson has {fewest} to {most} minutes, this one {teaching.minutes}; "
            "or two sittings: stop_after: the step after which it stops"
        )
    usual = EARLY_MINUTES if lesson.early else lesson.band.limits.lesson_minutes
    limit = most if lesson.quiet else usual
    for number, minutes in enumerate(lesson.sittings, 1):
        if minutes > limit:
            which = f"sitting {number} takes" if teaching.stop_after else "it takes"
            yield f"{which} {minutes} minutes, {limit} at most; shorten it, or stop_after a step"


@dataclass(frozen=True)
class Counted:
    """What a step asks of a class: words to read, turns to speak, taps, and minutes that it names itself."""

    band: Band
    words: int = 0
    turns: int = 0
    taps: int = 0
    own: int = 0

    def of(self, entry: StepTaught) -> float:
        """Its minutes with what the adult says."""
        return self.with_words(_count(entry.say, entry.next)).minutes

    def with_words(self, more: int) -> "Counted":
        """The same with more words."""
        return Counted(self.band, self.words + more, self.turns, self.taps, self.own)

    @property
    def minutes(self) -> float:
        """Its minutes, at the pace of the age group."""
        return self.own + self.words / WORDS_A_MINUTE[self.band] + (TURN * self.turns + TAP * self.taps) / 60

    def told(self, entry: StepTaught | None = None) -> str:
        """How it was counted, for the writer."""
        with_said = self.with_words(_count(entry.say, entry.next)) if entry else self
        own = f", {self.own} that the step names" if self.own else ""
        return (
            f"{with_said.minutes:.1f} counted ({with_said.words} words at {WORDS_A_MINUTE[self.band]} a minute, "
            f"turns to speak: {self.turns}, taps: {self.taps}{own})"
        )


def count_step(lesson: Lesson, step: Step, quiz: Quiz | None) -> Counted:
    """What one step asks of a class: its words before and after one answer, its turns and taps."""
    count = partial(Counted, lesson.band)
    if isinstance(step, AskedHere):
        question = quiz.question(step.of) if quiz else None
        return count_quiz(lesson.band, [question] if question else [], turns=_TURNS["question"])
    turns, taps = _TURNS.get(step.kind, 0), _TAPS.get(step.kind, 0)
    if isinstance(step, Offline):
        return count(own=step.minutes)
    if isinstance(step, Screen | Passage):
        return count(_count(step.html), turns, taps)
    if isinstance(step, Scenario):
        longest = max(_count(node.text) for node in step.nodes.values())
        return count(longest * step.longest_way, turns, taps)
    assert isinstance(step, Activity)
    before, *later = list(step.views()) or [[]]
    news = [[text for text in view if text not in before] for view in later]
    after = max((_count(*view) for view in news), default=0)
    return count(_count(*before) + after, turns, taps)


def count_quiz(band: Band, questions: Iterable[Question], turns: int = 0) -> Counted:
    """What questions ask of a class: the words of each with one answer, and a tap for each row and to check."""
    asked = list(questions)
    said = sum(_count(one.stem, *(row.label for row in one.rows()), one.unsure_feedback) for one in asked)
    taps = sum(len(one.rows()) if one.one_by_one else 1 for one in asked) + len(asked)
    return Counted(band, said, turns, taps)


def _count(*texts: Markup) -> int:
    return sum(len(words(text.striptags())) for text in texts)
