"""Rules for lessons: size, steps, words, objectives, help, care, maps (promises L2 to L4, L13 to L15, L21)."""

import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from kiosk.bands import EARLY_STEPS
from kiosk.content.language import ENGLISH
from kiosk.content.page import Block, ParsedPage
from kiosk.content.problem import ContentError
from kiosk.content.readability import words
from kiosk.content.source import read_source
from kiosk.lessons.activity import Activity, View
from kiosk.lessons.glossary import Glossary, read_glossary
from kiosk.lessons.head import LessonHead
from kiosk.lessons.kinds.papers import Papers
from kiosk.lessons.lesson import Lesson, scan_lesson_page
from kiosk.lessons.scenario import Scenario
from kiosk.lessons.step import Screen, Step
from kiosk.linter.finding import Finding, error, of_problem, warning
from kiosk.linter.maps import unknown_ids
from kiosk.linter.passages import Passage
from kiosk.linter.reading import check_grade, check_long_words, check_sentences, check_simpler, word_count
from kiosk.wording.facts import Facts

FIRST_TO_DO = 2  # the step by which there is something to do
SHORT_STEPS = 5
READING_STEPS = 2  # one after the other; the youngest read one
SCENARIO_STEPS = 6
OBJECTIVES = (2, 3)
BESIDE_WORDS = 45  # of ours on a page for the older ones, outside the thing that they handle
PAPER_WORDS = 70  # of a paper; one of a desk may have more
SCENE_BYTES = (4_000, 12_000)  # of a drawing before it is compressed
_READ_BY_CHILD = {"screen", "story", "passage", "told"}

# Ways of harm have no place in a lesson, whatever the purpose (promise L13).
_METHODS = re.compile(
    r"\b(?:overdos\w+|hang(?:ed|ing)? (?:your|him|her|them)sel\w+|slit\w*|razors?|blades?|paracetamol|ligature\w*|"
    r"purg(?:e|es|ing)|laxatives?|calories?|thinspo\w*|nitrous|vapes? liquid)\b",
    re.I,
)
# A story happens to a character, not to the child who reads it.
_VICTIM = re.compile(
    r"\b(?:threat\w+|hurts?|bull(?:y|ies)|blackmails?|grooms?|touches|tricks?|stalks?) you\b|"
    r"\byour (?:own )?(?:nude|naked|intimate)\b",
    re.I,
)
_BLAME = re.compile(r"\b(?:you|they|he|she) (?:should(?:n't| not)? have|asked for it|deserved)\b", re.I)


def check_glossary(
    content_dir: Path, lessons: Collection[Lesson], pictures: Collection[str]
) -> Iterator[Finding]:
    """Find words without a meaning or a picture; a folder without a glossary explains none."""
    path = content_dir / f"glossary.{ENGLISH}.yml"
    if not path.is_file():
        return
    try:
        glossary = read_glossary(content_dir, pictures)
    except ContentError as unreadable:
        yield from map(of_problem, unreadable.problems)
        return
    source = read_source(path)
    for word, entry in glossary.entries.items():
        if not entry.picture:
            yield warning(path, source.line(word), "L9", f'"{word}" has no picture')
    for lesson in lessons:
        yield from _words_without_meaning(lesson, glossary)


def _words_without_meaning(lesson: Lesson, glossary: Glossary) -> Iterator[Finding]:
    page = scan_lesson_page(lesson.folder / f"lesson.{ENGLISH}.md")
    for index, word in enumerate(lesson.vocabulary):
        if not glossary.meaning(word, lesson.band):
            line = page.source.line("vocabulary", index)
            message = f'"{word}" has no meaning for {lesson.band} or younger in glossary.{ENGLISH}.yml'
            yield error(page.path, line, "L3", message)


def check_steps(lesson: Lesson, scan: ParsedPage[LessonHead]) -> Iterator[Finding]:
    """Every finding about the order and the size of a lesson's steps."""
    lines = {block.id: block.line for block in scan.blocks}
    fewest, most = EARLY_STEPS if lesson.early else lesson.band.limits.steps
    fewest = SHORT_STEPS if lesson.each_term else fewest  # a short one, once a term
    if not fewest <= len(lesson.steps) <= most:
        message = f"{len(lesson.steps)} steps so far; {lesson.band} has {fewest} to {most}"
        yield error(scan.path, 1, "L2", message)
    yield from _something_to_do(lesson, scan, lines)
    for step in lesson.steps:
        if isinstance(step, Activity):
            yield from _views_with_too_many_words(lesson, step, scan, lines[step.id])
        if lesson.band in {"ks3", "ks4"}:
            yield from _prose(step, scan, lines[step.id])
    if lesson.band in {"ks1", "ks2"}:
        yield from _without_picture(lesson, scan, lines)
    yield from _unused_scenes(scan)
    yield from _weigh_scenes(lesson, scan, lines)


def is_active(step: Step) -> bool:
    """Whether there is something to do at a step, or to think about, and not only to read."""
    return isinstance(step, Activity | Scenario) or step.kind == "reflect"


def _something_to_do(
    lesson: Lesson, scan: ParsedPage[LessonHead], lines: dict[str, int]
) -> Iterator[Finding]:
    if not any(is_active(step) for step in lesson.steps[:FIRST_TO_DO]):
        message = f"the first thing to do comes by step {FIRST_TO_DO}"
        yield error(scan.path, lines.get(lesson.steps[0].id, 1), "L21", message)
    allowed = 1 if lesson.band == "ks1" else READING_STEPS
    row = 0
    for step in lesson.steps:
        row = 0 if is_active(step) else row + 1
        if row > allowed:
            message = f"{row} steps to read, one after the other; {allowed} at most in {lesson.band}"
            yield error(scan.path, lines.get(step.id, 1), "L21", message)


def _views_with_too_many_words(
    lesson: Lesson, step: Activity, scan: ParsedPage[LessonHead], line: int
) -> Iterator[Finding]:
    most = lesson.band.limits.words_per_view
    counts = [_count(view) for view in step.views()]
    if counts and max(counts) > most:
        message = f'{max(counts)} words in one view of "{step.id}", {most} at most'
        yield error(scan.path, line, "L2", message)


def _prose(step: Step, scan: ParsedPage[LessonHead], line: int) -> Iterator[Finding]:
    """Pages that tell at length: for the older ones a page is a thing to handle. What a child is told before, or
    thinks about alone, is no such page."""
    views = [[step.html]] if isinstance(step, Screen) else step.beside() if isinstance(step, Activity) else ()
    count = max((_count(view) for view in views), default=0)
    if count > BESIDE_WORDS:
        message = f'{count} words outside the thing to handle in "{step.id}", {BESIDE_WORDS} at most'
        yield error(scan.path, line, "L2", message)
    if isinstance(step, Papers):
        long = [paper for paper in step.papers if _count(paper.words()) > PAPER_WORDS]
        if len(long) > 1:
            message = f'{len(long)} papers of "{step.id}" have over {PAPER_WORDS} words; one at most'
            yield error(scan.path, line, "L2", message)


def _count(view: View) -> int:
    return sum(len(words(text.striptags())) for text in view)


def _without_picture(
    lesson: Lesson, scan: ParsedPage[LessonHead], lines: dict[str, int]
) -> Iterator[Finding]:
    for step in lesson.steps:
        bare = (
            not (step.scene or step.picture or step.image)
            if isinstance(step, Screen)
            else isinstance(step, Activity) and not step.pictured
        )
        if bare:
            message = f'"{step.id}" has words without a picture: a child who cannot read has nothing to go by'
            yield (error if lesson.band == "ks1" else warning)(
                scan.path, lines.get(step.id, 1), "L9", message
            )


def _without_fewer_words(lesson: Lesson, scan: ParsedPage[LessonHead]) -> Iterator[Finding]:
    lines = {block.id: block.line for block in scan.blocks}
    for step in lesson.steps_to_read:
        if not lesson.fewer_words(step.id):
            message = f'"{step.id}" is not said in fewer words: add ::: simpler {{#{step.id}-fewer for="{step.id}"}}'
            yield warning(scan.path, lines.get(step.id, 1), "E14", message)


def _unused_scenes(scan: ParsedPage[LessonHead]) -> Iterator[Finding]:
    named = "\n".join(_text_and_scene(block) for block in scan.blocks if block.name != "scene")
    for block in scan.blocks:
        if block.name == "scene" and block.id not in named:
            yield warning(scan.path, block.line, "L9", f'no step shows the scene "{block.id}"')


def _weigh_scenes(lesson: Lesson, scan: ParsedPage[LessonHead], lines: dict[str, int]) -> Iterator[Finding]:
    least, most = SCENE_BYTES
    for id, scene in lesson.stage.scenes.items():
        if not least <= len(scene.silent) <= most:
            message = (
                f'the scene "{id}" has {len(scene.silent)} bytes; {least} to {most}: it is bare, or too full'
            )
            yield warning(scan.path, lines[id], "L9", message)


def _text_and_scene(block: Block) -> str:
    return f"{block.attributes.get('scene', '')}\n{block.text}"


def check_lesson(
    lesson: Lesson, scan: ParsedPage[LessonHead], passages: Sequence[Passage], facts: Facts
) -> Iterator[Finding]:
    """Every finding about one lesson, apart from problems that stop it from being read."""
    yield from _check_sizes(lesson, scan, passages, facts)
    read = [passage for passage in passages if passage.use in _READ_BY_CHILD]
    limits = lesson.band.limits
    yield from check_sentences(read, limits.longest_sentence, facts)
    yield from check_grade(scan.path, read, limits.fk_ceiling, limits.fk_floor, facts)
    if lesson.band in {"ks1", "ks2"}:
        yield from check_long_words(read, lesson.vocabulary)
    yield from check_steps(lesson, scan)
    yield from check_simpler(passages, facts)
    yield from _without_fewer_words(lesson, scan)
    yield from _check_help(lesson, scan)
    yield from _check_sensitive(lesson, scan, passages)
    yield from _check_story(lesson, scan, passages)
    for framework, id in unknown_ids(lesson.maps, lesson.band):
        message = f'"{id}" is not known in {framework}'
        yield error(scan.path, scan.source.line("maps"), "L15", message)


def _check_sizes(
    lesson: Lesson, scan: ParsedPage[LessonHead], passages: Sequence[Passage], facts: Facts
) -> Iterator[Finding]:
    limits = lesson.band.limits
    for passage in passages:
        if passage.use == "screen" and (count := word_count(passage, facts)) > limits.words_per_screen:
            message = f"{count} words on a screen, {limits.words_per_screen} at most"
            yield error(passage.path, passage.line, "L2", message)
    if not OBJECTIVES[0] <= len(lesson.objectives) <= OBJECTIVES[1]:
        message = f"{len(lesson.objectives)} objectives; a lesson has two or three"
        yield error(scan.path, scan.source.line("objectives"), "L4", message)


def _check_help(lesson: Lesson, scan: ParsedPage[LessonHead]) -> Iterator[Finding]:
    if not lesson.help:
        yield error(scan.path, scan.source.line("help"), "L13", "a lesson ends with who can help")
    if lesson.sensitivity == "high" and "childline" not in lesson.help:
        yield error(scan.path, scan.source.line("help"), "L13", "a sensitive lesson names Childline")


def _check_sensitive(
    lesson: Lesson, scan: ParsedPage[LessonHead], passages: Sequence[Passage]
) -> Iterator[Finding]:
    if lesson.sensitivity == "high":
        if lesson.mode != "adult-led" and not lesson.note:
            yield error(
                scan.path, scan.source.line("mode"), "L13", "a sensitive lesson is adult-led, or has a note"
            )
        if not lesson.adult:
            yield error(scan.path, 1, "L13", "a sensitive lesson tells the adult how to lead it")
    for passage in passages:
        for match in _METHODS.finditer(passage.text):
            line = passage.line_at(match.start())
            yield error(passage.path, line, "L13", f'"{match[0]}": no ways of harm')


def _check_story(
    lesson: Lesson, scan: ParsedPage[LessonHead], passages: Sequence[Passage]
) -> Iterator[Finding]:
    for passage in passages:
        if passage.use != "story":
            continue
        if match := _BLAME.search(passage.text):
            yield error(passage.path, passage.line, "L14", f'"{match[0]}": a story does not blame')
        if lesson.band != "ks4" and (match := _VICTIM.search(passage.text)):
            message = f'"{match[0]}": let it happen to a character, not to the child who reads'
            yield error(passage.path, passage.line, "L13", message)
    if lesson.scenario and lesson.scenario.longest_way > SCENARIO_STEPS:
        line = next(block.line for block in scan.blocks if block.name == "scenario")
        message = f"{lesson.scenario.longest_way} parts on the longest way, {SCENARIO_STEPS} at most"
        yield error(scan.path, line, "L14", message)
