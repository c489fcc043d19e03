"""Rules for the steps of a lesson: how many, how full, and something to do soon and often (promises L2, L9, L21)."""

from collections.abc import Iterator

from kiosk.content.page import Block, Scan
from kiosk.content.readability import words
from kiosk.lessons.activity import Activity
from kiosk.lessons.head import LessonHead
from kiosk.lessons.kinds.choose import Choose
from kiosk.lessons.kinds.offline import Offline
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.scenario import Scenario
from kiosk.lessons.step import Screen, Step
from kiosk.linter.finding import Finding, error, warning

FIRST_TO_DO = 2  # the step by which there is something to do
SHORT_STEPS = 5
READING_STEPS = 2  # one after the other; the youngest read one


def check_steps(lesson: Lesson, scan: Scan[LessonHead]) -> Iterator[Finding]:
    """Every finding about the order and the size of a lesson's steps."""
    lines = {block.id: block.line for block in scan.blocks}
    fewest, most = lesson.band.limits.steps
    fewest = SHORT_STEPS if lesson.each_term else fewest  # ten minutes, once a term
    if not fewest <= len(lesson.steps) <= most:
        message = f"{len(lesson.steps)} steps so far; {lesson.band} has {fewest} to {most}"
        yield error(scan.path, 1, "L2", message)
    yield from _something_to_do(lesson, scan, lines)
    for step in lesson.steps:
        if isinstance(step, Activity):
            yield from _full_views(lesson, step, scan, lines[step.id])
    if lesson.band in {"ks1", "ks2"}:
        yield from _without_picture(lesson, scan, lines)
    yield from _unused_scenes(lesson, scan)


def does(step: Step) -> bool:
    """Whether there is something to do at a step, or to think about, and not only to read."""
    return isinstance(step, Activity | Scenario) or step.kind == "reflect"


def _something_to_do(lesson: Lesson, scan: Scan[LessonHead], lines: dict[str, int]) -> Iterator[Finding]:
    if not any(does(step) for step in lesson.steps[:FIRST_TO_DO]):
        message = f"the first thing to do comes by step {FIRST_TO_DO}"
        yield error(scan.path, lines.get(lesson.steps[0].id, 1), "L21", message)
    allowed = 1 if lesson.band == "ks1" else READING_STEPS
    row = 0
    for step in lesson.steps:
        row = 0 if does(step) else row + 1
        if row > allowed:
            message = f"{row} steps to read, one after the other; {allowed} at most in {lesson.band}"
            yield error(scan.path, lines.get(step.id, 1), "L21", message)


def _full_views(lesson: Lesson, step: Activity, scan: Scan[LessonHead], line: int) -> Iterator[Finding]:
    most = lesson.band.limits.words_per_view
    counts = [sum(len(words(text.striptags())) for text in view) for view in step.views()]
    if counts and max(counts) > most:
        message = f'{max(counts)} words in one view of "{step.id}", {most} at most'
        yield error(scan.path, line, "L2", message)


def _without_picture(lesson: Lesson, scan: Scan[LessonHead], lines: dict[str, int]) -> Iterator[Finding]:
    for step in lesson.steps:
        bare = (
            (isinstance(step, Screen) and not (step.scene or step.picture or step.image))
            or (isinstance(step, Choose) and not all(move.faces or move.picture for move in step.moves))
            or (isinstance(step, Offline) and not all(part.scene or part.picture for part in step.steps))
        )
        if bare:
            message = f'"{step.id}" has words without a picture: a child who cannot read has nothing to go by'
            yield (error if lesson.band == "ks1" else warning)(
                scan.path, lines.get(step.id, 1), "L9", message
            )


def _unused_scenes(lesson: Lesson, scan: Scan[LessonHead]) -> Iterator[Finding]:
    named = "\n".join(_said(block) for block in scan.blocks if block.name != "scene")
    for block in scan.blocks:
        if block.name == "scene" and block.id not in named:
            yield warning(scan.path, block.line, "L9", f'no step shows the scene "{block.id}"')


def _said(block: Block) -> str:
    return f"{block.attributes.get('scene', '')}\n{block.text}"
